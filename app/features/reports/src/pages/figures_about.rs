//! The parts of the page of figures that tell of what, by whom and where: each a chart, with a table behind it.

use leptos::prelude::*;
use ui::{Bar, BarChart, Button, ButtonKind, Card, Column, Glyph, Table, Tone, cell};

use super::{
    figures::address,
    figures_parts::{behind, count, length, matters, parts, share},
};
use crate::{
    LAYER, PUBLIC_LAYER,
    model::figures::{FiguresPage, Party, Rate},
};

#[component]
pub fn What(page: FiguresPage) -> impl IntoView {
    let named: Vec<(String, Option<i64>)> = page
        .figures
        .categories
        .iter()
        .map(|(code, n)| (page.label(code), *n))
        .collect();
    let kinds = page
        .figures
        .kinds
        .iter()
        .filter(|(_, n)| *n != Some(0))
        .map(|(kind, n)| Bar::new(kind.label(), length(*n), matters(*n)))
        .collect();
    let about = page.figures.about;
    if named.is_empty() {
        return ().into_any();
    }
    let bars = named
        .iter()
        .map(|(label, n)| Bar::new(label.clone(), length(*n), matters(*n)))
        .collect();
    let rows = named
        .into_iter()
        .map(|(label, n)| vec![label, count(n)])
        .chain(
            page.figures
                .kinds
                .iter()
                .map(|(kind, n)| vec![kind.label().to_owned(), count(*n)]),
        )
        .collect();
    let complaints = match about.of {
        Some(0) => None,
        _ => Some(format!(
            "投诉里面，投诉社区自己的：{}（{}）。",
            about.percent(),
            parts(about)
        )),
    };
    view! {
        <Card title="反映的是什么">
            <div class="stack">
                <BarChart caption="哪一类" bars/>
                <BarChart caption="是什么" bars=kinds/>
                {complaints.map(|words| view! { <p>{words}</p> })}
            </div>
            {behind("类别和性质", &["类别、性质", "件数"], rows)}
        </Card>
    }
    .into_any()
}

#[component]
pub fn Ratings(page: FiguresPage) -> impl IntoView {
    let figures = page.figures;
    let told = figures
        .ratings
        .iter()
        .map(|(rating, n)| (rating.label(), *n))
        .chain([("办结（未评价）", figures.unrated)]);
    let told: Vec<(&'static str, Option<i64>)> = told.collect();
    if told.iter().all(|(_, n)| *n == Some(0)) {
        return ().into_any();
    }
    let bars = told
        .iter()
        .map(|(label, n)| Bar::new(*label, length(*n), matters(*n)).tone(Tone::Done))
        .collect();
    let rows = told
        .iter()
        .map(|(label, n)| vec![(*label).to_owned(), count(*n)])
        .collect();
    view! {
        <Card title="反映人怎么说">
            <BarChart caption="反映人最后的评价" bars/>
            {behind("反映人的评价", &["评价", "件数"], rows)}
        </Card>
    }
    .into_any()
}

#[component]
pub fn Began(page: FiguresPage) -> impl IntoView {
    let figures = page.figures;
    if figures.all == Some(0) {
        return ().into_any();
    }
    let bars = |all: &[(Party, Rate)]| -> Vec<Bar> {
        all.iter()
            .map(|(party, rate)| share(party.label(), *rate))
            .collect()
    };
    let rows = figures
        .began
        .iter()
        .zip(&figures.carried)
        .map(|((party, began), (_, carried))| {
            vec![
                party.label().to_owned(),
                count(began.part),
                began.percent(),
                count(carried.part),
                carried.percent(),
            ]
        })
        .collect();
    view! {
        <Card title="由谁发起，由谁承办">
            <div class="stack">
                <BarChart caption="由谁发起" bars=bars(&figures.began) most=100.0/>
                <BarChart caption="由谁承办" bars=bars(&figures.carried) most=100.0/>
            </div>
            {behind("由谁发起，由谁承办", &["谁", "发起", "发起占", "承办", "承办占"], rows)}
        </Card>
    }
    .into_any()
}

/// The map of a unit with what was reported in the period on it: each matter to those who handle them there, to everybody how many are published.
fn map(page: &FiguresPage, code: &str) -> String {
    if page.whole {
        let (from, to) = page.period.days();
        let layer = LAYER.code;
        format!("/map/{code}?layers={layer}&only=state.all,since.{from},until.{to}")
    } else {
        format!("/map/{code}?layers={}", PUBLIC_LAYER.code)
    }
}

#[component]
pub fn Hot(page: FiguresPage) -> impl IntoView {
    if page.hot.is_empty() {
        return ().into_any();
    }
    let bars = page
        .hot
        .iter()
        .map(|spot| Bar::new(spot.unit.name.clone(), length(spot.all), matters(spot.all)).tone(Tone::Due))
        .collect();
    let rows: Vec<Vec<AnyView>> = page
        .hot
        .iter()
        .map(|spot| {
            let (href, name) = (map(&page, &spot.unit.code), spot.unit.name.clone());
            let most = spot.most.clone().unwrap_or_else(|| "—".into());
            vec![
                cell(view! { <a href=href>{name}</a> }),
                cell(count(spot.all)),
                cell(most),
            ]
        })
        .collect();
    let columns = vec![
        Column::text("网格，点开看地图"),
        Column::number("反映的事"),
        Column::text("最多的是"),
    ];
    let all = map(&page, &page.here.code);
    view! {
        <Card title="反映多的网格">
            <BarChart caption="反映多的网格" bars/>
            <details class="fold">
                <summary>"看表格"<span class="hidden-text">"：反映多的网格"</span></summary>
                <Table caption="反映多的网格，多的在前" columns rows/>
            </details>
            <p class="buttons no-print"><Button kind=ButtonKind::Quiet icon=Glyph::Map href=all>"在地图上看"</Button></p>
        </Card>
    }
    .into_any()
}

#[component]
pub fn Areas(page: FiguresPage) -> impl IntoView {
    if page.areas.is_empty() {
        return ().into_any();
    }
    let (period, whole) = (page.period, page.whole);
    let bars = page
        .areas
        .iter()
        .map(|area| Bar::new(area.unit.name.clone(), length(area.all), matters(area.all)))
        .collect();
    let rated = page.areas.iter().any(|area| area.rates.is_some());
    let mut columns = vec![Column::text("单位"), Column::number("反映的事")];
    if rated {
        columns.extend(["响应率", "按期办结率", "解决率", "满意率"].map(Column::number));
    }
    let rows: Vec<Vec<AnyView>> = page
        .areas
        .iter()
        .map(|area| {
            let name = area.unit.name.clone();
            // Of a grid the public is told nothing more.
            let first = if rated || whole {
                let href = address(&area.unit.code, period);
                cell(view! { <a href=href>{name}</a> })
            } else {
                cell(name)
            };
            let rates = area.rates.into_iter().flatten().map(|rate| cell(rate.percent()));
            [first, cell(count(area.all))].into_iter().chain(rates).collect()
        })
        .collect();
    view! {
        <Card title="下级单位">
            <BarChart caption="下级单位反映的事" bars/>
            <details class="fold">
                <summary>"看表格"<span class="hidden-text">"：下级单位"</span></summary>
                <Table caption="下级单位，按编码排列" columns rows/>
            </details>
        </Card>
    }
    .into_any()
}
