//! The page on which a node is edited: what happens to the node itself, and what stands beside it.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};
use shared::Date;
use ui::{
    ButtonKind, Card, Choice, Fault, Field, FieldKind, Form, Page, RadioGroup, Resource, Shape, Skeleton,
    Submit,
};

use super::{WAYS, above, address, edit_beside::EditBeside};
use crate::{
    api,
    model::{EditPage as Shown, Node},
};

pub struct EditPage;

#[lazy_route]
impl LazyRoute for EditPage {
    // What this names is loaded with every page: all is made in `view`, which comes with this one.
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        let params = use_params_map();
        let saved = RwSignal::new(0);
        let asked = move || {
            (
                params.with(|params| params.get("code").unwrap_or_default()),
                saved.get(),
            )
        };
        let shown = Resource::new(asked, |(code, _)| api::edit(code));
        view! {
            <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => view! { <Content shown saved/> }.into_any(),
                        Err(error) => view! { <Fault error ways=WAYS/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

#[component]
fn Content(shown: Shown, saved: RwSignal<u32>) -> impl IntoView {
    let node = shown.node.clone();
    let mut crumbs = above(&shown.ancestors, "");
    crumbs.push((node.name.clone(), address(&node.code)));
    let today = shown.today;
    view! {
        <Page title="修改" eyebrow=format!("{} · {}", node.name, node.code) above=crumbs>
            <EditBeside shown=shown.clone() saved/>
            <Card title="单位本身">
                <p class="quiet">"这些变动会记入沿革，带着生效日期和依据，以后任何一天的样子都查得到。"</p>
                <details class="org-fold"><summary>"更名"</summary><Rename node=node.clone() today/></details>
                <details class="org-fold"><summary>"划转到另一个上级"</summary><Move node=node.clone() today/></details>
                <details class="org-fold"><summary>"新设下级"</summary><Found node=node.clone() today/></details>
                <details class="org-fold"><summary>"与别的单位合并"</summary><Merge node=node.clone() today/></details>
                <details class="org-fold"><summary>"拆分"</summary><Split node=node.clone() today/></details>
                <details class="org-fold"><summary>"撤销"</summary><Abolish node today/></details>
            </Card>
        </Page>
    }
}

/// Which node a form is about, and the version that it was made from.
#[component]
fn About(node: Node) -> impl IntoView {
    view! {
        <input type="hidden" name="code" value=node.code.to_string()/>
        <input type="hidden" name="version" value=node.version.to_string()/>
    }
}

/// When it takes effect, and what ordered it.
#[component]
fn When(today: Date) -> impl IntoView {
    view! {
        <div class="fields-2">
            <Field name="on" label="生效日期" kind=FieldKind::Date value=today.to_string()/>
            <Field name="basis" label="依据" hint="批文的名称或文号" optional=true max_length=100/>
        </div>
    }
}

#[component]
fn Rename(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::Rename>::new();
    view! {
        <Form action prefix="rename">
            <About node=node.clone()/>
            <Field name="name" label="新名称" value=node.name max_length=60/>
            <When today/>
            <Submit>"更名"</Submit>
        </Form>
    }
}

#[component]
fn Move(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::MoveTo>::new();
    let hint = format!("现在是 {}；不变就空着", node.code);
    view! {
        <Form action prefix="move">
            <About node/>
            <div class="fields-2">
                <Field name="parent" label="新上级的编码" kind=FieldKind::Number/>
                <Field name="new_code" label="它的新编码" hint=hint kind=FieldKind::Number optional=true/>
            </div>
            <When today/>
            <Submit>"划转"</Submit>
        </Form>
    }
}

#[component]
fn Found(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::Found>::new();
    let code_hint = node
        .kind
        .below()
        .map(|below| format!("{}是 {} 位", below.label(), below.digits()));
    view! {
        <Form action prefix="found">
            <input type="hidden" name="code" value=node.code.to_string()/>
            <div class="fields-2">
                <Field name="new_code" label="编码" hint=code_hint.unwrap_or_default() kind=FieldKind::Number value=node.code.to_string()/>
                <Field name="name" label="名称" max_length=60/>
            </div>
            <When today/>
            <Submit>"新设"</Submit>
        </Form>
    }
}

#[component]
fn Merge(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::Merge>::new();
    view! {
        <Form action prefix="merge">
            <About node=node.clone()/>
            <Field name="others" label="一起合并的其他单位的编码" hint="几个编码之间用空格隔开" optional=true/>
            <div class="fields-2">
                <Field name="into" label="合并后的编码" hint="写其中一个的编码，或者一个新的编码" kind=FieldKind::Number value=node.code.to_string()/>
                <Field name="name" label="合并后的名称" hint="新的编码才要填" optional=true max_length=60/>
            </div>
            <When today/>
            <Submit>"合并"</Submit>
        </Form>
    }
}

#[component]
fn Split(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::Split>::new();
    let afterwards = vec![
        Choice::new("ends", "它不再存在").hint("每个下级都要写明归谁"),
        Choice::new("continues", "它还在，只分出一部分").hint("没有写到的下级留在它这里"),
    ];
    view! {
        <Form action prefix="split">
            <About node/>
            <Field name="parts" label="分成哪些单位" kind=FieldKind::Textarea
                hint="一行一个：编码、名称、归它的下级编码，用空格隔开"/>
            <RadioGroup name="afterwards" label="拆分以后" choices=afterwards value="ends"/>
            <When today/>
            <Submit>"拆分"</Submit>
        </Form>
    }
}

#[component]
fn Abolish(node: Node, today: Date) -> impl IntoView {
    let action = ServerAction::<api::Abolish>::new();
    view! {
        <Form action prefix="abolish">
            <About node/>
            <p class="quiet">"只有没有下级的单位才能撤销。撤销后它的沿革仍然查得到。"</p>
            <When today/>
            <Submit kind=ButtonKind::Danger>"撤销"</Submit>
        </Form>
    }
}
