//! Granting and taking away roles.

use leptos::prelude::*;
use shared::{Page as Rows, Role};
use ui::{
    Badge, Button, ButtonKind, Card, Choice, Column, Field, FieldKind, Form, Page, Pager, Resource, Select,
    Submit, Table, Tone, Width, cell,
};

use super::frame::{Done, loaded, query, trouble};
use crate::{api, model::RoleRow};

/// `/admin/roles`
pub fn page() -> AnyView {
    let after = query("after");
    let rows = Resource::new(move || after.get(), api::roles);
    loaded(rows, |page: Rows<RoleRow>| {
        let revoke = ServerAction::<api::RevokeRole>::new();
        let onward = page.next.map(|next| format!("/admin/roles?after={next}"));
        let columns = vec![
            Column::text("姓名"),
            Column::text("角色"),
            Column::text("在哪里"),
            Column::text("任期"),
            Column::text("操作"),
        ];
        let rows = page
            .rows
            .into_iter()
            .map(|row| cells(row, revoke))
            .collect::<Vec<_>>();
        view! {
            <Page title="授予角色" width=Width::Wide>
                <div class="stack loose">
                    <Done/>
                    {trouble(revoke)}
                    <Grant/>
                    <Table caption="现在和将来的角色" columns rows/>
                    {onward.map(|onward| view! { <Pager onward=onward/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

fn cells(row: RoleRow, revoke: ServerAction<api::RevokeRole>) -> Vec<AnyView> {
    let term = row.to.map_or_else(
        || format!("{} 起", row.from.zh()),
        |to| format!("{} 到 {}", row.from.zh(), to.zh()),
    );
    let id = row.id.to_string();
    vec![
        cell(row.user_name),
        cell(view! {
            <span class="row wrap close">
                {row.role.label()}
                {row.delegated.then(|| view! { <Badge tone=Tone::Go>"受委托"</Badge> })}
                {(!row.in_force).then(|| view! { <Badge>"未到任期"</Badge> })}
            </span>
        }),
        cell(format!("{} {}", row.node_name, row.node_code)),
        cell(term),
        cell(view! {
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Quiet submit=true>"收回"</Button>
            </ActionForm>
        }),
    ]
}

#[component]
fn Grant() -> impl IntoView {
    let action = ServerAction::<api::GrantRole>::new();
    let roles = Role::ALL
        .iter()
        .filter(|role| **role != Role::Resident)
        .map(|role| Choice::new(role.code(), role.label()))
        .collect();
    view! {
        <Card title="授予">
            <p class="quiet">"系统管理员、安全管理员、审计员由三个人分别担任；不能授予自己。"</p>
            <Form action prefix="grant">
                <Field name="phone" label="手机号" kind=FieldKind::Tel/>
                <Select name="role" label="角色" choices=roles/>
                <Field name="node" label="机构代码" kind=FieldKind::Number hint="在“组织”里可以查到，例如 320581001001。"/>
                <div class="fields-2">
                    <Field name="from" label="从哪天" kind=FieldKind::Date/>
                    <Field name="to" label="到哪天" kind=FieldKind::Date hint="长期的空着。" optional=true/>
                </div>
                <Submit>"授予"</Submit>
            </Form>
        </Card>
    }
}
