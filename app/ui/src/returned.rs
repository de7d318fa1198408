//! What comes back to a browser without script after its form was sent: what was typed, where the form was refused, and
//! what the server function answered, where it answered something. With script both stay in the page anyway.
//!
//! The server's middleware seals it into a short-lived cookie of the page and puts it into the request that shows the page
//! again. What is secret never takes this way: see [`is_secret`].

use leptos::{
    prelude::*,
    server::ServerActionError,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::AppError;

/// The hidden field by which a form says which of a page's forms it is; also in the address of a page after a refusal.
pub const FORM: &str = "__form";

/// The header by which a server function tells the middleware to keep what was typed, though it was not refused; see [`keep_draft`].
#[cfg(feature = "ssr")]
pub const DRAFT: &str = "x-linli-draft";

/// Keeps what the form of `S` holds that the current request sent, so that it stands there again when its page is shown next:
/// it was left to choose something elsewhere.
#[cfg(feature = "ssr")]
pub fn keep_draft<S: ServerFn>() {
    let name = http::HeaderName::from_static(DRAFT);
    expect_context::<leptos_axum::ResponseOptions>()
        .insert_header(name, http::HeaderValue::from_static(S::PATH));
}

/// The names of fields that are typed anew each time. A field of a secret kind has to bear one of them.
const SECRET: [&str; 3] = ["password", "current", "code"];

/// Whether what stands in the field `name` is never kept anywhere: passwords, one-time codes.
pub fn is_secret(name: &str) -> bool {
    SECRET.contains(&name)
}

/// One form that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The path of its server function.
    pub to: String,
    /// Which of the page's forms it was; see [`FORM`].
    pub form: String,
    /// Fields by name, without secret ones.
    pub typed: Vec<(String, String)>,
    /// What the server function answered, as JSON.
    pub answer: Option<String>,
}

/// What a plain route puts into its answer where it refuses a form: the middleware takes it along to the page, as it does by itself for
/// server functions.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct Kept {
    /// The route's path.
    pub to: &'static str,
    /// Which of the page's forms it was; see [`FORM`].
    pub form: String,
    pub fields: Vec<(String, String)>,
}

/// What the middleware puts into the request of the page.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Offered {
    pub returned: std::sync::Arc<Returned>,
    /// Set once a form on the page has taken it.
    pub taken: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

#[cfg(feature = "ssr")]
impl Offered {
    fn current() -> Option<Self> {
        use_context::<http::request::Parts>()?
            .extensions
            .get::<Self>()
            .cloned()
    }

    /// Whether it holds what was typed into this form.
    fn is_of(&self, to: &str, form: &str) -> bool {
        let returned = &self.returned;
        returned.answer.is_none() && returned.to == to && returned.form == form
    }

    fn take(&self) -> &Returned {
        self.taken.store(true, std::sync::atomic::Ordering::Relaxed);
        &self.returned
    }
}

/// An answer as the page and the script that takes it over both know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Answer {
    to: String,
    form: String,
    json: String,
}

#[derive(Clone, Copy)]
struct Answered(RwSignal<Option<Answer>>);

/// Lets the pages inside find an answer. `path` is where the browser is: an answer is shown there, and nowhere later.
pub fn provide_answers(path: Memo<String>) {
    let answer = SharedValue::new(served).into_inner();
    let held = RwSignal::new(answer);
    provide_context(Answered(held));
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            held.set(None);
        }
        now
    });
}

fn served() -> Option<Answer> {
    #[cfg(feature = "ssr")]
    {
        let offered = Offered::current()?;
        offered.returned.answer.as_ref()?;
        let Returned { to, form, answer, .. } = offered.take().clone();
        answer.map(|json| Answer { to, form, json })
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// What the server function at `to` answered to the form `form`, which was sent without script.
pub fn answer_to<T: DeserializeOwned>(to: &str, form: &str) -> Option<T> {
    let Answered(held) = use_context()?;
    held.with(|held| {
        let answer = held
            .as_ref()
            .filter(|answer| answer.to == to && answer.form == form)?;
        serde_json::from_str(&answer.json).ok()
    })
}

/// What `action` has answered to the form `form`, with script or without.
pub fn answer_of<S>(action: ServerAction<S>, form: &str) -> Signal<Option<S::Output>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let (value, before) = (action.value(), answer_to::<S::Output>(S::PATH, form));
    Signal::derive(move || {
        value.with(|value| match value {
            Some(Ok(answer)) => Some(answer.clone()),
            Some(Err(_)) => None,
            None => before.clone(),
        })
    })
}

/// Why the server function at `to` refused a form that was sent without script.
pub fn refusal_of(to: &str) -> Option<AppError> {
    let error = use_context::<ServerActionError>().filter(|error| error.path() == to)?;
    Some(ServerFnUrlError::<AppError>::decode_err(error.err()))
}

/// Whether the refusal that the page's address tells of `to` belongs to another of the forms that call it than to `form`.
pub(crate) fn is_of_another(to: &str, form: &str) -> bool {
    refusal_of(to).is_some()
        && use_query_map().with_untracked(|query| query.get_str(FORM).is_some_and(|of| of != form))
}

/// Whether the form `form` of `S` was refused when it was sent without script: what it stands in has to be open.
pub fn was_refused<S: ServerFn<Error = AppError>>(form: &str) -> bool {
    refusal_by(S::PATH, form).is_some()
}

/// Why the server function or route at `to` refused the form `form`, which was sent without script.
pub fn refusal_by(to: &str, form: &str) -> Option<AppError> {
    refusal_of(to).filter(|_| !is_of_another(to, form))
}

/// What was typed into the form `form` of `S` before it was left or refused, for a page that makes the form later than itself.
/// Ask in the page's `view`. The form itself still finds it too, where it is part of the page as it is served.
pub fn kept<S: ServerFn>(form: &str) -> Vec<(String, String)> {
    kept_by(S::PATH, form)
}

/// As [`kept`], for a form that goes to the server function or route at `to`.
pub fn kept_by(to: &str, form: &str) -> Vec<(String, String)> {
    let peek = || {
        #[cfg(feature = "ssr")]
        {
            let offered = Offered::current().filter(|offered| offered.is_of(to, form));
            offered
                .map(|offered| offered.returned.typed.clone())
                .unwrap_or_default()
        }
        #[cfg(not(feature = "ssr"))]
        Vec::new()
    };
    #[cfg(not(feature = "ssr"))]
    let _ = (to, form);
    SharedValue::new(peek).into_inner()
}

/// What was typed into the form `form` of the server function at `to`, while its page is rendered. In the browser there is
/// nothing to find: what stands in a field there is what is typed.
pub(crate) fn typed(to: &str, form: &str) -> Option<Vec<(String, String)>> {
    #[cfg(feature = "ssr")]
    {
        let offered = Offered::current().filter(|offered| offered.is_of(to, form))?;
        Some(offered.take().typed.clone())
    }
    #[cfg(not(feature = "ssr"))]
    {
        let _ = (to, form);
        None
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{Checkbox, Choice, Field, FieldKind, FormState, RadioGroup, Select};
    use leptos::context::Provider;

    fn offered(typed: &[(&str, &str)]) -> Offered {
        let typed = typed
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let returned = Returned {
            to: "/api/v1/x".into(),
            form: "a".into(),
            typed,
            answer: None,
        };
        Offered {
            returned: returned.into(),
            ..Offered::default()
        }
    }

    /// The fields of the form `prefix`, on a page to which `offered` came back.
    fn page(offered: &Offered, prefix: &str) -> String {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.extensions.insert(offered.clone());
        let prefix = StoredValue::new(prefix.to_owned());
        let state = FormState {
            to: "/api/v1/x",
            pending: Signal::stored(false),
            error: Signal::stored(None),
            prefix,
        };
        provide_context(parts);
        let choices = || vec![Choice::new("1", "一"), Choice::new("2", "二")];
        view! {
            <Provider value=state>
                <Field name="name" label="姓名" value="原来的"/>
                <Field name="words" label="说明" kind=FieldKind::Textarea/>
                <Field name="password" label="密码" kind=FieldKind::Password/>
                <Field name="code" label="口令"/>
                <Select name="role" label="角色" choices=choices()/>
                <RadioGroup name="node" label="网格" choices=choices()/>
                <Checkbox name="read" label="看过"/>
                <Checkbox name="news" label="短信" checked=true/>
            </Provider>
        }
        .to_html()
    }

    const TYPED: [(&str, &str); 7] = [
        ("name", "王\"芳"),
        ("words", "<b>第一行"),
        ("password", "secret-password"),
        ("code", "246810"),
        ("role", "2"),
        ("node", "2"),
        ("read", "true"),
    ];

    #[test]
    fn what_was_typed_comes_back_into_its_fields() {
        let offered = offered(&TYPED);
        let html = Owner::new().with(|| page(&offered, "a"));
        assert!(html.contains("value=\"王&quot;芳\""), "{html}");
        assert!(html.contains("&lt;b&gt;第一行"), "{html}");
        assert!(html.contains("<option value=\"2\" selected"), "{html}");
        assert_eq!(html.matches("checked").count(), 2, "one radio, one box: {html}");
        assert!(offered.taken.load(std::sync::atomic::Ordering::Relaxed));
    }

    #[test]
    fn nothing_secret_comes_back() {
        let html = Owner::new().with(|| page(&offered(&TYPED), "a"));
        assert!(
            !html.contains("secret-password") && !html.contains("246810"),
            "{html}"
        );
    }

    #[test]
    fn another_form_of_the_page_takes_nothing() {
        let offered = offered(&TYPED);
        let html = Owner::new().with(|| page(&offered, "b"));
        assert!(html.contains("原来的") && !html.contains("第一行"), "{html}");
        assert!(!offered.taken.load(std::sync::atomic::Ordering::Relaxed));
    }
}
