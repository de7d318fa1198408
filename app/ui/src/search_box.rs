//! Search that works as a plain form, and as one types where there is script.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::icon::{Glyph, Icon};

/// Sends `?q=…` to `action`. With `on_input` it also tells each change, and sending it does not leave the page.
#[component]
pub fn SearchBox(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] value: String,
    #[prop(default = "q".into(), into)] name: String,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    /// No button: for places where results come as one types.
    #[prop(optional)]
    bare: bool,
    /// What else the address says and a search is not to lose, by its names: a form replaces all of it.
    #[prop(optional)]
    kept: Vec<(&'static str, String)>,
) -> impl IntoView {
    let landmark = label.clone();
    let input = NodeRef::<html::Input>::new();
    let kept = kept
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let submit = move |event: SubmitEvent| {
        if let Some(told) = on_input {
            event.prevent_default();
            // What was typed before the script took over has not been told yet.
            if let Some(input) = input.get_untracked() {
                told.run(input.value());
            }
        }
    };
    view! {
        <form class="search" role="search" aria-label=landmark method="get" action=action on:submit=submit>
            {kept}
            <Icon name=Glyph::Search/>
            <input node_ref=input type="search" name=name value=value aria-label=label placeholder=placeholder maxlength="64"
                enterkeyhint="search" autocomplete="off" data-search=""
                on:input=move |event| if let Some(told) = on_input { told.run(event_target_value(&event)) }
            />
            {(!bare).then(|| view! { <button class="button" type="submit">"搜索"</button> })}
        </form>
    }
}
