//! The frame of one page: where it stands, its heading, what can be done with it, and its content.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{appearance_switch::EditionSwitch, breadcrumb::Breadcrumb};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as reads well.
    #[default]
    Reading,
    /// For tables, maps and pages with a panel.
    Wide,
}

/// A page. On a phone its head also holds the edition switch; on larger screens that stands in the bar.
#[component]
pub fn Page(
    /// The heading, and the title of the tab.
    #[prop(into)]
    title: String,
    /// A quiet line above the heading: the place it is about.
    #[prop(optional, into)]
    eyebrow: Option<String>,
    /// What stands above it, as (words, address).
    #[prop(optional)]
    above: Vec<(String, String)>,
    #[prop(optional)] width: Width,
    /// One of the party's own pages.
    #[prop(optional)]
    party: bool,
    /// Buttons beside the heading.
    #[prop(optional, into)]
    doings: Option<ViewFnOnce>,
    /// Where the page is, for the edition switch; without it there is none in the head.
    #[prop(optional, into)]
    path: Option<Signal<String>>,
    children: Children,
) -> impl IntoView {
    let class = match (width, party) {
        (Width::Reading, false) => "page",
        (Width::Wide, false) => "page wide",
        (Width::Reading, true) => "page party",
        (Width::Wide, true) => "page wide party",
    };
    let crumbs = (!above.is_empty()).then(|| view! { <Breadcrumb above here=title.clone()/> });
    view! {
        <Title text=title.clone()/>
        <div class=class>
            {crumbs}
            <div class="page-head">
                <div class="words">
                    {eyebrow.map(|eyebrow| view! { <p class="eyebrow">{eyebrow}</p> })}
                    <h1>{title}</h1>
                </div>
                {doings.map(|doings| view! { <div class="doings">{doings.run()}</div> })}
                {path.map(|path| view! { <EditionSwitch path/> })}
            </div>
            {children()}
        </div>
    }
}
