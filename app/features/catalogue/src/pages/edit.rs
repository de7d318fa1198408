//! `/admin/catalogue/item`: an item of a draft.

use leptos::prelude::*;
use ui::{
    ButtonKind, Card, Checkbox, Choice, Field, FieldKind, Form, Page, Resource, Select, Submit,
    returned::was_refused,
};

use super::{
    fields::{LimitFields, choices},
    frame::{loaded, query},
};
use crate::{
    api,
    model::{Area, EditPage, Every, LifeEvent},
};

pub fn page() -> AnyView {
    let (node, id) = (query("node"), query("id"));
    let shown = Resource::new(
        move || (node.get(), id.get()),
        |(node, id)| api::edit_item(node, id),
    );
    loaded(shown, move |page: EditPage| view! { <Edit page/> }.into_any())
}

#[component]
fn Edit(page: EditPage) -> impl IntoView {
    let save = ServerAction::<api::SaveItem>::new();
    let here = page.here.code.clone();
    let above = vec![
        ("网格事项清单".to_owned(), "/admin/catalogue".to_owned()),
        (page.here.name.clone(), format!("/admin/catalogue?node={here}")),
    ];
    let title = if page.id.is_some() {
        page.form.name.clone()
    } else {
        "加一项".to_owned()
    };
    let id = page.id.map(|id| id.to_string()).unwrap_or_default();
    let fields = {
        let (here, id) = (here.clone(), id.clone());
        move || view! { <Fields page here id/> }
    };
    let known = !id.is_empty();
    view! {
        <Page title above>
            <div class="stack loose">
                <Card>
                    <Form action=save prefix="item">{fields()}</Form>
                </Card>
                {known.then(|| view! { <Remove here id/> })}
            </div>
        </Page>
    }
}

#[component]
fn Fields(page: EditPage, here: String, id: String) -> impl IntoView {
    let form = page.form;
    let areas = std::iter::once(Choice::new("", "请选"))
        .chain(
            Area::ALL
                .iter()
                .map(|area| Choice::new(area.code(), area.label())),
        )
        .collect::<Vec<_>>();
    let events = choices(
        "不按人生大事列",
        LifeEvent::ALL.iter().map(|one| (one.code(), one.label())),
    );
    let every = choices("不是巡查", Every::ALL.iter().map(|one| (one.code(), one.label())));
    view! {
        <input type="hidden" name="node" value=here/>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="revision" value=page.revision.to_string()/>
        <Field name="name" label="事项名称" value=form.name max_length=60/>
        <div class="fields-2">
            <Select name="area" label="类别" choices=areas value=form.area/>
            <Select name="event" label="人生大事" choices=events value=form.event optional=true/>
        </div>
        <Field name="basis" label="依据" kind=FieldKind::Textarea value=form.basis hint="法律法规或文件的名称和条款" max_length=2000/>
        <div class="fields-2">
            <Field name="lead" label="牵头单位" value=form.lead max_length=120/>
            <Field name="assist" label="协助单位" value=form.assist optional=true max_length=120/>
        </div>
        <LimitFields unit=form.unit amount=form.amount/>
        <Field name="materials" label="要带的材料" kind=FieldKind::Textarea value=form.materials hint="一样一行" optional=true max_length=2000/>
        <Field name="how" label="办理步骤" kind=FieldKind::Textarea value=form.how hint="一步一行；巡查的写看什么" max_length=2000/>
        <div class="fields-2">
            <Field name="place" label="地点" value=form.place optional=true max_length=120/>
            <Field name="phone" label="电话" value=form.phone hint="例如 0512-52341234 或 12345" optional=true max_length=20/>
        </div>
        <Checkbox name="public" label="居民能看到，能来办" checked=form.public/>
        <Select name="every" label="多久巡查一次" choices=every value=form.every optional=true/>
        <div class="fields-2">
            <Field name="moved_from" label="从哪个部门下沉" value=form.moved_from hint="下沉到社区的事项才填" optional=true max_length=120/>
            <Field name="moved_means" label="随之下来的人、钱、物" value=form.moved_means optional=true max_length=120/>
        </div>
        <Submit>"保存到草稿"</Submit>
    }
}

#[component]
fn Remove(here: String, id: String) -> impl IntoView {
    let remove = ServerAction::<api::RemoveItem>::new();
    let open = was_refused::<api::RemoveItem>("remove");
    view! {
        <details class="fold" open=open>
            <summary>"从草稿里删掉"</summary>
            <Form action=remove prefix="remove">
                <p>"新的一版生效以后，这一项就不再办了。以前的版本里还看得到。"</p>
                <input type="hidden" name="node" value=here/>
                <input type="hidden" name="id" value=id/>
                <Submit kind=ButtonKind::Danger>"删掉"</Submit>
            </Form>
        </details>
    }
}
