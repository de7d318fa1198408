//! `/mediation`: the cases in which one is named, what waits at one's post, and what mediation is.

use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{
    Button, ButtonSize, Card, Empty, Glyph, List, Page, Pager, Resource,
    live::{use_events, use_reset},
};

use super::frame::{Done, loaded, query, rows, topics};
use crate::{api, model::MinePage};

pub fn page() -> AnyView {
    let after = query("after");
    let shown = Resource::new(move || after.get(), api::my_cases);
    use_events(topics(), move |event| {
        if event.kind.starts_with("mediation.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |page: MinePage| {
        let paged = !after.get_untracked().is_empty();
        view! { <Shown page paged/> }.into_any()
    })
}

#[component]
fn Shown(page: MinePage, paged: bool) -> impl IntoView {
    let now = page.now;
    let nothing = !paged && page.own.rows.is_empty() && page.waiting.is_empty();
    let onward = page
        .own
        .next
        .as_ref()
        .map(|next| format!("/mediation?after={}", Url::escape(next)));
    let waiting = (!page.waiting.is_empty()).then(|| {
        view! { <Card title="等人接手的" flush=true><List label="等人接手的">{rows(page.waiting, now)}</List></Card> }
    });
    let own = (!page.own.rows.is_empty()).then(|| {
        view! { <Card title="我参加的" flush=true><List label="我参加的">{rows(page.own.rows, now)}</List></Card> }
    });
    view! {
        <Page title="人民调解">
            <div class="stack loose">
                <Done/>
                <Button size=ButtonSize::Big icon=Glyph::Add href="/mediation/new">"申请调解"</Button>
                {nothing.then(|| view! {
                    <Empty icon=Glyph::Talk title="您参加的调解会列在这里" detail="和邻居、物业有了矛盾，可以请人坐下来谈。"/>
                })}
                {waiting}
                {own}
                {paged.then(|| view! { <p><a href="/mediation">"从最近的看起"</a></p> })}
                {onward.map(|onward| view! { <Pager onward/> })}
                <What/>
            </div>
        </Page>
    }
}

/// What it is, and what it is not.
#[component]
pub fn What() -> impl IntoView {
    view! {
        <Card title="怎么调解" warm=true>
            <ul class="stack tight">
                <li>"不收任何费用。"</li>
                <li>"要双方都愿意才开始；达成协议以前，谁都可以随时要求终止。"</li>
                <li>"只有当事人、调解员和经办人看得到内容，别人都看不到，每次查看都有记录。"</li>
                <li>"对调解员不放心，可以要求换人；和一方有利害关系的人不能调解。"</li>
                <li>"一般一个月以内办完。谈不成，或者不想谈，可以向人民法院起诉。"</li>
            </ul>
            <p class="small quiet">"依据：人民调解法第四条、第二十五条、第二十八条至第三十三条，部分条文待核。"</p>
        </Card>
    }
}
