//! What each tone and mark of a map or a chart means.

use leptos::prelude::*;

/// A tone with a count of marks, so that the step can be told without colour too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swatch {
    /// One of the five tones, 1 to 5; told apart by as many marks less one.
    Tone(u8),
    Late,
    Due,
    /// A dark pin.
    Tile,
    /// No figure is known.
    None,
}

impl Swatch {
    const fn class(self) -> &'static str {
        match self {
            Self::Tone(0 | 1) => "swatch-edge tone-1",
            Self::Tone(2) => "swatch-edge tone-2",
            Self::Tone(3) => "swatch-edge tone-3",
            Self::Tone(4) => "swatch-edge tone-4",
            Self::Tone(_) => "swatch-edge tone-5",
            Self::Late => "tone-late",
            Self::Due => "tone-due",
            Self::Tile => "tone-tile",
            Self::None => "swatch-edge tone-none",
        }
    }
}

/// A title and its entries, each a swatch with its words.
#[component]
pub fn Legend(#[prop(into)] title: String, entries: Vec<(Swatch, String)>) -> impl IntoView {
    let entries = entries
        .into_iter()
        .map(|(swatch, label)| {
            let shape = match swatch {
                Swatch::Late | Swatch::Tile => view! { <circle class=swatch.class() cx="10" cy="8" r="7"></circle> }.into_any(),
                Swatch::Due => view! { <path class=swatch.class() d="M10 1l8 14H2z"></path> }.into_any(),
                Swatch::None => view! {
                    <rect class=swatch.class() x="1" y="1" width="18" height="14"></rect>
                    <path class="swatch-mark" d="M2 15L18 1"></path>
                }
                .into_any(),
                Swatch::Tone(_) => view! { <rect class=swatch.class() x="1" y="1" width="18" height="14"></rect> }.into_any(),
            };
            view! { <li><svg viewBox="0 0 20 16" aria-hidden="true" focusable="false">{shape}</svg>{label}</li> }
        })
        .collect_view();
    view! { <div class="legend"><span>{title}</span><ul role="list">{entries}</ul></div> }
}
