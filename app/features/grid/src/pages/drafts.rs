//! `/map/drafts`: the drafts of borders that wait, one's own and those of others.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{Badge, Card, Empty, Glyph, List, ListRow, Page, Resource, Tone, loaded::loaded};

use crate::{
    api,
    model::draft::{DraftList, DraftRow, DraftState},
};

pub struct DraftsPage;

#[lazy_route]
impl LazyRoute for DraftsPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let shown = Resource::new(|| (), |()| api::drafts());
        loaded(shown, |list| view! { <Content list/> }.into_any())
    }
}

#[component]
fn Content(list: DraftList) -> impl IntoView {
    let nothing = list.waiting.is_empty() && list.mine.is_empty() && list.others.is_empty();
    let above = vec![("地图".to_owned(), "/map".to_owned())];
    view! {
        <Page title="边界草稿" above>
            {nothing.then(|| view! {
                <Empty icon=Glyph::Map title="还没有边界草稿" detail="打开社区的地图，按“改边界”，就能起草一份。"/>
            })}
            <Rows title="等您审批" rows=list.waiting/>
            <Rows title="您起草的" rows=list.mine/>
            <Rows title="别人起草的" rows=list.others/>
        </Page>
    }
}

#[component]
fn Rows(title: &'static str, rows: Vec<DraftRow>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(row).collect_view();
        view! { <Card title=title flush=true><List label=title>{rows}</List></Card> }
    })
}

fn row(row: DraftRow) -> AnyView {
    let href = match (row.state, row.mine) {
        (DraftState::Drafted, true) => format!("/map/edit/{}", row.code),
        _ => format!("/map/drafts/{}", row.id),
    };
    let reason = Some(row.reason.clone()).filter(|reason| !reason.is_empty());
    let day = row.effective_on.map(|day| format!("{} 生效", day.zh()));
    let who = (!row.mine).then(|| format!("{}起草", row.author));
    let detail: Vec<String> = [reason, who, day].into_iter().flatten().collect();
    let title = format!("{}的边界", row.name);
    view! {
        <ListRow icon=Glyph::Edit title detail=detail.join("，") href><Standing state=row.state/></ListRow>
    }
    .into_any()
}

/// How a draft stands, in words on a tone.
#[component]
pub fn Standing(state: DraftState) -> impl IntoView {
    let tone = match state {
        DraftState::Drafted | DraftState::Withdrawn => Tone::Quiet,
        DraftState::Proposed => Tone::Due,
        DraftState::Approved => Tone::Go,
        DraftState::Refused => Tone::Late,
        DraftState::InEffect => Tone::Done,
    };
    view! { <Badge tone>{state.label()}</Badge> }
}
