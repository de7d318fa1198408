//! `/map/drafts`: the drafts of borders that wait, one's own and those of others; `?list=` goes on with one of the lists.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Glyph, List, ListRow, Page, Pager, Resource, Tone,
    loaded::{loaded, query},
};

use crate::{
    api,
    model::draft::{DraftList, DraftRow, DraftState, Shelf},
};

pub struct DraftsPage;

#[lazy_route]
impl LazyRoute for DraftsPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let (list, after) = (query("list"), query("after"));
        let shown = Resource::new(
            move || (list.get(), after.get()),
            |(list, after)| api::drafts(list, after),
        );
        loaded(shown, move |found| {
            let only = Shelf::from_code(&list.get_untracked());
            view! { <Content list=found only/> }.into_any()
        })
    }
}

#[component]
fn Content(list: DraftList, only: Option<Shelf>) -> impl IntoView {
    let shelves = [
        (Shelf::Waiting, list.waiting),
        (Shelf::Mine, list.mine),
        (Shelf::Others, list.others),
    ];
    let nothing = only.is_none() && shelves.iter().all(|(_, page)| page.rows.is_empty());
    let mut above = vec![("地图".to_owned(), "/map".to_owned())];
    if only.is_some() {
        above.push(("边界草稿".to_owned(), "/map/drafts".to_owned()));
    }
    let shelves = shelves
        .into_iter()
        .filter(|(shelf, page)| only.map_or(!page.rows.is_empty(), |only| only == *shelf))
        .map(|(shelf, page)| {
            let more = page
                .next
                .map(|next| format!("/map/drafts?list={}&after={next}", shelf.code()));
            view! { <Rows shelf rows=page.rows more alone=only.is_some()/> }
        })
        .collect_view();
    view! {
        <Page title="边界草稿" above>
            {nothing.then(|| view! {
                <Empty icon=Glyph::Map title="还没有边界草稿" detail="打开社区的地图，按“改边界”，就能起草一份。"/>
            })}
            {shelves}
        </Page>
    }
}

#[component]
fn Rows(shelf: Shelf, rows: Vec<DraftRow>, more: Option<String>, alone: bool) -> impl IntoView {
    let title = shelf.label();
    let rows = rows.into_iter().map(row).collect_view();
    let onward = match more {
        Some(onward) if alone => view! { <Pager back="/map/drafts" onward/> }.into_any(),
        Some(href) => {
            let words = format!("更多{title}");
            view! { <div class="buttons"><Button kind=ButtonKind::Quiet href>{words}</Button></div> }
                .into_any()
        }
        None if alone => view! { <Pager back="/map/drafts"/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Card title=title flush=true><List label=title>{rows}</List></Card>
        {onward}
    }
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
