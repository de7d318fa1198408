//! Parts of a matter that other units have, on its page: who has which until when, and what may be done with it.

use leptos::prelude::*;
use ui::{Badge, Card, Glyph, Tone, returned::refusal_by};

use super::{
    frame::Deadline,
    handling::{Step, prefix, title},
};
use crate::{
    ACT,
    model::{Action, MatterPage, Offer, PartRow, PartState, Urgency},
};

/// All parts; nothing where one unit does it all.
#[component]
pub fn Parts(page: MatterPage) -> impl IntoView {
    if page.parts.is_empty() {
        return ().into_any();
    }
    let rows = page
        .parts
        .iter()
        .cloned()
        .map(|part| {
            let page = page.clone();
            view! { <li><One part page/></li> }
        })
        .collect_view();
    let waits = page.parts.iter().any(|part| part.state.is_open());
    view! {
        <Card title="协办的单位">
            {waits.then(|| view! { <p class="small quiet">"全部办完或者免除以后，承办的单位才能答复。"</p> })}
            <ol class="history" role="list">{rows}</ol>
        </Card>
    }
    .into_any()
}

const fn tone(state: PartState) -> Tone {
    match state {
        PartState::Asked => Tone::Go,
        PartState::Returned => Tone::Due,
        PartState::Done => Tone::Done,
        PartState::Released => Tone::Quiet,
    }
}

#[component]
fn One(part: PartRow, page: MatterPage) -> impl IntoView {
    let (number, state, now) = (part.number, part.state, page.now);
    let who = format!("{}（{}）", part.unit.name, part.role.label());
    let icon = if state == PartState::Done {
        Glyph::Done
    } else {
        Glyph::Hand
    };
    let forms = part
        .offers
        .into_iter()
        .map(|action| {
            let offer = Offer {
                action,
                needs: action.rule().needs.to_vec(),
            };
            let (code, urgency) = (page.code.clone(), page.urgency.unwrap_or(Urgency::Ordinary));
            let open = refusal_by(ACT, &prefix(action, Some(number))).is_some();
            let form = view! {
                <Step code offer targets=Vec::new() asides=Vec::new() urgency whose=page.whose main={action == Action::PartDone} part=number/>
            };
            if action == Action::PartDone {
                form.into_any()
            } else {
                view! {
                    <details class="fold" open=open>
                        <summary>{title(action)}</summary>
                        {form}
                    </details>
                }
                .into_any()
            }
        })
        .collect_view();
    let asked = part.asked.map(|words| view! { <p class="said">{words}</p> });
    let kept = part.kept.map(|words| {
        let words = format!("没有同意退回：{words}");
        view! { <p class="small">{words}</p> }
    });
    view! {
        <p class="row wrap close">
            <b>{who}</b>
            <Badge tone=tone(state) icon>{state.label()}</Badge>
            {part.due.map(|due| view! { <Deadline due now/> })}
        </p>
        {asked}
        {kept}
        {forms}
    }
}
