//! This pillar's card on the home page: in 长辈版 it is the way to the inbox. The number came with the page, so it asks for nothing.

use leptos::prelude::*;
use ui::{Card, home::HomeCard};

use crate::unread::use_unread;

/// The card.
pub fn home_cards() -> Vec<HomeCard> {
    vec![HomeCard {
        id: "notices-unread",
        order: 102,
        audience: |_| true,
        view: || view! { <Waiting/> }.into_any(),
    }]
}

#[component]
fn Waiting() -> impl IntoView {
    let unread = use_unread();
    let words = move || match unread.get() {
        0 => "没有新消息。".to_owned(),
        100.. => "有 99 条以上没看。".to_owned(),
        some => format!("有 {some} 条没看。"),
    };
    view! {
        <Card title="消息" end=|| view! { <a href="/inbox">"全部消息"</a> }>
            <p>{words}</p>
        </Card>
    }
}
