//! Reporting without an account: the three ways that a visitor may choose among, and proving a number.

use accounts::model::CodeStep;
use leptos::prelude::*;
use shared::AppError;
use ui::{
    Button, ButtonKind, ButtonSize, Card, Field, FieldKind, Form, Glyph, List, ListRow, Notice, Page,
    Resource, Submit, Tone,
};

use super::{
    draft::{Draft, Way},
    elsewhere::{Danger, Elsewhere},
    frame::{loaded, query},
    new,
};
use crate::{api::open as api, model::FormPage};

pub type Step = Resource<Result<Option<CodeStep>, AppError>>;

/// What a visitor sees first under `/reports/new`.
pub fn ways() -> AnyView {
    view! {
        <Page title="反映一件事" above=vec![("反映的事".to_owned(), "/reports".to_owned())]>
            <div class="stack">
                <Danger/>
                <Card title="怎么反映" flush=true>
                    <List label="怎么反映">
                        <ListRow title="登录后反映" icon=Glyph::SignIn href="/sign-in?next=/reports/new"
                            detail="有进展会发消息给您；愿意的话，看过以后还能公开，让邻居知道。"/>
                        <ListRow title="用手机号验证码反映" icon=Glyph::Phone href="/reports/new/phone"
                            detail="不用登记账号。办的人能打电话问您，凭手机号或者查询码看进展。"/>
                        <ListRow title="匿名反映" icon=Glyph::Lock href="/reports/new/anonymous"
                            detail="不留名字和电话，一样有人办，不公开。会给您一个查询码，凭它看进展。"/>
                    </List>
                </Card>
                <p><a href="/reports/track">"已经反映过？查进展"</a></p>
                <Elsewhere/>
            </div>
        </Page>
    }
    .into_any()
}

/// `/reports/new/phone`: the number is proved first, then the form.
pub fn by_phone() -> AnyView {
    let attempt = query("try");
    let form = Resource::new(move || attempt.get(), |_| api::get_open_form());
    let step = code_step(attempt);
    let draft = Draft::begin(Way::Phone);
    loaded(form, move |page: FormPage| {
        if page.phone.is_some() {
            return new::shown(page, draft);
        }
        view! {
            <Page title="验证手机号" above=vec![("反映一件事".to_owned(), "/reports/new".to_owned())]>
                <div class="stack">
                    <Danger/>
                    <Proving step attempt to="new"/>
                </div>
            </Page>
        }
        .into_any()
    })
}

/// `/reports/new/anonymous`
pub fn anonymously() -> AnyView {
    let form = Resource::new(|| (), |()| api::get_open_form());
    let draft = Draft::begin(Way::Anonymous);
    loaded(form, move |page: FormPage| new::shown(page, draft))
}

/// What the step of the code shows, while one was sent.
pub fn code_step(attempt: Memo<String>) -> Step {
    Resource::new(
        move || attempt.get(),
        |attempt| async move {
            if attempt.is_empty() {
                return Ok(None);
            }
            api::get_number_step(attempt).await.map(Some)
        },
    )
}

/// A number is typed, then the code that was sent to it. `to` says where that leads: to the form of a report, or to what is in hand.
#[component]
pub fn Proving(step: Step, attempt: Memo<String>, to: &'static str) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match step.await {
                    Ok(Some(step)) => view! { <Code step attempt to/> }.into_any(),
                    // One that is long gone is asked for anew.
                    Ok(None) | Err(_) => view! { <Number to/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Number(to: &'static str) -> impl IntoView {
    let action = ServerAction::<api::SendNumberCode>::new();
    view! {
        <Card title="用手机号">
            <Form action prefix="number">
                <Field name="phone" label="手机号" kind=FieldKind::Tel hint="我们发一条短信验证码。手机号加密保存，只给办这件事的工作人员用。"/>
                <input type="hidden" name="to" value=to/>
                <Submit size=ButtonSize::Big>"获取验证码"</Submit>
            </Form>
        </Card>
    }
}

#[component]
fn Code(step: CodeStep, attempt: Memo<String>, to: &'static str) -> impl IntoView {
    let action = ServerAction::<api::ProveNumber>::new();
    let again = match to {
        "track" => "/reports/track",
        _ => "/reports/new/phone",
    };
    view! {
        <Card title="填验证码">
            <p>{format!("验证码已发到 {}，5 分钟内有效。", step.phone)}</p>
            {step.demo_code.map(|code| view! { <Notice tone=Tone::Go>{format!("演示站不发短信，验证码是 {code}")}</Notice> })}
            <Form action prefix="prove">
                <Field name="code" label="验证码" kind=FieldKind::Otp/>
                <input type="hidden" name="attempt" prop:value=move || attempt.get() value=attempt.get_untracked()/>
                <input type="hidden" name="to" value=to/>
                <Submit size=ButtonSize::Big>"验证"</Submit>
            </Form>
            <Button kind=ButtonKind::Quiet href=again>"换一个手机号，或重新获取"</Button>
        </Card>
    }
}
