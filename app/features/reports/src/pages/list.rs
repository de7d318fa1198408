//! `/reports`: what one reported, follows, and has to answer; and what is published, for everybody.

use leptos::prelude::*;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};
use ui::{
    Button, ButtonSize, Card, Empty, Glyph, List, Page, Pager, Resource, Tab, Tabs,
    live::{use_events, use_reset},
    viewer::use_viewer,
};

use super::{
    frame::{Done, loaded, matter_rows, query, topics},
    published::Published,
};
use crate::{
    api,
    model::{MatterRow, MinePage, PublicFilter, PublicPage},
};

/// What the page shows: one's own, or what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Listed {
    Mine(MinePage),
    Published(PublicPage),
}

pub fn page() -> AnyView {
    let (show, node, category, after) = (query("show"), query("node"), query("category"), query("after"));
    let (state, kind, q) = (query("state"), query("kind"), query("q"));
    let filter = Memo::new(move |_| PublicFilter {
        node: node.get(),
        state: state.get(),
        kind: kind.get(),
        category: category.get(),
        q: q.get(),
        after: after.get(),
    });
    let signed_in = use_viewer().signed_in();
    // Whoever is not signed in has none of their own.
    let public = Memo::new(move |_| !signed_in || show.get() == "public");
    let shown = Resource::new(
        move || (public.get(), filter.get()),
        |(public, asked): (bool, PublicFilter)| async move {
            if public {
                let PublicFilter {
                    node,
                    state,
                    kind,
                    category,
                    q,
                    after,
                } = asked;
                let page = api::public::find_published(node, state, kind, category, q, after).await;
                page.map(Listed::Published)
            } else {
                api::my_matters(asked.after).await.map(Listed::Mine)
            }
        },
    );
    use_events(topics(), move |event| {
        if event.kind.starts_with("reports.") {
            shown.refetch();
        }
    });
    use_reset(move || shown.refetch());
    loaded(shown, move |listed: Listed| {
        let filter = filter.get_untracked();
        view! { <Shown listed filter signed_in/> }.into_any()
    })
}

#[component]
fn Shown(listed: Listed, filter: PublicFilter, signed_in: bool) -> impl IntoView {
    let public = matches!(listed, Listed::Published(_));
    let tabs = signed_in.then(|| {
        let tabs = vec![
            Tab::new("我的", "/reports", !public),
            Tab::new("公开的", "/reports?show=public", public),
        ];
        view! { <Tabs label="看哪些" tabs/> }
    });
    // Whoever reported without an account comes back by a code.
    let track = (!signed_in)
        .then(|| view! { <p><a href="/reports/track">"没有登录反映过？凭查询码或者手机号查进展"</a></p> });
    let content = match listed {
        Listed::Mine(page) => {
            let paged = !filter.after.is_empty();
            view! { <Mine page paged/> }.into_any()
        }
        Listed::Published(page) => view! { <Published page filter/> }.into_any(),
    };
    view! {
        <Page title="反映的事">
            <div class="stack loose">
                <Done/>
                <Button size=ButtonSize::Big icon=Glyph::Add href="/reports/new">"反映一件事"</Button>
                {track}
                {tabs}
                {content}
            </div>
        </Page>
    }
}

#[component]
fn Mine(page: MinePage, paged: bool) -> impl IntoView {
    let now = page.now;
    let card = move |title: &'static str, rows: Vec<MatterRow>| {
        (!rows.is_empty()).then(|| {
            view! { <Card title=title flush=true><List label=title>{matter_rows(rows, now)}</List></Card> }
        })
    };
    let nothing = page.own.rows.is_empty()
        && page.followed.is_empty()
        && page.held.is_empty()
        && page.partaken.is_empty();
    let onward = page
        .own
        .next
        .as_ref()
        .map(|next| format!("/reports?after={}", Url::escape(next)));
    view! {
        {nothing.then(|| view! {
            <Empty icon=Glyph::Talk title="您反映的事会列在这里" detail="路灯不亮、车乱停、有人占楼道，拍张照片就行。谁在办、办到哪一步，这里都看得到。"/>
        })}
        {card("等您来办的", page.held)}
        {card("请您协办的", page.partaken)}
        {card("我反映的", page.own.rows)}
        {pager(paged.then(|| "/reports".to_owned()), onward)}
        {card("我关注的", page.followed)}
    }
}

/// The way through a list; `back` leads to its beginning.
pub fn pager(back: Option<String>, onward: Option<String>) -> AnyView {
    match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    }
}
