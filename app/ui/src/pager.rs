//! The way through a long list, by cursor: there are no page numbers.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// Links to what comes before and after; shows nothing if all of it fits.
#[component]
pub fn Pager(
    /// The address of the rows before these.
    #[prop(optional, into)]
    back: Option<String>,
    /// The address of the rows after these.
    #[prop(optional, into)]
    onward: Option<String>,
    #[prop(default = "回到前面".into(), into)] back_label: String,
    #[prop(default = "往后看".into(), into)] onward_label: String,
) -> impl IntoView {
    (back.is_some() || onward.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="翻页">
                {back.map(|href| view! {
                    <a class="button plain" rel="prev" href=href><Icon name=Glyph::Back/>{back_label}</a>
                })}
                <span></span>
                {onward.map(|href| view! {
                    <a class="button plain" rel="next" href=href>{onward_label}<Icon name=Glyph::Forward/></a>
                })}
            </nav>
        }
    })
}
