//! What was agreed, on a case's page, and the fields in which it is written.

use leptos::prelude::*;
use ui::{Badge, Button, ButtonKind, Card, Field, FieldKind, FormState, Glyph, Notice, Photo, Time, Tone};

use super::new::length;
use crate::model::{Agreement, CLAUSE, CLAUSES, CasePage, ClauseRow, Kept, LINE, Scan, Shape, State, WORDS};

/// Clauses whose fields stand open; the others are folded away.
const OPEN: usize = 3;

/// What was agreed: the clauses and how far they are kept, the court, the paper, and what was signed.
#[component]
pub fn Agreed(page: CasePage) -> impl IntoView {
    let Some(agreement) = page.agreement.clone() else {
        return ().into_any();
    };
    let title = match page.shape {
        Some(Shape::Oral) => "口头协议",
        _ => "调解协议",
    };
    let href = format!("/mediation/{}/print", page.code);
    let print = if page.shape == Some(Shape::Oral) {
        "打印口头协议记录"
    } else {
        "打印协议书"
    };
    let unsigned = (page.state == State::Reached)
        .then(|| view! { <Notice tone=Tone::Due>"还没有签字，签字以后才生效。请打印出来，各方签名、盖章或者按指印。"</Notice> });
    let court = page.court_until.filter(|_| page.state == State::InForce).map(|until| {
        let words = format!(
            "双方认为有必要的，可以在 {} 以前共同向人民法院申请司法确认；一方不履行，另一方可以向人民法院起诉。",
            until.zh()
        );
        view! { <p>{words}</p> }
    });
    let effective = page
        .effective
        .map(|on| view! { <p>{format!("从 {} 起生效。", on.zh())}</p> });
    let duty = (!agreement.duty.is_empty())
        .then(|| view! { <h3>"各方的责任"</h3><p class="catalogue-words">{agreement.duty}</p> });
    let clauses = page
        .clauses
        .into_iter()
        .map(|clause| view! { <Row clause/> })
        .collect_view();
    view! {
        <Card title=title>
            <div class="stack">
                {unsigned}
                {effective}
                <h3>"主要事实"</h3>
                <p class="catalogue-words">{agreement.facts}</p>
                {duty}
                <h3>"协议内容"</h3>
                <ol class="history" role="list">{clauses}</ol>
                {court}
                <Scans scans=page.scans/>
                <div class="buttons"><Button kind=ButtonKind::Plain icon=Glyph::Print href>{print}</Button></div>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Row(clause: ClauseRow) -> impl IntoView {
    let (tone, kept) = match clause.kept {
        Some(Kept::Kept) => (Tone::Done, Kept::Kept.label()),
        Some(Kept::Partly) => (Tone::Due, Kept::Partly.label()),
        Some(Kept::Not) => (Tone::Late, Kept::Not.label()),
        None => (Tone::Quiet, "还没有回访"),
    };
    let how =
        (!clause.how.is_empty()).then(|| view! { <p class="small">{format!("方式：{}", clause.how)}</p> });
    let due = clause
        .due
        .map(|due| view! { <p class="small">{format!("期限：{}", due.zh())}</p> });
    let asked = clause
        .asked
        .map(|at| view! { <p class="small quiet">"回访于 "<Time at/></p> });
    view! {
        <li>
            <p class="row wrap close"><b>{format!("第 {} 条", clause.number)}</b><Badge tone>{kept}</Badge></p>
            <p class="said">{clause.words}</p>
            {how}
            {due}
            {asked}
        </li>
    }
}

/// Scanned signatures beside each other; nothing if there are none.
#[component]
fn Scans(scans: Vec<Scan>) -> impl IntoView {
    (!scans.is_empty()).then(|| {
        let scans = scans
            .into_iter()
            .enumerate()
            .map(|(at, scan)| {
                let src = format!("/mediation/scan/{}", scan.id);
                let alt = format!("签字的协议，第 {} 页", at + 1);
                view! { <li><Photo src alt width=scan.width height=scan.height/></li> }
            })
            .collect_view();
        view! { <ul class="photos" role="list" aria-label="签字的协议">{scans}</ul> }
    })
}

/// The fields of an agreement, with what it says so far.
#[component]
pub fn AgreementFields(known: Option<Agreement>) -> impl IntoView {
    let known = known.unwrap_or_default();
    let longest = length(WORDS);
    let some = known.clauses.len().max(OPEN);
    let mut fields = (0..CLAUSES).map(|at| {
        let clause = known.clauses.get(at).cloned().unwrap_or_default();
        let due = clause.due.map(|due| due.to_string()).unwrap_or_default();
        view! { <ClauseFields at words=clause.words how=clause.how due/> }.into_any()
    });
    let first = fields.by_ref().take(some).collect::<Vec<_>>();
    let rest = fields.collect::<Vec<_>>();
    // What was refused may lie in there.
    let open = use_context::<FormState>().is_some_and(|form| form.error.with_untracked(Option::is_some));
    let more = (!rest.is_empty()).then(|| {
        view! { <details class="fold" open=open><summary>"还有更多条"</summary><div class="stack">{rest}</div></details> }
    });
    view! {
        <Field name="facts" label="纠纷的主要事实和争议的事项" kind=FieldKind::Textarea value=known.facts max_length=longest/>
        <Field name="duty" label="各方的责任" kind=FieldKind::Textarea value=known.duty max_length=longest optional=true/>
        {first}
        {more}
    }
}

#[component]
fn ClauseFields(at: usize, words: String, how: String, due: String) -> impl IntoView {
    let number = at + 1;
    let (longest, line) = (length(CLAUSE), length(LINE));
    view! {
        <fieldset class="field">
            <legend>{format!("第 {number} 条")}</legend>
            <Field name=format!("clauses[{at}]") label=format!("第 {number} 条的内容") kind=FieldKind::Textarea value=words max_length=longest optional={at > 0}/>
            <div class="fields-2">
                <Field name=format!("hows[{at}]") label=format!("第 {number} 条怎么履行") value=how max_length=line optional=true/>
                <Field name=format!("dues[{at}]") label=format!("第 {number} 条什么时候以前") kind=FieldKind::Date value=due optional=true/>
            </div>
        </fieldset>
    }
}
