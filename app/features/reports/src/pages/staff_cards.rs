//! The card of those who handle matters on the home page.

use leptos::prelude::*;
use shared::{Actor, Permission};
use ui::{
    Card, Glyph, List, ListRow, Resource,
    home::HomeCard,
    live::{use_events, use_reset, work_topics},
};

use crate::{api, model::Waiting};

pub fn of_staff() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "reports-waiting",
        order: 61,
        waits: true,
        audience: |actor: &Actor| actor.may(Permission::ReportHandle),
        view: || view! { <Waits/> }.into_any(),
    }]
}

/// What waits for the viewer; nothing where nothing does.
#[component]
fn Waits() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::count_waiting());
    use_events(work_topics(Permission::ReportHandle), move |event| {
        if event.kind.starts_with("reports.matter.") {
            waiting.refetch();
        }
    });
    use_reset(move || waiting.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match waiting.await {
                    Ok(waiting) => rows(waiting),
                    Err(_) => ().into_any(),
                }
            })}
        </Transition>
    }
}

fn rows(waiting: Waiting) -> AnyView {
    let all = [
        (
            waiting.held,
            Glyph::Hand,
            "居民反映的事，在您手里",
            "/admin/reports",
        ),
        (
            waiting.parts,
            Glyph::People,
            "请您协办的事，还没有办完",
            "/reports",
        ),
        (
            waiting.late,
            Glyph::Warning,
            "居民反映的事，超期了",
            "/admin/reports?late=true",
        ),
        (
            waiting.reported,
            Glyph::Talk,
            "居民反映的事，等受理",
            "/admin/reports?state=reported",
        ),
        (
            waiting.answered,
            Glyph::Phone,
            "居民反映的事，等回访",
            "/admin/reports?state=answered",
        ),
    ];
    let rows = all
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, icon, title, href)| {
            let detail = match count {
                Waiting::MOST.. => "有 99 件以上等处理".to_owned(),
                _ => format!("有 {count} 件等处理"),
            };
            view! { <ListRow icon title detail href/> }
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return ().into_any();
    }
    view! { <Card flush=true><List label="居民反映的事">{rows}</List></Card> }.into_any()
}
