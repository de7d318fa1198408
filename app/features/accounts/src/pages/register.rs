//! Registering: name, grid, door; what is held, and why.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, Card, Checkbox, Choice, Field, Form, Notice, Page, RadioGroup, Resource,
    SearchBox, Submit,
};

use super::frame::{loaded, query};
use crate::{
    api,
    model::{DataKind, GridChoice, RegisterPage},
};

/// `/register`
pub fn page() -> AnyView {
    let (q, node) = (query("q"), query("node"));
    let page = Resource::new(
        move || (q.get(), node.get()),
        |(q, node)| api::get_register_page(q, node),
    );
    loaded(page, move |page: RegisterPage| {
        let searched = !q.get_untracked().is_empty();
        view! {
            <Page title="登记" eyebrow=format!("手机号 {}", page.phone)>
                <div class="stack loose">
                    <FindGrid action="/register" q=q.get_untracked() found=page.grids.len() searched/>
                    {(!page.grids.is_empty()).then(|| view! { <Details grids=page.grids/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

/// Finds the grid: by name or, where the browser has a place and the map is there, by location.
#[component]
pub fn FindGrid(action: &'static str, q: String, found: usize, searched: bool) -> impl IntoView {
    view! {
        <Card title="您住在哪个网格">
            <p class="quiet">"搜社区或网格的名字，也可以打拼音首字母，例如“花园浜”或“hyb”。"</p>
            <SearchBox action=action label="社区或网格" value=q/>
            // The map's script shows this where it can tell the place, and leads to ?node=….
            <p hidden data-locate-grid=action></p>
            {(searched && found == 0).then(|| view! { <Notice>"没有找到。换社区的名字试试，或者问问您的网格员。"</Notice> })}
        </Card>
    }
}

/// The grids to choose from.
#[component]
pub fn GridChoices(grids: Vec<GridChoice>) -> impl IntoView {
    let only = if let [one] = grids.as_slice() {
        one.id.to_string()
    } else {
        String::new()
    };
    let choices = grids
        .into_iter()
        .map(|grid| Choice::new(grid.id.to_string(), grid.name).hint(grid.community))
        .collect();
    view! { <RadioGroup name="node" label="网格" choices value=only/> }
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
fn Details(grids: Vec<GridChoice>) -> impl IntoView {
    let action = ServerAction::<api::Register>::new();
    view! {
        <Card>
            <Form action prefix="register">
                <GridChoices grids/>
                <Field name="name" label="姓名" hint="网格员核实时要用，请写真名。" autocomplete="name" max_length=40/>
                <Field name="door" label="门牌" placeholder="3 幢 2 单元 501 室" max_length=80/>
                <Checkbox name="grown" label="我已满 14 周岁" hint="未满 14 周岁的，请监护人登录后为孩子登记。"/>
                <Basis/>
                <Checkbox name="read" label="我看过了"/>
                <Checkbox name="news" label="愿意收到社区活动和通知的短信" hint="可不选，以后随时可改。"/>
                <Submit size=ButtonSize::Big>"登记"</Submit>
            </Form>
        </Card>
        <Button kind=ButtonKind::Quiet href="/">"先不登记，看看公开的内容"</Button>
    }
}
