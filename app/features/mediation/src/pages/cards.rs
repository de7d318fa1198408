//! The card of the home page: what waits for whoever is named in a mediation, or holds the post that takes one.

use leptos::prelude::*;
use shared::Actor;
use ui::{
    Card, Glyph, List, ListRow, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::frame::topics;
use crate::{api, model::Waiting};

/// Everybody may be a side.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "mediation-waiting",
        order: 62,
        waits: true,
        audience: |actor: &Actor| actor.acting_for.is_none(),
        view: || view! { <Waits/> }.into_any(),
    }]
}

/// What waits for the viewer; nothing where nothing does.
#[component]
fn Waits() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::count_waiting());
    use_events(topics(), move |event| {
        if event.kind.starts_with("mediation.") {
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
        (waiting.asked, Glyph::Talk, "有人想和您调解一件纠纷，等您答复"),
        (waiting.desk, Glyph::Hand, "调解申请，等人接手"),
        (waiting.own, Glyph::People, "您参加的调解"),
    ];
    let rows = all
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, icon, title)| {
            view! { <ListRow icon title detail=format!("有 {count} 件在进行") href="/mediation"/> }
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return ().into_any();
    }
    view! { <Card flush=true><List label="人民调解">{rows}</List></Card> }.into_any()
}
