//! The steps of a matter: what happened when, who did it, where it went, what was said.

use leptos::prelude::*;
use shared::{RecordId, Timestamp};
use ui::{Badge, Card, Photo, Steps, Time, Tone};

use crate::model::{Action, By, PETITION, Photo as Shown, Seen, State, StepRow, is_petition};

/// The way of a matter, as its reporter follows it.
const WAY: [&str; 5] = ["上报", "受理", "处置", "回访", "评价"];

/// Where on the way a matter is; nothing for one that left it.
fn place(state: State, steps: &[StepRow]) -> Option<usize> {
    match state {
        State::Reported => Some(0),
        State::Accepted | State::Dispatched => Some(1),
        State::Handling => Some(2),
        State::Answered | State::Checked => Some(3),
        State::Rated => Some(4),
        State::Closed => Some(WAY.len()),
        // It goes on from where it stood.
        State::Paused => {
            let before = steps.iter().rev().find(|step| step.state != State::Paused);
            before.and_then(|step| place(step.state, &[]))
        }
        State::Refused | State::Withdrawn | State::Merged => None,
    }
}

/// How far it is on its way.
#[component]
pub fn Way(state: State, steps: Vec<StepRow>) -> impl IntoView {
    place(state, &steps).map(|at| {
        let steps = WAY.iter().map(|step| (*step).to_owned()).collect();
        view! { <Steps steps at/> }
    })
}

/// All steps that the viewer sees, the newest first.
#[component]
pub fn History(steps: Vec<StepRow>) -> impl IntoView {
    // Whoever sees only what everybody does need not be told so.
    let told = steps.iter().any(|step| step.seen != Seen::All);
    let legend = told.then(|| {
        view! {
            <p class="small quiet">"每一步旁边写着谁看得到。“大家可见”的，这件事公开以后谁都看得到有这一步；写的话和照片，还是只给反映人和办的人看。"</p>
        }
    });
    let rows = steps
        .into_iter()
        .rev()
        .map(|step| view! { <li><One step told/></li> })
        .collect_view();
    view! { <Card title="到哪一步了">{legend}<ol class="history" role="list">{rows}</ol></Card> }
}

/// Who sees a step, beside those who handle the matter.
const fn seen_by(seen: Seen) -> &'static str {
    match seen {
        Seen::All => "大家可见",
        Seen::Parties => "反映人可见",
        Seen::Staff => "内部",
    }
}

#[component]
fn One(
    step: StepRow,
    /// Whether it is told who sees it.
    told: bool,
) -> impl IntoView {
    let title = title(&step);
    let who = who(&step);
    let at: Timestamp = step.at;
    let days = step.days.map(|days| format!("{days} 个工作日"));
    // Its title says it already.
    let door = step
        .door
        .filter(|_| !is_petition(step.action, step.door))
        .map(|door| format!("可以去：{}", door.label()));
    let urgency = step.urgency.map(|urgency| format!("改为“{}”", urgency.label()));
    let aside = step.aside.map(|name| format!("回避的人：{name}"));
    let facts = [
        aside,
        step.rating.map(|rating| rating.label().to_owned()),
        days,
        door,
        urgency,
        step.class.map(|class| format!("改为“{class}”")),
    ]
    .into_iter()
    .flatten()
    .map(|words| view! { <p>{words}</p> })
    .collect_view();
    let seen = step.seen;
    let inner = told.then(|| view! { <Badge tone=Tone::Quiet>{seen_by(seen)}</Badge> });
    view! {
        <p class="row wrap close"><b>{title}</b>{inner}</p>
        <p class="small quiet"><Time at/>{who}</p>
        {facts}
        {step.words.map(|words| view! { <p class="said">{words}</p> })}
        <Spoken voice=step.voice label="这一步的语音"/>
        <Photos photos=step.photos label="这一步的照片"/>
    }
}

fn title(step: &StepRow) -> String {
    let to = step.unit.as_ref().map(|unit| match step.role {
        Some(role) => format!("{unit}（{}）", role.label()),
        None => unit.clone(),
    });
    if is_petition(step.action, step.door) {
        return PETITION.to_owned();
    }
    match (step.action, to) {
        (Action::Report, Some(to)) => format!("上报，交给{to}"),
        (action, Some(to)) => format!("{}：{to}", action.label()),
        (action, None) => action.label().to_owned(),
    }
}

/// Who did it, after the time: by name where that is told, otherwise as what.
fn who(step: &StepRow) -> String {
    match &step.who {
        // What the reporter does themselves names nobody.
        Some(name) if step.by == By::Reporter => format!("，{name}代反映人"),
        Some(name) => format!("，{}{name}", step.by.label()),
        None if step.by == By::System => "，到时自动".into(),
        None => format!("，{}", step.by.label()),
    }
}

/// Photos beside each other; nothing if there are none.
#[component]
pub fn Photos(
    photos: Vec<Shown>,
    label: &'static str,
    /// Where they are had from.
    #[prop(default = "/reports/photo")]
    from: &'static str,
) -> impl IntoView {
    (!photos.is_empty()).then(|| {
        let photos = photos
            .into_iter()
            .enumerate()
            .map(|(at, photo)| {
                let src = format!("{from}/{}", photo.id);
                let alt = format!("照片 {}", at + 1);
                view! { <li><Photo src alt width=photo.width height=photo.height/></li> }
            })
            .collect_view();
        view! { <ul class="photos" role="list" aria-label=label>{photos}</ul> }
    })
}

/// Spoken words to listen to; nothing if there are none. They play without script too.
#[component]
pub fn Spoken(voice: Option<RecordId>, label: &'static str) -> impl IntoView {
    voice.map(|id| {
        let src = format!("/reports/voice/{id}");
        view! {
            <figure class="spoken">
                <figcaption class="small">{label}</figcaption>
                <audio controls=true preload="none" src=src aria-label=label></audio>
            </figure>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Door;

    fn step(state: State) -> StepRow {
        StepRow {
            action: Action::Begin,
            state,
            at: Timestamp(0),
            by: By::Holder,
            who: None,
            unit: None,
            role: None,
            words: None,
            days: None,
            door: None,
            rating: None,
            urgency: None,
            class: None,
            seen: Seen::All,
            photos: Vec::new(),
            voice: None,
            aside: None,
        }
    }

    #[test]
    fn what_waits_for_the_reporter_stays_where_it_was() {
        let steps = [step(State::Reported), step(State::Handling), step(State::Paused)];
        assert_eq!(place(State::Paused, &steps), Some(2));
        assert_eq!(place(State::Closed, &steps), Some(WAY.len()));
        assert_eq!(place(State::Merged, &steps), None);
    }

    #[test]
    fn what_went_to_the_petition_office_says_only_that() {
        let mut one = step(State::Refused);
        one.action = Action::Refuse;
        one.door = Some(Door::Court);
        assert_eq!(title(&one), "不予受理");
        one.door = Some(Door::Petition);
        assert_eq!(title(&one), "已转信访");
    }

    #[test]
    fn the_clock_is_no_person() {
        let mut one = step(State::Closed);
        one.by = By::System;
        assert_eq!(who(&one), "，到时自动");
        one.by = By::Holder;
        one.who = Some("王芳".into());
        assert_eq!(who(&one), "，承办人王芳");
        one.by = By::Reporter;
        assert_eq!(who(&one), "，王芳代反映人");
    }
}
