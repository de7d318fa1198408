//! What was proposed, on a survey's page: its text, how many support it, its answer; and what staff do with it.

use leptos::prelude::*;
use leptos_router::location::Url;
use ui::{Badge, ButtonKind, Card, Choice, Confirming, Field, FieldKind, Form, Pager, Select, Submit, Tone};

use crate::{
    api,
    model::{Act, Kind, Phase, ProposalRow, REASONS, SurveyPage, Verdict},
};

#[component]
pub fn Proposals(page: SurveyPage) -> impl IntoView {
    if page.kind != Kind::Proposals {
        return ().into_any();
    }
    let onward = page
        .proposals
        .next
        .as_ref()
        .map(|next| format!("/surveys/{}?after={}", page.code, Url::escape(next)));
    let supports = page.phase == Phase::Open && page.eligible;
    let works = page.staff && matches!(page.phase, Phase::Open | Phase::Answering);
    let rows = page
        .proposals
        .rows
        .into_iter()
        .map(|row| view! { <Row row supports works/> })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return view! { <Card title="大家的意见"><p>"还没有公开的意见。"</p></Card> }.into_any();
    }
    view! {
        <Card title="大家的意见">
            <ul class="history" role="list">{rows}</ul>
            {onward.map(|onward| view! { <Pager onward/> })}
        </Card>
    }
    .into_any()
}

#[component]
fn Row(row: ProposalRow, supports: bool, works: bool) -> impl IntoView {
    let verdict = row.verdict.map(|verdict| {
        let tone = match verdict {
            Verdict::Adopted => Tone::Done,
            Verdict::Declined => Tone::Quiet,
        };
        view! { <Badge tone>{verdict.label()}</Badge> }
    });
    let own = row.own.then(|| view! { <Badge>"您提的"</Badge> });
    let hidden = (!row.published).then(|| view! { <Badge tone=Tone::Due>"还没有公开"</Badge> });
    let into = row
        .into
        .map(|into| view! { <p class="small">{format!("和第 {into} 条相似，并在一起答复。")}</p> });
    let reasons =
        (!row.reasons.is_empty()).then(|| view! { <p class="small">{format!("答复：{}", row.reasons)}</p> });
    let support = (supports && row.published && row.into.is_none())
        .then(|| view! { <Support id=row.id.clone() number=row.number supported=row.supported/> });
    let work = works.then(|| view! { <Work row=row.clone()/> });
    view! {
        <li>
            <p class="row wrap close">
                <b>{format!("第 {} 条", row.number)}</b>
                <span>{format!("{} 人支持", row.supports)}</span>
                {verdict}
                {own}
                {hidden}
            </p>
            <p class="said">{row.text}</p>
            {into}
            {reasons}
            {support}
            {work}
        </li>
    }
}

#[component]
fn Support(id: String, number: i64, supported: bool) -> impl IntoView {
    let action = ServerAction::<api::Support>::new();
    let words = if supported {
        format!("不再支持第 {number} 条")
    } else {
        format!("支持第 {number} 条")
    };
    view! {
        <Form action prefix=format!("support-{number}")>
            <input type="hidden" name="id" value=id/>
            <Submit kind=ButtonKind::Plain>{words}</Submit>
        </Form>
    }
}

/// Publishing, joining, answering; what is next stands open.
#[component]
fn Work(row: ProposalRow) -> impl IntoView {
    let publish = view! { <Step row=row.clone() act=Act::Publish/> };
    let rest = (row.into.is_none()).then(|| {
        let join = row
            .verdict
            .is_none()
            .then(|| view! { <Step row=row.clone() act=Act::Join/> });
        view! { {join} <Step row=row.clone() act=Act::Decide/> }
    });
    view! { {publish} {rest} }
}

#[component]
fn Step(row: ProposalRow, act: Act) -> impl IntoView {
    let action = ServerAction::<api::ActOnProposal>::new();
    let number = row.number;
    let prefix = format!("{}-{number}", act.code());
    let (summary, verb) = match act {
        Act::Publish if row.published => (format!("改第 {number} 条公开的文字"), format!("改第 {number} 条")),
        Act::Publish => (format!("公开第 {number} 条的文字"), format!("公开第 {number} 条")),
        Act::Join => (
            format!("第 {number} 条并入相似的一条"),
            format!("合并第 {number} 条"),
        ),
        Act::Decide => (format!("答复第 {number} 条"), format!("记下第 {number} 条的答复")),
    };
    let open = ui::returned::refusal_by("/api/v1/surveys/proposal", &prefix).is_some();
    view! {
        <details class="fold" open=open>
            <summary>{summary}</summary>
            <Form action prefix>
                <input type="hidden" name="id" value=row.id.clone()/>
                <input type="hidden" name="action" value=act.code()/>
                <Fields row act/>
                <Submit kind=ButtonKind::Plain>{verb}</Submit>
            </Form>
        </details>
    }
}

/// Fields find their form by its context: they are made inside of it.
#[component]
fn Fields(row: ProposalRow, act: Act) -> impl IntoView {
    let longest = u32::try_from(REASONS).unwrap_or(u32::MAX);
    match act {
        Act::Publish => view! {
            <Field name="words" label="公开的文字" kind=FieldKind::Textarea value=row.text max_length=longest hint="请去掉姓名、电话和门牌，不改意思。"/>
            <Confirming/>
        }
        .into_any(),
        Act::Join => view! { <Field name="into" label="并入第几条" kind=FieldKind::Number/> }.into_any(),
        Act::Decide => {
            let choices = std::iter::once(Choice::new("", "请选"))
                .chain(Verdict::ALL.iter().map(|one| Choice::new(one.code(), one.label())))
                .collect::<Vec<_>>();
            let value = row.verdict.map(|one| one.code().to_owned()).unwrap_or_default();
            view! {
                <Select name="verdict" label="采纳不采纳" choices value/>
                <Field name="words" label="理由" kind=FieldKind::Textarea value=row.reasons max_length=longest hint="提意见的人会收到，公开的意见大家也看得到。"/>
                <Confirming/>
            }
            .into_any()
        }
    }
}
