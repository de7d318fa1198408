//! Things that belong together, on white.

use leptos::prelude::*;

/// A card with an optional heading and a link or badge at the heading's end.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    /// At the end of the heading: usually a link "全部 3 件" or a badge.
    #[prop(optional, into)]
    end: ViewFnOnce,
    /// Points and hints: on osmanthus instead of white.
    #[prop(optional)]
    warm: bool,
    /// No space around the content: for a list or a table.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    let class = match (warm, flush) {
        (true, true) => "card warm flush",
        (true, false) => "card warm",
        (false, true) => "card flush",
        (false, false) => "card",
    };
    let head = title.map(|title| view! { <header><h2>{title}</h2>{end.run()}</header> });
    view! { <section class=class>{head}{children()}</section> }
}
