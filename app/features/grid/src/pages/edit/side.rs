//! Beside the map: the chosen part and what can be done with it, what is wrong, and handing in.

use leptos::prelude::*;
use shared::AppError;
use ui::{Button, ButtonKind, Card, Choice, Field, FieldKind, Form, Notice, Select, Submit, Tone};

use super::{
    drawn::Drawn,
    part::NewPart,
    work::{Keeping, Work},
};
use crate::{
    api,
    model::{
        area, area_in_words,
        coverage::{Named, Op, check::Fault, differences},
    },
    pages::draft::Changes,
};

#[component]
pub fn Side(work: Work, propose: ServerAction<api::ProposeDraft>) -> impl IntoView {
    view! {
        <div class="edit-side">
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
            .enumerate()
            .map(|(number, fault)| view! { <FaultRow work fault number/> })
            .collect_view();
        view! { <ol class="edit-faults" role="list">{rows}</ol> }.into_any()
    };
    view! { <Card title="检查">{list}</Card> }
}

#[component]
fn FaultRow(work: Work, fault: Fault, number: usize) -> impl IntoView {
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
        view! {
            <div class="buttons">{buttons}</div>
            <details class="fold">
                <summary>"这里成立新网格"</summary>
                <NewPart work id=format!("gap-{number}") make/>
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
    let typed = |text: Option<&String>| RwSignal::new(text.cloned().unwrap_or_default());
    // Outside of what comes and goes with each step: what was typed stays.
    let reason = typed(draft.map(|draft| &draft.reason));
    let basis = typed(draft.map(|draft| &draft.basis));
    let on = draft
        .and_then(|draft| draft.effective_on)
        .filter(|day| *day >= page.today)
        .unwrap_or(page.today);
    let on = RwSignal::new(on.to_string());
    let some = move || work.draft.with(Option::is_some) && work.done.get() > 0;
    view! {
        <Card title="提交审批">
            <NotKept work/>
            <Show when=some fallback=|| view! { <p class="quiet">"改过边界，存好以后，就能在这里提交。"</p> }>
                <Form action=propose prefix="propose">
                    <input type="hidden" name="id" value=move || work.draft.get().map(|(id, _)| id.to_string())/>
                    <input type="hidden" name="version" value=move || work.draft.get().map(|(_, version)| version.to_string())/>
                    <Field name="reason" label="为什么改" kind=FieldKind::Textarea bind=reason max_length=200/>
                    <Field name="basis" label="依据文件" bind=basis optional=true max_length=200/>
                    <Field name="on" label="从哪天起生效" kind=FieldKind::Date bind=on
                        hint="由别人审批，不能审批自己起草的。通过以后，到这一天自动生效。"/>
                    // What is not on the server yet cannot be handed in.
                    <Show when=move || work.is_kept() fallback=|| view! { <p class="quiet">"刚才的改动存到服务器以后，就能提交。"</p> }>
                        <Submit>"提交审批"</Submit>
                    </Show>
                </Form>
            </Show>
            {move || work.draft.get().map(|(id, _)| {
                let href = format!("/map/drafts/{id}");
                view! { <div class="buttons"><Button kind=ButtonKind::Quiet href>"看这份草稿，或者撤回"</Button></div> }
            })}
        </Card>
    }
}

/// What was done is not on the server: why, where it is meanwhile, and the ways on.
#[component]
fn NotKept(work: Work) -> impl IntoView {
    let here = work.page.with_value(|page| format!("/map/edit/{}", page.code));
    let told = move || match work.keeping.get() {
        Keeping::Waiting => Some(AppError::Unavailable),
        Keeping::Failed(error) => Some(error),
        Keeping::Nothing | Keeping::Saving | Keeping::Saved(_) => None,
    };
    move || {
        told().map(|error| {
            let safe = work.on_device.get();
            let where_it_is = if safe {
                "没存上的都在这台设备上，再打开这一页时可以选用。"
            } else {
                "这台设备存不下：没存上的只在这个页面上，请先不要关掉或者刷新。"
            };
            // Leaving the page is offered only where nothing goes with it.
            let way = match &error {
                _ if !safe => None,
                AppError::Unauthenticated => Some((format!("/sign-in?next={here}"), "重新登录")),
                AppError::SecondFactorRequired => Some((format!("/sign-in/factor?next={here}"), "填动态口令")),
                AppError::Conflict(_) | AppError::NotFound => Some((here.clone(), "刷新，看服务器上的")),
                _ => None,
            };
            view! {
                <Notice tone=Tone::Late title="刚才的改动没有存到服务器">
                    <p>{error.message()}{where_it_is}</p>
                    <div class="buttons">
                        <button type="button" class="button plain" on:click=move |_| work.retry()>"再存一次"</button>
                        {way.map(|(href, words)| view! {
                            <Button kind=ButtonKind::Plain href external=true>{words}</Button>
                        })}
                    </div>
                </Notice>
            }
        })
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
        (
            "画线时回车",
            "把这个顶点加到线上，f 画完，退格退一个点；画新网格时，n、p 也到外边界的顶点",
        ),
        (
            "画线时方向键",
            "挪地图，回车加的是地图正中的地方，离边界近就落在边界上",
        ),
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
