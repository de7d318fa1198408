//! `/map/drafts/ID`: one draft, before and after, what became of it, and who lets it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use ui::{
    Button, ButtonKind, Card, Column, Field, FieldKind, Form, Glyph, Notice, Page, Resource, Submit, Table,
    Time, TimeForm, Tone, Width, cell,
    loaded::{loaded, query},
    successes,
};

use super::{drafts::Standing, sheet::Sheet};
use crate::{
    api,
    model::{
        area_in_words,
        coverage::{Difference, Ended},
        draft::{DraftPage as Shown, DraftState, StepRow},
    },
};

pub struct DraftPage;

/// What can be done on the page.
#[derive(Clone, Copy)]
struct Actions {
    approve: ServerAction<api::ApproveDraft>,
    refuse: ServerAction<api::RefuseDraft>,
    withdraw: ServerAction<api::WithdrawDraft>,
    reopen: ServerAction<api::ReopenDraft>,
}

#[lazy_route]
impl LazyRoute for DraftPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
        let actions = Actions {
            approve: ServerAction::new(),
            refuse: ServerAction::new(),
            withdraw: ServerAction::new(),
            reopen: ServerAction::new(),
        };
        let done = (
            successes(actions.approve),
            successes(actions.refuse),
            successes(actions.withdraw),
        );
        let shown = Resource::new(
            move || (id.get(), done.0.get(), done.1.get(), done.2.get()),
            |(id, ..)| api::draft(id),
        );
        loaded(shown, move |page| view! { <Content page actions/> }.into_any())
    }
}

#[component]
fn Content(page: Shown, actions: Actions) -> impl IntoView {
    let above = vec![
        ("地图".to_owned(), "/map".to_owned()),
        ("边界草稿".to_owned(), "/map/drafts".to_owned()),
    ];
    let row = page.row.clone();
    let title = format!("{}的边界", row.name);
    let eyebrow = format!("{}起草", row.author);
    let conflict = (!page.conflict.is_empty()).then(|| {
        let names = page.conflict.join("、");
        let words = if row.mine && row.state == DraftState::Drafted {
            "请打开草稿，看过不同之处再选怎么办。"
        } else {
            "现在不能通过。请退回给起草的人：打开草稿会列出不同之处，由起草的人选怎么办。"
        };
        view! { <Notice tone=Tone::Late title=format!("{names}在这期间已经被别人改过")>{words}</Notice> }
    });
    let micro = (!page.parts_follow.is_empty()).then(|| {
        let names = page.parts_follow.join("、");
        let words = format!(
            "{names}里有微网格：生效时会裁到新的边界以内。要是有地方没有划给微网格，会交给起草的人重画。"
        );
        view! { <Notice tone=Tone::Due title="里面的微网格也会变">{words}</Notice> }
    });
    let late = page.late.then(|| {
        view! {
            <Notice tone=Tone::Due title="写的生效日期已经过了">
                "通过以后，从通过那天起生效，不会倒填日期。"
            </Notice>
        }
    });
    let pictures = page.before.clone().zip(page.after.clone()).map(|(before, after)| {
        view! {
            <div class="draft-pictures">
                <figure><figcaption>"现在"</figcaption><Sheet drawing=before label="改之前的边界，虚线的是要变的"/></figure>
                <figure><figcaption>"改成"</figcaption><Sheet drawing=after label="改之后的边界，虚线的是要变的"/></figure>
            </div>
        }
    });
    let (rows, steps) = (page.differences.clone(), page.steps.clone());
    let mark = page
        .synthetic
        .then(|| view! { <p class="small quiet">"示意图，内部边界为演示生成"</p> });
    view! {
        <Page title eyebrow above width=Width::Wide>
            <Done/>
            {conflict}
            {late}
            {micro}
            <Facts page=page.clone()/>
            <Card title="前后对比">{pictures}{mark}<Changes rows/></Card>
            <Doing page actions/>
            <History steps/>
        </Page>
    }
}

/// What was just done, told by `?done=…`.
#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "proposed" => "已提交，等别人审批。",
            "approved" => "已通过。到生效日期就按新的边界。",
            "refused" => "已退回，起草的人会看到原因。",
            "withdrawn" => "已撤回，草稿还留着。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Facts(page: Shown) -> impl IntoView {
    let row = page.row;
    let day = row
        .effective_on
        .map(|day| view! { <dt>"生效日期"</dt><dd>{day.zh()}</dd> });
    // What was approved late holds from later on.
    let since = page
        .since
        .filter(|since| row.effective_on.is_some_and(|day| day != *since))
        .map(|since| view! { <dt>"实际从哪天起"</dt><dd>{since.zh()}</dd> });
    let fact = |name: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <dt>{name}</dt><dd>{text}</dd> })
    };
    view! {
        <Card>
            <dl class="facts">
                <dt>"现在"</dt>
                <dd><Standing state=row.state/></dd>
                {fact("为什么改", row.reason)}
                {fact("依据", page.basis)}
                {day}
                {since}
            </dl>
        </Card>
    }
}

/// The parts that change, in words and figures.
#[component]
pub fn Changes(rows: Vec<Difference>) -> impl IntoView {
    let columns = vec![
        Column::text("网格"),
        Column::number("现在"),
        Column::number("改成"),
        Column::text("怎么变"),
    ];
    let none = rows.is_empty();
    let metres = |metres: Option<f64>| {
        metres.map_or_else(|| "—".to_owned(), |metres| area_in_words(metres.round() as i64))
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            let how = how(&row);
            vec![
                cell(row.name),
                cell(metres(row.before)),
                cell(metres(row.after)),
                cell(how),
            ]
        })
        .collect();
    if none {
        return view! { <p class="quiet">"还没有改动。"</p> }.into_any();
    }
    view! { <Table caption="会变的网格" columns rows/> }.into_any()
}

fn how(row: &Difference) -> String {
    match (&row.ended, &row.from, row.before, row.after) {
        (Some(Ended::Into(into)), ..) => format!("撤销，并入 {into}"),
        (Some(Ended::SplitUp), ..) => "撤销，分成新的网格".to_owned(),
        (None, Some(from), None, _) => format!("新设，代码 {}，从 {from} 分出", row.code),
        (None, None, None, _) => format!("新设，代码 {}", row.code),
        (_, _, Some(before), Some(after)) => {
            let by = (after - before).round();
            if by.abs() < 1.0 {
                "边界变，面积不变".to_owned()
            } else {
                let (word, by) = if by > 0.0 { ("增加", by) } else { ("减少", -by) };
                format!("{word} {}", area_in_words(by as i64))
            }
        }
        _ => "边界变".to_owned(),
    }
}

#[component]
fn Doing(page: Shown, actions: Actions) -> impl IntoView {
    let (id, version) = (page.row.id.to_string(), page.version.to_string());
    let hidden = move || {
        view! {
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="version" value=version.clone()/>
        }
    };
    let doings = page.doings;
    let (approving, refusing, withdrawing, reopening) =
        (hidden.clone(), hidden.clone(), hidden.clone(), hidden);
    let edit = doings.edit.then(|| {
        let href = format!("/map/edit/{}", page.row.code);
        view! { <div class="buttons"><Button href icon=Glyph::Edit>"接着改"</Button></div> }
    });
    view! {
        {edit}
        {doings.decide.then(|| view! {
            <Card title="同意这样改吗？">
                <Form action=actions.approve prefix="approve">
                    {approving()}
                    <Field name="words" label="要说的话" optional=true max_length=200/>
                    <Submit icon=Glyph::Check>"通过"</Submit>
                </Form>
                <Form action=actions.refuse prefix="refuse">
                    {refusing()}
                    <Field name="words" label="为什么退回" kind=FieldKind::Textarea max_length=200/>
                    <Submit kind=ButtonKind::Plain>"退回"</Submit>
                </Form>
            </Card>
        })}
        {doings.withdraw.then(|| view! {
            <Form action=actions.withdraw prefix="withdraw">
                {withdrawing()}
                <Submit kind=ButtonKind::Plain icon=Glyph::Undo>"撤回"</Submit>
            </Form>
        })}
        {doings.reopen.then(|| view! {
            <Form action=actions.reopen prefix="reopen">
                {reopening()}
                <Submit kind=ButtonKind::Plain icon=Glyph::Edit>"接着改"</Submit>
            </Form>
        })}
    }
}

#[component]
fn History(steps: Vec<StepRow>) -> impl IntoView {
    (!steps.is_empty()).then(|| {
        let rows = steps
            .into_iter()
            .map(|step| {
                let who = step.who.map(|who| format!("{who} ")).unwrap_or_default();
                view! {
                    <li class="stack tight">
                        <b>{format!("{who}{}", step.state.label())}</b>
                        {(!step.words.is_empty()).then(|| view! { <p class="said">{step.words.clone()}</p> })}
                        <span class="small quiet"><Time at=step.at form=TimeForm::Full/></span>
                    </li>
                }
            })
            .collect_view();
        view! { <Card title="经过"><ol class="history" role="list">{rows}</ol></Card> }
    })
}
