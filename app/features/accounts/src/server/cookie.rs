//! The cookies: the session's, the registration ticket's, for which page a grid is being chosen on the map, and what a visitor without
//! an account has in hand.

use axum::http::{HeaderMap, HeaderValue, header};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use shared::{AppError, Timestamp};

use super::Settings;

/// Which cookie; each has a name of its own under TLS, where `__Host-` keeps other hosts from setting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jar {
    Session,
    /// Held by somebody whose number was proved and who has no account yet.
    Ticket,
    /// Held while somebody chooses their grid on the map: which page they come back to.
    Picking,
    /// Held by a visitor without an account: a number that they proved, a matter whose code they know.
    Hand,
}

impl Jar {
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-linli",
            (Self::Session, false) => "linli",
            (Self::Ticket, true) => "__Host-linli-ticket",
            (Self::Ticket, false) => "linli-ticket",
            (Self::Picking, true) => "__Host-linli-picking",
            (Self::Picking, false) => "linli-picking",
            (Self::Hand, true) => "__Host-linli-hand",
            (Self::Hand, false) => "linli-hand",
        }
    }
}

/// The value of `Set-Cookie`. `max_age` is in seconds; 0 takes the cookie away.
///
/// # Errors
/// [`AppError::Internal`] if `value` cannot stand in a header.
pub fn set(jar: Jar, settings: Settings, value: &str, max_age: i64) -> Result<HeaderValue, AppError> {
    let name = jar.name(settings.secure);
    let secure = if settings.secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}"
    ))
    .map_err(|error| db::internal(&error))
}

/// What the browser sent for `jar`.
pub fn read(jar: Jar, settings: Settings, headers: &HeaderMap) -> Option<String> {
    let name = jar.name(settings.secure);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// How long a cookie lives that lives until `end`, in seconds.
pub const fn seconds_until(end: Timestamp, now: Timestamp) -> i64 {
    let left = (end.0 - now.0) / Timestamp::SECOND;
    if left > 0 { left } else { 0 }
}

/// Adds a cookie to the answer of the current server function.
///
/// # Errors
/// As [`set`].
pub fn send(jar: Jar, value: &str, max_age: i64) -> Result<(), AppError> {
    let header = set(jar, Settings::current(), value, max_age)?;
    expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, header);
    Ok(())
}

/// What the current request's browser sent for `jar`.
pub fn received(jar: Jar) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    read(jar, Settings::current(), &parts.headers)
}

/// The address of the page that a grid is being chosen for on the map, if one is.
pub fn picking(settings: Settings, headers: &HeaderMap) -> Option<&'static str> {
    match read(Jar::Picking, settings, headers)?.as_str() {
        "register" => Some("/register"),
        "home" => Some("/me/home"),
        _ => None,
    }
}

/// Whether a visitor without an account has something in hand, by which they may be shown more than others are.
pub fn in_hand(settings: Settings, headers: &HeaderMap) -> bool {
    read(Jar::Hand, settings, headers).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECURE: Settings = Settings {
        demo: false,
        secure: true,
    };
    const PLAIN: Settings = Settings {
        demo: false,
        secure: false,
    };

    #[test]
    fn a_secure_cookie_has_all_its_attributes() {
        let header = set(Jar::Session, SECURE, "abc", 60).unwrap();
        assert_eq!(
            header,
            "__Host-linli=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert_eq!(
            set(Jar::Session, PLAIN, "", 0).unwrap(),
            "linli=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
        assert!(set(Jar::Session, PLAIN, "a\r\nb", 0).is_err());
    }

    #[test]
    fn over_tls_the_plain_name_counts_for_nothing() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; linli=planted"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-linli=real"));
        assert_eq!(read(Jar::Session, SECURE, &headers).as_deref(), Some("real"));
        assert_eq!(read(Jar::Session, PLAIN, &headers).as_deref(), Some("planted"));
        assert_eq!(read(Jar::Ticket, SECURE, &headers), None);
    }
}
