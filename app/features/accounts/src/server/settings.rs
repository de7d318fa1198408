//! What the deployment decides about signing in; the server's middleware puts it into every request.

/// Settings of this pillar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Codes are shown on the page and the demonstration's accounts are listed. Never with real people.
    pub demo: bool,
    /// Cookies are `__Host-` and `Secure`. Off only on plain http, which is for loopback.
    pub secure: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            demo: false,
            secure: true,
        }
    }
}

impl Settings {
    /// The current request's; the strict ones where the middleware gave none.
    pub fn current() -> Self {
        leptos::prelude::use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().copied())
            .unwrap_or_default()
    }
}
