//! A tree that loads as it opens: nested disclosures, which readers know better than a treegrid.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// The tree itself; its children are [`TreeRow`]s.
#[component]
pub fn Tree(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <ul class="tree" role="list" aria-label=label>{children()}</ul> }
}

/// A row with its name as a link and, if it has parts, a toggle that shows them.
///
/// `children` are made when it is first opened: there a resource fetches the parts. Without script the name leads to
/// the page that lists them.
#[component]
pub fn TreeRow(
    #[prop(into)] name: String,
    #[prop(into)] href: String,
    /// Whether it has parts at all.
    #[prop(optional)]
    parts: bool,
    #[prop(optional)] open: Option<RwSignal<bool>>,
    #[prop(optional)] current: bool,
    /// At the row's end: a code, a count, a badge.
    #[prop(optional, into)]
    end: ViewFnOnce,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let toggle = if parts {
        let said = format!("{name}的下级");
        view! {
            <button type="button" class="tree-toggle" aria-label=said
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name=Glyph::Forward/>
            </button>
        }
        .into_any()
    } else {
        view! { <span class="tree-leaf"></span> }.into_any()
    };
    view! {
        <li>
            <div class="tree-line">
                {toggle}
                <a class="tree-name" href=href aria-current=current.then_some("true")>{name}</a>
                <span class="tree-end">{end.run()}</span>
            </div>
            <Show when=move || open.get()>
                <ul role="list">{children.as_ref().map(|children| children())}</ul>
            </Show>
        </li>
    }
}
