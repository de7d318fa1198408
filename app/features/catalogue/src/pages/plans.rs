//! `/inspections/plans`: the inspections arranged at a place, and those that nobody needed.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, ButtonKind, Card, Choice, Empty, Field, Form, Glyph, Notice, Page, Resource, Select, Submit, Tone,
    returned::was_refused,
};

use super::{
    fields::choices,
    frame::{Done, loaded, own_places, query},
};
use crate::{
    api,
    model::{Every, PlanRow, PlansPage},
};

pub fn page() -> AnyView {
    let node = query("node");
    // Without a place, the places to choose from: on the same address, so the page does not begin anew when one is chosen.
    let shown = Resource::new(
        move || node.get(),
        |node| async move {
            if node.is_empty() {
                Ok(None)
            } else {
                api::plans(node).await.map(Some)
            }
        },
    );
    loaded(shown, move |page: Option<PlansPage>| match page {
        Some(page) => view! { <Plans page/> }.into_any(),
        None => own_places(Permission::InspectionPlan, "安排巡查", "/inspections/plans"),
    })
}

#[component]
fn Plans(page: PlansPage) -> impl IntoView {
    let above = vec![("安排巡查".to_owned(), "/inspections/plans".to_owned())];
    let here = page.here.code.clone();
    let proposed = page.plans.iter().filter(|plan| plan.proposal.is_some()).count();
    let none = page.plans.is_empty();
    let cards = page
        .plans
        .into_iter()
        .map(|plan| {
            let here = here.clone();
            view! { <Plan plan here/> }
        })
        .collect::<Vec<_>>();
    view! {
        <Page title=format!("{}的巡查", page.here.name) above>
            <div class="stack loose">
                <Done/>
                {(proposed > 0).then(|| view! {
                    <Notice tone=Tone::Due title=format!("有 {proposed} 项一个季度没人用到")>"没有发现过问题，也没有居民来问。停掉，或者写明为什么接着做。"</Notice>
                })}
                {none.then(|| view! { <Empty icon=Glyph::Check title="还没有安排巡查" detail="从清单里选一项，下面的每个网格到期自动收到。"/> })}
                {cards}
                <Begin here=here.clone() choices=page.choices/>
            </div>
        </Page>
    }
}

#[component]
fn Plan(plan: PlanRow, here: String) -> impl IntoView {
    let (end, keep) = (
        ServerAction::<api::EndPlan>::new(),
        ServerAction::<api::KeepPlan>::new(),
    );
    let (ending, keeping) = (format!("end-{}", plan.id), format!("keep-{}", plan.id));
    let (end_open, keep_open) = (
        was_refused::<api::EndPlan>(&ending),
        was_refused::<api::KeepPlan>(&keeping),
    );
    let proposed = plan.proposal.clone();
    let badge = proposed.is_some();
    let id = plan.id.to_string();
    let counts = format!(
        "这个季度：巡查 {} 次，没巡查 {} 次，还没到期 {} 次，发现问题 {} 次。",
        plan.walked, plan.missed, plan.open, plan.found
    );
    let keep_form = {
        let (id, here) = (id.clone(), here.clone());
        badge.then(|| {
            view! {
                <details class="fold" open=keep_open>
                    <summary>"接着巡查一个季度"</summary>
                    <Form action=keep prefix=keeping>
                        <input type="hidden" name="node" value=here/>
                        <input type="hidden" name="id" value=id/>
                        <Field name="why" label="为什么接着做" max_length=200/>
                        <Submit>"接着做"</Submit>
                    </Form>
                </details>
            }
        })
    };
    view! {
        <Card title=plan.name end=move || badge.then(|| view! { <Badge tone=Tone::Due>"建议停掉"</Badge> })>
            <p>{format!("{}，{} 起。{counts}", plan.every.label(), plan.since.zh())}</p>
            {proposed.map(|proposal| view! { <p>{format!("从 {} 起没有人用到。", proposal.since.zh())}</p> })}
            {plan.kept.map(|(until, why)| view! { <p class="small quiet">{format!("接着做到 {}：{why}", until.zh())}</p> })}
            {keep_form}
            <details class="fold" open=end_open>
                <summary>"停掉"</summary>
                <Form action=end prefix=ending>
                    <input type="hidden" name="node" value=here/>
                    <input type="hidden" name="id" value=id/>
                    <Field name="why" label="为什么停掉" max_length=200/>
                    <Submit kind=ButtonKind::Danger>"停掉"</Submit>
                </Form>
            </details>
        </Card>
    }
}

#[component]
fn Begin(here: String, choices: Vec<(crate::model::ItemId, String, Every)>) -> impl IntoView {
    let action = ServerAction::<api::BeginPlan>::new();
    if choices.is_empty() {
        return view! { <p class="small quiet">"清单里能巡查的都安排了，或者清单里没有巡查的事项。"</p> }
            .into_any();
    }
    let items = choices
        .into_iter()
        .map(|(id, name, every)| Choice::new(id.to_string(), format!("{name}（{}）", every.label())))
        .collect::<Vec<_>>();
    let every = self::choices(
        "按清单的周期",
        Every::ALL.iter().map(|one| (one.code(), one.label())),
    );
    view! {
        <Card title="再安排一项">
            <Form action prefix="begin">
                <input type="hidden" name="node" value=here/>
                <Select name="item" label="巡查什么" choices=items/>
                <Select name="every" label="多久一次" choices=every optional=true hint="可以比清单上的间隔长，不能更密。"/>
                <Submit icon=Glyph::Add>"安排"</Submit>
            </Form>
        </Card>
    }
    .into_any()
}
