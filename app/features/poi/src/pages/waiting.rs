//! `/places/photos`: photos that residents offered, for those who keep the points to look at.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::{AppError, Permission};
use ui::{
    ButtonKind, Card, Empty, Field, Form, Glyph, Notice, Page, Pager, Photo, Resource, Submit, Time, Tone,
    live::{use_events, use_reset, work_topics},
    loaded::{loaded, query},
    returned::was_refused,
};

use super::photos::address;
use crate::{
    api,
    model::{
        WaitingPage,
        photo::{LONGEST_ALT, LONGEST_WHY, Waiting},
    },
};

pub fn page() -> AnyView {
    let after = query("after");
    let shown: Resource<Result<WaitingPage, AppError>> =
        Resource::new(move || after.get(), api::waiting_photos);
    // What somebody types about one photo stays while others come in.
    let typing = RwSignal::new(false);
    let again = move || {
        if !typing.get_untracked() {
            shown.refetch();
        }
    };
    // What was offered is told to those who work there, what was approved to everybody.
    let mut topics = work_topics(Permission::PoiEdit);
    topics.push("poi".to_owned());
    use_events(topics, move |event| {
        if event.kind.starts_with("poi.photo.") {
            again();
        }
    });
    use_reset(again);
    loaded(shown, move |page: WaitingPage| {
        view! { <List page typing/> }.into_any()
    })
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "approved" => "已采用，现在显示在点位的页面上。",
            "refused" => "没有采用，照片已删除，理由已经告诉提供的人。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn List(page: WaitingPage, typing: RwSignal<bool>) -> impl IntoView {
    let nothing = page.rows.rows.is_empty();
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("/places/photos?after={}", Url::escape(next)));
    let rows = page
        .rows
        .rows
        .into_iter()
        .map(|row| view! { <One row/> })
        .collect_view();
    view! {
        <Page title="待审核的照片" above=vec![("身边的点位".to_owned(), "/places".to_owned())]>
            <div class="stack loose" on:input=move |_| typing.set(true)>
                <Done/>
                {nothing.then(|| view! { <Empty icon=Glyph::Image title="现在没有要审核的照片" detail="居民给点位提供了照片，会出现在这里。"/> })}
                {rows}
                {onward.map(|onward| view! { <Pager onward/> })}
            </div>
        </Page>
    }
}

#[component]
fn One(row: Waiting) -> impl IntoView {
    let approve = ServerAction::<api::ApprovePhoto>::new();
    let refuse = ServerAction::<api::RefusePhoto>::new();
    let id = row.id.to_string();
    let (yes, no) = (format!("yes-{id}"), format!("no-{id}"));
    let open = was_refused::<api::RefusePhoto>(&no);
    let picture = row.size.map(|(width, height)| {
        view! { <Photo src=address(row.id) alt=row.alt.clone() width height/> }
    });
    let point = format!("/places/point?id={}", row.point);
    let length = |most: usize| u32::try_from(most).unwrap_or(u32::MAX);
    let (for_yes, for_no) = (id.clone(), id);
    view! {
        <Card title=row.name.clone() end=move || view! { <a href=point>"看点位"</a> }>
            <div class="stack">
                <p class="small quiet">{format!("{} · {}，", row.kind.label(), row.unit.name)}<Time at=row.at/>" 提供"</p>
                <div class="photos">{picture}</div>
                <Form action=approve prefix=yes>
                    <input type="hidden" name="id" value=for_yes/>
                    <Field name="alt" label="描述" hint="看不见的人靠它了解照片，可以改。" value=row.alt max_length=length(LONGEST_ALT)/>
                    <Submit icon=Glyph::Check>"采用"</Submit>
                </Form>
                <details class="fold" open=open>
                    <summary>"不采用"</summary>
                    <Form action=refuse prefix=no>
                        <p>"照片会删除，理由会告诉提供的人。"</p>
                        <input type="hidden" name="id" value=for_no/>
                        <Field name="why" label="理由" hint="例如：拍到了别人的脸" max_length=length(LONGEST_WHY)/>
                        <Submit kind=ButtonKind::Danger>"不采用这一张"</Submit>
                    </Form>
                </details>
            </div>
        </Card>
    }
}
