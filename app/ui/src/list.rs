//! Rows under each other with hairlines between them.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// A list on white; its children are [`ListRow`]s.
#[component]
pub fn List(
    /// What the list holds, for those who do not see the heading above it.
    #[prop(optional, into)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    // Safari drops the list's role together with its bullets unless it is said again.
    view! { <ul class="list" role="list" aria-label=label>{children()}</ul> }
}

/// A row: title, a quiet line under it, and badges or figures at its end. With `href` all of it can be pressed.
#[component]
pub fn ListRow(
    #[prop(into)] title: String,
    #[prop(optional, into)] detail: Option<String>,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional, into)] href: Option<String>,
    /// Badge, figure or button at the end. With `href`, nothing in it may be pressed.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let linked = href.is_some();
    let inner = view! {
        {icon.map(|name| view! { <span class="lead-icon"><Icon name/></span> })}
        <span class="words">
            <b>{title}</b>
            {detail.map(|detail| view! { <span class="small">{detail}</span> })}
        </span>
        {children.map(|children| view! { <span class="end">{children()}</span> })}
        {linked.then(|| view! { <span class="go"><Icon name=Glyph::Forward/></span> })}
    };
    match href {
        Some(href) => view! { <li><a class="list-row" href=href>{inner}</a></li> }.into_any(),
        None => view! { <li><div class="list-row">{inner}</div></li> }.into_any(),
    }
}
