//! `/admin/reports/routing`: to whom new matters go at a unit, and what each rule would have done with last month's.

use leptos::prelude::*;
use shared::{AppError, Permission};
use ui::{
    Badge, Button, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice,
    Page, Resource, Select, Submit, Tone, returned::was_refused, successes, viewer::use_viewer,
};

use super::frame::{Fault, loaded, query};
use crate::{
    api,
    model::{Facts, HOLDERS, Kind, RoutingPage, RoutingRow},
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
            "用最近一个月的 {tried} 件事试过：{} 件有规则接，{} 件没有规则，按默认的顺序派。",
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
    let new = RuleForm {
        id: String::new(),
        position: next,
        facts: None,
    };
    view! {
        <Page title=format!("{}的派单规则", page.here.name) above>
            <div class="stack loose">
                <Done/>
                <Notice>
                    "从上往下看，第一条符合的算数；离事发地近的单位先看。没有符合的，交给网格员，没有网格员就往上找。投诉社区的事不看规则，直接交上一级。"
                </Notice>
                <p>{tried}</p>
                {none.then(|| view! { <Empty icon=Glyph::Send title="还没有规则" detail="没有规则时按默认的顺序派。需要把某一类直接交给物业或者别的单位时，再加一条。"/> })}
                {rules}
                <Card title="加一条规则">
                    <Edit here=here.clone() rule=new categories=page.categories.clone() actions/>
                </Card>
            </div>
        </Page>
    }
}

/// What a rule looks at, in words.
fn conditions(facts: &Facts, categories: &[(String, String)]) -> String {
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
    let to = format!("交给{unit}{}", row.facts.role.label());
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
        let rule = RuleForm {
            id: id.clone(),
            position: row.position,
            facts: Some(row.facts.clone()),
        };
        let (for_save, for_remove) = (here.clone(), here);
        let remove = format!("remove-{id}");
        view! {
            <details class="fold" open=open>
                <summary>"改这条规则"</summary>
                <Edit here=for_save rule categories actions/>
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

/// What the form of a rule begins with.
#[derive(Clone)]
struct RuleForm {
    id: String,
    position: i64,
    facts: Option<Facts>,
}

#[component]
fn Edit(here: String, rule: RuleForm, categories: Vec<(String, String)>, actions: Actions) -> impl IntoView {
    let any = |words: &str| Choice::new("", words);
    let categories = std::iter::once(any("不限"))
        .chain(
            categories
                .into_iter()
                .map(|(code, label)| Choice::new(code, label)),
        )
        .collect::<Vec<_>>();
    let kinds = std::iter::once(any("不限"))
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    // A new rule says who: so the form is none again once it was added, and a second press adds nothing.
    let adds = rule.facts.is_none();
    let roles = adds
        .then(|| any("请选"))
        .into_iter()
        .chain(HOLDERS.iter().map(|role| Choice::new(role.code(), role.label())))
        .collect::<Vec<_>>();
    let facts = rule.facts;
    let of = |get: fn(&Facts) -> String| facts.as_ref().map(get).unwrap_or_default();
    let category = of(|facts| facts.category.clone().unwrap_or_default());
    let kind = of(|facts| facts.kind.map(|kind| kind.code().to_owned()).unwrap_or_default());
    let from = of(|facts| facts.hours.map(|(from, _)| from.to_string()).unwrap_or_default());
    let to = of(|facts| facts.hours.map(|(_, to)| to.to_string()).unwrap_or_default());
    let contains = of(|facts| facts.contains.join("、"));
    let unit = of(|facts| facts.unit.as_ref().map(ToString::to_string).unwrap_or_default());
    let role = of(|facts| facts.role.code().to_owned());
    let prefix = if rule.id.is_empty() {
        "new".to_owned()
    } else {
        format!("save-{}", rule.id)
    };
    view! {
        <Form action=actions.save prefix adds>
            <input type="hidden" name="node" value=here/>
            <input type="hidden" name="id" value=rule.id/>
            <div class="fields-2">
                <Select name="category" label="哪一类" choices=categories value=category optional=true/>
                <Select name="kind" label="是什么" choices=kinds value=kind optional=true/>
            </div>
            <Field name="contains" label="写到这些词之一" value=contains optional=true max_length=200 hint="中间用顿号或者空格分开；空着就不看写了什么。"/>
            <div class="fields-2">
                <Field name="from" label="从几点" kind=FieldKind::Number value=from optional=true hint="0 到 23；都空着就是全天。"/>
                <Field name="to" label="到几点" kind=FieldKind::Number value=to optional=true hint="到这个钟点为止；可以跨过半夜。"/>
            </div>
            <div class="fields-2">
                <Select name="role" label="由谁承办" choices=roles value=role/>
                <Field name="unit" label="在哪个单位" value=unit optional=true max_length=20 hint="单位的代码；空着就是离事发地最近、有人担任的那一个。"/>
            </div>
            <Field name="position" label="次序" kind=FieldKind::Number value=rule.position.to_string() hint="小的先看。"/>
            <Submit>"保存"</Submit>
        </Form>
    }
}

/// Where the rules of the viewer's units are set, for other pages of staff.
#[component]
pub fn ToRules() -> impl IntoView {
    let may = use_viewer()
        .actor
        .is_some_and(|actor| actor.may(Permission::ReportRules));
    may.then(|| view! { <Button kind=ButtonKind::Plain icon=Glyph::Send href=HERE>"派单规则"</Button> })
}
