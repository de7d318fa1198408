//! This pillar's card on the home page: in 长辈版 it is the way to the inbox.

use leptos::prelude::*;
use ui::{
    Card, Resource,
    home::HomeCard,
    live::{use_events, use_reset},
};

use super::row::{Linked, Standing};
use crate::{api, model::Latest, unread::own_topics};

/// The card.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "notices-latest",
        order: 102,
        audience: |_| true,
        view: || view! { <Newest/> }.into_any(),
    }]
}

#[component]
fn Newest() -> impl IntoView {
    let latest = Resource::new(|| (), |()| api::newest());
    use_events(own_topics(), move |event| {
        if event.kind.starts_with("notices.") {
            latest.refetch();
        }
    });
    use_reset(move || latest.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match latest.await {
                    Ok(latest) => view! { <Waiting latest/> }.into_any(),
                    Err(error) => view! { <Card title="消息"><p>{error.message()}</p></Card> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Waiting(latest: Latest) -> impl IntoView {
    let own = ui::viewer::use_viewer()
        .actor
        .is_some_and(|actor| actor.acting_for.is_none());
    let now = latest.now;
    let words = match latest.unread {
        0 => "没有新消息。".to_owned(),
        100.. => "有 99 条以上没看。".to_owned(),
        some => format!("有 {some} 条没看。"),
    };
    let any = !latest.first.is_empty();
    let rows = latest
        .first
        .into_iter()
        .map(|row| {
            let standing = Signal::stored(Standing::of(&row));
            view! { <li><Linked row now own standing/></li> }
        })
        .collect_view();
    view! {
        <Card title="消息" end=|| view! { <a href="/inbox">"全部"</a> }>
            <p>{words}</p>
            {any.then(|| view! { <ul class="list notices" role="list" aria-label="最新的消息">{rows}</ul> })}
        </Card>
    }
}
