//! What is wrong with a form, on top of it: takes the focus when it appears, and leads to each field.

use leptos::{html, prelude::*};

use crate::{
    form::{FormState, field_id_in},
    icon::{Glyph, Icon},
};

/// Stands inside a [`Form`](crate::form::Form), which puts it there itself; shows nothing while nothing is wrong.
#[component]
pub fn ErrorSummary() -> impl IntoView {
    use_context::<FormState>().map(|form| view! { <Summary form/> })
}

#[component]
fn Summary(form: FormState) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if form.error.with(Option::is_some)
            && let Some(div) = node.get()
        {
            // A focus that fails leaves the reader where they were; the text is announced all the same.
            _ = div.focus();
        }
    });
    let title = move || match form.listed().len() {
        0 | 1 => "没有成功".to_owned(),
        n => format!("有 {n} 处要改"),
    };
    let lines = move || {
        form.listed()
            .into_iter()
            .map(|error| {
                if error.field.is_empty() {
                    view! { <p>{error.message}</p> }.into_any()
                } else {
                    let href = form
                        .prefix
                        .with_value(|prefix| format!("#{}", field_id_in(prefix, &error.field)));
                    view! { <p><a href=href rel="external">{error.message}</a></p> }.into_any()
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || form.error.with(Option::is_some)>
            <div class="summary" role="alert" tabindex="-1" node_ref=node>
                <h2><Icon name=Glyph::Error/>{title}</h2>
                {lines}
            </div>
        </Show>
    }
}
