//! `/admin/reports/clients`: which programs report by Open311, and their keys.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::Permission;
use ui::{
    Badge, ButtonKind, Card, Empty, Field, FieldKind, Form, Glyph, Notice, Page, Pager, Resource, Submit,
    Tone, successes, viewer::use_viewer,
};

use super::frame::{fresh_until, loaded, query};
use crate::{
    api::clients::{self, GiveClient, RevokeClient},
    model::{ClientRow, ClientsPage, NewKey, PER_DAY},
};

const HERE: &str = "/admin/reports/clients";
/// The form that gives a key.
const GIVE: &str = "give";

pub fn page() -> AnyView {
    let after = query("after");
    let give = ServerAction::<GiveClient>::new();
    let revoke = ServerAction::<RevokeClient>::new();
    let (given, revoked) = (successes(give), successes(revoke));
    let fresh = fresh_until(give, GIVE, revoke);
    let shown = Resource::new(
        move || (after.get(), given.get(), revoked.get()),
        |(after, ..)| clients::get_clients(after),
    );
    loaded(shown, move |page: ClientsPage| {
        let paged = !after.get_untracked().is_empty();
        view! { <Clients page paged give revoke fresh/> }.into_any()
    })
}

/// The key, this once.
#[component]
fn Fresh(fresh: Signal<Option<NewKey>>) -> impl IntoView {
    move || {
        fresh.get().map(|NewKey { label, key }| {
            view! {
                <Notice tone=Tone::Done live=true title=format!("{label}的密钥")>
                    <p><code class="secret">{key}</code></p>
                    <p>"请现在抄下来交给运营的单位，这里只显示这一次。丢了就停用，再发一个。"</p>
                </Notice>
            }
        })
    }
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    move || {
        (done.get() == "revoked").then(|| {
            view! { <Notice tone=Tone::Done live=true>"已停用，这个密钥不能再用了。它报来的事照样办。"</Notice> }
        })
    }
}

#[component]
fn Clients(
    page: ClientsPage,
    paged: bool,
    give: ServerAction<GiveClient>,
    revoke: ServerAction<RevokeClient>,
    fresh: Signal<Option<NewKey>>,
) -> impl IntoView {
    let none = page.rows.rows.is_empty();
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{HERE}?after={}", Url::escape(next)));
    let rows = page
        .rows
        .rows
        .into_iter()
        .map(|row| view! { <Row row revoke/> })
        .collect_view();
    let own = use_viewer().actor.and_then(|actor| {
        let mut grants = actor.grants.iter();
        let own = grants.find(|grant| grant.role.allows(Permission::ReportClients));
        own.map(|grant| grant.code.clone())
    });
    view! {
        <Page title="接口密钥">
            <div class="stack loose">
                <Done/>
                <Fresh fresh/>
                <p>"别的应用（随手拍、城市服务平台）用 Open311 报事要有密钥。报来的事照常办理，不公开；看公开的诉求不用密钥。"</p>
                {(none && !paged).then(|| view! { <Empty icon=Glyph::Shield title="还没有发过密钥" detail="发一个，运营的单位就能把居民在他们那里报的事转来。"/> })}
                {rows}
                {paged.then(|| view! { <p><a href=HERE>"从最近的看起"</a></p> })}
                {onward.map(|onward| view! { <Pager onward/> })}
                <Card title="发一个密钥">
                    <Form action=give prefix=GIVE adds=true>
                        <Field name="label" label="给谁用" max_length=40 hint="单位和应用的名字，例如“市城管局随手拍”。"/>
                        <Field name="node" label="在哪个单位" value=own.unwrap_or_default() max_length=20 hint="单位的代码；只能报这里和下面的事。"/>
                        <Field name="per_day" label="一天最多报几件" kind=FieldKind::Number value=PER_DAY.to_string()/>
                        <Submit>"发密钥"</Submit>
                    </Form>
                </Card>
            </div>
        </Page>
    }
}

#[component]
fn Row(row: ClientRow, revoke: ServerAction<RevokeClient>) -> impl IntoView {
    let id = row.id.to_string();
    let seen = row.seen.map_or_else(
        || "还没有用过".to_owned(),
        |day| format!("最近 {} 用过", day.zh()),
    );
    let facts = format!(
        "{}，{} 发的，密钥末四位 {}，一天最多 {} 件，报来 {} 件，{seen}",
        row.unit.name,
        row.created.date().zh(),
        row.key_end,
        row.per_day,
        row.matters
    );
    let (tone, state) = if row.revoked.is_some() {
        (Tone::Quiet, "已停用")
    } else {
        (Tone::Go, "在用")
    };
    let ends = row.revoked.is_none().then(|| {
        let prefix = format!("revoke-{id}");
        view! {
            <details class="fold">
                <summary>"停用"</summary>
                <Form action=revoke prefix>
                    <input type="hidden" name="id" value=id/>
                    <p class="small quiet">"停用以后不能恢复，需要时再发一个。"</p>
                    <Submit kind=ButtonKind::Danger>"停用这个密钥"</Submit>
                </Form>
            </details>
        }
    });
    view! {
        <Card title=row.label end=move || view! { <Badge tone>{state}</Badge> }>
            <p>{facts}</p>
            {ends}
        </Card>
    }
}
