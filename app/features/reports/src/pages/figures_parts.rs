//! The parts of the page of figures that tell how much and how fast: each a chart, with a table behind it.

use leptos::prelude::*;
use ui::{Bar, BarChart, Card, Column, Empty, Figure, FigureKind, Glyph, Table, Tone, cell};

use crate::model::figures::{
    Clock, FiguresPage, RATES, Rate, SMALLEST, StageFigures, elapsed, month_label, worked,
};

/// A count as it is told.
pub fn count(n: Option<i64>) -> String {
    n.map_or_else(|| format!("少于 {SMALLEST}"), |n| n.to_string())
}

pub fn matters(n: Option<i64>) -> String {
    n.map_or_else(|| format!("少于 {SMALLEST} 件"), |n| format!("{n} 件"))
}

/// A bar of a share, up to a hundred percent.
pub fn share(label: impl Into<String>, rate: Rate) -> Bar {
    Bar::new(label, length(rate.share) / 10.0, rate.percent())
}

/// A length of a bar; what is hidden has none.
pub fn length(n: Option<i64>) -> f64 {
    n.unwrap_or(0) as f64
}

/// `18 件里 15 件`
pub fn parts(rate: Rate) -> String {
    match (rate.of, rate.part) {
        (Some(0), _) => "还没有可以算的".into(),
        (Some(of), Some(part)) => format!("{of} 件里 {part} 件"),
        (Some(of), None) => format!("共 {of} 件"),
        (None, _) => format!("少于 {SMALLEST} 件，不显示"),
    }
}

/// A table that is folded behind its chart.
pub fn behind(caption: &'static str, columns: &[&str], rows: Vec<Vec<String>>) -> AnyView {
    let column = |(at, name): (usize, &&str)| {
        if at == 0 {
            Column::text(*name)
        } else {
            Column::number(*name)
        }
    };
    let columns: Vec<Column> = columns.iter().enumerate().map(column).collect();
    let rows: Vec<Vec<AnyView>> = rows
        .into_iter()
        .map(|row| row.into_iter().map(cell).collect())
        .collect();
    view! {
        <details class="fold">
            <summary>"看表格"<span class="hidden-text">{format!("：{caption}")}</span></summary>
            <Table caption columns rows/>
        </details>
    }
    .into_any()
}

#[component]
pub fn Rates(page: FiguresPage) -> impl IntoView {
    let figures = page.figures;
    let shown = |label: &'static str, rate: Rate| {
        view! {
            <Card><Figure label value=rate.percent() kind=FigureKind::Middle>{parts(rate)}</Figure></Card>
        }
    };
    let outside = [
        ("不予受理", figures.refused),
        ("撤回", figures.withdrawn),
        ("合并", figures.merged),
    ]
    .into_iter()
    .filter(|(_, n)| *n != Some(0))
    .map(|(words, n)| format!("{words} {}", matters(n)))
    .collect::<Vec<_>>()
    .join("，");
    let all = figures.all;
    if all == Some(0) {
        return view! { <Empty icon=Glyph::Chart title="这段时间没有人反映" detail="换一段时间，或者看上级单位。"/> }
            .into_any();
    }
    view! {
        <div class="tiles people-tiles">
            <Card><Figure label="反映的事" value=count(all) unit="件" kind=FigureKind::Middle>{outside}</Figure></Card>
            {shown("响应率", figures.responded)}
            {shown("按期办结率", figures.in_time)}
            {shown("解决率", figures.solved)}
            {shown("满意率", figures.content)}
            {shown("重复反映", figures.again)}
        </div>
    }
    .into_any()
}

#[component]
pub fn Months(page: FiguresPage) -> impl IntoView {
    if page.months.is_empty() {
        return ().into_any();
    }
    let bars = page
        .months
        .iter()
        .map(|month| Bar::new(month_label(month.month), length(month.all), matters(month.all)))
        .collect();
    let rows = page
        .months
        .iter()
        .map(|month| {
            let rates = month.rates.into_iter().map(Rate::percent);
            [month_label(month.month), count(month.all)]
                .into_iter()
                .chain(rates)
                .collect::<Vec<String>>()
        })
        .collect();
    let columns: Vec<&str> = ["月份", "反映的事"].into_iter().chain(RATES).collect();
    // How each goes from month to month; those of which nothing is told are left out.
    let trends = RATES
        .into_iter()
        .enumerate()
        .filter(|(at, _)| page.months.iter().any(|month| month.rates[*at].share.is_some()))
        .map(|(at, name)| {
            let bars = page
                .months
                .iter()
                .map(|month| share(month_label(month.month), month.rates[at]))
                .collect();
            view! {
                <details class="fold">
                    <summary>{format!("{name}的走势")}</summary>
                    <BarChart caption=format!("{name}，每个月") bars most=100.0/>
                </details>
            }
        })
        .collect_view();
    view! {
        <Card title="每个月">
            <BarChart caption="每个月反映的事" bars/>
            {trends}
            {behind("每个月", &columns, rows)}
        </Card>
    }
    .into_any()
}

fn took(stage: &StageFigures, minutes: Option<i64>) -> String {
    match (minutes, stage.stage.clock()) {
        (None, _) => "—".into(),
        (Some(minutes), Clock::Working) => worked(minutes),
        (Some(minutes), Clock::Wall) => elapsed(minutes),
    }
}

#[component]
pub fn Stages(page: FiguresPage) -> impl IntoView {
    let stages: Vec<StageFigures> = page
        .figures
        .stages
        .into_iter()
        .filter(|stage| stage.median.is_some())
        .collect();
    if stages.is_empty() {
        return ().into_any();
    }
    // Working time and time by day and night do not stand on one scale, and neither do half of all and nine of ten: a chart each.
    let chart =
        |caption: &'static str, clock: Clock, minutes: fn(&StageFigures) -> Option<i64>, tone: Tone| {
            let bars: Vec<Bar> = stages
                .iter()
                .filter(|stage| stage.stage.clock() == clock)
                .map(|stage| {
                    let minutes = minutes(stage);
                    Bar::new(stage.stage.label(), length(minutes), took(stage, minutes)).tone(tone)
                })
                .collect();
            (!bars.is_empty()).then(|| view! { <BarChart caption bars/> })
        };
    let median: fn(&StageFigures) -> Option<i64> = |stage| stage.median;
    let ninetieth: fn(&StageFigures) -> Option<i64> = |stage| stage.ninetieth;
    let charts = [
        chart(
            "中位数，按工作时间，一天 8 小时",
            Clock::Working,
            median,
            Tone::Go,
        ),
        chart(
            "九成位数，按工作时间，一天 8 小时",
            Clock::Working,
            ninetieth,
            Tone::Due,
        ),
        chart("中位数，不分昼夜", Clock::Wall, median, Tone::Go),
        chart("九成位数，不分昼夜", Clock::Wall, ninetieth, Tone::Due),
    ]
    .into_iter()
    .flatten()
    .collect_view();
    let rows = stages
        .iter()
        .map(|stage| {
            let clock = match stage.stage.clock() {
                Clock::Working => "工作时间",
                Clock::Wall => "不分昼夜",
            };
            vec![
                stage.stage.label().to_owned(),
                count(stage.n),
                took(stage, stage.median),
                took(stage, stage.ninetieth),
                clock.to_owned(),
            ]
        })
        .collect();
    view! {
        <Card title="各环节用时">
            <div class="stack">{charts}</div>
            {behind("各环节用时", &["环节", "件数", "中位数", "九成位数", "怎么计时"], rows)}
        </Card>
    }
    .into_any()
}

#[component]
pub fn Open(page: FiguresPage) -> impl IntoView {
    let open = page.open;
    let bars = open
        .ages
        .iter()
        .map(|(words, n)| Bar::new(words.clone(), length(*n), matters(*n)))
        .collect();
    let mut rows: Vec<Vec<String>> = open
        .ages
        .iter()
        .map(|(words, n)| vec![words.clone(), count(*n)])
        .collect();
    rows.push(vec!["其中已超期".into(), count(open.late)]);
    let late = format!("其中已超期：{}。", matters(open.late));
    view! {
        <Card title="现在在办">
            <BarChart caption="还没有办结的，反映以来多久" bars/>
            <p class="small quiet">{late}</p>
            {behind("现在在办", &["反映以来", "件数"], rows)}
        </Card>
    }
}
