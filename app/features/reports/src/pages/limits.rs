//! `/admin/reports/limits`: shorter times to the answer that a unit sets for itself and those below it.

use leptos::prelude::*;
use shared::{AppError, Permission};
use ui::{
    Button, ButtonKind, Card, Choice, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Select, Submit, Time, Tone, successes, viewer::use_viewer,
};

use super::frame::{Fault, loaded, query};
use crate::{
    api::limits::{AddLimit, RemoveLimit, get_limits},
    model::{Kind, LimitRow, LimitsPage, Urgency},
};

const HERE: &str = "/admin/reports/limits";

#[derive(Clone, Copy)]
struct Actions {
    add: ServerAction<AddLimit>,
    remove: ServerAction<RemoveLimit>,
}

pub fn page() -> AnyView {
    let node = query("node");
    let actions = Actions {
        add: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let (added, removed) = (successes(actions.add), successes(actions.remove));
    // Choosing a unit leads to the same path, on which no page is made anew: what is shown follows the address.
    let shown = Resource::new(
        move || (node.get(), added.get(), removed.get()),
        |(node, ..)| async move {
            if node.is_empty() {
                return Ok(None);
            }
            get_limits(node).await.map(Some)
        },
    );
    loaded(shown, move |page: Option<LimitsPage>| match page {
        Some(page) => view! { <Limits page actions/> }.into_any(),
        None => own_places(),
    })
}

/// The units whose times the viewer sets, to choose one of.
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
        <Page title="办理时限" above>
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
            "added" => "已保存，从现在起反映的事按新的时限。以前反映的不变。",
            "removed" => "已去掉，从现在起反映的事不再按它。以前反映的不变。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Limits(page: LimitsPage, actions: Actions) -> impl IntoView {
    let here = page.here.code.clone();
    let none = page.rows.is_empty();
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let (here, categories) = (here.clone(), page.categories.clone());
            view! { <Limit row here categories actions/> }
        })
        .collect_view();
    let categories = page.categories;
    let above = vec![("办理时限".to_owned(), HERE.to_owned())];
    view! {
        <Page title=format!("{}的办理时限", page.here.name) above>
            <div class="stack loose">
                <Done/>
                <Notice>
                    "从反映到答复：突发 2 小时，急 24 小时，昼夜计算；一般 7 个工作日，复杂 15 个工作日。这里可以按类别、种类和急缓定得更短，对本单位和下面都算数；有几条的，按最短的一条。"
                </Notice>
                {none.then(|| view! { <Empty icon=Glyph::Clock title="没有更短的时限" detail="都按上面说的时限办。"/> })}
                {rows}
                <Card title="加一条">
                    <Add here=here.clone() categories action=actions.add/>
                </Card>
            </div>
        </Page>
    }
}

#[component]
fn Limit(row: LimitRow, here: String, categories: Vec<(String, String)>, actions: Actions) -> impl IntoView {
    let own = row.unit.code == here;
    let id = row.limit.id.to_string();
    let category = match &row.limit.category {
        Some(code) => {
            let known = categories.into_iter().find(|(known, _)| known == code);
            known.map_or_else(|| code.clone(), |(_, label)| label)
        }
        None => "各类".to_owned(),
    };
    let kind = row.limit.kind.map_or("不限种类", Kind::label);
    let title = format!(
        "{category}，{kind}，{}：{}",
        row.limit.urgency.label(),
        row.limit.words()
    );
    let whose = if own {
        "本单位定的".to_owned()
    } else {
        format!("{}定的，这里不能改", row.unit.name)
    };
    let since = row.limit.since;
    let removes = own.then(|| {
        let prefix = format!("remove-{id}");
        view! {
            <details class="fold">
                <summary>"去掉"</summary>
                <Form action=actions.remove prefix>
                    <input type="hidden" name="node" value=here/>
                    <input type="hidden" name="id" value=id/>
                    <Submit kind=ButtonKind::Danger>"去掉这一条"</Submit>
                </Form>
            </details>
        }
    });
    view! {
        <Card title=title>
            <p class="small quiet">{whose}"，"<Time at=since/>"起"</p>
            {removes}
        </Card>
    }
}

#[component]
fn Add(here: String, categories: Vec<(String, String)>, action: ServerAction<AddLimit>) -> impl IntoView {
    let any = || Choice::new("", "不限");
    let categories = std::iter::once(any())
        .chain(
            categories
                .into_iter()
                .map(|(code, label)| Choice::new(code, label)),
        )
        .collect::<Vec<_>>();
    let kinds = std::iter::once(any())
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    let urgencies = std::iter::once(Choice::new("", "请选"))
        .chain(
            Urgency::ALL
                .iter()
                .map(|urgency| Choice::new(urgency.code(), urgency.label())),
        )
        .collect::<Vec<_>>();
    view! {
        <Form action prefix="new" adds=true>
            <input type="hidden" name="node" value=here/>
            <div class="fields-2">
                <Select name="category" label="哪一类" choices=categories optional=true/>
                <Select name="kind" label="是什么" choices=kinds optional=true/>
                <Select name="urgency" label="急缓" choices=urgencies/>
                <Field name="amount" label="多久" kind=FieldKind::Number hint="突发和急填小时，一般和复杂填工作日；只能比原来的短。"/>
            </div>
            <Submit>"保存"</Submit>
        </Form>
    }
}

/// The way there, for other pages of staff.
#[component]
pub fn ToLimits() -> impl IntoView {
    view! { <Button kind=ButtonKind::Plain icon=Glyph::Clock href=HERE>"办理时限"</Button> }
}
