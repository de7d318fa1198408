//! What the pages of this pillar have in common.

use leptos::{either::Either, prelude::*, server_fn::ServerFn};
use leptos_router::location::Url;
use shared::AppError;
pub use ui::loaded::{loaded, query};
use ui::{
    ButtonKind, Choice, Field, FieldKind, FormState, Notice, RadioGroup, Submit, Tone, staying, successes,
};

use crate::model::{Elsewhere, PlaceChoice, Relation, ResidenceKind, Sex};

/// How often something was changed on the page.
#[derive(Clone, Copy)]
struct Changes(RwSignal<usize>);

/// Counts what is changed by the actions made with [`acting`] on the page that is being made, for its resource's source. The page
/// stays: what was typed into its other forms is still there.
pub fn changes() -> RwSignal<usize> {
    staying::stays_when_changed();
    let changes = RwSignal::new(0);
    provide_context(Changes(changes));
    changes
}

/// An action of the page. Once it has succeeded the page is fetched anew: the address that it leads to may be the one where one is.
pub fn acting<S>() -> ServerAction<S>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let action = ServerAction::new();
    let succeeded = successes(action);
    if let Some(Changes(changes)) = use_context() {
        Effect::new(move |before: Option<usize>| {
            let now = succeeded.get();
            if before.is_some_and(|before| before != now) {
                changes.update(|changes| *changes += 1);
            }
            now
        });
    }
    action
}

/// Keeps what was typed and unfolded on a page that is fetched anew, as long as it stands beside the same people or houses.
/// Otherwise all of it is made afresh: what was typed for one would stand beside the next.
#[derive(Clone, Copy)]
pub struct Kept(StoredValue<Shown>);

#[derive(Default)]
struct Shown {
    whose: Vec<String>,
    other: bool,
    places: Vec<String>,
}

impl Kept {
    pub fn new() -> Self {
        Self(StoredValue::default())
    }

    /// What `view` makes, with forms for each of `whose`.
    pub fn show(self, whose: Vec<String>, view: impl FnOnce() -> AnyView) -> AnyView {
        let mut other = false;
        self.0.update_value(|shown| {
            if !shown.whose.is_empty() && shown.whose != whose {
                shown.other = !shown.other;
                shown.places.clear();
            }
            shown.whose = whose;
            other = shown.other;
        });
        // A view that changes sides is made afresh.
        let view: Either<AnyView, AnyView> = if other {
            Either::Right(view())
        } else {
            Either::Left(view())
        };
        view.into_any()
    }

    /// `rows`, known by `key`, each in the place where it was first shown: when somebody comes or goes, the forms of the others stay
    /// as they are. Who is gone leaves nothing behind, who is new comes last until the page is opened again.
    pub fn rows<T>(self, rows: Vec<T>, key: impl Fn(&T) -> String) -> Vec<Option<T>> {
        let mut placed = Vec::new();
        self.0.update_value(|shown| {
            let mut rows: Vec<_> = rows.into_iter().map(|row| (key(&row), row)).collect();
            for (key, _) in &rows {
                if !shown.places.contains(key) {
                    shown.places.push(key.clone());
                }
            }
            placed = shown
                .places
                .iter()
                .map(|place| {
                    let at = rows.iter().position(|(key, _)| key == place)?;
                    Some(rows.swap_remove(at).1)
                })
                .collect();
        });
        placed
    }
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
            "handled" => "已记下处理好了，写的人会收到消息。",
            "moved" => {
                "已搬到这一户，以前的登记、账号和同意都跟着过来了。不再是原来那户的户代表，也不再是居民代表。"
            }
            "unrepresented" => {
                "已登记这一户。这个人不住在这里或者未满 18 周岁，所以还没有户代表，请再登记一位。"
            }
            "ended-representative" => {
                "已保存。户代表要年满 18 周岁、住在这里，所以不再是户代表，请另选一位。"
            }
            "ended-deputy" => "已保存。居民代表要年满 18 周岁、常住在这里，所以不再是居民代表。",
            "ended-both" => {
                "已保存。户代表和居民代表要年满 18 周岁、住在这里，所以都不再是了，请另选户代表。"
            }
            "building" => "已登记这一幢。接着可以登记各室。",
            "room" => "已登记这一室。",
            "removed" => "已去掉。",
            "merged" => "已并过来。原来的那一室没有了。",
            "confirmed" => "谢谢，已记下您的确认。",
            "withdrawn" => "已撤回，相关信息已经删除。",
            "unshown" => "已撤回。党员登记还在，只有担任党内职务的人看得到。",
            "reported" => "已告诉网格员，核对后会改过来。",
            "stated" => "谢谢，已经记下，网格员会再核对。",
            "named" => "已请网格员核对，登记上以后会列在这一户里。",
            "taken-back" => "已经去掉。",
            "refused" => "已记下。填的人会收到消息，看得到原因。",
            "checked" => "已记下核对过了。",
            _ => return None,
        })
    };
    move || words().map(|words| view! { <Notice tone=Tone::Done live=true>{words}</Notice> })
}

/// From which day on something holds, where that is not today.
#[component]
pub fn Since(#[prop(default = "从哪天起".into(), into)] label: String) -> impl IntoView {
    view! { <Field name="on" label=label kind=FieldKind::Date hint="不填就是今天" optional=true/> }
}

/// Whether somebody new is the one who is noted elsewhere under the same name and number: asked once that is known.
#[component]
pub fn AskElsewhere() -> impl IntoView {
    let form = use_context::<FormState>();
    let asked = move || form.is_some_and(|form| form.error_of("elsewhere").is_some());
    let choices = || {
        Elsewhere::ALL
            .iter()
            .map(|one| Choice::new(one.code(), one.label()))
            .collect::<Vec<_>>()
    };
    view! {
        <Show when=asked>
            <RadioGroup name="elsewhere" label="是同一个人吗" choices=choices()/>
        </Show>
    }
}

/// What a form says and sends that takes a building or a room out of the list.
#[component]
pub fn Removal(
    /// What becomes of one in which nobody has lived.
    unused: &'static str,
    id: String,
    version: i64,
) -> impl IntoView {
    view! {
        <p>{unused}"；住过人的记为从今天起没有了，以前的登记仍查得到。"</p>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="version" value=version.to_string()/>
        <Submit kind=ButtonKind::Danger>"去掉"</Submit>
    }
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
    fn who_stays_keeps_the_place_when_others_come_and_go() {
        Owner::new().with(|| {
            let kept = Kept::new();
            let place = |names: &[&'static str]| kept.rows(names.to_vec(), |name| (*name).to_owned());
            assert_eq!(place(&["a", "b"]), [Some("a"), Some("b")]);
            assert_eq!(place(&["c", "b"]), [None, Some("b"), Some("c")]);
            assert_eq!(place(&["a", "b"]), [Some("a"), Some("b"), None]);
            let fresh = |whose: &str| drop(kept.show(vec![whose.to_owned()], || ().into_any()));
            fresh("one household");
            assert_eq!(place(&["c"]), [None, None, Some("c")]);
            fresh("another");
            assert_eq!(place(&["c"]), [Some("c")]);
        });
    }

    #[test]
    fn areas_are_told_without_idle_zeros() {
        for (area, told) in [(8950, "89.5"), (8900, "89"), (8905, "89.05"), (12_000, "120")] {
            assert_eq!(area_text(Some(area)), told);
        }
        assert_eq!(area_text(None), "");
    }
}
