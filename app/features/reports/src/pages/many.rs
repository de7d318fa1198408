//! Many matters of the work list at once: ticked in the list, taken in or given to a post, each with its own outcome.

use leptos::prelude::*;
use ui::{ButtonKind, Checkbox, Choice, Form, Notice, Select, Submit, Tone, returned::answer_of};

use crate::{
    api::desk::TakeMany,
    model::{Action, Target},
};

/// The form of it.
pub const FORM: &str = "many";

/// The list with what may be done with those that are ticked.
#[component]
pub fn Many(targets: Vec<Target>, action: ServerAction<TakeMany>, children: Children) -> impl IntoView {
    let doings = vec![
        Choice::new("", "请选"),
        Choice::new(Action::Accept.code(), "受理"),
        Choice::new(Action::Dispatch.code(), "派单"),
    ];
    let posts = std::iter::once(Choice::new("", "请选"))
        .chain(
            targets
                .into_iter()
                .map(|target| Choice::new(target.value, target.label)),
        )
        .collect::<Vec<_>>();
    view! {
        <div class="reports-many">
            <Form action prefix=FORM>
                {children()}
                <fieldset class="field">
                    <legend>"勾选的一起办"</legend>
                    <div class="fields-2">
                        <Select name="action" label="怎么办" choices=doings/>
                        <Select name="to" label="交给谁" choices=posts optional=true hint="派单的时候选。"/>
                    </div>
                </fieldset>
                <Submit kind=ButtonKind::Plain>"一起办"</Submit>
            </Form>
        </div>
    }
}

/// The box with which a matter is ticked.
pub fn tick(at: usize, code: &str, number: &str) -> AnyView {
    let (name, value) = (format!("codes[{at}]"), code.to_owned());
    let label = format!("选 {number}");
    view! { <Checkbox name label value/> }.into_any()
}

/// What became of each.
#[component]
pub fn Outcomes(action: ServerAction<TakeMany>) -> impl IntoView {
    let answer = answer_of(action, FORM);
    move || {
        answer.get().map(|outcomes| {
            let done = outcomes.iter().filter(|outcome| outcome.done).count();
            let failed = outcomes.len() - done;
            let (tone, title) = match (done, failed) {
                (done, 0) => (Tone::Done, format!("{done} 件都办好了。")),
                (0, failed) => (Tone::Late, format!("{failed} 件都没有办成。")),
                (done, failed) => (Tone::Due, format!("{done} 件办好了，{failed} 件没有办成。")),
            };
            let rows = outcomes
                .into_iter()
                .map(|outcome| {
                    let words = if outcome.done {
                        format!("{}：办好了", outcome.number)
                    } else {
                        format!("{}：{}", outcome.number, outcome.words)
                    };
                    view! { <li>{words}</li> }
                })
                .collect_view();
            view! { <Notice tone live=true title><ul role="list" aria-label="每一件的结果">{rows}</ul></Notice> }
        })
    }
}
