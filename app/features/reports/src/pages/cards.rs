//! The residents' cards on the home page: reporting something, and what becomes of what they reported.

use leptos::prelude::*;
use shared::{Actor, Role, Timestamp};
use ui::{
    Button, ButtonKind, Card, Glyph, Icon, List, ListRow, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::frame::{Deadline, Standing, topics};
use crate::{api, model::RunningRow};

pub fn of_residents() -> Vec<HomeCard> {
    vec![
        HomeCard {
            id: "reports-new",
            order: 20,
            waits: false,
            audience: reports,
            view: || view! { <Say/> }.into_any(),
        },
        HomeCard {
            id: "reports-mine",
            order: 101,
            waits: false,
            audience: reports,
            view: || view! { <Mine/> }.into_any(),
        },
    ]
}

/// Residents, also while their registration waits, partners, and whoever acts for a resident.
fn reports(actor: &Actor) -> bool {
    !actor.is_staff() || actor.holds(Role::Resident) || actor.acting_for.is_some()
}

/// The one thing to do.
#[component]
fn Say() -> impl IntoView {
    view! {
        <a class="lead" href="/reports/new">
            <span class="words">
                <b>"看到问题？说一声"</b>
                <span>"拍张照片就行，2 个工作日内有人答复"</span>
            </span>
            <span class="disc"><Icon name=Glyph::Add/></span>
        </a>
    }
}

/// What runs, the newest first; nothing for who has reported nothing.
#[component]
fn Mine() -> impl IntoView {
    let mine = Resource::new(|| (), |()| api::running_matters());
    use_events(topics(), move |event| {
        if event.kind.starts_with("reports.") {
            mine.refetch();
        }
    });
    use_reset(move || mine.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let Ok(page) = mine.await else {
                    return ().into_any();
                };
                let one = match page.rows.as_slice() {
                    [] => return ().into_any(),
                    [only] => Some(format!("/reports/{}", only.code)),
                    _ => None,
                };
                let rows = page.rows.into_iter().map(|row| running_row(row, page.now)).collect_view();
                let end = || view! { <a href="/reports">"全部"<span class="hidden-text">"我反映的事"</span></a> };
                view! {
                    <Card title="我反映的事" flush=true end>
                        <List label="我反映的事">{rows}</List>
                        {one.map(|href| view! {
                            <div class="buttons reports-large">
                                <Button kind=ButtonKind::Plain href>"看看到哪一步"</Button>
                            </div>
                        })}
                    </Card>
                }
                .into_any()
            })}
        </Transition>
    }
}

/// A matter as a link: what and where it is, how it stands. What was told is opened on its page.
fn running_row(row: RunningRow, now: Timestamp) -> impl IntoView {
    let RunningRow {
        code,
        title,
        kind,
        state,
        at,
        due,
    } = row;
    let href = format!("/reports/{code}");
    let detail = format!("{} · {}", kind.label(), at.zh_short());
    view! {
        <ListRow title detail href>
            <Standing state/>
            {due.map(|due| view! { <Deadline due now/> })}
        </ListRow>
    }
}
