//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so
//! that all of it works without script.

mod act;
mod admin;
mod grids;
mod me;
mod residents;
mod sign_in;

pub use act::*;
pub use admin::*;
pub use grids::*;
pub use me::*;
pub use residents::*;
pub use sign_in::*;

#[cfg(feature = "ssr")]
pub(crate) mod web {
    use http::{header, request::Parts};
    use leptos::prelude::use_context;
    use shared::AppError;

    use crate::server::{
        cookie::{self, Jar},
        session::{self, Browser},
    };

    /// Leads to `path` after a change.
    pub fn go(path: &str) {
        leptos_axum::redirect(path);
    }

    /// Whether a script asks, not the browser itself.
    pub fn scripted() -> bool {
        let parts = use_context::<Parts>();
        let accepted = parts
            .as_ref()
            .and_then(|parts| parts.headers.get(header::ACCEPT)?.to_str().ok());
        !accepted.is_some_and(|accepted| accepted.contains("text/html"))
    }

    /// `next` if it is an address on this site, or else `otherwise`.
    pub fn safe_next(next: &str, otherwise: &str) -> String {
        let here =
            next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
        if here && !next.starts_with("/sign-in") {
            next.to_owned()
        } else {
            otherwise.to_owned()
        }
    }

    /// `text` as part of an address's query.
    pub fn query(text: &str) -> String {
        text.bytes()
            .map(|b| match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                    char::from(b).to_string()
                }
                b => format!("%{b:02X}"),
            })
            .collect()
    }

    /// From where the current request comes.
    pub fn browser() -> Browser {
        let agent = use_context::<Parts>().and_then(|parts| {
            parts
                .headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .map(ToOwned::to_owned)
        });
        Browser {
            label: session::label(&agent.unwrap_or_default()),
            last_token: cookie::received(Jar::Session),
        }
    }

    /// What is no id leads nowhere.
    pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
        text.parse().map_err(|_| AppError::NotFound)
    }

    pub fn cursor(text: &str) -> Result<Option<shared::Cursor>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .map_err(|()| AppError::invalid("after", "这一页的地址不对，请从第一页看起。"))
    }

    /// A date as forms send it.
    pub fn date(field: &str, text: &str) -> Result<shared::Date, AppError> {
        text.trim()
            .parse()
            .map_err(|_| AppError::invalid(field, "请选日期。"))
    }

    /// A date that may be left out.
    pub fn date_or_none(field: &str, text: &str) -> Result<Option<shared::Date>, AppError> {
        if text.trim().is_empty() {
            Ok(None)
        } else {
            date(field, text).map(Some)
        }
    }

    /// A position among some choices.
    pub fn choice<T>(field: &str, found: Option<T>) -> Result<T, AppError> {
        found.ok_or_else(|| AppError::invalid(field, "请选一项。"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn leads_to_this_site_only() {
            assert_eq!(safe_next("/orgs?q=1", "/"), "/orgs?q=1");
            for bad in [
                "//evil.cn",
                "https://evil.cn",
                "/\\evil.cn",
                "javascript:x",
                "",
                "/a\r\nb",
                "/sign-in?next=/",
            ] {
                assert_eq!(safe_next(bad, "/"), "/", "{bad}");
            }
        }

        #[test]
        fn a_query_keeps_its_bounds() {
            assert_eq!(query("/a?b=c&d"), "/a%3Fb%3Dc%26d");
        }
    }
}
