//! The second factor at sign-in.

use leptos::prelude::*;
use ui::{Button, ButtonSize, Card, Field, FieldKind, Form, Notice, Page, Resource, Submit, Tone};

use super::frame::{Hidden, loaded, query};
use crate::{api, model::FactorPage};

/// `/sign-in/factor`
pub fn page() -> AnyView {
    let page = Resource::new(|| (), |()| api::get_factor_page());
    loaded(page, |page: FactorPage| {
        if !page.enrolled {
            return view! {
                <Page title="动态口令">
                    <Card>
                        <p>"您的角色要用动态口令，您还没有启用。"</p>
                        <div class="buttons"><Button href="/me/security">"去启用"</Button></div>
                    </Card>
                </Page>
            }
            .into_any();
        }
        view! { <Shown page/> }.into_any()
    })
}

#[component]
fn Shown(page: FactorPage) -> impl IntoView {
    let action = ServerAction::<api::ShowFactor>::new();
    let next = query("next");
    view! {
        <Page title="动态口令">
            <div class="sign-in stack loose">
                <Card>
                    {page.shown.then(|| view! { <Notice tone=Tone::Done>"这次登录已经验证过了。"</Notice> })}
                    {page.demo_code.map(|code| view! { <Notice tone=Tone::Go>{format!("演示站直接显示动态口令：{code}")}</Notice> })}
                    <Form action prefix="factor">
                        <Field name="code" label="口令" hint="手机验证器里的 6 位数字；手机不在身边时，填一个备用码。"
                            kind=FieldKind::Text autocomplete="one-time-code" max_length=12/>
                        <Hidden name="next" value=next/>
                        <Submit size=ButtonSize::Big>"确定"</Submit>
                    </Form>
                </Card>
            </div>
        </Page>
    }
}
