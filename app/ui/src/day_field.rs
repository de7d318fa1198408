//! A day that a page is asked for by its address.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// A date field for a form that sends nothing and only asks for another page (`method="get"`). It looks like a
/// [`Field`](crate::Field) and is a fifth of its code: nothing follows what is typed, and its error came with the page.
#[component]
pub fn DayField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    /// As in the address, empty for none.
    value: String,
    error: Option<String>,
) -> impl IntoView {
    let (id, told, wrong) = (
        format!("f-{name}"),
        format!("f-{name}-hint"),
        format!("f-{name}-error"),
    );
    let described_by = match error {
        Some(_) => format!("{wrong} {told}"),
        None => told.clone(),
    };
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <p class="hint" id=told>{hint}</p>
            <input class="input" id=id name=name type="date" value=value autocomplete="off" required=true
                aria-invalid=invalid aria-describedby=described_by/>
            {error.map(|error| view! { <p class="error" id=wrong><Icon name=Glyph::Error/><span>{error}</span></p> })}
        </div>
    }
}
