//! `/admin/reports/routing`: to whom new matters go at a unit, and what each rule would have done with last month's.

use leptos::prelude::*;
use shared::{AppError, Permission};
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Form, Glyph, List, ListRow, Notice, Page, Resource, Submit, Tone,
    returned::was_refused, successes, viewer::use_viewer,
};

use super::{
    frame::{Fault, loaded, query},
    limits::ToLimits,
    routing_form::{RuleFields, typed},
    tryout::address_of,
};
use crate::{
    api,
    model::{Facts, RoutingForm, RoutingPage, RoutingRow},
};

const HERE: &str = "/admin/reports/routing";

pub fn page() -> AnyView {
    let node = query("node");
    let actions = Actions {
        save: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let (saved, removed) = (successes(actions.save), successes(actions.remove));
    // Choosing a unit leads to the same path, on which no page is made anew: what is shown follows the address.
    let shown = Resource::new(
        move || (node.get(), saved.get(), removed.get()),
        |(node, ..)| async move {
            if node.is_empty() {
                return Ok(None);
            }
            api::get_routing(node).await.map(Some)
        },
    );
    loaded(shown, move |page: Option<RoutingPage>| match page {
        Some(page) => view! { <Rules page actions/> }.into_any(),
        None => own_places(),
    })
}

#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<api::SaveRouting>,
    remove: ServerAction<api::RemoveRouting>,
}

/// The units whose rules the viewer sets, to choose one of.
fn own_places() -> AnyView {
    let permission = Permission::ReportRules;
    let Some(actor) = use_viewer().actor else {
        return view! { <Fault error=AppError::Unauthenticated/> }.into_any();
    };
    if !actor.may(permission) {
        let error = if actor.lacks_factor_for(permission) {
            AppError::SecondFactorRequired
        } else {
            AppError::Forbidden
        };
        return view! { <Fault error/> }.into_any();
    }
    let rows = actor
        .grants
        .iter()
        .filter(|grant| grant.role.allows(permission))
        .map(|grant| {
            let to = format!("{HERE}?node={}", grant.code);
            view! { <ListRow icon=Glyph::Org title=grant.node_name.clone() detail=grant.role.label() href=to/> }
        })
        .collect_view();
    let above = vec![("居民反映的事".to_owned(), "/admin/reports".to_owned())];
    view! {
        <Page title="派单规则" above>
            <List label="您管的单位">{rows}</List>
        </Page>
    }
    .into_any()
}

#[component]
fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "saved" => "已保存，从现在起按新的规则派。已经派出的不变。",
            "removed" => "已删掉这条规则。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Rules(page: RoutingPage, actions: Actions) -> impl IntoView {
    let here = page.here.code.clone();
    let none = page.rows.is_empty();
    let next = page
        .rows
        .iter()
        .filter(|row| row.unit.code == here)
        .map(|row| row.position)
        .max()
        .map_or(10, |last| last + 10);
    let tried = match page.tried {
        0 => "最近一个月这里还没有反映的事，暂时试不出来。".to_owned(),
        tried => format!(
            "用最近一个月{} {tried} 件事试过：{} 件有规则接，{} 件没有规则，按类别或者默认的顺序派。",
            if page.cut { "最新的" } else { "的" },
            tried - page.unmatched,
            page.unmatched
        ),
    };
    let rules = (1..)
        .zip(page.rows)
        .map(|(at, row)| {
            let (here, categories) = (here.clone(), page.categories.clone());
            view! { <Rule at row here categories actions/> }
        })
        .collect_view();
    let above = vec![("派单规则".to_owned(), HERE.to_owned())];
    let new = RoutingForm {
        position: next,
        ..RoutingForm::default()
    };
    let tries = address_of(&here, "", &new);
    view! {
        <Page title=format!("{}的派单规则", page.here.name) above>
            <div class="stack loose">
                <Done/>
                <Notice>
                    "从上往下看，第一条符合的算数；离事发地近的单位先看。没有符合的，交给网格员，没有网格员就往上找。投诉社区的事不看规则，直接交上一级。一个岗位有几个人的，交给手上最少的；当天请假委托的不分。"
                </Notice>
                <p>{tried}</p>
                <div class="buttons">
                    <Button kind=ButtonKind::Plain icon=Glyph::Filter href=tries>"看每一件会派给谁，试一条新的"</Button>
                </div>
                {none.then(|| view! { <Empty icon=Glyph::Send title="还没有规则" detail="没有规则时按默认的顺序派。需要把某一类直接交给物业或者别的单位时，再加一条。"/> })}
                {rules}
                <Card title="加一条规则">
                    <Edit here=here.clone() id=String::new() rule=new categories=page.categories.clone() actions/>
                </Card>
            </div>
        </Page>
    }
}

/// What a rule looks at, in words.
pub fn conditions(facts: &Facts, categories: &[(String, String)]) -> String {
    let label = |code: &String| {
        let known = categories.iter().find(|(known, _)| known == code);
        known.map_or_else(|| code.clone(), |(_, label)| label.clone())
    };
    let said: Vec<String> = [
        facts.category.as_ref().map(label),
        facts.kind.map(|kind| kind.label().to_owned()),
        facts.hours.map(|(from, to)| format!("{from} 点到 {to} 点")),
        (!facts.contains.is_empty()).then(|| format!("写到“{}”", facts.contains.join("”或“"))),
    ]
    .into_iter()
    .flatten()
    .collect();
    if said.is_empty() {
        "不论什么事".to_owned()
    } else {
        said.join("，")
    }
}

#[component]
fn Rule(
    at: usize,
    row: RoutingRow,
    here: String,
    categories: Vec<(String, String)>,
    actions: Actions,
) -> impl IntoView {
    let own = row.unit.code == here;
    let id = row.id.to_string();
    let unit = match &row.facts.unit {
        Some(code) => format!("单位 {code} 的"),
        None => "最近的".to_owned(),
    };
    let to = match &row.person {
        Some(person) => format!("交给{unit}{} {person}", row.facts.role.label()),
        None if row.facts.person.is_some() => "指定的人已经不在了，这条规则接不到事".to_owned(),
        None => format!("交给{unit}{}", row.facts.role.label()),
    };
    let whose = if own {
        format!("次序 {}", row.position)
    } else {
        format!("{}定的，这里不能改", row.unit.name)
    };
    let matched = format!("上月 {} 件", row.matched);
    let tone = if row.matched > 0 { Tone::Go } else { Tone::Quiet };
    let title = format!("{at}. {}", conditions(&row.facts, &categories));
    let edits = own.then(|| {
        let save = format!("save-{id}");
        let open = was_refused::<api::SaveRouting>(&save);
        let rule = typed(&row.facts, row.position, row.person.clone());
        let tries = address_of(&here, &id, &rule);
        let (for_save, for_remove, saved) = (here.clone(), here, id.clone());
        let remove = format!("remove-{id}");
        view! {
            <details class="fold" open=open>
                <summary>"改这条规则"</summary>
                <Edit here=for_save id=saved rule categories actions/>
                <p><a href=tries>"先试一试再改"</a></p>
            </details>
            <details class="fold">
                <summary>"删掉"</summary>
                <Form action=actions.remove prefix=remove>
                    <input type="hidden" name="node" value=for_remove/>
                    <input type="hidden" name="id" value=id/>
                    <Submit kind=ButtonKind::Danger>"删掉这条规则"</Submit>
                </Form>
            </details>
        }
    });
    view! {
        <Card title=title end=move || view! { <Badge tone>{matched}</Badge> }>
            <p>{to}</p>
            <p class="small quiet">{whose}</p>
            {edits}
        </Card>
    }
}

#[component]
fn Edit(
    here: String,
    id: String,
    rule: RoutingForm,
    categories: Vec<(String, String)>,
    actions: Actions,
) -> impl IntoView {
    let adds = id.is_empty();
    let prefix = if adds {
        "new".to_owned()
    } else {
        format!("save-{id}")
    };
    view! {
        <Form action=actions.save prefix adds>
            <input type="hidden" name="node" value=here/>
            <input type="hidden" name="id" value=id/>
            <RuleFields rule categories open=false/>
            <Submit>"保存"</Submit>
        </Form>
    }
}

/// Where the rules and the times of the viewer's units are set, for other pages of staff.
#[component]
pub fn ToRules() -> impl IntoView {
    let may = use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::ReportRules));
    may.then(|| {
        view! {
            <Button kind=ButtonKind::Plain icon=Glyph::Send href=HERE>"派单规则"</Button>
            <ToLimits/>
        }
    })
}
