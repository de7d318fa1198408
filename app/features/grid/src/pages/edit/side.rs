//! Beside the map: the chosen part and what can be done with it, what is wrong, and handing in.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, Choice, Field, FieldKind, Form, Notice, RadioGroup, Select, Submit, Tone,
};

use super::work::{Tool, Work};
use crate::{
    api,
    model::{
        Place, area, area_in_words,
        coverage::{Named, Op, Refusal, check::Fault, differences},
    },
    pages::draft::Changes,
};

#[component]
pub fn Side(work: Work, propose: ServerAction<api::ProposeDraft>) -> impl IntoView {
    view! {
        <div class="edit-side">
            <Told work/>
            <Show when=move || work.drawn.with(Option::is_some)><Drawn work/></Show>
            <Chosen work/>
            <Faults work/>
            <Card title="改了什么">
                {move || {
                    let rows = work.now(|now| work.begun(|begun| differences(begun.units(), now.units(), now.ended())));
                    view! { <Changes rows=rows.flatten().unwrap_or_default()/> }
                }}
            </Card>
            <HandIn work propose/>
            <Keys/>
        </div>
    }
}

/// Why the last thing was refused, or what is wrong with what the finger is doing.
#[component]
fn Told(work: Work) -> impl IntoView {
    let told = move || {
        let trying = work.trying.get().map(|refusal| (Tone::Due, refusal));
        trying.or_else(|| work.refused.get().map(|refusal| (Tone::Late, refusal)))
    };
    view! {
        <div aria-live="assertive">
            {move || told().map(|(tone, refusal)| view! { <Notice tone>{refusal.to_string()}</Notice> })}
        </div>
        <p class="hidden-text" role="status">{move || work.cursor.get()}</p>
    }
}

/// The parts, and what can be done with the chosen one.
#[component]
fn Chosen(work: Work) -> impl IntoView {
    let choices = move || {
        let units = work.now(|now| {
            now.units()
                .iter()
                .map(|unit| Choice::new(unit.code.clone(), unit.name.clone()))
                .collect::<Vec<_>>()
        });
        let mut choices = vec![Choice::new("", "在地图上按一下，或者在这里选")];
        choices.extend(units.unwrap_or_default());
        choices
    };
    let bind = RwSignal::new(String::new());
    Effect::new(move |_| bind.set(work.selected.get().unwrap_or_default()));
    Effect::new(move |_| {
        let typed = Some(bind.get()).filter(|code| !code.is_empty());
        if work.selected.with_untracked(|chosen| *chosen != typed) {
            work.select(typed);
        }
    });
    let facts = move || {
        let code = work.selected.get()?;
        work.now(|now| {
            let unit = now.unit(&code)?;
            let neighbours = now
                .neighbours(&code)
                .into_iter()
                .map(|unit| (unit.code.clone(), unit.name.clone()));
            Some((
                unit.code.clone(),
                area::square_metres(&unit.border),
                neighbours.collect::<Vec<_>>(),
            ))
        })
        .flatten()
    };
    view! {
        <Card title="选中的网格">
            {move || view! { <Select name="chosen" label="网格" choices=choices() bind optional=true/> }}
            {move || facts().map(|(code, metres, neighbours)| view! {
                <p class="small quiet">{format!("代码 {code}，面积 {}", area_in_words(metres.round() as i64))}</p>
                <details class="fold">
                    <summary>"并入邻居"</summary>
                    <p class="small">"选中的网格会撤销，地方归邻居。"</p>
                    <div class="buttons">
                        {neighbours.into_iter().map(|(into, name)| {
                            let code = code.clone();
                            view! {
                                <button type="button" class="button plain"
                                    on:click=move |_| { work.act(Op::Merge { code: code.clone(), into: into.clone() }); }>
                                    {format!("并入{name}")}
                                </button>
                            }
                        }).collect_view()}
                    </div>
                </details>
            })}
        </Card>
    }
}

/// What was drawn is told what it is.
#[component]
fn Drawn(work: Work) -> impl IntoView {
    let line = work.drawn.get_untracked().unwrap_or_default();
    match work.tool.get_untracked() {
        Tool::Split => view! { <SplitForm work line/> }.into_any(),
        Tool::Give => view! { <GiveForm work line/> }.into_any(),
        _ => view! { <DrawForm work line/> }.into_any(),
    }
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
    let (name, number) = (RwSignal::new(String::new()), RwSignal::new(fresh));
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
    let (other_name, other_number) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let both = move || which.get() == "both";
    Effect::new(move |_| {
        if both() && other_number.with_untracked(String::is_empty) {
            let next = number
                .get_untracked()
                .parse::<u64>()
                .map(|number| (number + 1).to_string());
            other_number.set(next.unwrap_or_default());
        }
    });
    let kept = named(&code, &old);
    let cut = move |_| {
        let new = Named {
            code: number.get_untracked().trim().to_owned(),
            name: name.get_untracked(),
        };
        let second = Named {
            code: other_number.get_untracked().trim().to_owned(),
            name: other_name.get_untracked(),
        };
        let (left, right) = match (which.get_untracked().as_str(), right_is_smaller) {
            ("both", true) => (second, new),
            ("both", false) => (new, second),
            ("small", true) | ("large", false) => (kept.clone(), new),
            _ => (new, kept.clone()),
        };
        let op = Op::Split {
            code: code.clone(),
            line: line.clone(),
            left,
            right,
        };
        if work.act(op) {
            work.take(Tool::Look);
        }
    };
    view! {
        <Card title=format!("把{old}切成两半")>
            <RadioGroup name="which" label="哪一半是新网格" choices bind=which/>
            <Field name="new-name" label="新网格的名称" bind=name max_length=40/>
            <Field name="new-code" label="新网格的代码" bind=number kind=FieldKind::Number max_length=17/>
            <Show when=both>
                <Field name="second-name" label="另一半的名称" bind=other_name max_length=40/>
                <Field name="second-code" label="另一半的代码" bind=other_number kind=FieldKind::Number max_length=17/>
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
    if let Some(refusal) = why.filter(|_| takers.is_empty()) {
        return view! { <NotSo work refusal/> }.into_any();
    }
    let buttons = takers
        .into_iter()
        .map(|(op, words)| {
            view! {
                <button type="button" class="button plain"
                    on:click=move |_| if work.act(op.clone()) { work.take(Tool::Look); }>{words}</button>
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
    let fresh = work.fresh_code();
    let tried = Op::Draw {
        unit: Named {
            code: fresh.clone(),
            name: "新".to_owned(),
        },
        ring: line.clone(),
    };
    if let Some(refusal) = work.now(|now| now.apply(&tried).err()).flatten() {
        return view! { <NotSo work refusal/> }.into_any();
    }
    let make = move |unit: Named| {
        let op = Op::Draw {
            unit,
            ring: line.clone(),
        };
        if work.act(op) {
            work.take(Tool::Look);
        }
    };
    view! { <NewPart work title="画的是哪个网格" fresh make again=true/> }.into_any()
}

/// Asks which part some ground becomes: one that has no border yet, or a new one.
#[component]
fn NewPart(
    work: Work,
    title: &'static str,
    fresh: String,
    make: impl Fn(Named) + Clone + Send + Sync + 'static,
    again: bool,
) -> impl IntoView {
    let bare = work.now(|now| now.bare().to_vec()).unwrap_or_default();
    let (name, number) = (RwSignal::new(String::new()), RwSignal::new(fresh));
    let make_new = make.clone();
    let known = bare
        .into_iter()
        .map(|unit| {
            let (make, words) = (make.clone(), format!("是{}", unit.name));
            view! { <button type="button" class="button plain" on:click=move |_| make(unit.clone())>{words}</button> }
        })
        .collect_view();
    view! {
        <Card title=title>
            <div class="buttons">{known}</div>
            <Field name="drawn-name" label="新网格的名称" bind=name max_length=40/>
            <Field name="drawn-code" label="新网格的代码" bind=number kind=FieldKind::Number max_length=17/>
            <div class="buttons">
                <button type="button" class="button" on:click=move |_| make_new(Named {
                    code: number.get_untracked().trim().to_owned(),
                    name: name.get_untracked(),
                })>"成立新网格"</button>
                {again.then(|| give_up(work))}
            </div>
        </Card>
    }
}

/// What is still wrong, each with its place on the map and what mends it.
#[component]
fn Faults(work: Work) -> impl IntoView {
    let faults = move || work.now(|now| now.faults()).unwrap_or_default();
    let list = move || {
        let faults = faults();
        if faults.is_empty() {
            return view! { <Notice tone=Tone::Done>"检查通过：没有重叠、空隙，也没有画到外面。"</Notice> }
                .into_any();
        }
        let rows = faults
            .into_iter()
            .map(|fault| view! { <FaultRow work fault/> })
            .collect_view();
        view! { <ol class="edit-faults" role="list">{rows}</ol> }.into_any()
    };
    view! { <Card title="检查">{list}</Card> }
}

#[component]
fn FaultRow(work: Work, fault: Fault) -> impl IntoView {
    let at = fault.at;
    let metres = fault
        .metres
        .map(|metres| format!("，{}", area_in_words(metres.round() as i64)));
    let names = fault.names.join("、");
    let words = format!("{}{}（{names}）", fault.kind.label(), metres.unwrap_or_default());
    let mend = (!fault.kind.is_allowed()).then(|| {
        let inside = crate::model::coverage::inside_of(&fault.ground).unwrap_or(at);
        let takers = work
            .now(|now| {
                let gap = now.gaps().iter().find(|gap| fault.ground.0.first() == Some(*gap));
                let units = gap.map(|gap| now.around_gap(gap)).unwrap_or_default();
                units
                    .into_iter()
                    .map(|unit| (unit.code.clone(), unit.name.clone()))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default();
        let buttons = takers
            .into_iter()
            .map(|(into, name)| {
                view! {
                    <button type="button" class="button plain"
                        on:click=move |_| { work.act(Op::Fill { at: inside, into: into.clone() }); }>
                        {format!("划给{name}")}
                    </button>
                }
            })
            .collect_view();
        let make = move |unit: Named| {
            work.act(Op::Found { at: inside, unit });
        };
        let fresh = work.fresh_code();
        view! {
            <div class="buttons">{buttons}</div>
            <details class="fold">
                <summary>"成立新网格"</summary>
                <NewPart work title="这块地方" fresh make again=false/>
            </details>
        }
    });
    view! {
        <li>
            <p>{words}</p>
            <div class="buttons">
                <button type="button" class="button quiet" on:click=move |_| { work.map.trouble(Some(at)); work.map.show(at); }>"在地图上看"</button>
            </div>
            {mend}
        </li>
    }
}

/// Handing in, once there is something and all of it is kept.
#[component]
fn HandIn(work: Work, propose: ServerAction<api::ProposeDraft>) -> impl IntoView {
    let page = work.page.get_value();
    let draft = page.draft.as_ref();
    let reason = draft.map(|draft| draft.reason.clone()).unwrap_or_default();
    let basis = draft.map(|draft| draft.basis.clone()).unwrap_or_default();
    let on = draft
        .and_then(|draft| draft.effective_on)
        .filter(|day| *day >= page.today)
        .unwrap_or(page.today);
    // What is shown once there is something may be shown several times.
    let typed = StoredValue::new((reason, basis, on.to_string()));
    let [reason, basis, on] = [0, 1, 2]
        .map(|which| move || typed.with_value(|(reason, basis, on)| [reason, basis, on][which].clone()));
    let ready = move || work.draft.with(Option::is_some) && work.is_kept() && work.done.get() > 0;
    view! {
        <Card title="提交审批">
            <Show when=ready fallback=|| view! { <p class="quiet">"改过边界，存好以后，就能在这里提交。"</p> }>
                <Form action=propose prefix="propose">
                    <input type="hidden" name="id" value=move || work.draft.get().map(|(id, _)| id.to_string())/>
                    <input type="hidden" name="version" value=move || work.draft.get().map(|(_, version)| version.to_string())/>
                    <Field name="reason" label="为什么改" kind=FieldKind::Textarea value=reason() max_length=200/>
                    <Field name="basis" label="依据文件" value=basis() optional=true max_length=200/>
                    <Field name="on" label="从哪天起生效" kind=FieldKind::Date value=on()
                        hint="由别人审批，不能审批自己起草的。通过以后，到这一天自动生效。"/>
                    <Submit>"提交审批"</Submit>
                </Form>
            </Show>
            {move || work.draft.get().map(|(id, _)| {
                let href = format!("/map/drafts/{id}");
                view! { <div class="buttons"><Button kind=ButtonKind::Quiet href>"看这份草稿，或者撤回"</Button></div> }
            })}
        </Card>
    }
}

/// How it goes by keyboard.
#[component]
fn Keys() -> impl IntoView {
    let keys = [
        ("n、p", "到选中网格的下一个、上一个顶点"),
        ("方向键", "挪这个顶点，按住 Shift 挪得细一点，回车放下"),
        ("i", "在这个顶点后面加一个顶点"),
        ("Delete", "去掉这个顶点"),
        ("画线时回车", "把这个顶点加到线上，f 画完，退格退一个点"),
        ("Esc", "不画了"),
    ];
    let rows = keys
        .map(|(key, words)| view! { <dt>{key}</dt><dd>{words}</dd> })
        .collect_view();
    view! {
        <details class="fold">
            <summary>"用键盘改"</summary>
            <p class="small">"先选网格，再选工具，把光标放到地图上："</p>
            <dl class="facts">{rows}</dl>
        </details>
    }
}
