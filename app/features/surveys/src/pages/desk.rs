//! `/admin/surveys`: the surveys of one's units, and opening one.

use leptos::prelude::*;
use leptos_router::location::Url;
use shared::Date;
use ui::{
    Card, Choice, Confirming, Field, FieldKind, Form, List, Page, Pager, RadioGroup, Resource, Select,
    Submit, Typing,
    live::{use_events, use_reset},
    loaded::loaded_unless,
};

use super::frame::{NoVote, query, rows, topics};
use crate::{
    api,
    model::{Ask, DeskPage, Kind, LINE, Per, QUESTIONS, Unit, WORDS},
};

/// Where one is opened.
const ACTION: &str = "/api/v1/surveys/open";
const FORM: &str = "open";

pub fn page() -> AnyView {
    let after = query("after");
    let shown = Resource::new(move || after.get(), api::get_desk);
    let typing = Typing::new();
    let refetch = move || typing.look_again(shown);
    use_events(topics(), move |_| refetch());
    use_reset(refetch);
    loaded_unless(typing, shown, move |page: DeskPage| {
        view! { <Shown page/> }.into_any()
    })
}

#[component]
fn Shown(page: DeskPage) -> impl IntoView {
    let onward = page
        .all
        .next
        .as_ref()
        .map(|next| format!("/admin/surveys?after={}", Url::escape(next)));
    let list = (!page.all.rows.is_empty())
        .then(|| view! { <Card title="发起过的" flush=true><List label="发起过的">{rows(page.all.rows)}</List></Card> });
    view! {
        <Page title="意见征集和问卷">
            <div class="stack loose">
                <NoVote/>
                <Open units=page.units today=page.today/>
                {list}
                {onward.map(|onward| view! { <Pager onward/> })}
            </div>
        </Page>
    }
}

fn length(most: usize) -> u32 {
    u32::try_from(most).unwrap_or(u32::MAX)
}

#[component]
fn Open(units: Vec<Unit>, today: Date) -> impl IntoView {
    let action = ServerAction::<api::OpenSurvey>::new();
    let kinds = Kind::ALL
        .iter()
        .map(|one| Choice::new(one.code(), one.label()))
        .collect::<Vec<_>>();
    let pers = Per::ALL
        .iter()
        .map(|one| Choice::new(one.code(), one.label()))
        .collect::<Vec<_>>();
    let first = units.first().map(|unit| unit.code.clone()).unwrap_or_default();
    let places = units
        .into_iter()
        .map(|unit| Choice::new(unit.code, unit.name))
        .collect::<Vec<_>>();
    let (from, to) = (today.to_string(), today.plus_days(14).to_string());
    view! {
        <Card title="发起一次">
            <Form action prefix=FORM>
                <RadioGroup name="kind" label="哪一种" choices=kinds value=Kind::Proposals.code()/>
                <Select name="node" label="面向哪里的居民" choices=places value=first/>
                <Field name="title" label="标题" max_length=length(LINE)/>
                <Field name="words" label="为什么征集，意见会怎么用" kind=FieldKind::Textarea max_length=length(WORDS)/>
                <RadioGroup name="per" label="收几份" choices=pers value=Per::Person.code()/>
                <div class="fields-2">
                    <Field name="from" label="从哪一天" kind=FieldKind::Date value=from/>
                    <Field name="to" label="到哪一天" kind=FieldKind::Date value=to hint="最后一天也算，最长 90 天。"/>
                </div>
                <Questions/>
                <Confirming/>
                <p class="small">"截止以后 15 天内，要答复每一条意见、公布结果，到期会提醒您；过期还没有答复的，会告诉负责人和上一级。"</p>
                <Submit>"发起"</Submit>
            </Form>
        </Card>
    }
}

/// The fields of a questionnaire, folded away until they are asked for. They find their form by its context.
#[component]
fn Questions() -> impl IntoView {
    let open = ui::returned::refusal_by(ACTION, FORM).is_some();
    let fields = (0..QUESTIONS)
        .map(|at| {
            let number = at + 1;
            let asks = Ask::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect::<Vec<_>>();
            let needs = vec![Choice::new("no", "可以不答"), Choice::new("yes", "一定要答")];
            view! {
                <fieldset class="field">
                    <legend>{format!("第 {number} 题")}</legend>
                    <Field name=format!("titles[{at}]") label=format!("第 {number} 题问什么") optional=true max_length=length(LINE)/>
                    <Select name=format!("asks[{at}]") label=format!("第 {number} 题怎么答") choices=asks value=Ask::One.code()/>
                    <Field name=format!("choices[{at}]") label=format!("第 {number} 题的选项，一行一个") kind=FieldKind::Textarea optional=true/>
                    <Select name=format!("needs[{at}]") label=format!("第 {number} 题要不要答") choices=needs value="no"/>
                </fieldset>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! { <details class="fold" open=open><summary>"问卷的题目"</summary><div class="stack">{fields}</div></details> }
}
