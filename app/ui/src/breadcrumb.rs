//! Where this page stands, from the top down.

use leptos::prelude::*;

/// Links to what stands above, as (words, address); the page itself comes last, with no address.
#[component]
pub fn Breadcrumb(above: Vec<(String, String)>, #[prop(into)] here: String) -> impl IntoView {
    let links = above
        .into_iter()
        .map(|(label, href)| view! { <li><a href=href>{label}</a></li> })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label="所在位置">
            <ol>{links}<li aria-current="page">{here}</li></ol>
        </nav>
    }
}
