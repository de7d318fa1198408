//! The pages for what went wrong, each with a way out.

use leptos::prelude::*;
use leptos_meta::Title;

/// There is no such page.
#[component]
pub fn NotFound() -> impl IntoView {
    ui::status::set(404);
    view! {
        <Title text="没有找到"/>
        <section class="page error-page">
            <h1>"没有找到这一页"</h1>
            <p>"可能地址不对，或者这件事已经移走了。"</p>
            <p class="actions">
                <a class="button" href="/">"回首页"</a>
                <a class="button plain" href="/orgs">"找组织"</a>
            </p>
        </section>
    }
}
