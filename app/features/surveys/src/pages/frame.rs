//! What the pages of this pillar have in common: what was just done, how a survey stands, rows of them.

use leptos::prelude::*;
pub use ui::loaded::{loaded, query};
use ui::{Badge, ListRow, Notice, Tone};

use crate::model::{Phase, SurveyRow};

/// The topic on which surveys change.
pub fn topics() -> Vec<String> {
    vec!["surveys".to_owned()]
}

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "proposed" => "意见收到了。看过以后会公开文字，不公开是谁提的；答复了会在消息里告诉您。",
            "supported" => "已记下。",
            "answered" => "收到了，谢谢您。只留下统计，不留下是谁答的。",
            "opened" => "已发起。截止以后请答复每一条意见，公布结果。",
            "noted" => "已记下。",
            "ended" => "已结束，居民看得到说明。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// How one stands, as a word on a tone.
#[component]
pub fn Standing(phase: Phase) -> impl IntoView {
    let tone = match phase {
        Phase::Open => Tone::Go,
        Phase::Answering => Tone::Due,
        Phase::Done => Tone::Done,
        Phase::Coming | Phase::Stopped => Tone::Quiet,
    };
    view! { <Badge tone>{phase.label()}</Badge> }
}

/// It decides nothing.
#[component]
pub fn NoVote() -> impl IntoView {
    view! {
        <p class="small quiet">"这里是征求意见，不是表决。要由居民会议、业主大会决定的事，在会上决定。"</p>
    }
}

/// Rows of surveys, each a link.
pub fn rows(rows: Vec<SurveyRow>) -> impl IntoView + use<> {
    rows.into_iter()
        .map(|row| {
            let href = format!("/surveys/{}", row.code);
            let detail = format!("{} · {} · {} 截止", row.kind.label(), row.place, row.to.zh());
            let phase = row.phase;
            view! { <ListRow title=row.title detail href><Standing phase/></ListRow> }
        })
        .collect_view()
}
