//! How far a matter is on its way.

use leptos::prelude::*;

/// The steps in order; `at` is the one it is in, counted from 0. Past the last, all are done.
#[component]
pub fn Steps(steps: Vec<String>, at: usize) -> impl IntoView {
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(n, step)| {
            let said = (n < at).then(|| view! { <span class="hidden-text">"，已完成"</span> });
            view! {
                <li class=(n < at).then_some("past") aria-current=(n == at).then_some("step")>{step}{said}</li>
            }
        })
        .collect_view();
    view! { <ol class="steps" role="list">{steps}</ol> }
}
