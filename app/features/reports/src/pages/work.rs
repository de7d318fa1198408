//! `/admin/reports`: the matters of one's units, as those who handle them look for them.

use leptos::{html, prelude::*};
use leptos_router::location::Url;
use shared::{Permission, Timestamp};
use ui::{
    Badge, Button, ButtonKind, Column, Empty, Glyph, Page, Pager, Resource, Tab, Table, Tabs, Time, Tone,
    Typing, Width, cell,
    live::{use_events, use_reset, work_topics},
    loaded::loaded_unless,
    successes, use_list_keys, use_now,
    viewer::use_viewer,
};

use super::{
    answers::ToAnswers,
    beside::{ToMap, Words, with_map},
    frame::{Deadline, Standing, Urged, Waits, query},
    joints::ToJoints,
    many::{Many, Outcomes, tick},
    narrow::Narrow,
    routing::ToRules,
    views::Views,
};
use crate::{
    api::{
        self,
        desk::{RemoveView, SaveView, TakeMany},
    },
    model::{Filter, MatterRow, State, Urgency, WorkPage},
};

pub const HERE: &str = "/admin/reports";
/// How often a list of what is late is made anew.
const LATE_ANEW: i64 = 5 * Timestamp::MINUTE;

pub fn page() -> AnyView {
    let (node, state, kind) = (query("node"), query("state"), query("kind"));
    let (category, late, after) = (query("category"), query("late"), query("after"));
    let (urgency, holder, since) = (query("urgency"), query("holder"), query("since"));
    let (until, joint, urged) = (query("until"), query("joint"), query("urged"));
    let q = query("q");
    let filter = Memo::new(move |_| Filter {
        node: node.get(),
        state: state.get(),
        kind: kind.get(),
        category: category.get(),
        late: late.get() == "true",
        urgency: urgency.get(),
        holder: holder.get(),
        since: since.get(),
        until: until.get(),
        joint: joint.get() == "true",
        urged: urged.get() == "true",
        q: q.get(),
        after: after.get(),
    });
    let tools = Tools {
        many: ServerAction::new(),
        save: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let (taken, saved, removed) = (
        successes(tools.many),
        successes(tools.save),
        successes(tools.remove),
    );
    // What is ticked and typed stays while others go on with their work. With each of these the list is made anew.
    let typing = Typing::new();
    Effect::new(move |before: Option<Filter>| {
        let now = filter.get();
        for memo in [taken, saved, removed] {
            memo.track();
        }
        typing.is_over();
        if before.is_some_and(|before| before != now) {
            // What became of many is not told beside another list.
            tools.many.clear();
        }
        now
    });
    let shown = Resource::new(
        move || (filter.get(), [taken.get(), saved.get(), removed.get()]),
        |(filter, _): (Filter, [usize; 3])| {
            api::work_list(
                filter.node,
                filter.state,
                filter.kind,
                filter.category,
                filter.late,
                filter.urgency,
                filter.holder,
                filter.since,
                filter.until,
                filter.joint,
                filter.urged,
                filter.q,
                filter.after,
            )
        },
    );
    let again = move || typing.look_again(shown);
    use_events(work_topics(Permission::ReportHandle), move |event| {
        if event.kind.starts_with("reports.matter.") {
            again();
        }
    });
    use_reset(again);
    let list = loaded_unless(typing, shown, move |page: WorkPage| {
        let filter = filter.get_untracked();
        anew_when_due(&page, &filter, again);
        view! { <Work page filter tools/> }.into_any()
    });
    let root = NodeRef::<html::Div>::new();
    use_list_keys(root, dispatches());
    with_map(list, root, filter)
}

/// Has a list that stands open made anew when the time of one of its matters is up; of what is late, which comes from elsewhere, now and then.
fn anew_when_due(page: &WorkPage, filter: &Filter, again: impl Fn() + 'static) {
    let dues = page.rows.rows.iter().filter_map(|row| row.due);
    let next = dues.map(|due| due.at).filter(|at| *at >= page.now);
    let then = filter.late.then(|| page.now.plus(LATE_ANEW));
    let (at, now) = (next.chain(then).min(), use_now(page.now));
    Effect::new(move |_| {
        if at.is_some_and(|at| at < now()) {
            again();
        }
    });
}

/// Whether the viewer gives matters to others.
fn dispatches() -> bool {
    use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::ReportDispatch))
}

/// What is done on the page itself.
#[derive(Clone, Copy)]
struct Tools {
    many: ServerAction<TakeMany>,
    save: ServerAction<SaveView>,
    remove: ServerAction<RemoveView>,
}

/// What an address says of a filter, from the beginning of the list.
pub fn written(filter: &Filter) -> String {
    let asked = filter.asked();
    let told = asked
        .iter()
        .map(|(name, value)| format!("{name}={}", Url::escape(value)));
    told.collect::<Vec<_>>().join("&")
}

/// The list's address with a filter, from its beginning.
pub fn address(filter: &Filter) -> String {
    format!("{HERE}?{}", written(filter))
}

#[component]
fn Work(page: WorkPage, filter: Filter, tools: Tools) -> impl IntoView {
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
        .map(|next| format!("{HERE}?{}&after={}", written(&filter), Url::escape(next)));
    let back = (!filter.after.is_empty()).then(|| address(&filter));
    let shown = filter.clone();
    let eyebrow = page.here.map(|here| here.name).unwrap_or_default();
    let nothing = page.rows.rows.is_empty();
    let dispatches = dispatches();
    let (kept, sought) = (filter.clone(), filter.clone());
    let listed = if nothing {
        view! { <Empty icon=Glyph::Agree title="没有符合的事" detail="换个条件看看。有人反映，会马上出现在这里。"/> }
            .into_any()
    } else {
        let columns = ["什么事", "怎么样", "期限", "在谁手里", "什么时候反映"]
            .map(Column::text)
            .to_vec();
        // Made inside of the form, where the boxes find what was ticked before it was refused.
        let table = move || {
            let rows = page
                .rows
                .rows
                .into_iter()
                .enumerate()
                .map(|(at, row)| cells(row, now, dispatches.then_some(at)))
                .collect::<Vec<_>>();
            view! { <Table caption="居民反映的事" columns rows/> }.into_any()
        };
        if dispatches {
            view! { <Many targets=page.targets action=tools.many>{table()}</Many> }.into_any()
        } else {
            table()
        }
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
                <Outcomes action=tools.many/>
                <Tabs label="哪些事" tabs/>
                <Words action=HERE filter=sought/>
                <Views views=page.views filter=kept save=tools.save remove=tools.remove/>
                <Narrow filter categories=page.categories units=page.units/>
                {listed}
                {pager}
                <div class="buttons">
                    <Button kind=ButtonKind::Plain icon=Glyph::Chart href="/reports/figures">"办得怎么样"</Button>
                    <ToMap filter=shown/>
                    <ToJoints/>
                    {dispatches.then(|| view! { <ToAnswers/> })}
                    <ToRules/>
                </div>
            </div>
        </Page>
    }
}

/// A matter as a row; on a phone it is a card.
fn cells(row: MatterRow, now: Timestamp, at: Option<usize>) -> Vec<AnyView> {
    let tick = at.map(|at| tick(at, &row.code, &row.number));
    let href = format!("/reports/{}", row.code);
    let (state, due, paused) = (row.state, row.due, row.paused);
    let urged = row.urged.then(|| view! { <Urged/> });
    let urgent = row.urgency.runs_in_hours().then(|| urgency(row.urgency));
    let left = match due {
        Some(due) => view! { <span class="row wrap close"><Deadline due now/></span> }.into_any(),
        None if state == State::Paused => {
            let waits = paused.map(|since| view! { <Waits since now/> });
            view! { <span class="row wrap close"><span class="quiet">"计时停住了"</span>{waits}</span> }
                .into_any()
        }
        None => view! { <span class="quiet">"—"</span> }.into_any(),
    };
    let who = format!("{} · {}", row.unit.name, row.role.label());
    // Where it can be ticked its number stands beside the box.
    let about = if tick.is_some() {
        row.kind.label().to_owned()
    } else {
        format!("{} · {}", row.kind.label(), row.number)
    };
    vec![
        cell(view! {
            <div class="stack tight">
                {tick}
                <a href=href>{row.title}</a>
                <span class="small quiet">{about}</span>
                {(!row.excerpt.is_empty()).then(|| view! { <span class="small">{row.excerpt}</span> })}
            </div>
        }),
        cell(
            view! { <span class="row wrap close"><Standing state petition=row.petition/>{urgent}{urged}</span> },
        ),
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
