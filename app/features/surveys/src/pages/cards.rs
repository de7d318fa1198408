//! The card of the home page: in what one may take part, and what closed and waits for the answers of those who keep it.

use leptos::prelude::*;
use shared::Actor;
use ui::{
    Card, List, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::frame::{rows, topics};
use crate::{api, model::Waiting};

/// For residents, and those who open them.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "surveys-waiting",
        order: 63,
        waits: true,
        audience: |actor: &Actor| actor.acting_for.is_none(),
        view: || view! { <Waits/> }.into_any(),
    }]
}

#[component]
fn Waits() -> impl IntoView {
    let waiting = Resource::new(|| (), |()| api::get_waiting());
    use_events(topics(), move |_| waiting.refetch());
    use_reset(move || waiting.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match waiting.await {
                    Ok(waiting) => cards(waiting),
                    Err(_) => ().into_any(),
                }
            })}
        </Transition>
    }
}

fn cards(waiting: Waiting) -> AnyView {
    let Waiting { yours, overdue } = waiting;
    let yours = (!yours.is_empty()).then(|| {
        view! { <Card title="听听您的意见" flush=true><List label="听听您的意见">{rows(yours)}</List></Card> }
    });
    let overdue = (!overdue.is_empty()).then(|| {
        view! { <Card title="已截止，等您答复" flush=true><List label="已截止，等您答复">{rows(overdue)}</List></Card> }
    });
    view! { {yours} {overdue} }.into_any()
}
