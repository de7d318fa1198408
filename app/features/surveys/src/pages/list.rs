//! `/surveys`: what communities ask their residents, and what came of it.

use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{
    Card, Empty, Glyph, List, Page, Pager, Resource,
    live::{use_events, use_reset},
};

use super::frame::{NoVote, loaded, query, rows, topics};
use crate::{api, model::ListPage};

pub fn page() -> AnyView {
    let after = query("after");
    let shown = Resource::new(move || after.get(), api::get_list);
    use_events(topics(), move |_| shown.refetch());
    use_reset(move || shown.refetch());
    loaded(shown, move |page: ListPage| {
        let paged = !after.get_untracked().is_empty();
        view! { <Shown page paged/> }.into_any()
    })
}

#[component]
fn Shown(page: ListPage, paged: bool) -> impl IntoView {
    let onward = page
        .all
        .next
        .as_ref()
        .map(|next| format!("/surveys?after={}", Url::escape(next)));
    let yours = (!page.yours.is_empty()).then(|| {
        view! { <Card title="等您参加的" flush=true warm=true><List label="等您参加的">{rows(page.yours)}</List></Card> }
    });
    let all = if page.all.rows.is_empty() {
        view! { <Empty icon=Glyph::Talk title="还没有意见征集和问卷" detail="社区发起以后会列在这里。"/> }
            .into_any()
    } else {
        view! { <Card title="全部" flush=true><List label="全部">{rows(page.all.rows)}</List></Card> }
            .into_any()
    };
    view! {
        <Page title="意见征集和问卷">
            <div class="stack loose">
                <NoVote/>
                {yours}
                {all}
                {paged.then(|| view! { <p><a href="/surveys">"从最近的看起"</a></p> })}
                {onward.map(|onward| view! { <Pager onward/> })}
            </div>
        </Page>
    }
}
