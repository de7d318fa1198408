//! `/reports/:code/print`: a matter as a work order on paper. Whoever has it by post is not told whose it is, on paper either: the page has
//! what the matter's own page has for them.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{Button, ButtonKind, Card, Column, Glyph, Page, Resource, Table, cell};

use super::{compared::Compared, frame::loaded};
use crate::{
    api,
    model::{Action, MatterPage, PartRow, StepRow},
};

/// Lines for what was done, to be filled in by hand.
const LINES: usize = 4;

pub fn page() -> AnyView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let shown = Resource::new(move || code.get(), api::get_matter);
    loaded(shown, move |page: MatterPage| view! { <Order page/> }.into_any())
}

/// Somebody's line of facts, where there is something to say.
fn fact(name: &'static str, value: String) -> Option<impl IntoView + use<>> {
    (!value.is_empty()).then(|| view! { <dt>{name}</dt><dd>{value}</dd> })
}

fn part(part: &PartRow) -> String {
    let asked = part.asked.clone().unwrap_or_default();
    let due = part
        .due
        .map(|due| format!("，{} 前", due.at.zh()))
        .unwrap_or_default();
    format!("{}（{}{due}）：{asked}", part.unit.name, part.role.label())
}

/// What those who have it read of whoever gave it to them. Who got it from others reads why, and what the others were asked to do, which may be the
/// only written word of what was spoken.
fn asked(steps: &[StepRow]) -> Vec<(&'static str, String)> {
    let said = |action: Action| {
        let last = steps.iter().rev().find(|step| step.action == action);
        last.and_then(|step| step.words.clone()).unwrap_or_default()
    };
    let passed = steps
        .iter()
        .rev()
        .find(|step| matches!(step.action, Action::Dispatch | Action::Reassign));
    match passed.map(|step| step.action) {
        Some(Action::Reassign) => vec![
            ("改派说明", said(Action::Reassign)),
            ("改派以前请办", said(Action::Dispatch)),
        ],
        Some(_) => vec![("请办", said(Action::Dispatch))],
        None => Vec::new(),
    }
}

#[component]
fn Order(page: MatterPage) -> impl IntoView {
    let back = format!("/reports/{}", page.code);
    let held = format!("{}（{}）", page.held.unit.name, page.held.role.label());
    let due = page.due.map(|due| due.at.zh()).unwrap_or_default();
    let parts: Vec<String> = page.parts.iter().map(part).collect();
    let answers = page
        .answers
        .into_iter()
        .map(|(question, answer)| view! { <dt>{question}</dt><dd>{answer}</dd> })
        .collect_view();
    // For those who handle it: somebody has to go there. Nobody else has it.
    let whose = page.reporter.filter(|_| page.staff).map(|reporter| {
        let door = reporter.door.unwrap_or_default();
        view! { <dt>"反映人"</dt><dd>{reporter.name}</dd>{fact("上门到", door)} }
    });
    let lines = (1..=LINES)
        .map(|line| vec![cell(format!("第 {line} 次")), cell(""), cell(""), cell("")])
        .collect::<Vec<_>>();
    let columns = ["办理", "日期", "情况", "经办人签字"].map(Column::text).to_vec();
    let above = vec![(page.title.clone(), back)];
    let asked = asked(&page.steps)
        .into_iter()
        .map(|(name, words)| fact(name, words))
        .collect_view();
    let (photos, steps) = (page.photos, page.steps);
    view! {
        <Page title="工作单" eyebrow=page.number.clone() above>
            <div class="stack loose">
                <div class="buttons no-print">
                    <Button icon=Glyph::Print on_click=|_| { _ = window().print(); }>"打印"</Button>
                </div>
                <Card title=page.title>
                    <p class="catalogue-words">{page.instead.unwrap_or(page.words)}</p>
                    <dl class="facts">
                        <dt>"编号"</dt><dd>{page.number}</dd>
                        <dt>"哪方面"</dt><dd>{page.category}</dd>
                        {fact("急缓", page.urgency.map(|urgency| urgency.label().to_owned()).unwrap_or_default())}
                        <dt>"在哪里"</dt><dd>{page.place.name}</dd>
                        {fact("具体在", page.address)}
                        {answers}
                        <dt>"上报"</dt><dd>{page.at.zh()}</dd>
                        {fact("期限", due)}
                        <dt>"承办"</dt><dd>{held}</dd>
                        {asked}
                        {fact("协办", parts.join("；"))}
                        {whose}
                    </dl>
                </Card>
                <Compared photos steps paper=true/>
                <Table caption="办理记录" columns rows=lines keep=true/>
                <p class="print-foot">"办完以后请在这件事的页面上答复反映人。这张单子含有工作信息，用完请收好。"</p>
                <div class="buttons no-print"><Button kind=ButtonKind::Plain href=format!("/reports/{}", page.code)>"回到这件事"</Button></div>
            </div>
        </Page>
    }
}
