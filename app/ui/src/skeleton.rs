//! Keeps the shape of what comes. Style shows it after 300 ms only, so that a quick answer does not flicker.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Rows of a list, each with a disc and two lines.
    #[default]
    Rows,
    /// A heading and a few lines.
    Text,
    /// A card.
    Block,
}

/// The shape of `count` things that are on their way.
#[component]
pub fn Skeleton(#[prop(optional)] shape: Shape, #[prop(default = 3)] count: usize) -> impl IntoView {
    let bones = (0..count)
        .map(|_| match shape {
            Shape::Rows => view! {
                <div class="bone-row">
                    <div class="disc"></div>
                    <div class="lines"><div class="bone"></div><div class="bone short"></div></div>
                </div>
            }
            .into_any(),
            Shape::Text => view! { <div class="bone"></div> }.into_any(),
            Shape::Block => view! { <div class="bone block"></div> }.into_any(),
        })
        .collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="hidden-text">"正在取"</span>
            {(shape == Shape::Text).then(|| view! { <div class="bone title"></div> })}
            {bones}
        </div>
    }
}
