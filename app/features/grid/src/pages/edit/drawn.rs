//! What was drawn waits to be told what it is: where a part is cut, to whom a piece goes, which part is new.

use leptos::{html, prelude::*};
use ui::{Card, Choice, Notice, RadioGroup, Tone};

use super::{
    part::{Naming, NamingFields, NewPart},
    work::{Tool, Work},
};
use crate::model::{
    Place, area, area_in_words,
    coverage::{Named, Op, Refusal},
};

/// What was drawn is told what it is.
///
/// It takes the keyboard, and comes into view on a phone, where it lies below the map.
#[component]
pub fn Drawn(work: Work) -> impl IntoView {
    let line = work.drawn.get_untracked().unwrap_or_default();
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            // Fails only where the element is gone.
            _ = element.focus();
        }
    });
    let asked = match work.tool.get_untracked() {
        Tool::Split => view! { <SplitForm work line/> }.into_any(),
        Tool::Give => view! { <GiveForm work line/> }.into_any(),
        _ => view! { <DrawForm work line/> }.into_any(),
    };
    view! { <div class="edit-drawn" tabindex="-1" role="group" aria-label="画好以后" node_ref=element>{asked}</div> }
}

fn give_up(work: Work) -> impl IntoView {
    view! { <button type="button" class="button plain" on:click=move |_| work.take(work.tool.get_untracked())>"重画"</button> }
}

#[component]
fn SplitForm(work: Work, line: Vec<Place>) -> impl IntoView {
    let code = work.selected.get_untracked().unwrap_or_default();
    let old = work
        .now(|now| now.unit(&code).map(|unit| unit.name.clone()))
        .flatten()
        .unwrap_or_default();
    let fresh = work.fresh_code();
    let named = |code: &str, name: &str| Named {
        code: code.to_owned(),
        name: name.to_owned(),
    };
    // Tried with names of no account: how large are the halves?
    let tried = Op::Split {
        code: code.clone(),
        line: line.clone(),
        left: named(&code, &old),
        right: named(&fresh, "新"),
    };
    let halves = work.now(|now| {
        now.apply(&tried).map(|next| {
            let metres = |code: &str| {
                next.unit(code)
                    .map_or(0.0, |unit| area::square_metres(&unit.border))
            };
            (metres(&code), metres(&fresh))
        })
    });
    let (left, right) = match halves {
        Some(Ok(halves)) => halves,
        Some(Err(refusal)) => {
            return view! { <NotSo work refusal/> }.into_any();
        }
        None => (0.0, 0.0),
    };
    let said = |metres: f64| area_in_words(metres.round() as i64);
    // Which half is new; which one lies left of the line means nothing to whoever has drawn it.
    let right_is_smaller = right <= left;
    let which = RwSignal::new("small".to_owned());
    let (first, second) = (Naming::new(work, fresh), Naming::new(work, String::new()));
    let (small, large) = if right_is_smaller {
        (right, left)
    } else {
        (left, right)
    };
    let choices = vec![
        Choice::new("small", format!("较小的一半，{}", said(small))),
        Choice::new("large", format!("较大的一半，{}", said(large))),
        Choice::new("both", "两半都是新网格，原来的撤销"),
    ];
    let both = move || which.get() == "both";
    Effect::new(move |_| {
        if both() {
            second.propose(|| first.next_code());
        }
    });
    let kept = named(&code, &old);
    let cut = move |_| {
        let new = first.read(None);
        let other = which
            .with_untracked(|which| which == "both")
            .then(|| second.read(new.as_ref()));
        let (Some(new), Some(second)) = (new, other.unwrap_or_else(|| Some(kept.clone()))) else {
            return;
        };
        let (left, right) = match (which.get_untracked().as_str(), right_is_smaller) {
            ("both", true) => (second, new),
            ("both", false) => (new, second),
            ("small", true) | ("large", false) => (second, new),
            _ => (new, second),
        };
        let op = Op::Split {
            code: code.clone(),
            line: line.clone(),
            left,
            right,
        };
        work.settle(op);
    };
    view! {
        <Card title=format!("把{old}切成两半")>
            <RadioGroup name="which" label="哪一半是新网格" choices bind=which/>
            <NamingFields naming=first id="new" of="新网格"/>
            <Show when=both>
                <NamingFields naming=second id="second" of="另一半"/>
            </Show>
            <div class="buttons">
                <button type="button" class="button" on:click=cut>"切开"</button>
                {give_up(work)}
            </div>
        </Card>
    }
    .into_any()
}

/// What was drawn cannot be used.
#[component]
fn NotSo(work: Work, refusal: Refusal) -> impl IntoView {
    work.map.trouble(refusal.place());
    view! {
        <Notice tone=Tone::Late live=true>{refusal.to_string()}</Notice>
        <div class="buttons">{give_up(work)}</div>
    }
}

#[component]
fn GiveForm(work: Work, line: Vec<Place>) -> impl IntoView {
    let code = work.selected.get_untracked().unwrap_or_default();
    let tried = work.now(|now| {
        let give = |to: &str| Op::Give {
            code: code.clone(),
            line: line.clone(),
            to: to.to_owned(),
        };
        let mut why = None;
        let takers: Vec<(Op, String)> = now
            .neighbours(&code)
            .into_iter()
            .filter_map(|unit| {
                let op = give(&unit.code);
                match now.apply(&op) {
                    Ok(next) => {
                        let more = next.unit(&unit.code).map_or(0.0, |after| {
                            area::square_metres(&after.border) - area::square_metres(&unit.border)
                        });
                        Some((
                            op,
                            format!("给{}，{}", unit.name, area_in_words(more.round() as i64)),
                        ))
                    }
                    Err(refusal) => {
                        why.get_or_insert(refusal);
                        None
                    }
                }
            })
            .collect();
        (takers, why)
    });
    let (takers, why) = tried.unwrap_or_default();
    if takers.is_empty() {
        let refusal = why.unwrap_or(Refusal::NoNeighbour);
        return view! { <NotSo work refusal/> }.into_any();
    }
    let buttons = takers
        .into_iter()
        .map(|(op, words)| {
            view! {
                <button type="button" class="button plain"
                    on:click=move |_| work.settle(op.clone())>{words}</button>
            }
        })
        .collect_view();
    view! {
        <Card title="划给哪个邻居">
            <div class="buttons">{buttons}{give_up(work)}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn DrawForm(work: Work, line: Vec<Place>) -> impl IntoView {
    let tried = Op::Draw {
        unit: Named {
            code: work.fresh_code(),
            name: "新".to_owned(),
        },
        ring: line.clone(),
    };
    if let Some(refusal) = work.now(|now| now.apply(&tried).err()).flatten() {
        return view! { <NotSo work refusal/> }.into_any();
    }
    let make = move |unit: Named| {
        work.settle(Op::Draw {
            unit,
            ring: line.clone(),
        });
    };
    view! {
        <Card title="画的是哪个网格">
            <NewPart work id="drawn" make/>
            <div class="buttons">{give_up(work)}</div>
        </Card>
    }
    .into_any()
}
