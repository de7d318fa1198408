//! What the pages of this pillar have in common: waiting for what they show, what was just done, how a deadline stands.

use leptos::prelude::*;
use shared::Timestamp;
pub use ui::loaded::{Fault, loaded, query};
use ui::{Badge, Glyph, Notice, Tone};

use crate::model::{State, TaskRow};

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "finished" => "已办结。",
            "paused" => "已挂起，计时停住了。办的人会看到原因。",
            "resumed" => "已恢复，接着计时。",
            "cancelled" => "已标为不用办。",
            "saved" => "已保存。受影响的期限会马上重算，办的人会收到提醒。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// From when on a deadline is near: the last day.
const NEAR: i64 = Timestamp::DAY / Timestamp::SECOND;

/// How a task stands: words on a tone, with a sign of their own for what is late.
#[component]
pub fn Standing(row: TaskRow, now: Timestamp) -> impl IntoView {
    let (tone, words) = match (row.state, row.due) {
        (State::Open, Some(due)) => Tone::deadline((due.0 - now.0).div_euclid(Timestamp::SECOND), NEAR),
        (State::Done, _) => (Tone::Done, row.state.label().to_owned()),
        (state, _) => (Tone::Quiet, state.label().to_owned()),
    };
    let badge = match tone {
        Tone::Late => view! { <Badge tone icon=Glyph::Warning>{words}</Badge> }.into_any(),
        Tone::Due => view! { <Badge tone icon=Glyph::Clock>{words}</Badge> }.into_any(),
        _ => view! { <Badge tone>{words}</Badge> }.into_any(),
    };
    view! { {row.provisional.then(|| view! { <Badge>"待核"</Badge> })} {badge} }
}
