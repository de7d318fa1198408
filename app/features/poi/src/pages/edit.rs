//! `/places/edit`: entering a point, best on the spot.

use leptos::prelude::*;
use ui::{
    Card, Checkbox, Choice, Field, FieldKind, Form, LocateButton, Page, Resource, Select, Submit,
    loaded::{loaded, query},
};

use crate::{
    api,
    model::{Access, EditPage, Kind, PointForm},
};

pub fn page() -> AnyView {
    let id = query("id");
    let shown = Resource::new(move || id.get(), api::edit);
    loaded(shown, move |page: EditPage| view! { <Edit page/> }.into_any())
}

#[component]
fn Edit(page: EditPage) -> impl IntoView {
    let action = ServerAction::<api::Save>::new();
    let above = vec![("身边的点位".to_owned(), "/places".to_owned())];
    let title = if page.id.is_some() {
        page.form.name.clone()
    } else {
        "登记一个点位".to_owned()
    };
    let (id, version) = (page.id.map(|id| id.to_string()).unwrap_or_default(), page.version);
    let fields = move || {
        view! {
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version.to_string()/>
            <Fields form=page.form/>
        }
    };
    view! {
        <Page title above>
            <Card><Form action prefix="point">{fields()}</Form></Card>
        </Page>
    }
}

#[component]
fn Fields(form: PointForm) -> impl IntoView {
    let kinds = std::iter::once(Choice::new("", "请选"))
        .chain(
            Kind::ALL
                .iter()
                .map(|kind| Choice::new(kind.code(), kind.label())),
        )
        .collect::<Vec<_>>();
    let at = RwSignal::new(form.at);
    let here = Callback::new(move |(lon, lat): (f64, f64)| {
        _ = at.try_set(format!("{lon:.6}, {lat:.6}"));
    });
    let boxes = Access::ALL
        .iter()
        .zip(form.access)
        .map(|(access, ticked)| view! { <Checkbox name=access.code() label=access.label() checked=ticked/> })
        .collect_view();
    view! {
        <div class="fields-2">
            <Select name="kind" label="是什么" choices=kinds value=form.kind hint="监控点位只有工作人员能看到"/>
            <Field name="name" label="名称" value=form.name max_length=40/>
        </div>
        <Field name="at" label="位置" bind=at hint="经度和纬度，例如 120.7512, 31.6541；属于哪个网格由它决定" max_length=40/>
        <LocateButton on_found=here/>
        <Field name="address" label="地址" value=form.address optional=true max_length=80/>
        <div class="fields-2">
            <Field name="hours" label="开放时间" value=form.hours hint="例如 周一至周五 8:30—17:00" optional=true max_length=80/>
            <Field name="phone" label="电话" value=form.phone optional=true max_length=20/>
        </div>
        <fieldset class="field"><legend>"无障碍"</legend>{boxes}</fieldset>
        <Field name="note" label="说明" value=form.note kind=FieldKind::Text optional=true max_length=200/>
        <Submit>"保存"</Submit>
    }
}
