//! `/admin/reports/joint`: meetings about what comes again, and what would be worth one.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Page, Pager, Resource, Tone,
    live::{use_events, use_reset, work_topics},
    viewer::use_viewer,
};

use super::frame::{loaded, query};
use crate::{
    api,
    model::{JointRow, JointsPage, Recurring},
};

const HERE: &str = "/admin/reports/joint";

pub fn page() -> AnyView {
    let after = query("after");
    let shown = Resource::new(move || after.get(), api::joint::get_joints);
    use_events(work_topics(Permission::ReportHandle), move |event| {
        if event.kind.starts_with("reports.joint.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: JointsPage| {
        let first = after.get_untracked().is_empty();
        view! { <Joints page first/> }.into_any()
    })
}

#[component]
fn Joints(page: JointsPage, first: bool) -> impl IntoView {
    let keeps = use_viewer()
        .actor
        .filter(|actor| actor.may(Permission::ReportDispatch));
    let places = keeps
        .iter()
        .flat_map(|actor| actor.grants.iter())
        .filter(|grant| grant.role.allows(Permission::ReportDispatch))
        .map(|grant| {
            let href = format!("{HERE}/new?node={}", grant.code);
            let words = format!("记一次联席会（{}）", grant.node_name);
            view! { <Button icon=Glyph::Add href>{words}</Button> }
        })
        .collect_view();
    let new = keeps
        .is_some()
        .then(|| view! { <div class="buttons">{places}</div> });
    let recurring = (!page.recurring.is_empty()).then(|| {
        let may = keeps.is_some();
        let rows = page
            .recurring
            .into_iter()
            .map(|row| view! { <Again row may/> })
            .collect_view();
        view! {
            <Card title="一年里同一个地方反复反映的" flush=true>
                <List label="一年里同一个地方反复反映的">{rows}</List>
            </Card>
        }
    });
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{HERE}?after={}", Url::escape(next)));
    let nothing = page.rows.rows.is_empty();
    let listed = if nothing {
        view! { <Empty icon=Glyph::People title="还没有联席会" detail="同一件事反复有人反映，就请社区、业委会、物业和居民坐到一起，把各方的承诺记下来。"/> }
            .into_any()
    } else {
        let rows = page
            .rows
            .rows
            .into_iter()
            .map(|row| view! { <Row row/> })
            .collect_view();
        view! { <Card title="开过的联席会" flush=true><List label="开过的联席会">{rows}</List></Card> }
            .into_any()
    };
    let above = vec![("居民反映的事".to_owned(), "/admin/reports".to_owned())];
    let back = (!first).then(|| view! { <p><a href=HERE>"从最近的看起"</a></p> });
    view! {
        <Page title="联席会" above>
            <div class="stack loose">
                {new}
                {recurring}
                {listed}
                {back}
                {onward.map(|onward| view! { <Pager onward/> })}
            </div>
        </Page>
    }
}

#[component]
fn Again(row: Recurring, may: bool) -> impl IntoView {
    let title = format!("{}：{}", row.place.name, row.label);
    let detail = format!("一年里 {} 件，还没有为它开过联席会", row.count);
    let place = row.place.code;
    let category = Url::escape(&row.category);
    let href = if may {
        format!("{HERE}/new?node={place}&category={category}")
    } else {
        format!("/admin/reports?node={place}&state=all&category={category}")
    };
    view! { <ListRow icon=Glyph::Refresh title detail href/> }
}

#[component]
fn Row(row: JointRow) -> impl IntoView {
    let href = format!("/reports/joint/{}", row.code);
    let detail = format!("{} · {} · {} 件事", row.on.zh(), row.unit.name, row.matters);
    let late = (row.late > 0).then(|| {
        let words = format!("{} 条超期", row.late);
        view! { <Badge tone=Tone::Late icon=Glyph::Warning>{words}</Badge> }
    });
    let open = (row.open > row.late).then(|| {
        let words = format!("{} 条还没到位", row.open - row.late);
        view! { <Badge tone=Tone::Due>{words}</Badge> }
    });
    let public = row
        .public
        .then(|| view! { <Badge tone=Tone::Quiet>"已公开"</Badge> });
    view! { <ListRow title=row.title detail href>{late}{open}{public}</ListRow> }
}

/// The way there, for other pages of staff.
#[component]
pub fn ToJoints() -> impl IntoView {
    view! { <Button kind=ButtonKind::Plain icon=Glyph::People href=HERE>"联席会"</Button> }
}
