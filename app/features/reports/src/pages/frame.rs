//! What the pages of this pillar have in common: what was just done, how a matter stands, what to listen to.

use leptos::{prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;
use shared::{AppError, Timestamp};
pub use ui::loaded::{Fault, loaded, query};
use ui::{Badge, Glyph, ListRow, Notice, Tone, returned::answer_of, successes, use_now, viewer::use_viewer};

use crate::model::{Action, Due, MatterRow, PETITION, REMINDED, State};

/// What `give` has just answered to the form `form`, until `next` is done: whoever goes on has taken a new key down, and it is not shown beside
/// what is done next. One that was given before the script came is no value of the action, so it is hidden, too.
pub fn fresh_until<S, T>(
    give: ServerAction<S>,
    form: &str,
    next: ServerAction<T>,
) -> Signal<Option<S::Output>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + DeserializeOwned + Send + Sync + 'static,
    T: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    T::Output: Send + Sync + 'static,
{
    let (answer, value, done) = (answer_of(give, form), give.value(), successes(next));
    let gone = RwSignal::new(false);
    Effect::new(move |before: Option<usize>| {
        let now = done.get();
        if before.is_some_and(|before| before != now) {
            gone.set(true);
            give.clear();
        }
        now
    });
    Signal::derive(move || {
        let hidden = gone.get() && value.with(Option::is_none);
        answer.get().filter(|_| !hidden)
    })
}

/// What was just done, told by `?done=…`: a report, or a step by the code of its action.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "sent" => "收到了，已经有人接着办。每一步都写在这一页，有进展会在消息里告诉您。",
            "followed" => "已关注。有进展会在消息里告诉您。",
            "unfollowed" => "不再关注这件事。",
            code => done_words(code.parse().ok()?),
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

const fn done_words(action: Action) -> &'static str {
    match action {
        Action::Report => "收到了。",
        Action::Accept => "已受理。",
        Action::Refuse => "已说明不在这里办的原因，反映人会看到该去哪里。",
        Action::Dispatch => "已派单。",
        Action::Begin => "已开始处置。",
        Action::Return => "已退单，由街道来定。",
        Action::Reassign => "已改派。",
        Action::Reclass => "已改类别，期限按新的算好了。",
        Action::Involve => "已请他们协办，他们会收到。",
        Action::PartDone => "已记下：这一部分办完了。",
        Action::PartReturn => "已交给派单的人来定。",
        Action::PartKeep => "已回复：请他们接着办。",
        Action::PartRelease => "已免除，他们不用再办。",
        Action::Recuse => "已回避，这件事交给别人办。",
        Action::AskTime => "延期申请已交上去。",
        Action::GiveTime => "已同意延期，期限重新算好了。",
        Action::DenyTime => "已回复：不延期。",
        Action::Pause => "已挂起，等反映人补充，计时停住了。",
        Action::Resume => "谢谢。计时接着走，办的人看到了。",
        Action::Urge => "已督办，办的人会收到。",
        Action::Escalate => "已交给上一级。",
        Action::Answer => "答复已发给反映人。",
        Action::Check => "回访已记下。",
        Action::Call => "已记下：电话没有接通。",
        Action::Rate => "谢谢您的评价。",
        Action::Close | Action::CloseUnrated => "已办结。",
        Action::Reopen => "收到了，会再办一次。",
        Action::Withdraw => "已撤回，不再办了。",
        Action::Merge => "已并入另一件。",
        Action::Add => "补充的内容已加上，办的人会看到。",
        Action::Note => "备注已记下，只有工作人员看得到。",
        Action::Publish => "已公开。",
        Action::Hide => "已经不公开了。",
    }
}

/// A matter's state, in the words of those who wait for it.
pub const fn state_words(state: State) -> &'static str {
    match state {
        State::Reported => "等受理",
        State::Refused => "不在这里办",
        State::Accepted => "已受理",
        State::Dispatched => "已派单",
        State::Handling => "正在办",
        State::Answered => "有答复了",
        State::Checked => "已回访",
        State::Rated => "已评价",
        State::Closed => "办结",
        State::Paused => "等补充",
        State::Withdrawn => "已撤回",
        State::Merged => "已并入另一件",
    }
}

const fn state_tone(state: State) -> Tone {
    match state {
        State::Closed | State::Rated => Tone::Done,
        State::Answered | State::Checked | State::Paused => Tone::Due,
        State::Refused | State::Withdrawn | State::Merged => Tone::Quiet,
        State::Reported | State::Accepted | State::Dispatched | State::Handling => Tone::Go,
    }
}

/// From when on a deadline is near: the last day.
const NEAR: i64 = Timestamp::DAY / Timestamp::SECOND;

/// A state as a word on a tone.
#[component]
pub fn Standing(
    state: State,
    /// It belongs to the petition office: nothing else is told of it.
    #[prop(optional)]
    petition: bool,
) -> impl IntoView {
    let words = if petition { PETITION } else { state_words(state) };
    view! { <Badge tone=state_tone(state)>{words}</Badge> }
}

/// How much time is left, by colour and in words, also while the page stands open; with 待核 where it was reckoned by a calendar that is not
/// loaded yet.
#[component]
pub fn Deadline(due: Due, now: Timestamp) -> impl IntoView {
    let now = use_now(now);
    let told = Memo::new(move |_| Tone::deadline((due.at.0 - now().0).div_euclid(Timestamp::SECOND), NEAR));
    let badge = move || {
        let (tone, words) = told.get();
        match tone {
            Tone::Late => view! { <Badge tone icon=Glyph::Warning>{words}</Badge> }.into_any(),
            Tone::Due => view! { <Badge tone icon=Glyph::Clock>{words}</Badge> }.into_any(),
            _ => view! { <Badge tone>{words}</Badge> }.into_any(),
        }
    };
    view! { {due.provisional.then(|| view! { <Badge>"待核"</Badge> })} {badge} }
}

/// From so many days on it has waited for its reporter for long; both are reminded then.
const LONG: i64 = REMINDED;

/// How long it has waited for its reporter, while its clock stands.
#[component]
pub fn Waits(since: Timestamp, now: Timestamp) -> impl IntoView {
    let days = (now.0 - since.0).max(0) / Timestamp::DAY;
    let tone = if days >= LONG { Tone::Late } else { Tone::Due };
    view! { <Badge tone>{waited(days)}</Badge> }
}

fn waited(days: i64) -> String {
    if days == 0 {
        "今天停的".into()
    } else {
        format!("停了 {days} 天")
    }
}

/// The level above presses for it.
#[component]
pub fn Urged() -> impl IntoView {
    view! { <Badge tone=Tone::Late icon=Glyph::Warning>"督办"</Badge> }
}

/// Rows of matters, each a link: the beginning of what was said, what it is about, how it stands.
pub fn matter_rows(rows: Vec<MatterRow>, now: Timestamp) -> impl IntoView + use<> {
    rows.into_iter()
        .map(|row| {
            let href = format!("/reports/{}", row.code);
            let (title, about) = if row.excerpt.is_empty() {
                (row.title, row.kind.label().to_owned())
            } else {
                (row.excerpt, row.title)
            };
            let detail = format!("{about} · {}", row.at.zh_short());
            let (state, due, paused, urged) = (row.state, row.due, row.paused, row.urged);
            let petition = row.petition;
            view! {
                <ListRow title detail href>
                    <Standing state petition/>
                    {urged.then(|| view! { <Urged/> })}
                    {paused.map(|since| view! { <Waits since now/> })}
                    {due.map(|due| view! { <Deadline due now/> })}
                </ListRow>
            }
        })
        .collect_view()
}

/// What is told of one's own matters, and of published ones.
pub fn topics() -> Vec<String> {
    let own = use_viewer().actor.map(|actor| format!("user/{}", actor.user));
    std::iter::once("reports".to_owned()).chain(own).collect()
}

/// A picture for a category: those that are built in have their own.
pub fn glyph(category: &str) -> Glyph {
    match category {
        "safety" => Glyph::Shield,
        "parking" => Glyph::Car,
        "noise" => Glyph::Sound,
        "space" => Glyph::Building,
        "hygiene" => Glyph::Bin,
        "facility" => Glyph::Lamp,
        "dispute" => Glyph::Talk,
        "community" => Glyph::Org,
        "other" => Glyph::More,
        _ => Glyph::Info,
    }
}
