//! The parts of the form of a report: what it is, what somebody wants with it, what its category asks.

use std::collections::BTreeSet;

use leptos::{ev::KeyboardEvent, prelude::*};
use ui::{Choice, Field, FieldKind, Notice, RadioGroup, Tone, field_id};

use super::frame::glyph;
use crate::model::{AnswerKind, Attribute, Category, Kind, meant};

/// What nobody can name.
const OTHER: &str = "other";
/// Words of a category that stand under its name.
const ALIASES: usize = 3;
/// Stands under a category that is about those who work there.
const UP: &str = "有意见、要投诉，直接交上一级，社区的人看不到";
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
            // Where a complaint goes is said beside it, for without script nothing else does.
            let words = if one.about_unit { UP.to_owned() } else { words };
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
            let means = meant(categories, &q).into_iter();
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

/// What somebody wants with it; a complaint about the community itself is told where it goes. What is about those who work there is taken for a
/// complaint, but for praise and a question: it is chosen beforehand, and without script the server does the same.
#[component]
pub fn Wish(categories: Vec<Category>, category: RwSignal<String>, kind: RwSignal<String>) -> impl IntoView {
    let choices = Kind::ALL
        .iter()
        .map(|one| Choice::new(one.code(), one.label()))
        .collect();
    let (about_unit, names): (Vec<String>, Vec<String>) = categories
        .into_iter()
        .filter(|one| one.about_unit)
        .map(|one| (one.code, one.label))
        .unzip();
    let about = Memo::new(move |_| category.with(|code| about_unit.contains(code)));
    // Only what was chosen here is taken back: what somebody chose themselves stays.
    let chosen_here = StoredValue::new(false);
    let presets = move |about: bool| {
        let (from, to) = if about {
            (Kind::Problem, Kind::Complaint)
        } else {
            (Kind::Complaint, Kind::Problem)
        };
        if (about || chosen_here.get_value()) && kind.with_untracked(|kind| kind == from.code()) {
            kind.set(to.code().to_owned());
            chosen_here.set_value(about);
        }
    };
    if about.get_untracked() {
        presets(true);
    }
    Effect::new(move |before: Option<bool>| {
        let about = about.get();
        if before.is_some_and(|before| before != about) {
            presets(about);
        }
        about
    });
    let words = Memo::new(move |_| {
        let chosen = kind.with(|kind| kind.parse::<Kind>().ok());
        match (about.get(), chosen) {
            (true, Some(Kind::Praise | Kind::Question)) => Some(
                "表扬和咨询，社区的人看得到。要投诉，请选“投诉”：直接交给上一级，社区的人看不到。".to_owned(),
            ),
            (true, _) => Some("这件算投诉，直接交给上一级，社区的人看不到。".to_owned()),
            (false, Some(Kind::Complaint)) => names.first().map(|name| {
                format!("投诉的是社区、网格员的工作？上面请选“{name}”：直接交给上一级，社区的人看不到。")
            }),
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
