//! What the pages of this pillar have in common.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{hooks::use_query_map, location::Url};
use serde::{Serialize, de::DeserializeOwned};
use shared::AppError;
use ui::{Choice, Fault, Notice, Resource, Shape, Skeleton, Tone};

use crate::model::{PlaceChoice, Relation, ResidenceKind, Sex};

/// Where to go from a page that cannot be shown.
pub const WAYS: &[(&str, &str)] = &[("看居民和房屋", "/people"), ("回首页", "/")];

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
                        Err(error) => view! { <Fault error ways=WAYS/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// The value of `name` in the page's address; empty if it is not there.
pub fn query(name: &'static str) -> Memo<String> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| map.get(name).unwrap_or_default()))
}

/// `text` as part of an address.
pub fn escaped(text: &str) -> String {
    Url::escape(text)
}

/// What was just done, told by `?done=…`.
#[component]
pub fn Done() -> impl IntoView {
    let done = query("done");
    let words = move || {
        Some(match done.get().as_str() {
            "saved" => "已保存。",
            "added" => "已登记到这一户。",
            "household" => "已登记这一户。第一位登记的人是户代表，可以再改。",
            "left" => "已记下。名册从那天起不再计入。",
            "handled" => "已记下处理好了。",
            "building" => "已登记这一幢。接着可以登记各室。",
            "room" => "已登记这一室。",
            "confirmed" => "谢谢，已记下您的确认。",
            "withdrawn" => "已撤回，相关信息已经删除。",
            "reported" => "已告诉网格员，核对后会改过来。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// What went wrong with `action`, where its form is but a button.
pub fn trouble<S>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    let message = move || {
        value.with(|value| {
            value
                .as_ref()
                .and_then(|result| result.as_ref().err())
                .map(AppError::message)
        })
    };
    move || message().map(|words| view! { <Notice tone=Tone::Late live=true>{words}</Notice> })
}

/// A choice of places, as a list to choose from.
pub fn places(choices: Vec<PlaceChoice>, whole: Option<&str>) -> Vec<Choice> {
    let whole = whole.map(|words| Choice::new("", words));
    whole
        .into_iter()
        .chain(
            choices
                .into_iter()
                .map(|place| Choice::new(place.code.to_string(), place.name)),
        )
        .collect()
}

/// How somebody lives here.
pub fn kinds() -> Vec<Choice> {
    ResidenceKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), kind.label()))
        .collect()
}

/// A choice that may be left open.
pub fn open(first: &str, rest: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<Choice> {
    std::iter::once(Choice::new("", first))
        .chain(rest.map(|(code, label)| Choice::new(code, label)))
        .collect()
}

pub fn sexes(first: &str) -> Vec<Choice> {
    open(first, Sex::ALL.iter().map(|sex| (sex.code(), sex.label())))
}

pub fn relations(first: &str) -> Vec<Choice> {
    open(
        first,
        Relation::ALL
            .iter()
            .map(|relation| (relation.code(), relation.label())),
    )
}

/// `89.5 平方米`
pub fn square_metres(area: i64) -> String {
    let (whole, part) = (area / 100, area % 100);
    match (part, part % 10) {
        (0, _) => format!("{whole} 平方米"),
        (part, 0) => format!("{whole}.{} 平方米", part / 10),
        (part, _) => format!("{whole}.{part:02} 平方米"),
    }
}

/// A square-metre figure for a field.
pub fn area_text(area: Option<i64>) -> String {
    area.map(|area| square_metres(area).trim_end_matches(" 平方米").to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_told_without_idle_zeros() {
        for (area, told) in [(8950, "89.5"), (8900, "89"), (8905, "89.05"), (12_000, "120")] {
            assert_eq!(area_text(Some(area)), told);
        }
        assert_eq!(area_text(None), "");
    }
}
