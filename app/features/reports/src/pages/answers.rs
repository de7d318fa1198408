//! `/admin/reports/answers`: the standard answers of a unit.

use leptos::prelude::*;
use shared::{AppError, Permission};
use ui::{
    Button, ButtonKind, Card, Confirming, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Submit, Tone, returned::was_refused, successes, viewer::use_viewer,
};

use super::frame::{Fault, loaded, query};
use crate::{
    api::desk,
    model::{STEP, StandardRow, StandardsPage},
};

const HERE: &str = "/admin/reports/answers";

#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<desk::SaveStandard>,
    remove: ServerAction<desk::RemoveStandard>,
}

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
            desk::get_standards(node).await.map(Some)
        },
    );
    loaded(shown, move |page: Option<StandardsPage>| match page {
        Some(page) => view! { <Standards page actions/> }.into_any(),
        None => own_places(),
    })
}

/// The units whose answers the viewer keeps, to choose one of.
fn own_places() -> AnyView {
    let permission = Permission::ReportDispatch;
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
        <Page title="标准答复" above>
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
            "saved" => "已保存，答复的时候可以选它。",
            "removed" => "已删掉。以前的答复不变。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

#[component]
fn Standards(page: StandardsPage, actions: Actions) -> impl IntoView {
    let here = page.here.code.clone();
    let none = page.rows.is_empty();
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let here = here.clone();
            view! { <Standard row here actions/> }
        })
        .collect_view();
    let above = vec![("标准答复".to_owned(), HERE.to_owned())];
    view! {
        <Page title=format!("{}的标准答复", page.here.name) above>
            <div class="stack loose">
                <Done/>
                <p>"反复要写的答复写在这里，答复反映人的时候选一个，再改成这件事的样子。下面的单位也能用。居民写的事对得上时，交之前也会看到这里的答复。"</p>
                {none.then(|| view! { <Empty icon=Glyph::Edit title="还没有标准答复" detail="例如：路灯报修、占道劝离、咨询办事地点。"/> })}
                {rows}
                <Card title="加一条"><Edit here=here.clone() row=None actions/></Card>
            </div>
        </Page>
    }
}

#[component]
fn Standard(row: StandardRow, here: String, actions: Actions) -> impl IntoView {
    let own = row.unit.code == here;
    let id = row.standard.id.to_string();
    let whose = (!own).then(|| {
        let words = format!("{}定的，这里不能改", row.unit.name);
        view! { <p class="small quiet">{words}</p> }
    });
    let title = row.standard.title.clone();
    let words = row.standard.words.clone();
    let edits = own.then(|| {
        let save = format!("save-{id}");
        let open = was_refused::<desk::SaveStandard>(&save);
        let (for_save, for_remove) = (here.clone(), here);
        let remove = format!("remove-{id}");
        view! {
            <details class="fold" open=open>
                <summary>{format!("改“{}”", row.standard.title)}</summary>
                <Edit here=for_save row=Some(row) actions/>
            </details>
            <details class="fold">
                <summary>"删掉"</summary>
                <Form action=actions.remove prefix=remove>
                    <input type="hidden" name="node" value=for_remove/>
                    <input type="hidden" name="id" value=id/>
                    <Submit kind=ButtonKind::Danger>"删掉这一条"</Submit>
                </Form>
            </details>
        }
    });
    view! {
        <Card title=title>
            <p class="catalogue-words">{words}</p>
            {whose}
            {edits}
        </Card>
    }
}

#[component]
fn Edit(here: String, row: Option<StandardRow>, actions: Actions) -> impl IntoView {
    let of = |get: fn(&StandardRow) -> String| row.as_ref().map(get).unwrap_or_default();
    let adds = row.is_none();
    let id = of(|row| row.standard.id.to_string());
    let title = of(|row| row.standard.title.clone());
    let words = of(|row| row.standard.words.clone());
    let position = of(|row| row.position.to_string());
    let prefix = if id.is_empty() {
        "new".to_owned()
    } else {
        format!("save-{id}")
    };
    let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
    view! {
        <Form action=actions.save prefix adds>
            <input type="hidden" name="node" value=here/>
            <input type="hidden" name="id" value=id/>
            <Field name="title" label="名称" value=title max_length=20 hint="选的时候看它，例如“路灯报修”。"/>
            <Field name="words" label="答复的内容" kind=FieldKind::Textarea value=words max_length=longest hint="反映人会看到。不要写别人的姓名和电话。"/>
            <Confirming/>
            <Field name="position" label="次序" kind=FieldKind::Number value=position optional=true hint="小的排在前面。"/>
            <Submit>"保存"</Submit>
        </Form>
    }
}

/// The way there, for other pages of staff.
#[component]
pub fn ToAnswers() -> impl IntoView {
    view! { <Button kind=ButtonKind::Plain icon=Glyph::Edit href=HERE>"标准答复"</Button> }
}
