//! The first character of a name, where others would ask for a portrait.

use leptos::prelude::*;

/// Decoration beside the name itself: readers skip it.
#[component]
pub fn Initial(#[prop(into)] name: String) -> impl IntoView {
    let first = name
        .chars()
        .find(|c| !c.is_whitespace())
        .map(String::from)
        .unwrap_or_default();
    view! { <span class="initial" aria-hidden="true">{first}</span> }
}
