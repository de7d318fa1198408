//! `/admin/reports/orders/keys`: which platforms send orders, and their keys.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, ButtonKind, Card, Empty, Field, Form, Glyph, Notice, Page, Resource, Submit, Tone, successes,
    viewer::use_viewer,
};

use super::frame::{fresh_until, loaded, query};
use crate::{
    api::orders::{self, GivePlatform, RevokePlatform},
    model::{NewPlatformKey, PlatformRow},
};

/// The form that gives a key.
const GIVE: &str = "give";

pub fn page() -> AnyView {
    let give = ServerAction::<GivePlatform>::new();
    let revoke = ServerAction::<RevokePlatform>::new();
    let (given, revoked) = (successes(give), successes(revoke));
    let fresh = fresh_until(give, GIVE, revoke);
    let shown = Resource::new(move || (given.get(), revoked.get()), |_| orders::get_platforms());
    loaded(shown, move |rows: Vec<PlatformRow>| {
        view! { <Platforms rows give revoke fresh/> }.into_any()
    })
}

/// The key, this once.
#[component]
fn Fresh(fresh: Signal<Option<NewPlatformKey>>) -> impl IntoView {
    move || {
        fresh.get().map(|NewPlatformKey { label, id, key }| {
            view! {
                <Notice tone=Tone::Done live=true title=format!("{label}的密钥")>
                    <p>"平台号："<code class="secret">{id.to_string()}</code></p>
                    <p>"密钥："<code class="secret">{key}</code></p>
                    <p>"请现在抄下来交给平台的人，密钥只显示这一次。丢了就停用，再发一个。"</p>
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
            view! { <Notice tone=Tone::Done live=true>"已停用，这个密钥不能再用了。它送来的工单照样办。"</Notice> }
        })
    }
}

#[component]
fn Platforms(
    rows: Vec<PlatformRow>,
    give: ServerAction<GivePlatform>,
    revoke: ServerAction<RevokePlatform>,
    fresh: Signal<Option<NewPlatformKey>>,
) -> impl IntoView {
    let none = rows.is_empty();
    let rows = rows
        .into_iter()
        .map(|row| view! { <Row row revoke/> })
        .collect_view();
    let own = use_viewer().actor.and_then(|actor| {
        let mut grants = actor.grants.iter();
        let own = grants.find(|grant| grant.role.allows(Permission::ReportClients));
        own.map(|grant| grant.code.clone())
    });
    view! {
        <Page title="工单平台密钥">
            <div class="stack loose">
                <Done/>
                <Fresh fresh/>
                <p>"12345 热线、上级网格平台的工单，从文件或者接口进来，带着自己的编号和时限；办完带着结果和回访情况交还。每个平台一个密钥，接口的请求用它签名。"</p>
                {none.then(|| view! { <Empty icon=Glyph::Shield title="还没有登记平台" detail="登记一个，就能导入它的工单，也能让它经接口送来。"/> })}
                {rows}
                <Card title="登记一个平台">
                    <Form action=give prefix=GIVE adds=true>
                        <Field name="label" label="哪个平台" max_length=40 hint="例如“市 12345 热线”。"/>
                        <Field name="node" label="在哪个单位" value=own.unwrap_or_default() max_length=20 hint="单位的代码；只收这里和下面的工单。"/>
                        <Submit>"登记并发密钥"</Submit>
                    </Form>
                </Card>
            </div>
        </Page>
    }
}

#[component]
fn Row(row: PlatformRow, revoke: ServerAction<RevokePlatform>) -> impl IntoView {
    let id = row.id.to_string();
    let seen = row.seen.map_or_else(
        || "接口还没有用过".to_owned(),
        |day| format!("接口最近 {} 用过", day.zh()),
    );
    let facts = format!(
        "{}，{} 登记，平台号 {id}，工单 {} 件，{seen}",
        row.unit.name,
        row.created.date().zh(),
        row.orders
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
                    <p class="small quiet">"停用以后不能恢复，也不能再导入它的文件，需要时再登记一个。"</p>
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
