//! Delegating one's roles during leave.

use leptos::prelude::*;
use shared::Permission;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Empty, Field, FieldKind, Form, Glyph, List, ListRow, Page,
    Resource, Submit, Tone,
};

use super::frame::{Done, loaded, trouble};
use crate::{
    api,
    model::{DelegationRow, Me, RoleRow},
};

/// `/me/delegate`
pub fn page() -> AnyView {
    let me = Resource::new(|| (), |()| api::get_me());
    let delegations = Resource::new(|| (), |()| api::my_delegations());
    loaded(me, move |me: Me| {
        let own: Vec<RoleRow> = me
            .roles
            .into_iter()
            .filter(|row| row.in_force && !row.delegated && row.role.allows(Permission::RoleDelegate))
            .collect();
        view! {
            <Page title="请假委托" above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    <Done/>
                    {if own.is_empty() {
                        view! { <Empty icon=Glyph::Calendar title="您没有可以委托的角色"/> }.into_any()
                    } else {
                        view! { <Start own/> }.into_any()
                    }}
                    {loaded(delegations, |rows: Vec<DelegationRow>| view! { <Given rows/> }.into_any())}
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Start(own: Vec<RoleRow>) -> impl IntoView {
    let action = ServerAction::<api::StartDelegation>::new();
    let roles = own
        .into_iter()
        .enumerate()
        .map(|(at, row)| {
            let label = format!("{}（{}）", row.role.label(), row.node_name);
            view! { <Checkbox name=format!("grants[{at}]") label value=row.id.to_string()/> }
        })
        .collect_view();
    view! {
        <Card title="请假期间，请同事代做">
            <Form action prefix="delegate">
                <Field name="phone" label="同事的手机号" kind=FieldKind::Tel hint="同一个上级下面的同事。"/>
                <fieldset class="field"><legend>"委托哪些角色"</legend>{roles}</fieldset>
                <div class="fields-2">
                    <Field name="from" label="从哪天" kind=FieldKind::Date/>
                    <Field name="to" label="到哪天" kind=FieldKind::Date/>
                </div>
                <Submit>"委托"</Submit>
            </Form>
        </Card>
    }
}

#[component]
fn Given(rows: Vec<DelegationRow>) -> impl IntoView {
    let action = ServerAction::<api::EndDelegation>::new();
    let none = rows.is_empty();
    let list = rows
        .into_iter()
        .map(|row| {
            let what: Vec<String> = row
                .roles
                .iter()
                .map(|(role, place)| format!("{}（{place}）", role.label()))
                .collect();
            let detail = format!("{}，{} 到 {}", what.join("、"), row.from.zh(), row.to.zh());
            let title = if row.mine {
                format!("委托给{}", row.name)
            } else {
                format!("受{}委托", row.name)
            };
            let open = row.mine && !row.ended;
            view! {
                <ListRow title detail icon=Glyph::Calendar>
                    {row.ended.then(|| view! { <Badge tone=Tone::Quiet>"已结束"</Badge> })}
                    {open.then(|| view! {
                        <ActionForm action=action>
                            <input type="hidden" name="id" value=row.id.to_string()/>
                            <Button kind=ButtonKind::Quiet submit=true>"提前结束"</Button>
                        </ActionForm>
                    })}
                </ListRow>
            }
        })
        .collect_view();
    view! {
        {trouble(action)}
        {(!none).then(|| view! { <Card title="委托记录" flush=true><List label="委托记录">{list}</List></Card> })}
    }
}
