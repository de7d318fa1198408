//! The longer parts of a node's page: its parts, what stands beside it, and its history.

use leptos::prelude::*;
use shared::Date;
use ui::{
    Badge, Button, ButtonKind, Card, Column, Empty, Glyph, List, ListRow, Pager, Tab, Table, Tabs, cell,
};

use super::address;
use crate::model::{BodyOf, NodePage, NodeVersion, Order, Succession};

/// `2021 年 3 月 1 日 至今`
pub fn span(from: Date, to: Option<Date>) -> String {
    match to {
        Some(to) => format!("{} 至 {}", from.zh(), to.zh()),
        None => format!("{} 至今", from.zh()),
    }
}

/// A page of the parts.
#[component]
pub fn Parts(shown: NodePage) -> impl IntoView {
    let here = address(&shown.node.code);
    let suffix = shown
        .as_of
        .map(|date| format!("?as_of={date}"))
        .unwrap_or_default();
    if shown.parts.rows.is_empty() {
        let has_kinds_below = shown.node.kind.below().is_some();
        return has_kinds_below
            .then(|| view! { <Card title="下级"><Empty icon=Glyph::Org title="没有下级" detail="新设或导入后会列在这里。"/></Card> })
            .into_any();
    }
    let sort = if shown.order == Order::Name {
        "&sort=name"
    } else {
        ""
    };
    let as_of = shown
        .as_of
        .map(|date| format!("&as_of={date}"))
        .unwrap_or_default();
    let onward = shown.parts.next.as_ref().map(|next| {
        format!(
            "{here}?after={}{sort}{as_of}",
            leptos_router::location::Url::escape(next)
        )
    });
    let tabs = shown.as_of.is_none().then(|| {
        let tabs = vec![
            Tab::new("按编码", here.clone(), shown.order == Order::Code),
            Tab::new("按拼音", format!("{here}?sort=name"), shown.order == Order::Name),
        ];
        view! { <Tabs label="下级的次序" tabs/> }
    });
    let rows = shown
        .parts
        .rows
        .iter()
        .map(|part| {
            let below = if part.parts > 0 { format!(" · {} 个下级", part.parts) } else { String::new() };
            let detail = format!("{} · {}{below}", part.kind.label(), part.code);
            view! { <ListRow title=part.name.clone() detail=detail href=format!("{}{suffix}", address(&part.code))/> }
        })
        .collect_view();
    view! {
        <Card title="下级" flush=true>
            {tabs}
            <List label="下级">{rows}</List>
            {match onward {
                Some(onward) => view! { <div class="org-pager"><Pager onward=onward/></div> }.into_any(),
                None => ().into_any(),
            }}
        </Card>
    }
    .into_any()
}

/// The party's bodies, or the others.
#[component]
pub fn Beside(#[prop(into)] title: String, party: bool, bodies: Vec<BodyOf>) -> impl IntoView {
    let bodies: Vec<BodyOf> = bodies
        .into_iter()
        .filter(|of| of.body.kind.is_party() == party)
        .collect();
    if bodies.is_empty() {
        return view! { <Card title=title><p class="quiet">"还没有登记。"</p></Card> }.into_any();
    }
    let entries = bodies
        .into_iter()
        .map(|of| view! { <BodyEntry of/> })
        .collect_view();
    let class = if party { "org-bodies party" } else { "org-bodies" };
    view! { <Card title=title><ul class=class role="list">{entries}</ul></Card> }.into_any()
}

#[component]
fn BodyEntry(of: BodyOf) -> impl IntoView {
    let BodyOf { body, terms, posts } = of;
    let term = terms
        .first()
        .map(|term| format!("{}，{}", term.label(), span(term.valid_from, term.valid_to)));
    let posts = posts
        .into_iter()
        .map(|post| view! { <div><dt>{post.title}</dt><dd>{post.person_name}</dd></div> })
        .collect::<Vec<_>>();
    let has_posts = !posts.is_empty();
    view! {
        <li>
            <p class="row wrap close"><b>{body.name}</b><Badge>{body.kind.label()}</Badge></p>
            {term.map(|term| view! { <p class="small quiet">{term}</p> })}
            {body.phone.map(|phone| {
                let href = format!("tel:{}", phone.replace(' ', ""));
                view! { <p class="small">"办公电话 "<a href=href rel="external">{phone}</a></p> }
            })}
            {body.address.map(|address| view! { <p class="small quiet">{address}</p> })}
            {has_posts.then(|| view! { <dl class="org-posts">{posts}</dl> })}
        </li>
    }
}

/// Every state, who took over from whom, and the way to any date.
#[component]
pub fn History(shown: NodePage) -> impl IntoView {
    let columns = ["名称", "时间", "由来", "上级", "依据"]
        .map(Column::text)
        .to_vec();
    let rows = shown.versions.iter().map(version_row).collect();
    let successions = shown.successions.iter().map(succession).collect_view();
    let date = shown.as_of.map(|date| date.to_string()).unwrap_or_default();
    view! {
        <Card title="沿革">
            <form class="row wrap" method="get" action=address(&shown.node.code)>
                <label for="org-as-of">"看哪一天"</label>
                <input class="input" id="org-as-of" type="date" name="as_of" value=date required=true/>
                <Button kind=ButtonKind::Plain submit=true icon=Glyph::History>"看那天的样子"</Button>
            </form>
            <Table caption="各个时期" columns rows/>
            {(!shown.successions.is_empty()).then(|| view! { <ul class="org-successions">{successions}</ul> })}
        </Card>
    }
}

fn version_row(version: &NodeVersion) -> Vec<AnyView> {
    let ended = version
        .ended_by
        .map(|how| format!("，后{}", how.label()))
        .unwrap_or_default();
    vec![
        cell(version.name.clone()),
        cell(span(version.valid_from, version.valid_to)),
        cell(format!("{}{ended}", version.cause.label())),
        cell(version.parent_name.clone().unwrap_or_default()),
        cell(version.basis.clone().unwrap_or_default()),
    ]
}

fn succession(of: &Succession) -> impl IntoView + use<> {
    let words = match of.kind {
        crate::model::Change::Split => "分出",
        _ => "并入",
    };
    let (from, to) = (address(&of.from_code), address(&of.to_code));
    view! {
        <li>
            {of.on_date.zh()}" "<a href=from>{of.from_name.clone()}</a>" "{words}" "<a href=to>{of.to_name.clone()}</a>
        </li>
    }
}
