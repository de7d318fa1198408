//! `/admin/reports/joint/new`: noting a meeting about what comes again, with what each promised.

use std::ops::Range;

use leptos::prelude::*;
use ui::{Card, Choice, Field, FieldKind, Form, Page, Resource, Select, Submit, returned::was_refused};

use super::frame::{loaded, query};
use crate::{
    api,
    model::{JointFormPage, PROMISES, Party, STEP, Target, WORDS},
};

/// The form's name.
const FORM: &str = "joint";
/// Promises whose fields stand open at first.
const OPEN: usize = 2;

pub fn page() -> AnyView {
    let (node, category) = (query("node"), query("category"));
    let save = ServerAction::<api::joint::SaveJoint>::new();
    let shown = Resource::new(
        move || (node.get(), category.get()),
        |(node, category)| api::joint::get_joint_form(node, category),
    );
    loaded(shown, move |page: JointFormPage| {
        view! { <New page save/> }.into_any()
    })
}

#[component]
fn New(page: JointFormPage, save: ServerAction<api::joint::SaveJoint>) -> impl IntoView {
    let longest = u32::try_from(WORDS).unwrap_or(u32::MAX);
    // Made inside of the form, where fields find their errors and an id of their own.
    let present = || {
        Party::ALL
            .iter()
            .enumerate()
            .map(|(at, party)| {
                view! { <Field name=format!("present[{at}]") label=party.label() optional=true max_length=120/> }
            })
            .collect_view()
    };
    let targets = page.targets;
    let folded = was_refused::<api::joint::SaveJoint>(FORM);
    let above = vec![("联席会".to_owned(), "/admin/reports/joint".to_owned())];
    view! {
        <Page title="记一次联席会" eyebrow=page.unit.name above>
            <Form action=save prefix=FORM adds=true>
                <input type="hidden" name="node" value=page.unit.code/>
                <Card title="开会">
                    <Field name="title" label="为什么事开会" value=page.title max_length=60/>
                    <div class="fields-2">
                        <Field name="on" label="哪天开的" kind=FieldKind::Date value=page.today.to_string()/>
                        <Field name="place" label="在哪里开的" optional=true max_length=60/>
                    </div>
                    <Field name="matters" label="哪几件反映" kind=FieldKind::Textarea value=page.matters.join("\n") optional=true
                        hint="填编号，一行一个。投诉社区工作的事不能放进来。"/>
                </Card>
                <Card title="来了哪些人">
                    <p class="small quiet">"写名字或者称呼，至少两方。只有工作人员和承诺的单位看得到。"</p>
                    <div class="fields-2">{present()}</div>
                </Card>
                <Card title="说了什么">
                    <Field name="words" label="各方的意见和商量的结果" kind=FieldKind::Textarea max_length=longest
                        hint="只有工作人员和承诺的单位看得到；给大家看的另外写。"/>
                </Card>
                <Card title="各方的承诺">
                    {promises(0..OPEN, &targets)}
                    <details class="fold" open=folded>
                        <summary>"还有别的承诺"</summary>
                        {promises(OPEN..PROMISES, &targets)}
                    </details>
                </Card>
                <Submit>"记下"</Submit>
            </Form>
        </Page>
    }
}

fn promises(places: Range<usize>, targets: &[Target]) -> AnyView {
    places
        .map(|at| {
            let targets = targets.to_vec();
            view! { <Promise at targets/> }
        })
        .collect_view()
        .into_any()
}

/// A promise, a place in each of the form's lists.
#[component]
fn Promise(at: usize, targets: Vec<Target>) -> impl IntoView {
    let number = at + 1;
    view! {
        <fieldset class="field">
            <legend>{format!("第 {number} 条承诺")}</legend>
            <PromiseFields targets place=at/>
        </fieldset>
    }
}

/// The fields of a promise, on their own or at a place of the form's lists.
#[component]
pub fn PromiseFields(targets: Vec<Target>, #[prop(optional)] place: Option<usize>) -> impl IntoView {
    let name = |field: &str| match place {
        Some(at) => format!("{field}[{at}]"),
        None => field.to_owned(),
    };
    // In a list labels say which they belong to; there a promise may be left out.
    let label = |words: &str| match place {
        Some(at) => format!("承诺 {}：{words}", at + 1),
        None => words.to_owned(),
    };
    let optional = place.is_some();
    let parties = std::iter::once(Choice::new("", "请选"))
        .chain(
            Party::ALL
                .iter()
                .map(|party| Choice::new(party.code(), party.label())),
        )
        .collect::<Vec<_>>();
    let posts = std::iter::once(Choice::new("", "不在名单里，由派单的人跟进"))
        .chain(
            targets
                .into_iter()
                .map(|target| Choice::new(target.value, target.label)),
        )
        .collect::<Vec<_>>();
    let longest = u32::try_from(STEP).unwrap_or(u32::MAX);
    view! {
        <Field name=name("promises") label=label("承诺做什么") kind=FieldKind::Textarea optional max_length=longest/>
        <div class="fields-2">
            <Select name=name("parties") label=label("哪一方") choices=parties optional/>
            <Field name=name("names") label=label("谁说的") optional=true max_length=60/>
        </div>
        <div class="fields-2">
            <Select name=name("tos") label=label("由谁来办") choices=posts optional=true hint="选了，就成为他们的任务，到期会提醒。"/>
            <Field name=name("dues") label=label("什么时候兑现") kind=FieldKind::Date optional/>
        </div>
    }
}
