//! A page that cannot be shown: what happened, what to do, and the HTTP status that belongs to it.

use leptos::prelude::*;
use shared::AppError;
use ui::{Button, ButtonKind, Empty, Glyph, Page};

#[component]
pub fn Fault(error: AppError) -> impl IntoView {
    ui::status::set_from(&error);
    let (icon, title) = match &error {
        AppError::Unauthenticated => (Glyph::SignIn, "请先登录"),
        AppError::Forbidden | AppError::SecondFactorRequired => (Glyph::Lock, "您没有这个权限"),
        AppError::NotFound => (Glyph::Map, "没有找到这张地图"),
        AppError::Unavailable => (Glyph::Offline, "现在取不到"),
        _ => (Glyph::Error, "没有成功"),
    };
    let sign_in = matches!(error, AppError::Unauthenticated);
    view! {
        <Page title=title>
            <Empty icon=icon title=title detail=error.message()>
                <div class="buttons">
                    {sign_in.then(|| view! { <Button href="/sign-in">"登录"</Button> })}
                    <Button kind=ButtonKind::Plain href="/map">"看地图"</Button>
                    <Button kind=ButtonKind::Plain href="/orgs">"看全部组织"</Button>
                </div>
            </Empty>
        </Page>
    }
}
