//! Password and second factor.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, Field, FieldKind, Form, Notice, Page, Qr, Resource, Submit, Tone,
    returned::answer_of,
};

use super::frame::{Done, loaded, trouble};
use crate::{
    api,
    model::{Enrolment, PASSWORD_MIN, Security},
};

/// The form that ends enrolling.
const ENROL: &str = "enrol";

/// `/me/security`
pub fn page() -> AnyView {
    let security = Resource::new(|| (), |()| api::my_security());
    loaded(security, |security: Security| {
        view! {
            <Page title="密码和动态口令" above=vec![("我的".to_owned(), "/me".to_owned())]>
                <div class="stack loose">
                    <Done/>
                    <Factor security=security.clone()/>
                    <Password security/>
                </div>
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Factor(security: Security) -> impl IntoView {
    let begin = ServerAction::<api::BeginFactor>::new();
    let enrol = ServerAction::<api::EnrolFactor>::new();
    let remove = ServerAction::<api::RemoveFactor>::new();
    let codes = answer_of(enrol, ENROL);
    let state = if security.has_factor {
        format!("已启用。备用码还剩 {} 个。", security.recovery_left)
    } else {
        "登录后再填一个手机验证器里的 6 位数字，别人有您的手机号也进不来。".to_owned()
    };
    let word = if security.has_factor {
        "换手机，重新启用"
    } else {
        "启用动态口令"
    };
    view! {
        <Card title="动态口令">
            {(security.needs_factor && !security.has_factor).then(|| view! {
                <Notice tone=Tone::Due>"您的角色必须使用动态口令。启用之前，管理功能打不开。"</Notice>
            })}
            <p>{state}</p>
            {trouble(begin)}
            {trouble(remove)}
            {match security.enrolling {
                // Without script the page is made anew once it is done, and the codes come with it.
                _ if codes.with_untracked(Option::is_some) => view! { <Recovery codes/> }.into_any(),
                Some(enrolment) => view! { <Enrol enrolment action=enrol codes/> }.into_any(),
                None => view! {
                    <ActionForm action=begin>
                        <Button kind=ButtonKind::Plain submit=true busy=begin.pending()>{word}</Button>
                    </ActionForm>
                }
                .into_any(),
            }}
            {(security.has_factor && !security.needs_factor).then(|| view! {
                <ActionForm action=remove>
                    <Button kind=ButtonKind::Quiet submit=true busy=remove.pending()>"停用动态口令"</Button>
                </ActionForm>
            })}
        </Card>
    }
}

#[component]
fn Enrol(
    enrolment: Enrolment,
    action: ServerAction<api::EnrolFactor>,
    codes: Signal<Option<Vec<String>>>,
) -> impl IntoView {
    view! {
        <Show
            when=move || codes.with(Option::is_some)
            fallback=move || view! {
                <p>"用手机验证器扫这个码，再填它显示的 6 位数字。"</p>
                <Qr text=enrolment.url.clone() label="手机验证器的二维码"/>
                <p class="small">"扫不了就手工输入："<code class="secret">{enrolment.secret.clone()}</code></p>
                <Form action prefix=ENROL>
                    <Field name="code" label="验证器里的数字" kind=FieldKind::Otp/>
                    <Submit>"启用"</Submit>
                </Form>
            }
        >
            <Recovery codes/>
        </Show>
    }
}

/// The recovery codes, this once.
#[component]
fn Recovery(codes: Signal<Option<Vec<String>>>) -> impl IntoView {
    let rows = move || {
        let codes = codes.get().unwrap_or_default().into_iter();
        codes
            .map(|code| view! { <li><code>{code}</code></li> })
            .collect_view()
    };
    view! {
        <Notice tone=Tone::Done live=true title="已启用">"请把下面的备用码抄下来放好。手机不在身边时，每个可以用一次。这里只显示这一次。"</Notice>
        <ul class="recovery" role="list">{rows}</ul>
    }
}

#[component]
fn Password(security: Security) -> impl IntoView {
    let action = ServerAction::<api::SetPassword>::new();
    let has = security.password_set_at.is_some();
    let state = security.password_set_at.map_or_else(
        || "还没有设密码，一直用短信登录也可以。".to_owned(),
        |at| format!("{} 设的。", at.date().zh()),
    );
    view! {
        <Card title="密码">
            <p>{state}</p>
            <Form action prefix="password">
                {has.then(|| view! { <Field name="current" label="现在的密码" kind=FieldKind::Password/> })}
                <Field name="password" label="新密码" kind=FieldKind::NewPassword
                    hint=format!("至少 {PASSWORD_MIN} 个字符，可以是一句话。改了以后，其他设备要重新登录。")/>
                <Submit kind=ButtonKind::Plain>{if has { "换密码" } else { "设密码" }}</Submit>
            </Form>
        </Card>
    }
}
