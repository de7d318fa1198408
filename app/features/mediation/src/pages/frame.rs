//! What the pages of this pillar have in common: what was just done, how a case stands, what to listen to.

use leptos::prelude::*;
use shared::Timestamp;
pub use ui::loaded::{loaded, query};
use ui::{Badge, ListRow, Notice, Tone, viewer::use_viewer};

use crate::model::{Action, CaseRow, State};

/// What was just done, told by `?done=…`: an action's code, or that somebody else's application was written down.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "entered" => "申请登记好了，受理的人会去联系。您不是当事人，看不到里面的内容。",
            code => done_words(code.parse().ok()?),
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

const fn done_words(action: Action) -> &'static str {
    match action {
        Action::Apply => "申请收到了。受理以后会去问对方愿不愿意，有进展会在消息里告诉您。",
        Action::Take => "已接手。看一看写了什么，再决定受不受理。",
        Action::Accept => "已受理。接下来问问对方愿不愿意。",
        Action::Refuse => "已说明不受理的原因，申请人会看到该去哪里。",
        Action::Ask => "已记下：征求了对方的意见。",
        Action::Consent => "双方都同意了，可以开始调解。",
        Action::Decline => "已记下：不同意调解。到此结束。",
        Action::Name => "已请这一位担任调解员，等本人声明没有利害关系。",
        Action::Declare => "已声明。可以开始调解了。",
        Action::StepAside => "已回避，您不再看得到这件调解。",
        Action::Object => "已记下，这一位不再参加。请另外确定调解员。",
        Action::Hold => "这次调解已记下。",
        Action::Settle => "协议写好了。请打印出来，由各方签字。",
        Action::SettleOrally => "口头协议已记下，从达成的那天起生效。",
        Action::Revise => "协议已改。签字以前请各方再看一遍。",
        Action::Sign => "协议生效了。每一条到了日子会提醒回访。",
        Action::Scan => "扫描件存好了。",
        Action::AskCourt => "已记下：申请了司法确认。",
        Action::CourtConfirmed => "已记下：法院确认了协议。",
        Action::Follow | Action::Fulfil => "回访已记下。",
        Action::GiveUp => "已结束，各方会看到接下来可以去哪里。",
        Action::Fail => "已记下：没有调解成，各方会看到可以去哪里。",
        Action::Stop => "已终止。要继续主张，可以向人民法院起诉。",
        Action::Withdraw => "已撤回。",
        Action::Warn => "已报告上一级。如果马上会出事，请先打 110。",
        Action::Note => "备注已记下，只有调解员和经办人看得到。",
    }
}

/// A case's state, in the words of those who wait for it.
pub const fn state_words(state: State) -> &'static str {
    match state {
        State::Applied => "等受理",
        State::Refused => "不在这里调解",
        State::Accepted => "在问对方愿不愿意",
        State::Declined => "对方不愿意",
        State::Consented => "双方同意了",
        State::Mediating => "正在调解",
        State::Reached => "达成协议，等签字",
        State::InForce => "协议生效，在履行",
        State::Fulfilled => "履行完了",
        State::Unfulfilled => "没有履行",
        State::Failed => "没有调解成",
        State::Withdrawn => "已撤回",
    }
}

const fn state_tone(state: State) -> Tone {
    match state {
        State::Fulfilled => Tone::Done,
        State::Reached => Tone::Due,
        State::Refused | State::Declined | State::Unfulfilled | State::Failed | State::Withdrawn => {
            Tone::Quiet
        }
        State::Applied | State::Accepted | State::Consented | State::Mediating | State::InForce => Tone::Go,
    }
}

/// A state as a word on a tone.
#[component]
pub fn Standing(state: State) -> impl IntoView {
    view! { <Badge tone=state_tone(state)>{state_words(state)}</Badge> }
}

/// From when on a deadline is near: three days.
const NEAR: i64 = 3 * Timestamp::DAY / Timestamp::SECOND;

/// How much of the month is left, by colour and in words.
#[component]
pub fn Deadline(due: Timestamp, now: Timestamp) -> impl IntoView {
    let (tone, words) = Tone::deadline((due.0 - now.0).div_euclid(Timestamp::SECOND), NEAR);
    view! { <Badge tone>{words}</Badge> }
}

/// Rows of cases, each a link.
pub fn rows(rows: Vec<CaseRow>, now: Timestamp) -> impl IntoView + use<> {
    rows.into_iter()
        .map(|row| {
            let href = format!("/mediation/{}", row.code);
            let detail = format!("{} · {}", row.number, row.at.zh_short());
            let (state, due) = (row.state, row.due);
            view! {
                <ListRow title=row.title detail href>
                    <Standing state/>
                    {due.map(|due| view! { <Deadline due now/> })}
                </ListRow>
            }
        })
        .collect_view()
}

/// What is told of the cases in which the viewer is named.
pub fn topics() -> Vec<String> {
    use_viewer()
        .actor
        .map(|actor| format!("user/{}", actor.user))
        .into_iter()
        .collect()
}
