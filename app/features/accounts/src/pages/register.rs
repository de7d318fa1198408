//! Registering: name, grid, door; what is held, and why.

use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonSize, Card, Checkbox, Field, Form, Page, Resource, Submit};

use super::{
    find_grid::{Draft, Elsewhere, FindGrid, GridChoices, REGISTER, found},
    frame::{loaded, query},
};
use crate::{
    api,
    model::{DataKind, GridChoice, RegisterPage},
};

/// The form's name.
const FORM: &str = "register";

/// `/register`
pub fn page() -> AnyView {
    let (q, node) = (query("q"), query("node"));
    let page = Resource::new(|| (), |()| api::get_register_page());
    let grids = Resource::new(
        move || (q.get(), node.get()),
        |(q, node)| api::find_grids(q, node),
    );
    let draft = Draft::begin::<api::Register>(FORM);
    loaded(page, move |page: RegisterPage| {
        let found = loaded(grids, move |grids: Vec<GridChoice>| {
            found(REGISTER, grids, |grids| {
                view! { <Details grids draft/> }.into_any()
            })
        });
        view! {
            <Page title="登记" eyebrow=format!("手机号 {}", page.phone)>
                <div class="stack loose">
                    <FindGrid place=REGISTER/>
                    {found}
                </div>
            </Page>
        }
        .into_any()
    })
}

/// What is held, and why: said before it is.
#[component]
fn Basis() -> impl IntoView {
    let rows = DataKind::REGISTRATION
        .iter()
        .map(|kind| view! { <li><b>{kind.label()}</b>{format!("：{}。依据：{}。", kind.purpose(), kind.basis().label())}</li> })
        .collect_view();
    view! {
        <div class="stack tight">
            <h2>"我们保存什么，为什么"</h2>
            <ul class="basis-list">{rows}</ul>
            <p class="small">"姓名、手机号和门牌加密保存，工作人员平时只看到一部分；谁看过完整的、为什么看，您在“我的信息”里都能看到。"</p>
        </div>
    }
}

#[component]
fn Details(grids: Vec<GridChoice>, draft: Draft) -> impl IntoView {
    let action = ServerAction::<api::Register>::new();
    view! {
        <Card>
            <Form action prefix=FORM>
                <GridChoices grids bind=draft.node/>
                <Elsewhere place=REGISTER/>
                <Field name="name" label="姓名" bind=draft.name hint="网格员核实时要用，请写真名。" autocomplete="name" max_length=40/>
                <Field name="door" label="门牌" bind=draft.door placeholder="3 幢 2 单元 501 室" max_length=80/>
                <Checkbox name="grown" bind=draft.grown label="我已满 14 周岁" hint="未满 14 周岁的，请监护人登录后为孩子登记。"/>
                <Basis/>
                <Checkbox name="read" bind=draft.read label="我看过了"/>
                <Submit size=ButtonSize::Big>"登记"</Submit>
            </Form>
        </Card>
        <Button kind=ButtonKind::Quiet href="/">"先不登记，看看公开的内容"</Button>
    }
}
