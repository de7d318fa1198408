//! The residents' cards on the home page: reporting something, and what becomes of what they reported.

use leptos::prelude::*;
use shared::{Actor, Role};
use ui::{
    Button, ButtonKind, Card, Glyph, Icon, List, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::frame::{matter_rows, topics};
use crate::api;

/// Rows on the home page.
const SHOWN: usize = 2;

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
    let mine = Resource::new(|| (), |()| api::my_matters(String::new()));
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
                let mut rows = page.own.rows;
                rows.retain(|row| !row.state.has_ended());
                if rows.is_empty() {
                    return ().into_any();
                }
                rows.truncate(SHOWN);
                let one = match rows.as_slice() {
                    [only] => Some(format!("/reports/{}", only.code)),
                    _ => None,
                };
                let rows = matter_rows(rows, page.now);
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
