//! Waiting for what a page shows, on the pages that ask who one is: a refusal leads to signing in and back.

use std::{pin::Pin, sync::Arc};

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Serialize, de::DeserializeOwned};
use shared::AppError;

use crate::{
    Button, ButtonKind, Empty, Glyph, Page, Resource, Shape, Skeleton, status,
    typing::{Typed, Typing},
};

type Ready = Pin<Box<dyn Future<Output = ()> + Send>>;
type Draw = Box<dyn Fn() -> AnyView + Send + Sync>;

/// Shows what `resource` brings, or why it does not.
///
/// What is there stays alive until the next is there too: were it made anew from each `await`, its signals would be gone for as long as
/// the next one is on its way, and a click in that time would break the page off.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    kept(resource, move |value| shown(value, &show))
}

/// As [`loaded`], where a page that cannot be shown says so in its own way.
pub fn kept<T>(
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(Result<T, AppError>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let draw = move || -> Draw {
        let show = show.clone();
        Box::new(move || resource.get().map_or_else(nothing_yet, &show))
    };
    waiting(ready(resource), Arc::new(draw))
}

/// As [`loaded`], but news that comes while somebody is [`Typing`] is left: it would take away what they have typed or opened.
pub fn loaded_unless<T>(
    typing: Typing,
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let draw = move || -> Draw {
        let show = show.clone();
        let latest = Memo::new_owning(move |before: Option<Option<Result<T, AppError>>>| {
            let now = resource.get();
            match before {
                Some(before) if typing.keeps() => (before, false),
                _ => (now, true),
            }
        });
        Box::new(move || {
            let value = latest.get();
            value.map_or_else(nothing_yet, |value| shown(value, &show))
        })
    };
    let frame = waiting(ready(resource), Arc::new(draw));
    view! { <Typed typing>{frame}</Typed> }.into_any()
}

fn ready<T>(resource: Resource<Result<T, AppError>>) -> Arc<dyn Fn() -> Ready + Send + Sync>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    Arc::new(move || {
        Box::pin(async move {
            _ = resource.await;
        })
    })
}

/// The same code for all pages: what waits and what draws are handed over without their types.
fn waiting(
    ready: Arc<dyn Fn() -> Ready + Send + Sync>,
    draw: Arc<dyn Fn() -> Draw + Send + Sync>,
) -> AnyView {
    view! {
        <Transition fallback=nothing_yet>
            {
                let (ready, draw) = (Arc::clone(&ready), Arc::clone(&draw));
                untrack(move || Suspend::new(async move {
                    ready().await;
                    let draw = draw();
                    move || draw()
                }))
            }
        </Transition>
    }
    .into_any()
}

fn shown<T>(value: Result<T, AppError>, show: &impl Fn(T) -> AnyView) -> AnyView {
    match value {
        Ok(value) => show(value),
        Err(error) => view! { <Fault error/> }.into_any(),
    }
}

fn nothing_yet() -> AnyView {
    view! { <Skeleton shape=Shape::Block/> }.into_any()
}

/// A page that cannot be shown: what happened, what to do, and the HTTP status that belongs to it.
#[component]
pub fn Fault(error: AppError) -> impl IntoView {
    status::set_from(&error);
    let here = use_location().pathname.get_untracked();
    let (icon, title, doing) = match &error {
        AppError::Unauthenticated => (
            Glyph::SignIn,
            "请先登录",
            Some((format!("/sign-in?next={here}"), "登录或登记")),
        ),
        AppError::SecondFactorRequired => (
            Glyph::Key,
            "请先填动态口令",
            Some((format!("/sign-in/factor?next={here}"), "填动态口令")),
        ),
        AppError::Forbidden => (Glyph::Lock, "您没有这个权限", None),
        AppError::NotFound => (Glyph::Search, "没有找到", None),
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
