//! `/admin/reports/routing/try`: where each of last month's matters would go, by which rule; also with a rule that is not kept yet. It
//! changes nothing.

use leptos::{context::Provider, prelude::*};
use leptos_router::location::Url;
use shared::{AppError, FieldError};
use ui::{
    Badge, Button, ButtonKind, Card, Column, Empty, ErrorSummary, Form, FormState, Glyph, Notice, Page,
    Pager, Resource, Submit, Tab, Table, Tabs, Time, Tone, Width, cell,
};

use super::{
    frame::{loaded, query},
    routing::conditions,
    routing_form::RuleFields,
};
use crate::{
    api::{self, tryout::try_routing},
    model::{RoutingForm, TriedBy, TriedRow, TriedTo, TryPage},
};

const HERE: &str = "/admin/reports/routing/try";

/// What the address asks for.
#[derive(Clone, PartialEq)]
struct Asked {
    node: String,
    id: String,
    rule: RoutingForm,
    only: String,
    after: String,
}

impl Asked {
    /// The address of the list from its beginning.
    fn address(&self, only: &str) -> String {
        let rule = &self.rule;
        let position = rule.position.to_string();
        let mut address = format!("{HERE}?node={}", Url::escape(&self.node));
        for (name, value) in [
            ("id", self.id.as_str()),
            ("position", position.as_str()),
            ("category", rule.category.as_str()),
            ("kind", rule.kind.as_str()),
            ("from", rule.from.as_str()),
            ("to", rule.to.as_str()),
            ("contains", rule.contains.as_str()),
            ("unit", rule.unit.as_str()),
            ("role", rule.role.as_str()),
            ("person", rule.person.as_str()),
            ("only", only),
        ] {
            if !value.is_empty() {
                address = format!("{address}&{name}={}", Url::escape(value));
            }
        }
        address
    }
}

/// Where a rule is tried: a new one of a unit, or a kept one before it is changed.
pub fn address_of(node: &str, id: &str, rule: &RoutingForm) -> String {
    let asked = Asked {
        node: node.to_owned(),
        id: id.to_owned(),
        rule: rule.clone(),
        only: String::new(),
        after: String::new(),
    };
    asked.address("")
}

pub fn page() -> AnyView {
    let save = ServerAction::<api::SaveRouting>::new();
    let (node, id, only, after) = (query("node"), query("id"), query("only"), query("after"));
    let (position, category, kind) = (query("position"), query("category"), query("kind"));
    let (from, to, contains) = (query("from"), query("to"), query("contains"));
    let (unit, role, person) = (query("unit"), query("role"), query("person"));
    let asked = Memo::new(move |_| Asked {
        node: node.get(),
        id: id.get(),
        rule: RoutingForm {
            position: position.get().trim().parse().unwrap_or_default(),
            category: category.get(),
            kind: kind.get(),
            from: from.get(),
            to: to.get(),
            contains: contains.get(),
            unit: unit.get(),
            role: role.get(),
            person: person.get(),
        },
        only: only.get(),
        after: after.get(),
    });
    let shown = Resource::new(
        move || asked.get(),
        |asked: Asked| {
            let rule = asked.rule;
            try_routing(
                asked.node,
                asked.id,
                rule.position,
                rule.category,
                rule.kind,
                rule.from,
                rule.to,
                rule.contains,
                rule.unit,
                rule.role,
                rule.person,
                asked.only,
                asked.after,
            )
        },
    );
    loaded(shown, move |page: TryPage| {
        let asked = asked.get_untracked();
        view! { <Tried page asked save/> }.into_any()
    })
}

#[component]
fn Tried(page: TryPage, asked: Asked, save: ServerAction<api::SaveRouting>) -> impl IntoView {
    let rules = format!("/admin/reports/routing?node={}", page.here.code);
    let above = vec![("派单规则".to_owned(), rules)];
    let tab = |label: &str, only: &str| Tab::new(label, asked.address(only), asked.only == only);
    let mut tabs = vec![tab("全部", ""), tab("没有规则接的", "none")];
    if page.draft {
        tabs.insert(1, tab("这条规则接的", "rule"));
    }
    let onward = page
        .rows
        .next
        .as_ref()
        .map(|next| format!("{}&after={}", asked.address(&asked.only), Url::escape(next)));
    let back = (!asked.after.is_empty()).then(|| asked.address(&asked.only));
    let pager = match (back, onward) {
        (None, None) => ().into_any(),
        (Some(back), Some(onward)) => view! { <Pager back onward/> }.into_any(),
        (Some(back), None) => view! { <Pager back/> }.into_any(),
        (None, Some(onward)) => view! { <Pager onward/> }.into_any(),
    };
    let categories = page.categories.clone();
    let listed = if page.rows.rows.is_empty() {
        view! { <Empty icon=Glyph::Send title="没有这样的事" detail="最近一个月没有反映的事符合这个条件。"/> }
            .into_any()
    } else {
        let columns = ["什么事", "什么时候反映", "按什么派", "派给谁"]
            .map(Column::text)
            .to_vec();
        let rows = page
            .rows
            .rows
            .into_iter()
            .map(|row| cells(row, &categories))
            .collect::<Vec<_>>();
        view! { <Table caption="最近一个月的事会派给谁" columns rows/> }.into_any()
    };
    let keeps = page.draft.then(|| view! { <Keep asked=asked.clone() save/> });
    view! {
        <Page title=format!("试一试{}的派单规则", page.here.name) above width=Width::Wide>
            <div class="stack loose">
                <Notice>
                    "用最近一个月反映的事试，只是看看，什么也不改。办这些事的人今天在不在岗，按今天算。投诉社区的事不看规则，不在里面。"
                </Notice>
                <Card title="要试的规则">
                    <div class="stack">
                        <Draft asked categories=page.categories wrong=page.wrong/>
                        {keeps}
                    </div>
                </Card>
                <Tabs label="看哪些事" tabs/>
                {listed}
                {pager}
            </div>
        </Page>
    }
}

/// The rule that is tried: a form that only asks for another page, so it works without script.
#[component]
fn Draft(asked: Asked, categories: Vec<(String, String)>, wrong: Vec<FieldError>) -> impl IntoView {
    let error = (!wrong.is_empty()).then_some(AppError::Invalid(wrong));
    let state = FormState {
        to: HERE,
        pending: Signal::stored(false),
        error: Signal::stored(error),
        prefix: StoredValue::new("try".to_owned()),
    };
    view! {
        <Provider value=state>
            <form class="form" method="get" action=HERE>
                <ErrorSummary/>
                <input type="hidden" name="node" value=asked.node/>
                <input type="hidden" name="id" value=asked.id/>
                <RuleFields rule=asked.rule categories open=true/>
                <div class="buttons"><Button submit=true icon=Glyph::Filter>"试一试"</Button></div>
            </form>
        </Provider>
    }
}

/// Keeps the rule as it was tried.
#[component]
fn Keep(asked: Asked, save: ServerAction<api::SaveRouting>) -> impl IntoView {
    let rule = asked.rule;
    view! {
        <Form action=save prefix="keep">
            <input type="hidden" name="node" value=asked.node/>
            <input type="hidden" name="id" value=asked.id/>
            <input type="hidden" name="position" value=rule.position.to_string()/>
            <input type="hidden" name="category" value=rule.category/>
            <input type="hidden" name="kind" value=rule.kind/>
            <input type="hidden" name="from" value=rule.from/>
            <input type="hidden" name="to" value=rule.to/>
            <input type="hidden" name="contains" value=rule.contains/>
            <input type="hidden" name="unit" value=rule.unit/>
            <input type="hidden" name="role" value=rule.role/>
            <input type="hidden" name="person" value=rule.person/>
            <Submit kind=ButtonKind::Plain>"就这样保存"</Submit>
        </Form>
    }
}

/// A matter as a row; on a phone it is a card.
fn cells(row: TriedRow, categories: &[(String, String)]) -> Vec<AnyView> {
    let href = format!("/reports/{}", row.code);
    let about = format!("{} · {}", row.kind.label(), row.number);
    let (tone, by, says) = by(row.goes.as_ref(), categories);
    let to = row.goes.map_or_else(|| "没有人可以接".to_owned(), whither);
    vec![
        cell(view! {
            <div class="stack tight">
                <a href=href>{row.title}</a>
                <span class="small quiet">{about}</span>
            </div>
        }),
        cell(view! { <Time at=row.at/> }),
        cell(view! {
            <div class="stack tight">
                <span><Badge tone>{by}</Badge></span>
                <span class="small">{says}</span>
            </div>
        }),
        cell(to),
    ]
}

/// By what it goes there, in words.
fn by(goes: Option<&TriedTo>, categories: &[(String, String)]) -> (Tone, &'static str, String) {
    match goes.map(|goes| &goes.by) {
        Some(TriedBy::Draft) => (Tone::Go, "正在试的规则", String::new()),
        Some(TriedBy::Rule {
            unit,
            position,
            facts,
        }) => {
            let says = conditions(facts, categories);
            (
                Tone::Done,
                "规则",
                format!("{}，次序 {position}：{says}", unit.name),
            )
        }
        Some(TriedBy::Category) => (Tone::Quiet, "没有规则", "按类别派".to_owned()),
        Some(TriedBy::Order) => (Tone::Quiet, "没有规则", "按默认的顺序派".to_owned()),
        None => (Tone::Late, "没有规则", "也没有人可以接".to_owned()),
    }
}

fn whither(goes: TriedTo) -> String {
    let post = format!("{} · {}", goes.unit.name, goes.role.label());
    match goes.person {
        Some(person) => format!("{post} {person}"),
        None => post,
    }
}
