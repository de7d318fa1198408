//! This pillar's cards on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission, Role};
use ui::{
    Button, ButtonKind, Card, Glyph, List, ListRow, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::{frame::Standing, list::own_topics};
use crate::{api, model::Today};

/// The cards: what waits for a worker, and what an administrator sets.
pub fn home_cards() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "tasks-today",
            order: 105,
            waits: false,
            audience: works,
            view: || view! { <Mine/> }.into_any(),
        },
        HomeCard {
            id: "tasks-admin",
            order: 125,
            waits: false,
            audience: sets,
            view: || view! { <Admin/> }.into_any(),
        },
    ]
}

fn works(actor: &Actor) -> bool {
    actor.grants.iter().any(|grant| grant.role != Role::Resident)
}

fn sets(actor: &Actor) -> bool {
    actor.may(Permission::HoursEdit) || actor.may(Permission::CalendarManage)
}

#[component]
fn Mine() -> impl IntoView {
    let today = Resource::new(|| (), |()| api::my_today());
    use_events(own_topics(), move |event| {
        if event.kind.starts_with("tasks.") {
            today.refetch();
        }
    });
    use_reset(move || today.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match today.await {
                    Ok(today) => view! { <Waiting today/> }.into_any(),
                    Err(error) => view! { <Card title="我的任务"><p>{error.message()}</p></Card> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Waiting(today: Today) -> impl IntoView {
    let words = match (today.overdue, today.today, today.open) {
        (0, 0, 0) => "现在没有要办的事。".to_owned(),
        (0, 0, open) => format!("今天没有到期的，一共 {open} 件在办。"),
        (0, due, open) => format!("今天到期 {due} 件，一共 {open} 件在办。"),
        (late, 0, open) => format!("超期 {late} 件，一共 {open} 件在办。"),
        (late, due, open) => format!("超期 {late} 件，今天到期 {due} 件，一共 {open} 件在办。"),
    };
    let now = today.now;
    let rows = today
        .first
        .into_iter()
        .map(|row| {
            let (href, title) = (format!("/tasks/{}", row.id), row.title.clone());
            view! { <ListRow title href><Standing row now/></ListRow> }
        })
        .collect_view();
    let any = today.open > 0;
    view! {
        <Card title="我的任务" end=|| view! { <a href="/tasks">"全部"</a> }>
            <p>{words}</p>
            {any.then(|| view! { <List label="最先到期的">{rows}</List> })}
        </Card>
    }
}

#[component]
fn Admin() -> impl IntoView {
    let actor = ui::viewer::use_viewer().actor;
    let may = |permission| actor.as_ref().is_some_and(|actor| actor.may(permission));
    let (hours, calendar) = (may(Permission::HoursEdit), may(Permission::CalendarManage));
    view! {
        <Card title="上班时间">
            <div class="buttons">
                {hours.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Clock href="/admin/hours">"上班时间"</Button> })}
                {calendar.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Calendar href="/admin/calendar">"工作日历"</Button> })}
            </div>
        </Card>
    }
}
