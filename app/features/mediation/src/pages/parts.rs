//! Parts of a case's page: the way it goes, who is who, sessions, what happened.

use leptos::prelude::*;
use ui::{Badge, Card, List, ListRow, Steps, Time, Tone};

use crate::model::{By, Part, Party, Seen, SessionRow, State, StepRow};

/// The way of a case, as both sides follow it.
const WAY: [&str; 5] = ["申请", "双方同意", "调解", "签协议", "履行"];

/// Where on the way a case is; nothing for one that left it.
const fn place(state: State) -> Option<usize> {
    match state {
        State::Applied => Some(0),
        State::Accepted => Some(1),
        State::Consented | State::Mediating => Some(2),
        State::Reached => Some(3),
        State::InForce => Some(4),
        State::Fulfilled => Some(WAY.len()),
        State::Refused | State::Declined | State::Unfulfilled | State::Failed | State::Withdrawn => None,
    }
}

/// How far it is on its way.
#[component]
pub fn Way(state: State) -> impl IntoView {
    place(state).map(|at| {
        let steps = WAY.iter().map(|step| (*step).to_owned()).collect();
        view! { <Steps steps at/> }
    })
}

/// Both sides, mediators, and whoever took it.
#[component]
pub fn People(people: Vec<Party>, clerk: Option<String>) -> impl IntoView {
    let rows = people.into_iter().map(|one| view! { <One one/> }).collect_view();
    let clerk = clerk.map(|clerk| view! { <ListRow title=clerk detail="经办人"/> });
    view! {
        <Card title="都有谁" flush=true>
            <List label="都有谁">{rows}{clerk}</List>
        </Card>
    }
}

#[component]
fn One(one: Party) -> impl IntoView {
    let about = [Some(one.part.label().to_owned()), one.phone, Some(one.address)]
        .into_iter()
        .flatten()
        .filter(|words| !words.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let mediates = one.part == Part::Mediator && one.left.is_none();
    let declared = one.declared.is_some();
    let mark = match one.left {
        Some(left) => view! { <Badge>{left.label()}</Badge> }.into_any(),
        None if mediates && declared => view! { <Badge tone=Tone::Done>"没有利害关系"</Badge> }.into_any(),
        None if mediates => view! { <Badge tone=Tone::Due>"等本人声明"</Badge> }.into_any(),
        None => ().into_any(),
    };
    let me = one.me.then(|| view! { <Badge tone=Tone::Go>"您"</Badge> });
    view! { <ListRow title=one.name detail=about>{me}{mark}</ListRow> }
}

/// What was noted of each session.
#[component]
pub fn Sessions(sessions: Vec<SessionRow>) -> impl IntoView {
    (!sessions.is_empty()).then(|| {
        let rows = sessions
            .into_iter()
            .map(|session| {
                view! {
                    <li>
                        <p><b>{format!("第 {} 次", session.number)}</b></p>
                        <p class="small quiet"><Time at=session.at/>{format!("，{}", session.place)}</p>
                        <p class="small">{format!("到场：{}", session.there)}</p>
                        <p class="said">{session.words}</p>
                    </li>
                }
            })
            .collect_view();
        view! { <Card title="调解记录"><ol class="history" role="list">{rows}</ol></Card> }
    })
}

/// All steps that the viewer sees, the newest first.
#[component]
pub fn History(steps: Vec<StepRow>) -> impl IntoView {
    if steps.is_empty() {
        return ().into_any();
    }
    let rows = steps
        .into_iter()
        .rev()
        .map(|step| view! { <li><Step step/></li> })
        .collect_view();
    view! { <Card title="经过"><ol class="history" role="list">{rows}</ol></Card> }.into_any()
}

#[component]
fn Step(step: StepRow) -> impl IntoView {
    let title = match step.clause {
        Some(number) => format!("{}：第 {number} 条", step.action.label()),
        None => step.action.label().to_owned(),
    };
    let who = if step.by == By::System {
        "，自动".to_owned()
    } else {
        format!("，{}", step.by.label())
    };
    let facts = [
        step.how.map(|how| format!("方式：{}", how.label())),
        step.kept.map(|kept| kept.label().to_owned()),
        step.door.map(|door| format!("可以去：{}", door.label())),
    ]
    .into_iter()
    .flatten()
    .map(|words| view! { <p>{words}</p> })
    .collect_view();
    let inner = (step.seen == Seen::Staff).then(|| view! { <Badge tone=Tone::Quiet>"内部"</Badge> });
    view! {
        <p class="row wrap close"><b>{title}</b>{inner}</p>
        <p class="small quiet"><Time at=step.at/>{who}</p>
        {facts}
        {step.words.map(|words| view! { <p class="said">{words}</p> })}
    }
}
