//! This pillar's card on the home page: how much is unread, and the newest of it; in 长辈版 it is the way to the inbox.
//!
//! The number came with the page. What is newest the browser asks for once the page is there, so that the first page of everybody signed in
//! costs the server nothing more; without script the number and the way stay.

use leptos::{prelude::*, task::spawn_local};
use ui::{Card, List, home::HomeCard, viewer::use_viewer};

use super::row::{Linked, Standing};
use crate::{api, model::Newest, unread::use_unread};

/// The card.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "notices-unread",
        order: 102,
        waits: false,
        audience: |_| true,
        view: || view! { <Waiting/> }.into_any(),
    }]
}

#[component]
fn Waiting() -> impl IntoView {
    let unread = use_unread();
    let newest = RwSignal::new(Newest::default());
    let own = use_viewer().actor.is_none_or(|actor| actor.acting_for.is_none());
    // The number is told anew whenever something comes or is read.
    Effect::new(move |_| {
        let asked = unread.get();
        let any = asked > 0;
        spawn_local(async move {
            let came = if any {
                api::newest_notices().await
            } else {
                Ok(Newest::default())
            };
            // Without a signal what is shown stays; an answer that was overtaken is not shown.
            if let Ok(came) = came
                && unread.try_get_untracked() == Some(asked)
            {
                _ = newest.try_set(came);
            }
        });
    });
    let words = move || match unread.get() {
        0 => "没有新消息。".to_owned(),
        100.. => "有 99 条以上没看。".to_owned(),
        some => format!("有 {some} 条没看。"),
    };
    let rows = move || {
        let Newest { rows, now } = newest.get();
        (!rows.is_empty()).then(|| {
            let rows = rows
                .into_iter()
                .map(|row| {
                    let standing = Signal::stored(Standing::of(&row));
                    view! { <li><Linked row now own standing/></li> }
                })
                .collect_view();
            view! { <List label="最新的消息">{rows}</List> }
        })
    };
    view! {
        <Card title="消息" end=|| view! { <a href="/inbox">"全部消息"</a> }>
            <p>{words}</p>
            {rows}
        </Card>
    }
}
