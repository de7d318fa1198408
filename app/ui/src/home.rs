//! The home page's cards. Pillars describe theirs; one list in `app` registers them; who sees what is decided here.

use leptos::prelude::*;
use shared::Actor;

use crate::appearance_switch::in_large;

/// How many cards stand open in 长辈版, beside those that show themselves only when something waits.
const IN_LARGE: usize = 3;

/// A card of the home page.
#[derive(Clone, Copy)]
pub struct HomeCard {
    /// Unique; the element's id.
    pub id: &'static str,
    /// Small comes first: 0 to 59 the one thing to do, 60 to 99 what waits now and then, 100 to 199 what the person has to do, from 200
    /// what is going on.
    pub order: u16,
    /// Whether it shows nothing while nothing waits: then it takes nobody's place in 长辈版.
    pub waits: bool,
    /// Who sees it.
    pub audience: fn(&Actor) -> bool,
    pub view: fn() -> AnyView,
}

/// The cards for `actor`, in order; equal orders keep the order of registration.
pub fn cards_for(cards: &[HomeCard], actor: &Actor) -> Vec<HomeCard> {
    let mut chosen: Vec<HomeCard> = cards
        .iter()
        .filter(|card| (card.audience)(actor))
        .copied()
        .collect();
    chosen.sort_by_key(|card| card.order);
    chosen
}

/// How many of these stand open in 长辈版.
fn in_large_open(cards: &[HomeCard]) -> usize {
    let waiting = cards.iter().filter(|card| card.waits).count();
    (waiting + IN_LARGE).min(cards.len())
}

/// The home page's content for `actor`. In 长辈版 the first few stand open, the others are folded away; else all stand open, and the style
/// shows no fold.
#[component]
pub fn HomeCards(cards: &'static [HomeCard], actor: Actor) -> impl IntoView {
    let mut first = cards_for(cards, &actor);
    let rest = first.split_off(in_large_open(&first));
    let shown = |cards: Vec<HomeCard>| {
        cards
            .into_iter()
            .map(|card| view! { <div id=card.id>{(card.view)()}</div> })
            .collect_view()
    };
    let large = in_large();
    let rest = (!rest.is_empty()).then(|| {
        view! {
            <details class="more-cards" open=move || !large.get()>
                <summary>"更多"</summary>
                <div class="stack">{shown(rest)}</div>
            </details>
        }
    });
    view! {
        {shown(first)}
        {rest}
    }
}

#[cfg(test)]
mod tests {
    use shared::{DeviceId, SessionId, UserId};

    use super::*;

    const fn card(id: &'static str, order: u16, audience: fn(&Actor) -> bool) -> HomeCard {
        HomeCard {
            id,
            order,
            waits: false,
            audience,
            view: || ().into_any(),
        }
    }

    #[test]
    fn only_ones_own_cards_and_in_order() {
        let cards = [
            card("news", 200, |_| true),
            card("admin", 100, Actor::is_staff),
            card("say", 0, |actor| actor.grants.is_empty()),
            card("more-news", 200, |_| true),
        ];
        let actor = Actor {
            user: UserId(uuid::Uuid::nil()),
            name: "张三".to_owned(),
            session: SessionId(uuid::Uuid::nil()),
            device: DeviceId(uuid::Uuid::nil()),
            second_factor: false,
            grants: Vec::new(),
            acting_for: None,
        };
        let ids: Vec<&str> = cards_for(&cards, &actor).iter().map(|card| card.id).collect();
        assert_eq!(ids, ["say", "news", "more-news"]);
    }

    #[test]
    fn what_may_be_empty_takes_nobodys_place() {
        let cards: Vec<HomeCard> = [true, true, false, false, false, false]
            .map(|waits| HomeCard {
                waits,
                ..card("some", 100, |_| true)
            })
            .to_vec();
        assert_eq!(in_large_open(&cards), 5);
        assert_eq!(in_large_open(&cards[..3]), 3);
    }
}
