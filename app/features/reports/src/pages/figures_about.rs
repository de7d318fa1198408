//! The parts of the page of figures that tell of what, by whom and where: each a chart, with a table behind it.

use leptos::prelude::*;
use ui::{Bar, BarChart, Card, Column, Glyph, List, ListRow, Table, Tone, cell};

use super::{
    figures::address,
    figures_parts::{behind, count, length, matters, parts},
};
use crate::model::figures::{FiguresPage, Party, Rate};

/// A bar of a share, up to a hundred percent.
fn share(label: impl Into<String>, rate: Rate) -> Bar {
    Bar::new(label, length(rate.share) / 10.0, rate.percent())
}

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

#[component]
pub fn Hot(page: FiguresPage) -> impl IntoView {
    if page.hot.is_empty() {
        return ().into_any();
    }
    let rows = page
        .hot
        .iter()
        .map(|spot| {
            let about = spot
                .most
                .as_ref()
                .map_or_else(String::new, |most| format!("，最多的是{most}"));
            let detail = format!("{}{about}", matters(spot.all));
            let href = format!("/map/{}", spot.unit.code);
            view! { <ListRow icon=Glyph::Pin title=spot.unit.name.clone() detail href/> }
        })
        .collect_view();
    view! {
        <Card title="反映多的网格" flush=true>
            <List label="反映多的网格，点开看地图">{rows}</List>
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
