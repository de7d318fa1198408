//! What the pages of this pillar have in common: waiting for what they show, and what cannot be shown.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Serialize, de::DeserializeOwned};
use shared::AppError;
use ui::{Button, ButtonKind, Empty, Glyph, Page, Resource, Shape, Skeleton};

/// Shows what `resource` brings, or why it does not.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <Skeleton shape=Shape::Block/> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => show(value),
                        Err(error) => view! { <Fault error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// A page that cannot be shown: what happened, what to do, and the HTTP status that belongs to it.
#[component]
pub fn Fault(error: AppError) -> impl IntoView {
    ui::status::set_from(&error);
    let here = use_location().pathname.get_untracked();
    let (icon, title, doing) = match &error {
        AppError::Unauthenticated => (
            Glyph::SignIn,
            "请先登录",
            Some((format!("/sign-in?next={here}"), "登录或登记")),
        ),
        AppError::NotFound => (
            Glyph::Search,
            "没有这条消息",
            Some(("/inbox".to_owned(), "看全部消息")),
        ),
        AppError::Unavailable => (Glyph::Offline, "现在取不到", None),
        _ => (Glyph::Error, "没有成功", None),
    };
    view! {
        <Page title=title>
            <Empty icon=icon title=title detail=error.message()>
                <div class="buttons">
                    {doing.map(|(href, words)| view! { <Button href=href>{words}</Button> })}
                    <Button kind=ButtonKind::Plain href="/">"回首页"</Button>
                </div>
            </Empty>
        </Page>
    }
}

/// The value of `name` in the page's address; empty if it is not there.
pub fn query(name: &'static str) -> Memo<String> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| map.get(name).unwrap_or_default()))
}
