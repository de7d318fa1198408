//! Relatives who act for each other, and children.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, Card, Checkbox, Choice, Empty, Field, FieldKind, Form, Glyph, List, ListRow,
    Notice, Page, RadioGroup, Resource, Submit, Tone,
};

use super::frame::{Done, Hidden, loaded, query, trouble};
use crate::{
    api,
    model::{BoundRelative, CodeStep, GuardianRow, Relation},
};

/// `/me/relatives`
pub fn page() -> AnyView {
    let attempt = query("try");
    let bound = Resource::new(|| (), |()| api::my_relatives());
    let step = Resource::new(
        move || attempt.get(),
        |attempt| async move {
            if attempt.is_empty() {
                Ok(None)
            } else {
                api::my_code_step(attempt).await.map(Some)
            }
        },
    );
    loaded(
        bound,
        move |(relatives, children): (Vec<BoundRelative>, Vec<GuardianRow>)| {
            view! {
                <Page title="亲友代办" above=vec![("我的".to_owned(), "/me".to_owned())]>
                    <div class="stack loose">
                        <Done/>
                        <p>"绑定一次，以后就能替亲友办事。每件事上都写着是谁替谁办的；双方随时可以解除。"</p>
                        <Bound relatives/>
                        {loaded(step, |step: Option<CodeStep>| match step {
                            Some(step) => view! { <Bind step/> }.into_any(),
                            None => view! { <Ask/> }.into_any(),
                        })}
                        <Children children/>
                    </div>
                </Page>
            }
            .into_any()
        },
    )
}

#[component]
fn Bound(relatives: Vec<BoundRelative>) -> impl IntoView {
    let action = ServerAction::<api::RevokeRelative>::new();
    if relatives.is_empty() {
        return view! { <Empty icon=Glyph::Agree title="还没有绑定亲友" detail="绑定后，这里会列出您替谁办、谁替您办。"/> }.into_any();
    }
    let rows = relatives
        .into_iter()
        .map(|row| {
            let (word, tone) = if row.i_act {
                ("我替他办", Tone::Go)
            } else {
                ("他替我办", Tone::Due)
            };
            let detail = format!("{}，{} 绑定", row.relation.label(), row.since.date().zh());
            view! {
                <ListRow title=row.name detail icon=Glyph::Agree>
                    <Badge tone>{word}</Badge>
                    <ActionForm action=action>
                        <input type="hidden" name="id" value=row.id.to_string()/>
                        <Button kind=ButtonKind::Quiet submit=true>"解除"</Button>
                    </ActionForm>
                </ListRow>
            }
        })
        .collect_view();
    view! {
        {trouble(action)}
        <Card flush=true><List label="绑定的亲友">{rows}</List></Card>
    }
    .into_any()
}

#[component]
fn Ask() -> impl IntoView {
    let action = ServerAction::<api::AskRelative>::new();
    view! {
        <Card title="替亲友办事">
            <Form action prefix="ask">
                <Field name="phone" label="亲友的手机号" kind=FieldKind::Tel
                    hint="亲友会收到验证码。亲友同意，就把验证码告诉您。"/>
                <Submit>"给亲友发验证码"</Submit>
            </Form>
        </Card>
    }
}

#[component]
fn Bind(step: CodeStep) -> impl IntoView {
    let action = ServerAction::<api::BindRelative>::new();
    let relations = Relation::ALL
        .iter()
        .map(|relation| Choice::new(relation.code(), relation.label()))
        .collect();
    view! {
        <Card title="填亲友告诉您的验证码">
            <p>{format!("如果 {} 有账号，验证码已经发过去了。", step.phone)}</p>
            {step.demo_code.map(|code| view! { <Notice tone=Tone::Go>{format!("演示站不发短信，验证码是 {code}")}</Notice> })}
            <Form action prefix="bind">
                <Field name="code" label="验证码" kind=FieldKind::Otp/>
                <RadioGroup name="relation" label="我是他（她）的" choices=relations/>
                <Hidden name="attempt" value=query("try")/>
                <Submit>"绑定"</Submit>
            </Form>
            <Button kind=ButtonKind::Quiet href="/me/relatives">"重新来"</Button>
        </Card>
    }
}

#[component]
fn Children(children: Vec<GuardianRow>) -> impl IntoView {
    let add = ServerAction::<api::AddChild>::new();
    let withdraw = ServerAction::<api::WithdrawChild>::new();
    let rows = children
        .into_iter()
        .map(|row| {
            let role = if row.i_am_guardian { "您是监护人" } else { "您的监护人" };
            view! {
                <ListRow title=row.name detail=format!("{role}，到 {} 满 14 周岁", row.until.zh()) icon=Glyph::People>
                    {row.i_am_guardian.then(|| view! {
                        <ActionForm action=withdraw>
                            <input type="hidden" name="id" value=row.id.to_string()/>
                            <Button kind=ButtonKind::Quiet submit=true>"撤回同意并删除"</Button>
                        </ActionForm>
                    })}
                </ListRow>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Card title="未满 14 周岁的孩子">
            {trouble(withdraw)}
            {(!rows.is_empty()).then(|| view! { <List label="孩子">{rows}</List> })}
            <Form action=add prefix="child">
                <Field name="name" label="孩子的姓名" max_length=40/>
                <Field name="birthday" label="出生日期" kind=FieldKind::Date hint="只保存哪天满 14 周岁。"/>
                <Checkbox name="consent" label="我是监护人，同意为孩子登记" hint="随时可以撤回，撤回后孩子的信息会删除。"/>
                <Submit kind=ButtonKind::Plain>"为孩子登记"</Submit>
            </Form>
        </Card>
    }
}
