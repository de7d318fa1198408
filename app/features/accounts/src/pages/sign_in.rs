//! Signing in: a number, then a code; or a password.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, Card, Field, FieldKind, Form, List, ListRow, Notice, Page, Resource,
    Submit, Tone,
};

use super::frame::{Fault, Hidden, loaded, query};
use crate::{
    api,
    model::{CodeStep, DemoAccount, SignInPage},
};

/// `/sign-in`
pub fn page() -> AnyView {
    let (attempt, way) = (query("try"), query("by"));
    let shown = move || {
        if !attempt.get().is_empty() {
            view! { <CodePage/> }.into_any()
        } else {
            let password = way.get() == "password";
            view! { <FirstPage password/> }.into_any()
        }
    };
    shown.into_any()
}

#[component]
fn FirstPage(password: bool) -> impl IntoView {
    let page = Resource::new(|| (), |()| api::get_sign_in_page());
    loaded(page, move |page: SignInPage| {
        let demo = page.demo.clone();
        view! {
            <Page title="登录">
                <div class="sign-in stack loose">
                    {if password { view! { <PasswordForm/> }.into_any() } else { view! { <PhoneForm/> }.into_any() }}
                    {(!demo.is_empty()).then(|| view! { <DemoAccounts accounts=demo password/> })}
                </div>
            </Page>
        }
        .into_any()
    })
}

/// The number, which tapping one of the demonstration's accounts fills in.
fn given() -> RwSignal<String> {
    let tapped = query("phone");
    let number = RwSignal::new(tapped.get_untracked());
    Effect::new(move |_| {
        let tapped = tapped.get();
        if !tapped.is_empty() {
            number.set(tapped);
        }
    });
    number
}

#[component]
fn PhoneForm() -> impl IntoView {
    let action = ServerAction::<api::RequestCode>::new();
    let next = query("next");
    view! {
        <Card>
            <Form action prefix="code">
                <Field name="phone" label="手机号" kind=FieldKind::Tel bind=given()
                    hint="没有账号也从这里开始：验证手机号后就能登记。"/>
                <Hidden name="next" value=next/>
                <Submit size=ButtonSize::Big>"获取验证码"</Submit>
            </Form>
            <p><a href=move || format!("/sign-in?by=password&next={}", next.get())>"用密码登录"</a></p>
        </Card>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let action = ServerAction::<api::EnterPassword>::new();
    let next = query("next");
    view! {
        <Card>
            <Form action prefix="password">
                <Field name="phone" label="手机号" kind=FieldKind::Tel bind=given()/>
                <Field name="password" label="密码" kind=FieldKind::Password/>
                <Hidden name="next" value=next/>
                <Submit size=ButtonSize::Big>"登录"</Submit>
            </Form>
            <p><a href=move || format!("/sign-in?next={}", next.get())>"改用短信登录"</a></p>
        </Card>
    }
}

/// One tap fills the number in; shown in a demonstration only.
#[component]
fn DemoAccounts(accounts: Vec<DemoAccount>, password: bool) -> impl IntoView {
    let by = if password { "&by=password" } else { "" };
    let rows = accounts
        .into_iter()
        .map(|account| {
            let title = format!("{} {}", account.role.label(), account.phone);
            let detail = format!("{}，{}", account.name, account.place);
            // A link, so that the form holds the number also without script.
            view! { <ListRow title detail href=format!("/sign-in?phone={}{by}", account.phone)/> }
        })
        .collect_view();
    view! {
        <Card title="演示账号" flush=true>
            <List label="演示账号">{rows}</List>
        </Card>
    }
}

#[component]
fn CodePage() -> impl IntoView {
    let attempt = query("try");
    let step = Resource::new(move || attempt.get(), api::get_code_step);
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match step.await {
                    Ok(step) => view! { <CodeForm step/> }.into_any(),
                    Err(error) => view! { <Fault error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn CodeForm(step: CodeStep) -> impl IntoView {
    let action = ServerAction::<api::EnterCode>::new();
    let (attempt, next) = (query("try"), query("next"));
    view! {
        <Page title="登录">
            <div class="sign-in stack loose">
                <Card>
                    <p>{format!("验证码已发到 {}，5 分钟内有效。", step.phone)}</p>
                    {step.demo_code.map(|code| view! { <Notice tone=Tone::Go>{format!("演示站不发短信，验证码是 {code}")}</Notice> })}
                    <Form action prefix="enter">
                        <Field name="code" label="验证码" kind=FieldKind::Otp/>
                        <Hidden name="attempt" value=attempt/>
                        <Hidden name="next" value=next/>
                        <Submit size=ButtonSize::Big>"登录"</Submit>
                    </Form>
                </Card>
                <Button kind=ButtonKind::Quiet href="/sign-in">"换一个手机号，或重新获取"</Button>
            </div>
        </Page>
    }
}
