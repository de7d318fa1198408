//! Filters of the work list that the viewer keeps.

use leptos::prelude::*;
use ui::{ButtonKind, Field, Form, Submit, returned::was_refused};

use super::work::address;
use crate::{
    api::desk::{RemoveView, SaveView},
    model::{Filter, SavedView},
};

/// The viewer's filters to choose from, and the one that is set now to be kept.
#[component]
pub fn Views(
    views: Vec<SavedView>,
    filter: Filter,
    save: ServerAction<SaveView>,
    remove: ServerAction<RemoveView>,
) -> impl IntoView {
    let now = Filter {
        after: String::new(),
        ..filter
    };
    let chips = views
        .iter()
        .map(|view| {
            let (href, current) = (address(&view.filter), (view.filter == now).then_some("true"));
            view! { <a class="chip" href=href aria-current=current>{view.name.clone()}</a> }
        })
        .collect_view();
    let listed = (!views.is_empty()).then(|| {
        view! { <nav class="row wrap close" aria-label="存下的筛选">{chips}</nav> }
    });
    let known = views.iter().any(|view| view.filter == now);
    let removes = views
        .into_iter()
        .map(|view| {
            let (prefix, words) = (format!("drop-{}", view.id), format!("删掉“{}”", view.name));
            view! {
                <Form action=remove prefix>
                    <input type="hidden" name="id" value=view.id.to_string()/>
                    <Submit kind=ButtonKind::Quiet>{words}</Submit>
                </Form>
            }
        })
        .collect_view();
    let open = was_refused::<SaveView>("view");
    let keep = (!known).then(|| {
        let asked = now
            .asked()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view();
        view! {
            <Form action=save prefix="view" adds=true>
                {asked}
                <Field name="name" label="给现在的筛选起个名字" max_length=20/>
                <Submit kind=ButtonKind::Plain>"存下"</Submit>
            </Form>
        }
    });
    view! {
        {listed}
        <details class="fold" open=open>
            <summary>"存下筛选"</summary>
            {keep}
            {removes}
        </details>
    }
}
