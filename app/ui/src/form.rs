//! Forms over server functions: they work without script, keep what was typed, and put each error beside its field.

use leptos::{
    context::Provider,
    form::ActionForm,
    html,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
};
use serde::de::DeserializeOwned;
use shared::{AppError, FieldError};

use crate::{error_summary::ErrorSummary, returned};

/// How the form around a field is doing. Fields find it by context.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The path of the server function that it calls.
    pub to: &'static str,
    pub pending: Signal<bool>,
    pub error: Signal<Option<AppError>>,
    /// Stands before each field's name in its id, so that two forms on a page do not collide.
    pub prefix: StoredValue<String>,
}

impl FormState {
    pub fn of<S>(action: ServerAction<S>, prefix: &str) -> Self
    where
        S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        S::Output: Send + Sync + 'static,
    {
        let value = action.value();
        // Several forms of a page may call one server function; a refusal that the address tells belongs to one of them.
        let (version, of_another) = (action.version(), returned::is_of_another(S::PATH, prefix));
        let error = Signal::derive(move || {
            if of_another && version.get() == 0 {
                return None;
            }
            value.with(|value| value.as_ref().and_then(|result| result.as_ref().err()).cloned())
        });
        Self {
            to: S::PATH,
            pending: action.pending().into(),
            error,
            prefix: StoredValue::new(prefix.to_owned()),
        }
    }

    /// What to say beside `field`.
    pub fn error_of(self, field: &str) -> Option<String> {
        self.error.with(|error| {
            let texts: Vec<&str> = error.as_ref()?.for_field(field).collect();
            (!texts.is_empty()).then(|| texts.join(""))
        })
    }

    /// What was typed into the field `name` before the form was refused, with script switched off: all values of that name.
    pub(crate) fn typed(self, name: &str) -> Option<Vec<String>> {
        if returned::is_secret(name) {
            return None;
        }
        let typed = self
            .prefix
            .with_value(|prefix| returned::typed(self.to, prefix))?;
        let of_name = typed.into_iter().filter(|(typed, _)| typed == name);
        Some(of_name.map(|(_, value)| value).collect())
    }

    /// What the summary lists: each field's error, or the one sentence about the whole.
    pub fn listed(self) -> Vec<FieldError> {
        self.error.with(|error| match error {
            None => Vec::new(),
            Some(AppError::Invalid(fields)) => fields.clone(),
            Some(other) => vec![FieldError {
                field: String::new(),
                message: other.message(),
            }],
        })
    }
}

/// The id of the field `name` under the form around it: what labels, errors and the summary point to.
pub fn field_id(name: &str) -> String {
    match use_context::<FormState>() {
        Some(form) => form.prefix.with_value(|prefix| field_id_in(prefix, name)),
        None => field_id_in("", name),
    }
}

/// The id of the form itself. The address leads there when a form that was sent without script is refused: so what it is folded into
/// opens.
pub fn form_id(prefix: &str) -> String {
    format!("form-{prefix}")
}

pub(crate) fn field_id_in(prefix: &str, name: &str) -> String {
    let name = name.replace(['[', ']', '.'], "-");
    if prefix.is_empty() {
        format!("f-{name}")
    } else {
        format!("f-{prefix}-{name}")
    }
}

/// A form that calls a server function. Errors of single fields appear beside them and in a summary on top.
#[component]
pub fn Form<S, P>(
    action: ServerAction<S>,
    /// Distinguishes forms with equal field names on one page.
    #[prop(optional, into)]
    prefix: String,
    /// It adds one thing after another: once it has succeeded it is as it was at first, and a second press adds nothing.
    #[prop(optional)]
    adds: bool,
    children: Children,
) -> impl IntoView
where
    S: DeserializeOwned
        + ServerFn<Protocol = Http<PostUrl, P>, Error = AppError>
        + Clone
        + Send
        + Sync
        + 'static,
    <<S::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<web_sys::FormData>,
    S::Output: Send + Sync + 'static,
    S::Client: Client<AppError>,
    P: 'static,
{
    let (state, id) = (FormState::of(action, &prefix), form_id(&prefix));
    // Without script the browser's own checks save a round trip; with it, ours speak better.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let node = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        let succeeded = action.value().with(|value| matches!(value, Some(Ok(_))));
        if let (true, true, Some(form)) = (adds, succeeded, node.get()) {
            form.reset();
        }
    });
    view! {
        <Provider value=state>
            <ActionForm action=action node_ref=node attr:id=id attr:class="form" attr:novalidate=move || scripted.get()>
                <input type="hidden" name=returned::FORM value=prefix/>
                <ErrorSummary/>
                {children()}
            </ActionForm>
        </Provider>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_fit_for_a_fragment_and_differ_by_form() {
        assert_eq!(field_id_in("", "phone"), "f-phone");
        assert_eq!(field_id_in("relative", "input[phone]"), "f-relative-input-phone-");
    }

    #[test]
    fn errors_go_to_their_fields_and_others_to_the_summary() {
        Owner::new().with(|| {
            let error = RwSignal::new(Some(AppError::invalid("phone", "请填 11 位手机号。")));
            let form = FormState {
                to: "/api/v1/x",
                pending: Signal::stored(false),
                error: error.into(),
                prefix: StoredValue::new(String::new()),
            };
            assert_eq!(form.error_of("phone").as_deref(), Some("请填 11 位手机号。"));
            assert_eq!(form.error_of("name"), None);
            assert_eq!(form.listed()[0].field, "phone");
            error.set(Some(AppError::Forbidden));
            assert_eq!(form.error_of("phone"), None);
            assert_eq!(form.listed()[0].message, AppError::Forbidden.message());
            error.set(None);
            assert!(form.listed().is_empty());
        });
    }
}
