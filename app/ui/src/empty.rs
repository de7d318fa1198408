//! Nothing here yet: says what will be here and offers the first step.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// `title` says what will be here; the children are the first step, usually one button.
#[component]
pub fn Empty(
    icon: Glyph,
    #[prop(into)] title: String,
    #[prop(optional, into)] detail: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <b>{title}</b>
            {detail.map(|detail| view! { <p>{detail}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
