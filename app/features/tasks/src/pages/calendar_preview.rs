//! What a calendar file would change, before it does.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, Column, Figure, FigureKind, Form, Notice, Page, Submit, Table, Tone, cell,
};

use crate::{
    api,
    model::{CalendarPreview, Counts, DayChange, Fault, Move},
};

#[component]
pub fn Preview(preview: CalendarPreview, action: ServerAction<api::ApplyCalendar>) -> impl IntoView {
    let said = format!("{}，{} 传上来", preview.file_name, preview.sent.zh_short());
    let above = vec![("工作日历".to_owned(), "/admin/calendar".to_owned())];
    let body = if let Some((at, counts)) = preview.applied {
        view! {
            <Notice tone=Tone::Done title=format!("已在 {} 导入", at.zh_short())>
                {format!("{}在办的期限正在重算，有变的会提醒办的人。", words(counts))}
            </Notice>
            <div class="buttons"><Button href="/admin/calendar">"看日历"</Button></div>
        }
        .into_any()
    } else if preview.faults.is_empty() {
        view! { <Changes preview action/> }.into_any()
    } else {
        view! { <Faults faults=preview.faults/> }.into_any()
    };
    view! {
        <Page title="导入工作日历" eyebrow=said above>
            <div class="stack loose">
                {body}
                <div class="buttons"><Button kind=ButtonKind::Quiet href="/admin/calendar" external=true>"换一个文件"</Button></div>
            </div>
        </Page>
    }
}

fn words(counts: Counts) -> String {
    format!(
        "新增 {} 天，改动 {} 天，去掉 {} 天，不变 {} 天。",
        counts.new, counts.changed, counts.gone, counts.unchanged
    )
}

#[component]
fn Faults(faults: Vec<Fault>) -> impl IntoView {
    let columns = vec![Column::text("位置"), Column::text("原因")];
    let title = format!("文件有 {} 处问题，什么也没有导入", faults.len());
    let rows = faults
        .into_iter()
        .map(|fault| {
            let place = if fault.place.is_empty() {
                "整个文件".to_owned()
            } else {
                fault.place
            };
            vec![cell(place), cell(fault.reason)]
        })
        .collect();
    view! {
        <Notice tone=Tone::Late title>"改好以后再传一次。"</Notice>
        <Table caption="问题" columns rows/>
    }
}

#[component]
fn Changes(preview: CalendarPreview, action: ServerAction<api::ApplyCalendar>) -> impl IntoView {
    let counts = preview.counts;
    let years: Vec<String> = preview.years.iter().map(|year| format!("{year} 年")).collect();
    let figures = [
        ("新增", counts.new),
        ("改动", counts.changed),
        ("去掉", counts.gone),
        ("不变", counts.unchanged),
    ]
    .map(|(label, n)| view! { <Figure label=label value=n.to_string() unit="天" kind=FigureKind::Middle/> })
    .collect_view();
    let moving = match (preview.moving, preview.more) {
        (0, _) => format!("看了在办的 {} 件，期限都不变。", preview.looked_at),
        (n, false) => format!("在办的 {} 件里，有 {n} 件的期限会变。", preview.looked_at),
        (n, true) => format!(
            "在办的很多，看了最先到期的 {} 件，其中 {n} 件的期限会变；其余的导入以后一样会重算。",
            preview.looked_at
        ),
    };
    let moves = (!preview.moves.is_empty()).then(|| view! { <Moves moves=preview.moves/> });
    let days = (!preview.changes.is_empty()).then(|| view! { <Days days=preview.changes/> });
    let last = if counts.changes() == 0 {
        view! { <Notice tone=Tone::Done>"与已经导入的完全一样，不用再导入。"</Notice> }.into_any()
    } else {
        view! { <Apply id=preview.id.to_string() counts action/> }.into_any()
    };
    view! {
        <Card title=format!("{}，会有哪些变化", years.join("、"))>
            <p>{format!("依据：{}", preview.source)}</p>
            <div class="tiles">{figures}</div>
            <p>{moving}</p>
        </Card>
        {moves}
        {days}
        {last}
    }
}

#[component]
fn Moves(moves: Vec<Move>) -> impl IntoView {
    let columns = ["事项", "单位", "现在", "以后"].map(Column::text).to_vec();
    let rows = moves
        .into_iter()
        .map(|row| {
            vec![
                cell(row.label),
                cell(row.node_name),
                cell(row.from.zh_short()),
                cell(row.to.zh_short()),
            ]
        })
        .collect();
    view! { <Table caption="期限会变的，先到期的在前" columns rows/> }
}

#[component]
fn Days(days: Vec<DayChange>) -> impl IntoView {
    let columns = ["日期", "现在", "以后"].map(Column::text).to_vec();
    let rows = days
        .into_iter()
        .map(|day| vec![cell(day.date.zh()), cell(day.before), cell(day.after)])
        .collect();
    view! { <Table caption="会变的日子" columns rows/> }
}

#[component]
fn Apply(id: String, counts: Counts, action: ServerAction<api::ApplyCalendar>) -> impl IntoView {
    let hidden = [
        ("years", counts.years),
        ("new", counts.new),
        ("changed", counts.changed),
        ("gone", counts.gone),
        ("unchanged", counts.unchanged),
    ]
    .map(|(name, n)| view! { <input type="hidden" name=name value=n.to_string()/> })
    .collect_view();
    view! {
        <Form action>
            <input type="hidden" name="id" value=id/>
            {hidden}
            <Submit>"导入"</Submit>
        </Form>
    }
}
