//! What the pages of this pillar have in common: waiting for what they show, what was just done, how a deadline stands.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Serialize, de::DeserializeOwned};
use shared::{AppError, Timestamp};
use ui::{Badge, Button, ButtonKind, Empty, Glyph, Notice, Page, Resource, Shape, Skeleton, Tone};

use crate::model::{State, TaskRow};

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

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "finished" => "已办结。",
            "paused" => "已挂起，计时停住了。办的人会看到原因。",
            "resumed" => "已恢复，接着计时。",
            "cancelled" => "已标为不用办。",
            "saved" => "已保存。受影响的期限会马上重算，办的人会收到提醒。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// From when on a deadline is near: the last day.
const NEAR: i64 = Timestamp::DAY / Timestamp::SECOND;

/// How a task stands: words on a tone, with a sign of their own for what is late.
#[component]
pub fn Standing(row: TaskRow, now: Timestamp) -> impl IntoView {
    let (tone, words) = match (row.state, row.due) {
        (State::Open, Some(due)) => Tone::deadline((due.0 - now.0).div_euclid(Timestamp::SECOND), NEAR),
        (State::Done, _) => (Tone::Done, row.state.label().to_owned()),
        (state, _) => (Tone::Quiet, state.label().to_owned()),
    };
    let badge = match tone {
        Tone::Late => view! { <Badge tone icon=Glyph::Warning>{words}</Badge> }.into_any(),
        Tone::Due => view! { <Badge tone icon=Glyph::Clock>{words}</Badge> }.into_any(),
        _ => view! { <Badge tone>{words}</Badge> }.into_any(),
    };
    view! { {row.provisional.then(|| view! { <Badge>"待核"</Badge> })} {badge} }
}
