//! Choosing: from a list, one of a few, yes or no, and a file.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    field::{Frame, follow},
    icon::{Glyph, Icon},
};

/// One thing to choose: its value in the form, its words, and perhaps a line that explains it and a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
    /// Shown by a [`RadioGroup`].
    pub icon: Option<Glyph>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
            icon: None,
        }
    }

    #[must_use]
    pub const fn icon(mut self, icon: Glyph) -> Self {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A drop-down list. Up to seven choices are better as a [`RadioGroup`].
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: Option<String>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let frame = Frame::new(&name, hint, error);
    let initial = frame.initial(value, bind);
    let node = NodeRef::<html::Select>::new();
    Effect::new(move |first: Option<()>| {
        if let (Some(bind), Some(select)) = (bind, node.get()) {
            follow(bind, first.is_none(), select.value(), |text| {
                select.set_value(text)
            });
        }
    });
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == initial;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            {frame.label(label, optional)}
            {frame.hint()}
            <select class="input" id=frame.id.clone() name=name node_ref=node required=!optional
                aria-invalid=frame.invalid() aria-describedby=frame.described_by()
                on:change=move |event| if let Some(bind) = bind { bind.set(event_target_value(&event)) }
            >{options}</select>
            {frame.error()}
        </div>
    }
}

/// One of a few, all of them in view.
#[component]
pub fn RadioGroup(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] value: String,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let frame = Frame::new(&name, hint, error);
    let initial = frame.initial(value, bind);
    let node = NodeRef::<html::Fieldset>::new();
    Effect::new(move |first: Option<()>| {
        if let (Some(bind), Some(group)) = (bind, node.get()) {
            let (radios, held) = radios(&group);
            follow(bind, first.is_none(), held, |wanted| {
                radios
                    .iter()
                    .for_each(|radio| radio.set_checked(radio.value() == wanted))
            });
        }
    });
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            // The summary's link leads to the first.
            let id = if at == 0 { frame.id.clone() } else { format!("{}-{at}", frame.id) };
            let checked = choice.value == initial;
            view! {
                <label class="choice">
                    <input type="radio" id=id name=name.clone() value=choice.value checked=checked
                        aria-invalid=frame.invalid()
                        on:change=move |event| if let Some(bind) = bind { bind.set(event_target_value(&event)) }
                    />
                    {choice.icon.map(|name| view! { <Icon name/> })}
                    <span>{choice.label}{choice.hint.map(|hint| view! { <span class="hint">{hint}</span> })}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby=frame.described_by() node_ref=node>
            <legend>{label}</legend>
            {frame.hint()}
            <div class="choices">{rows}</div>
            {frame.error()}
        </fieldset>
    }
}

/// The radio buttons of a group, and the value of the one that is chosen.
fn radios(group: &web_sys::HtmlFieldSetElement) -> (Vec<web_sys::HtmlInputElement>, String) {
    let all = group.get_elements_by_tag_name("input");
    let radios: Vec<web_sys::HtmlInputElement> = (0..all.length())
        .filter_map(|at| all.item(at)?.dyn_into().ok())
        .collect();
    let held = radios.iter().find(|radio| radio.checked());
    let held = held.map(web_sys::HtmlInputElement::value).unwrap_or_default();
    (radios, held)
}

/// Yes or no. Nothing is sent if it is not ticked; the server function's argument has `#[server(default)]`.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// What is sent if it is ticked; `true` unless said otherwise.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional)] checked: bool,
    #[prop(optional)] bind: Option<RwSignal<bool>>,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let frame = Frame::new(&name, None, error);
    let value = value.unwrap_or_else(|| "true".into());
    let initial = match &frame.typed {
        Some(typed) => typed.contains(&value),
        None => bind.map_or(checked, |bind| bind.get_untracked()),
    };
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |first: Option<()>| {
        if let (Some(bind), Some(input)) = (bind, node.get()) {
            let (wanted, held) = (bind.get(), input.checked());
            if wanted != held {
                if first.is_none() {
                    bind.set(held)
                } else {
                    input.set_checked(wanted)
                }
            }
        }
    });
    view! {
        <div class="field">
            <label class="choice alone">
                <input type="checkbox" id=frame.id.clone() name=name value=value
                    checked=initial node_ref=node aria-invalid=frame.invalid() aria-describedby=frame.described_by()
                    on:change=move |event| if let Some(bind) = bind { bind.set(event_target_checked(&event)) }
                />
                <span>{label}{hint.map(|hint| view! { <span class="hint">{hint}</span> })}</span>
            </label>
            {frame.error()}
        </div>
    }
}

/// A file to hand in. The form around it must be multipart: an `enctype` form of its own, or one that script sends.
#[component]
pub fn FileField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// The types offered first, as in the `accept` attribute.
    #[prop(optional, into)]
    accept: Option<String>,
    #[prop(optional)] multiple: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    #[prop(optional)] node_ref: Option<NodeRef<html::Input>>,
) -> impl IntoView {
    let frame = Frame::new(&name, hint, error);
    let node = node_ref.unwrap_or_default();
    view! {
        <div class="field">
            {frame.label(label, optional)}
            {frame.hint()}
            <input class="input" type="file" id=frame.id.clone() name=name accept=accept multiple=multiple required=!optional
                node_ref=node aria-invalid=frame.invalid() aria-describedby=frame.described_by()/>
            {frame.error()}
        </div>
    }
}
