//! A sentence that matters on this page.

use leptos::prelude::*;

use crate::{
    badge::Tone,
    icon::{Glyph, Icon},
};

/// A notice. Late ones are announced at once, the others when there is time.
#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    /// It appeared after the page did: readers announce it.
    #[prop(optional)]
    live: bool,
    children: Children,
) -> impl IntoView {
    let (class, icon) = match tone {
        Tone::Quiet => ("notice", Glyph::Info),
        Tone::Go => ("notice info", Glyph::Info),
        Tone::Due => ("notice due", Glyph::Clock),
        Tone::Late => ("notice late", Glyph::Warning),
        Tone::Done => ("notice done", Glyph::Done),
    };
    let role = live.then_some(if tone == Tone::Late { "alert" } else { "status" });
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <div class="words">
                {title.map(|title| view! { <b>{title}</b> })}
                {children()}
            </div>
        </div>
    }
}
