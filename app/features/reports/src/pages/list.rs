//! `/reports`: what one reported, follows, and has to answer; and what is published, for everybody.

use leptos::prelude::*;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};
use ui::{
    Button, ButtonKind, ButtonSize, Card, Empty, Glyph, List, ListRow, Page, Pager, Resource, SearchBox, Tab,
    Tabs,
    live::{use_events, use_reset},
    viewer::use_viewer,
};

use super::frame::{Done, Standing, loaded, matter_rows, query, topics};
use crate::{
    api,
    model::{MatterRow, MinePage, PublicPage, PublicRow},
};

/// What the page shows: one's own, or what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Listed {
    Mine(MinePage),
    Published(PublicPage),
}

pub fn page() -> AnyView {
    let (show, node, category, after) = (query("show"), query("node"), query("category"), query("after"));
    let q = query("q");
    let signed_in = use_viewer().signed_in();
    // Whoever is not signed in has none of their own.
    let public = Memo::new(move |_| !signed_in || show.get() == "public");
    let shown = Resource::new(
        move || (public.get(), node.get(), category.get(), q.get(), after.get()),
        |(public, node, category, q, after)| async move {
            if public {
                let page = api::published_list(node, category, q, after).await;
                page.map(Listed::Published)
            } else {
                api::my_matters(after).await.map(Listed::Mine)
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
        let (category, q) = (category.get_untracked(), q.get_untracked());
        let paged = !after.get_untracked().is_empty();
        view! { <Shown listed category q paged signed_in/> }.into_any()
    })
}

#[component]
fn Shown(listed: Listed, category: String, q: String, paged: bool, signed_in: bool) -> impl IntoView {
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
        Listed::Mine(page) => view! { <Mine page paged/> }.into_any(),
        Listed::Published(page) => view! { <Published page category q paged/> }.into_any(),
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
fn pager(back: Option<String>, onward: Option<String>) -> AnyView {
    match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    }
}

/// The address of what is published, at a place and of a category, with words.
fn address(node: &str, category: &str, q: &str) -> String {
    format!(
        "/reports?show=public&node={node}&category={}&q={}",
        Url::escape(category),
        Url::escape(q)
    )
}

#[component]
fn Published(page: PublicPage, category: String, q: String, paged: bool) -> impl IntoView {
    let node = page
        .here
        .as_ref()
        .map(|here| here.code.clone())
        .unwrap_or_default();
    let home = use_viewer().actor.and_then(|actor| {
        actor
            .home()
            .map(|grant| (grant.code.clone(), grant.node_name.clone()))
    });
    let here = page.here.map(|here| (here.code, here.name)).or(home);
    let places = here.map(|(code, name)| {
        let chips = [(String::new(), "所有地方".to_owned()), (code, name)]
            .into_iter()
            .map(|(code, label)| {
                let (href, current) = (address(&code, &category, &q), (code == node).then_some("true"));
                view! { <a class="chip" href=href aria-current=current>{label}</a> }
            })
            .collect_view();
        view! { <nav class="row wrap close" aria-label="按地方找">{chips}</nav> }
    });
    let kinds = std::iter::once((String::new(), "全部".to_owned()))
        .chain(page.categories)
        .map(|(code, label)| {
            let (href, current) = (address(&node, &code, &q), (code == category).then_some("true"));
            view! { <a class="chip" href=href aria-current=current>{label}</a> }
        })
        .collect_view();
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", address(&node, &category, &q), Url::escape(next)));
    let back = paged.then(|| address(&node, &category, &q));
    let listed = if page.rows.rows.is_empty() {
        let (title, detail) = if !q.is_empty() {
            ("没有找到", "只在公开的内容里找。换个说法，或者少写几个字再试。")
        } else if category.is_empty() && node.is_empty() {
            (
                "公开的事会列在这里",
                "反映人同意、工作人员看过以后，大家都能看到办到哪一步。",
            )
        } else {
            ("这里还没有公开的", "换个地方或者类别看看。")
        };
        view! { <Empty icon=Glyph::List title detail><Button kind=ButtonKind::Plain href="/reports?show=public">"看全部"</Button></Empty> }
            .into_any()
    } else {
        let rows = page
            .rows
            .rows
            .into_iter()
            .map(|row| view! { <Row row/> })
            .collect_view();
        view! { <Card flush=true><List label="公开的事">{rows}</List></Card> }.into_any()
    };
    let map = if node.is_empty() {
        "/map".to_owned()
    } else {
        format!("/map/{node}?layers=public-matters")
    };
    let data = [
        ("rss", "订阅（RSS）"),
        ("csv", "表格（CSV）"),
        ("geojson", "地图数据（GeoJSON）"),
    ]
    .into_iter()
    .map(|(kind, words)| {
        let href = format!(
            "/open/reports.{kind}?node={node}&category={}",
            Url::escape(&category)
        );
        // Files, not pages: the browser itself goes there.
        view! { <a href=href rel="external">{words}</a> }
    })
    .collect_view();
    let kept = vec![
        ("show", "public".to_owned()),
        ("node", node),
        ("category", category),
    ];
    view! {
        <SearchBox action="/reports" label="在公开的事里找" placeholder="例如：路灯 不亮" value=q kept/>
        {places}
        <nav class="row wrap close" aria-label="按类别找">{kinds}</nav>
        {listed}
        {pager(back, onward)}
        <p class="buttons"><Button kind=ButtonKind::Quiet icon=Glyph::Map href=map>"在地图上看"</Button>
            <Button kind=ButtonKind::Quiet icon=Glyph::Chart href="/reports/figures">"办得怎么样"</Button></p>
        <nav class="row wrap close small" aria-label="公开数据">
            {data}
            <a href="/open/licence.txt" rel="external">"怎么用这些数据"</a>
        </nav>
    }
}

#[component]
fn Row(row: PublicRow) -> impl IntoView {
    let href = format!("/reports/{}", row.code);
    let met = match row.followers {
        0 => String::new(),
        n => format!(" · {n} 人也遇到"),
    };
    let detail = format!("{} · {}{met}", row.title, row.at.zh_short());
    let state = row.state;
    view! { <ListRow title=row.text detail href><Standing state/></ListRow> }
}
