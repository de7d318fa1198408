//! `/reports`: what one reported, follows, and has to answer; and what is published, for everybody.

use leptos::prelude::*;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};
use ui::{
    Button, ButtonKind, ButtonSize, Card, Empty, Glyph, List, ListRow, Page, Pager, Resource, Tab, Tabs,
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
    let signed_in = use_viewer().signed_in();
    // Whoever is not signed in has none of their own.
    let public = Memo::new(move |_| !signed_in || show.get() == "public");
    let shown = Resource::new(
        move || (public.get(), node.get(), category.get(), after.get()),
        |(public, node, category, after)| async move {
            if public {
                let page = api::published_list(node, category, after).await;
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
        let category = category.get_untracked();
        view! { <Shown listed category signed_in/> }.into_any()
    })
}

#[component]
fn Shown(listed: Listed, category: String, signed_in: bool) -> impl IntoView {
    let public = matches!(listed, Listed::Published(_));
    let tabs = signed_in.then(|| {
        let tabs = vec![
            Tab::new("我的", "/reports", !public),
            Tab::new("公开的", "/reports?show=public", public),
        ];
        view! { <Tabs label="看哪些" tabs/> }
    });
    let (to, words) = if signed_in {
        ("/reports/new", "反映一件事")
    } else {
        ("/sign-in?next=/reports/new", "登录后反映一件事")
    };
    let content = match listed {
        Listed::Mine(page) => view! { <Mine page/> }.into_any(),
        Listed::Published(page) => view! { <Published page category/> }.into_any(),
    };
    view! {
        <Page title="反映的事">
            <div class="stack loose">
                <Done/>
                <Button size=ButtonSize::Big icon=Glyph::Add href=to>{words}</Button>
                {tabs}
                {content}
            </div>
        </Page>
    }
}

#[component]
fn Mine(page: MinePage) -> impl IntoView {
    let now = page.now;
    let card = move |title: &'static str, rows: Vec<MatterRow>| {
        (!rows.is_empty()).then(|| {
            view! { <Card title=title flush=true><List label=title>{matter_rows(rows, now)}</List></Card> }
        })
    };
    let nothing = page.own.rows.is_empty() && page.followed.is_empty() && page.held.is_empty();
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
        {card("我反映的", page.own.rows)}
        {onward.map(|onward| view! { <Pager onward/> })}
        {card("我关注的", page.followed)}
    }
}

/// The address of what is published, at a place and of a category.
fn address(node: &str, category: &str) -> String {
    format!(
        "/reports?show=public&node={node}&category={}",
        Url::escape(category)
    )
}

#[component]
fn Published(page: PublicPage, category: String) -> impl IntoView {
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
                let (href, current) = (address(&code, &category), (code == node).then_some("true"));
                view! { <a class="chip" href=href aria-current=current>{label}</a> }
            })
            .collect_view();
        view! { <nav class="row wrap close" aria-label="按地方找">{chips}</nav> }
    });
    let kinds = std::iter::once((String::new(), "全部".to_owned()))
        .chain(page.categories)
        .map(|(code, label)| {
            let (href, current) = (address(&node, &code), (code == category).then_some("true"));
            view! { <a class="chip" href=href aria-current=current>{label}</a> }
        })
        .collect_view();
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", address(&node, &category), Url::escape(next)));
    let listed = if page.rows.rows.is_empty() {
        let (title, detail) = if category.is_empty() && node.is_empty() {
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
    view! {
        {places}
        <nav class="row wrap close" aria-label="按类别找">{kinds}</nav>
        {listed}
        {onward.map(|onward| view! { <Pager onward/> })}
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
