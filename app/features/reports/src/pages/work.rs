//! `/admin/reports`: the matters of one's units, as those who handle them look for them.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::{Permission, Timestamp};
use ui::{
    Badge, Button, ButtonKind, Choice, Column, Empty, Glyph, Page, Pager, Resource, Select, Tab, Table, Tabs,
    Time, Tone, Width, cell,
    live::{use_events, use_reset, work_topics},
};

use super::{
    frame::{Deadline, Standing, loaded, query},
    routing::ToRules,
};
use crate::{
    api,
    model::{Filter, Kind, MatterRow, State, Urgency, WorkPage},
};

const HERE: &str = "/admin/reports";

pub fn page() -> AnyView {
    let (node, state, kind) = (query("node"), query("state"), query("kind"));
    let (category, late, after) = (query("category"), query("late"), query("after"));
    let filter = Memo::new(move |_| Filter {
        node: node.get(),
        state: state.get(),
        kind: kind.get(),
        category: category.get(),
        late: late.get() == "true",
        after: after.get(),
    });
    let shown = Resource::new(
        move || filter.get(),
        |filter: Filter| {
            api::work_list(
                filter.node,
                filter.state,
                filter.kind,
                filter.category,
                filter.late,
                filter.after,
            )
        },
    );
    use_events(work_topics(Permission::ReportHandle), move |event| {
        if event.kind.starts_with("reports.matter.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: WorkPage| {
        let filter = filter.get_untracked();
        view! { <Work page filter/> }.into_any()
    })
}

/// The list's address with a filter, from its beginning.
fn address(filter: &Filter) -> String {
    let late = if filter.late { "&late=true" } else { "" };
    format!(
        "{HERE}?node={}&state={}&kind={}&category={}{late}",
        Url::escape(&filter.node),
        Url::escape(&filter.state),
        Url::escape(&filter.kind),
        Url::escape(&filter.category)
    )
}

#[component]
fn Work(page: WorkPage, filter: Filter) -> impl IntoView {
    let of = |state: &str, late: bool| Filter {
        state: state.to_owned(),
        late,
        after: String::new(),
        ..filter.clone()
    };
    let now = page.now;
    let tab = |label: &str, state: &str, late: bool| {
        let current = filter.late == late && filter.state == state;
        Tab::new(label, address(&of(state, late)), current)
    };
    let tabs = vec![
        tab("在办", "", false),
        tab("超期", "", true),
        tab("等受理", State::Reported.code(), false),
        tab("等回访", State::Answered.code(), false),
        tab("已结束", "ended", false),
        tab("全部", "all", false),
    ];
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", address(&filter), Url::escape(next)));
    let back = (!filter.after.is_empty()).then(|| address(&filter));
    let eyebrow = page.here.map(|here| here.name).unwrap_or_default();
    let nothing = page.rows.rows.is_empty();
    let listed = if nothing {
        view! { <Empty icon=Glyph::Agree title="没有符合的事" detail="换个条件看看。有人反映，会马上出现在这里。"/> }
            .into_any()
    } else {
        let columns = ["什么事", "怎么样", "期限", "在谁手里", "什么时候反映"]
            .map(Column::text)
            .to_vec();
        let rows = page
            .rows
            .rows
            .into_iter()
            .map(|row| cells(row, now))
            .collect::<Vec<_>>();
        view! { <Table caption="居民反映的事" columns rows/> }.into_any()
    };
    let pager = match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    };
    view! {
        <Page title="居民反映的事" eyebrow width=Width::Wide>
            <div class="stack loose">
                <Tabs label="哪些事" tabs/>
                <Narrow filter categories=page.categories/>
                {listed}
                {pager}
                <div class="buttons"><ToRules/></div>
            </div>
        </Page>
    }
}

/// A matter as a row; on a phone it is a card.
fn cells(row: MatterRow, now: Timestamp) -> Vec<AnyView> {
    let href = format!("/reports/{}", row.code);
    let (state, due) = (row.state, row.due);
    let urgent = row.urgency.runs_in_hours().then(|| urgency(row.urgency));
    let left = match due {
        Some(due) => view! { <span class="row wrap close"><Deadline due now/></span> }.into_any(),
        None if state == State::Paused => view! { <span class="quiet">"计时停住了"</span> }.into_any(),
        None => view! { <span class="quiet">"—"</span> }.into_any(),
    };
    let who = format!("{} · {}", row.unit.name, row.role.label());
    let about = format!("{} · {}", row.kind.label(), row.number);
    vec![
        cell(view! {
            <div class="stack tight">
                <a href=href>{row.title}</a>
                <span class="small quiet">{about}</span>
                {(!row.excerpt.is_empty()).then(|| view! { <span class="small">{row.excerpt}</span> })}
            </div>
        }),
        cell(view! { <span class="row wrap close"><Standing state/>{urgent}</span> }),
        left,
        cell(who),
        cell(view! { <Time at=row.at/> }),
    ]
}

fn urgency(urgency: Urgency) -> AnyView {
    let tone = if urgency == Urgency::Sudden {
        Tone::Late
    } else {
        Tone::Due
    };
    view! { <Badge tone icon=Glyph::Flag>{urgency.label()}</Badge> }.into_any()
}

/// The filter: a form that works without script.
#[component]
fn Narrow(filter: Filter, categories: Vec<(String, String)>) -> impl IntoView {
    let any = |words: &str| Choice::new("", words);
    let states = std::iter::once(any("在办的"))
        .chain([Choice::new("ended", "已结束的"), Choice::new("all", "全部")])
        .chain(
            State::ALL
                .iter()
                .map(|state| Choice::new(state.code(), state.label())),
        )
        .collect::<Vec<_>>();
    let kinds = std::iter::once(any("不限"))
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    let categories = std::iter::once(any("不限"))
        .chain(
            categories
                .into_iter()
                .map(|(code, label)| Choice::new(code, label)),
        )
        .collect::<Vec<_>>();
    let late = [("", "不限"), ("true", "只看超期的")]
        .map(|(value, label)| Choice::new(value, label))
        .to_vec();
    let open = !filter.kind.is_empty() || !filter.category.is_empty();
    let only = if filter.late { "true" } else { "" };
    view! {
        <details class="fold" open=open>
            <summary>"筛选"</summary>
            <form class="form" method="get" action=HERE>
                <input type="hidden" name="node" value=filter.node/>
                <div class="fields-2">
                    <Select name="state" label="到哪一步" choices=states value=filter.state optional=true/>
                    <Select name="kind" label="是什么" choices=kinds value=filter.kind optional=true/>
                    <Select name="category" label="哪一类" choices=categories value=filter.category optional=true/>
                    <Select name="late" label="期限" choices=late value=only optional=true/>
                </div>
                <div class="buttons"><Button kind=ButtonKind::Plain submit=true icon=Glyph::Filter>"筛选"</Button></div>
            </form>
        </details>
    }
}
