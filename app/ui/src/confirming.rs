//! What was pointed out in a text that is to be published, and is to be confirmed.

use leptos::prelude::*;

use crate::{choice::Checkbox, form::FormState};

/// Stands in a form whose text is published. Shows nothing until its server function points something out on `confirmed`
/// (`shared::personal`); ticked, it sends back the same words.
#[component]
pub fn Confirming() -> impl IntoView {
    let form = use_context::<FormState>();
    let told = move || form.and_then(|form| form.error_of("confirmed"));
    move || {
        told().map(|told| view! { <Checkbox name="confirmed" label="这几处我都看过，可以公开" value=told/> })
    }
}
