//! A page that cannot be shown: what happened, what to do, and the HTTP status that belongs to it.

use leptos::prelude::*;
use shared::AppError;

use crate::{Button, ButtonKind, Empty, Glyph, Page, status};

#[component]
pub fn Fault(
    error: AppError,
    /// What is looked for in vain.
    #[prop(default = "没有找到")]
    missing: &'static str,
    /// Where to go instead, as (words, address).
    ways: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    status::set_from(&error);
    let (_, title) = look(&error, missing);
    view! { <Page title=title><Explained error missing ways/></Page> }
}

/// The same without the page around it and without its status.
#[component]
pub fn Explained(
    error: AppError,
    #[prop(default = "没有找到")] missing: &'static str,
    ways: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let (icon, title) = look(&error, missing);
    let sign_in = matches!(error, AppError::Unauthenticated);
    let ways = ways
        .iter()
        .map(|(words, address)| view! { <Button kind=ButtonKind::Plain href=*address>{*words}</Button> })
        .collect_view();
    view! {
        <Empty icon=icon title=title detail=error.message()>
            <div class="buttons">
                {sign_in.then(|| view! { <Button href="/sign-in">"登录"</Button> })}
                {ways}
            </div>
        </Empty>
    }
}

fn look(error: &AppError, missing: &'static str) -> (Glyph, &'static str) {
    match error {
        AppError::Unauthenticated => (Glyph::SignIn, "请先登录"),
        AppError::Forbidden | AppError::SecondFactorRequired => (Glyph::Lock, "您没有这个权限"),
        AppError::NotFound => (Glyph::Search, missing),
        AppError::Unavailable => (Glyph::Offline, "现在取不到"),
        _ => (Glyph::Error, "没有成功"),
    }
}
