//! `/tasks`: what one has to do, what is due first first.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Empty, Glyph, List, ListRow, Page, Pager, Resource, Tab, Tabs,
    live::{use_events, use_reset},
    viewer::use_viewer,
};

use super::frame::{Done, Standing, loaded, query};
use crate::{
    api,
    model::{State, TaskList, TaskRow, View},
};

/// The topics on which one hears of one's own tasks.
pub fn own_topics() -> Vec<String> {
    use_viewer()
        .actor
        .map(|actor| vec![format!("user/{}", actor.user)])
        .unwrap_or_default()
}

/// `/tasks`
pub fn page() -> AnyView {
    let (view, after) = (query("view"), query("after"));
    let rows = Resource::new(
        move || (view.get(), after.get()),
        |(view, after)| api::list(view, after),
    );
    use_events(own_topics(), move |event| {
        if event.kind.starts_with("tasks.") {
            rows.refetch();
        }
    });
    use_reset(move || rows.refetch());
    loaded(rows, move |list: TaskList| {
        let shown = View::from_code(&view.get_untracked());
        let paged = !after.get_untracked().is_empty();
        view! { <Tasks list shown paged/> }.into_any()
    })
}

fn address(view: View) -> String {
    match view.code() {
        "" => "/tasks".to_owned(),
        code => format!("/tasks?view={code}"),
    }
}

#[component]
fn Tasks(list: TaskList, shown: View, paged: bool) -> impl IntoView {
    let tabs = View::ALL
        .into_iter()
        .filter(|view| *view != View::Unit || list.oversees)
        .map(|view| Tab::new(view.label(), address(view), view == shown))
        .collect();
    let now = list.now;
    let onward = list
        .rows
        .next
        .map(|next| format!("/tasks?view={}&after={next}", shown.code()));
    let back = paged.then(|| address(shown));
    let rows: Vec<TaskRow> = list.rows.rows;
    let body = if rows.is_empty() {
        view! { <Nothing shown/> }.into_any()
    } else {
        let rows = rows
            .into_iter()
            .map(|row| {
                let (href, title) = (format!("/tasks/{}", row.id), row.title.clone());
                let detail = detail(&row);
                view! { <ListRow title detail href><Standing row now/></ListRow> }
            })
            .collect_view();
        view! { <List label=shown.label()>{rows}</List> }.into_any()
    };
    let pager = match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    };
    view! {
        <Page title="我的任务">
            <div class="stack loose">
                <Done/>
                <Tabs label="哪些任务" tabs/>
                {body}
                {pager}
            </div>
        </Page>
    }
}

fn detail(row: &TaskRow) -> String {
    let when = match (row.state, row.due, row.ended) {
        (State::Open, Some(due), _) => format!("{}到期", due.zh_short()),
        (State::Paused, ..) => "计时停住了".to_owned(),
        (_, _, Some(ended)) => format!("{} {}", ended.zh_short(), row.state.label()),
        _ => String::new(),
    };
    format!("{} · {} · {when}", row.label, row.node_name)
}

#[component]
fn Nothing(shown: View) -> impl IntoView {
    let (title, detail) = match shown {
        View::Open => ("现在没有要办的事", "有事交给您，会出现在这里，先到期的排在前面。"),
        View::Paused => (
            "没有挂起的事",
            "等别人答复、暂时办不了的事，由督办的人挂起，计时会停住。",
        ),
        View::Ended => ("还没有办完的事", "办结的事会留在这里，最近的排在前面。"),
        View::Unit => (
            "辖区里没有在办的事",
            "下级单位在办的事会出现在这里，先到期的排在前面。",
        ),
    };
    view! {
        <Empty icon=Glyph::Agree title=title detail=detail>
            <div class="buttons"><Button kind=ButtonKind::Plain href="/">"回首页"</Button></div>
        </Empty>
    }
}
