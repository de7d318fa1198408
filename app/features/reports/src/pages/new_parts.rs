//! The parts of the form of a report: what it is, what somebody wants with it, what its category asks.

use std::collections::BTreeSet;

use leptos::{ev::KeyboardEvent, prelude::*};
use ui::{Choice, Field, FieldKind, Notice, RadioGroup, Tone, field_id};

use super::frame::glyph;
use crate::model::{AnswerKind, Attribute, Category, Kind};

/// What nobody can name.
const OTHER: &str = "other";
/// Words of a category that stand under its name.
const ALIASES: usize = 3;
/// The longest answer to a question.
const ANSWER: u32 = 200;

/// Those that were chosen last come first, then those of the study; what nobody can name comes last.
fn ordered(mut categories: Vec<Category>, recent: &[String]) -> Vec<Category> {
    categories.sort_by_key(|one| {
        let chosen = recent.iter().position(|code| *code == one.code);
        (
            one.code == OTHER,
            chosen.unwrap_or(recent.len()),
            !one.first_class,
        )
    });
    categories
}

/// What it is about: pictures with the words that people use, and a search in plain speech.
#[component]
pub fn What(categories: Vec<Category>, recent: Vec<String>, category: RwSignal<String>) -> impl IntoView {
    let categories = ordered(categories, &recent);
    let choices = categories
        .iter()
        .map(|one| {
            let words = one
                .aliases
                .iter()
                .take(ALIASES)
                .cloned()
                .collect::<Vec<_>>()
                .join("、");
            let choice = Choice::new(one.code.clone(), one.label.clone()).icon(glyph(&one.code));
            if words.is_empty() {
                choice
            } else {
                choice.hint(words)
            }
        })
        .collect();
    view! {
        <div class="reports-what"><RadioGroup name="category" label="哪方面的事" choices bind=category/></div>
        <Plainly categories category/>
    }
}

/// Finds a category by what somebody would say; there is nothing to type into without script.
#[component]
fn Plainly(categories: Vec<Category>, category: RwSignal<String>) -> impl IntoView {
    let (scripted, q) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| scripted.set(true));
    let categories = StoredValue::new(categories);
    let id = field_id("plainly");
    let found = move || {
        let q = q.get();
        if q.trim().is_empty() {
            return ().into_any();
        }
        let found: Vec<(String, String)> = categories.with_value(|categories| {
            let means = categories.iter().filter(|one| one.means(&q));
            means.map(|one| (one.code.clone(), one.label.clone())).collect()
        });
        if found.is_empty() {
            return view! { <p class="small">"没有对上的。选“其他 / 说不清”就行，写一句话，由我们来分。"</p> }.into_any();
        }
        found
            .into_iter()
            .map(|(code, label)| {
                let own = code.clone();
                let pressed = move || category.with(|chosen| (*chosen == own).to_string());
                view! {
                    <button class="chip" type="button" aria-pressed=pressed on:click=move |_| category.set(code.clone())>{label}</button>
                }
            })
            .collect_view()
            .into_any()
    };
    // It is no part of the report: what is typed here must not send it.
    let stay = |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <Show when=move || scripted.get()>
            <div class="field">
                <label for=id.clone()>"找不到？用平常的话说"</label>
                <input class="input" type="search" id=id.clone() placeholder="例如：路灯坏了" maxlength="40" autocomplete="off"
                    on:input=move |event| q.set(event_target_value(&event)) on:keydown=stay/>
                <div class="row wrap close" role="status">{found}</div>
            </div>
        </Show>
    }
}

/// What somebody wants with it; a complaint about the community itself is told where it goes.
#[component]
pub fn Wish(categories: Vec<Category>, category: RwSignal<String>, kind: RwSignal<String>) -> impl IntoView {
    let choices = Kind::ALL
        .iter()
        .map(|one| Choice::new(one.code(), one.label()))
        .collect();
    let about_unit: Vec<String> = categories
        .into_iter()
        .filter(|one| one.about_unit)
        .map(|one| one.code)
        .collect();
    let words = Memo::new(move |_| {
        let about = category.with(|code| about_unit.contains(code));
        let complains = kind.with(|kind| kind == Kind::Complaint.code());
        match (about, complains) {
            (true, true) => Some("这件投诉直接交给上一级，社区的人看不到。"),
            (true, false) => Some("要投诉社区的工作，请选“投诉”：会直接交给上一级，社区的人看不到。"),
            (false, _) => None,
        }
    });
    view! {
        <div class="reports-kinds"><RadioGroup name="kind" label="您想要" choices bind=kind/></div>
        {move || words.get().map(|words| view! { <Notice tone=Tone::Go live=true>{words}</Notice> })}
    }
}

/// What the chosen category asks. Without script all of them lie folded, for nobody knows yet which is chosen.
#[component]
pub fn Questions(categories: Vec<Category>, category: RwSignal<String>) -> impl IntoView {
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let known = categories.iter().map(|one| one.code.clone()).collect::<Vec<_>>();
    let chosen = Memo::new(move |_| {
        let code = category.get();
        known.iter().position(|known| *known == code)
    });
    move || match chosen.get().and_then(|at| categories.get(at)) {
        Some(one) => asked(&one.questions),
        None if scripted.get() => ().into_any(),
        None => folded(&categories),
    }
}

fn asked(questions: &[Attribute]) -> AnyView {
    questions.iter().cloned().map(question).collect_view().into_any()
}

fn folded(categories: &[Category]) -> AnyView {
    // A field's name can be had once.
    let mut taken = BTreeSet::new();
    let mut folds = Vec::new();
    for category in categories {
        let fresh = |question: &&Attribute| taken.insert(question.code.clone());
        let questions: Vec<Attribute> = category.questions.iter().filter(fresh).cloned().collect();
        if !questions.is_empty() {
            let title = format!("{}：再说清楚一点（可不填）", category.label);
            folds.push(view! {
                <details class="fold"><summary>{title}</summary><div class="stack">{asked(&questions)}</div></details>
            });
        }
    }
    folds.into_iter().collect_view().into_any()
}

fn question(question: Attribute) -> AnyView {
    let (name, optional) = (question.field(), !question.required);
    let chosen = |choices: Vec<Choice>| {
        let label = if optional {
            format!("{}（可不选）", question.label)
        } else {
            question.label.clone()
        };
        view! { <RadioGroup name=name.clone() label choices/> }.into_any()
    };
    match question.answer {
        AnswerKind::Text => {
            view! { <Field name label=question.label optional max_length=ANSWER/> }.into_any()
        }
        AnswerKind::Number => {
            view! { <Field name label=question.label kind=FieldKind::Number optional/> }.into_any()
        }
        AnswerKind::YesNo => chosen(vec![Choice::new("yes", "是"), Choice::new("no", "否")]),
        AnswerKind::OneOf => {
            let choice = |words: &String| Choice::new(words.clone(), words.clone());
            chosen(question.choices.iter().map(choice).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in;

    #[test]
    fn what_was_chosen_last_comes_first_and_what_nobody_can_name_last() {
        let recent = [OTHER.to_owned(), "hygiene".to_owned()];
        let codes: Vec<String> = ordered(built_in(), &recent)
            .into_iter()
            .map(|one| one.code)
            .collect();
        assert_eq!(codes[..2], ["hygiene", "safety"]);
        assert_eq!(codes.last().map(String::as_str), Some(OTHER));
        assert_eq!(codes.len(), built_in().len());
    }
}
