//! A labelled input with its hint and its error beside it.

use leptos::{html, prelude::*};

use crate::{
    form::{FormState, field_id},
    icon::{Glyph, Icon},
    returned,
};

/// What a [`Field`] takes in; it decides keyboard, autocompletion and length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    #[default]
    Text,
    /// A mobile number: eleven figures.
    Tel,
    Password,
    /// A password being chosen: password managers offer one.
    NewPassword,
    /// A one-time code of six figures, which phones offer from the message.
    Otp,
    /// Figures only, typed on a number pad.
    Number,
    /// A day of the calendar, in ISO form.
    Date,
    Textarea,
}

impl FieldKind {
    const fn input_type(self) -> &'static str {
        match self {
            Self::Tel => "tel",
            Self::Password | Self::NewPassword => "password",
            Self::Date => "date",
            Self::Text | Self::Otp | Self::Number | Self::Textarea => "text",
        }
    }

    const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Otp | Self::Number => Some("numeric"),
            Self::Tel => Some("tel"),
            _ => None,
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Tel => "tel-national",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Otp => "one-time-code",
            _ => "off",
        }
    }

    const fn longest(self) -> Option<u32> {
        match self {
            Self::Tel => Some(20),
            Self::Otp => Some(6),
            _ => None,
        }
    }

    /// Whether what is typed is never shown again.
    const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword | Self::Otp)
    }

    const fn class(self) -> &'static str {
        if matches!(self, Self::Otp) {
            "input otp"
        } else {
            "input"
        }
    }
}

/// What every kind of field has around it.
#[derive(Clone)]
pub(crate) struct Frame {
    pub id: String,
    pub error: Signal<Option<String>>,
    /// What was typed before the form was refused, with script switched off; none if the form is a fresh one.
    pub typed: Option<Vec<String>>,
    hint: Option<String>,
}

impl Frame {
    pub fn new(name: &str, hint: Option<String>, error: Option<Signal<Option<String>>>) -> Self {
        let form = use_context::<FormState>();
        let field = name.to_owned();
        let error =
            error.unwrap_or_else(|| Signal::derive(move || form.and_then(|form| form.error_of(&field))));
        Self {
            id: field_id(name),
            error,
            typed: form.and_then(|form| form.typed(name)),
            hint,
        }
    }

    /// The one value that the field has at first.
    pub fn initial(&self, value: String, bind: Option<RwSignal<String>>) -> String {
        let typed = self.typed.as_ref().and_then(|typed| typed.first());
        typed
            .cloned()
            .unwrap_or_else(|| bind.map_or(value, |bind| bind.get_untracked()))
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
        let (id, error, hint) = (self.id.clone(), self.error, self.hint.is_some());
        move || {
            let hint = hint.then(|| format!("{id}-hint"));
            let error = error.with(Option::is_some).then(|| format!("{id}-error"));
            match (hint, error) {
                (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
                (hint, error) => hint.or(error),
            }
        }
    }

    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    pub fn hint(&self) -> impl IntoView + use<> {
        let id = format!("{}-hint", self.id);
        self.hint
            .clone()
            .map(|hint| view! { <p class="hint" id=id>{hint}</p> })
    }

    pub fn error(&self) -> impl IntoView + use<> {
        let (id, error) = (format!("{}-error", self.id), self.error);
        view! {
            <Show when=move || error.with(Option::is_some)>
                <p class="error" id=id.clone()>
                    <Icon name=Glyph::Error/>
                    <span>{move || error.get()}</span>
                </p>
            </Show>
        }
    }

    pub fn label(&self, label: String, optional: bool) -> impl IntoView + use<> {
        view! {
            <label for=self.id.clone()>
                {label}
                {optional.then(|| view! { <span class="optional">"可不填"</span> })}
            </label>
        }
    }
}

/// A labelled input. In a [`Form`](crate::form::Form) it finds its own error by its name.
///
/// What was typed before the script came stays: `bind` takes it over instead of overwriting it.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: FieldKind,
    #[prop(optional, into)] hint: Option<String>,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Follows what is typed, and can be set.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    #[prop(optional, into)] error: Option<Signal<Option<String>>>,
    /// Says so beside the label, and is not required.
    #[prop(optional)]
    optional: bool,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional)] max_length: Option<u32>,
    #[prop(optional)] read_only: bool,
) -> impl IntoView {
    let frame = Frame::new(&name, hint, error);
    debug_assert!(
        !kind.is_secret() || returned::is_secret(&name),
        "the field {name} is secret, but its name does not say so: see ui::returned"
    );
    let initial = frame.initial(value, bind);
    let autocomplete = autocomplete.unwrap_or_else(|| kind.autocomplete().to_owned());
    let max_length = max_length.or(kind.longest()).map(|n| n.to_string());
    let control = if kind == FieldKind::Textarea {
        let node = NodeRef::<html::Textarea>::new();
        Effect::new(move |first: Option<()>| {
            if let (Some(bind), Some(area)) = (bind, node.get()) {
                follow(bind, first.is_none(), area.value(), |text| area.set_value(text));
            }
        });
        view! {
            <textarea class="input" id=frame.id.clone() name=name rows="3" node_ref=node inner_html=escaped(&initial)
                placeholder=placeholder maxlength=max_length readonly=read_only required=!optional
                aria-invalid=frame.invalid() aria-describedby=frame.described_by()
                on:input=move |event| if let Some(bind) = bind { bind.set(event_target_value(&event)) }
            ></textarea>
        }
        .into_any()
    } else {
        let node = NodeRef::<html::Input>::new();
        Effect::new(move |first: Option<()>| {
            if let (Some(bind), Some(input)) = (bind, node.get()) {
                follow(bind, first.is_none(), input.value(), |text| input.set_value(text));
            }
        });
        view! {
            <input class=kind.class() id=frame.id.clone() name=name type=kind.input_type() value=initial
                inputmode=kind.input_mode() autocomplete=autocomplete placeholder=placeholder maxlength=max_length
                readonly=read_only required=!optional node_ref=node
                aria-invalid=frame.invalid() aria-describedby=frame.described_by()
                on:input=move |event| if let Some(bind) = bind { bind.set(event_target_value(&event)) }
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            {frame.label(label, optional)}
            {frame.hint()}
            {control}
            {frame.error()}
        </div>
    }
}

/// Text as the content of a `<textarea>`. Leptos does not escape there, and finds no node to hydrate if it is empty:
/// so it goes in as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Brings signal and control together: at first the control wins, for it may hold what was typed before the script
/// came; from then on the signal does.
pub(crate) fn follow(bind: RwSignal<String>, first: bool, held: String, write: impl FnOnce(&str)) {
    let wanted = bind.get();
    if wanted == held {
        return;
    }
    if first { bind.set(held) } else { write(&wanted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "ssr")]
    #[test]
    fn text_cannot_leave_its_field() {
        let html = Owner::new().with(|| {
            let evil = "</textarea><script>&\"'";
            view! {
                <Field name="a" label="甲" kind=FieldKind::Textarea value=evil/>
                <Field name="b" label="乙" value=evil/>
            }
            .to_html()
        });
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;&amp;"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn what_was_typed_before_the_script_came_stays() {
        Owner::new().with(|| {
            let bind = RwSignal::new(String::new());
            follow(bind, true, "1381234".into(), |_| panic!("must not overwrite"));
            assert_eq!(bind.get_untracked(), "1381234");
            bind.set(String::new());
            let mut written = None;
            follow(bind, false, "1381234".into(), |text| {
                written = Some(text.to_owned())
            });
            assert_eq!(written.as_deref(), Some(""));
        });
    }
}
