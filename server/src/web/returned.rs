//! Forms from browsers without script: what was typed into a refused one comes back into its fields, and what a server
//! function answered is shown; see [`ui::returned`].
//!
//! On its way it lies sealed in a cookie of the page that shows it, for as long as that takes: not in the address, which is
//! kept and passed on, and not on the server, which holds nothing for strangers. The cookie goes once a form has taken it.

use std::{
    io::{Read, Write},
    sync::{Arc, atomic::Ordering},
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, response},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use db::{
    access,
    crypt::{Field, Keyring},
};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};
use shared::{AppError, Timestamp, UserId};
use ui::returned::{DRAFT, FORM, Kept, Offered, Returned, is_secret};
use url::{Url, form_urlencoded};

use super::{failure, headers::Tls, state::App};

/// A form that is read on its way, in bytes.
const LARGEST_FORM: usize = 256 << 10;
/// An answer that is carried on, in bytes.
const LARGEST_ANSWER: usize = 1 << 20;
/// Browsers keep cookies of up to 4096 bytes, name and attributes included.
const LARGEST_COOKIE: usize = 3800;
/// What is sealed unfolds to no more than this.
const LARGEST_OPEN: u64 = 1 << 20;
/// How long what was typed waits for the page that the browser asks for at once, in seconds.
const LIFE_S: i64 = 120;
/// How long a form waits that is left for another page and meant to be gone on with, in seconds.
const DRAFT_S: i64 = 30 * 60;

/// What lies in the cookie.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    /// The page that shows it. A cookie's path also covers what lies below.
    page: String,
    until: Timestamp,
    /// Whose form it was: somebody else may sign in before the page is asked for.
    user: Option<UserId>,
    returned: Returned,
}

impl Sealed {
    /// As a cookie's value. What does not fit is left out, the longest first; `None` if nothing is left.
    fn seal(mut self, keys: &Keyring) -> Option<String> {
        loop {
            let value = keys.seal(Field::Typed, &pressed(&serde_json::to_vec(&self).ok()?)?);
            if value.len() <= LARGEST_COOKIE {
                return Some(value);
            }
            let longest = self
                .returned
                .typed
                .iter()
                .enumerate()
                .max_by_key(|(_, (_, value))| value.len())?;
            let longest = longest.0;
            self.returned.typed.remove(longest);
        }
    }

    fn open(value: &str, keys: &Keyring) -> Option<Self> {
        let bytes = STANDARD_NO_PAD
            .decode(keys.open(Field::Typed, value).ok()?)
            .ok()?;
        let mut json = Vec::new();
        DeflateDecoder::new(bytes.as_slice())
            .take(LARGEST_OPEN)
            .read_to_end(&mut json)
            .ok()?;
        serde_json::from_slice(&json).ok()
    }
}

fn pressed(json: &[u8]) -> Option<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(json).ok()?;
    Some(STANDARD_NO_PAD.encode(encoder.finish().ok()?))
}

/// Takes along what a form without script held, or gives it back to the page that shows the form again.
pub async fn give_back(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_plain_form(&request) {
        sent(&app, request, next).await
    } else if *request.method() == Method::GET {
        shown(&app, request, next).await
    } else {
        next.run(request).await
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Whether the browser itself sends a form to a server function: a script asks for JSON.
fn is_plain_form(request: &Request) -> bool {
    let kind = header(request.headers(), &header::CONTENT_TYPE);
    *request.method() == Method::POST
        && request.uri().path().starts_with("/api/v1/")
        && header(request.headers(), &header::ACCEPT).contains("text/html")
        && (kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/form-data"))
}

async fn sent(app: &App, request: Request, next: Next) -> Response {
    let to = request.uri().path().to_owned();
    let user = user(&request);
    let headers = request.headers().clone();
    let (request, fields) = match read(request).await {
        Ok(read) => read,
        Err(error) => return failure::respond(&error, &headers),
    };
    let response = next.run(request).await;
    if response.status() != StatusCode::FOUND {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(answer) = to_bytes(body, LARGEST_ANSWER).await else {
        return failure::respond(&AppError::Unavailable, &headers);
    };
    let form = fields.iter().find(|(name, _)| name == FORM);
    let form = form.map(|(_, form)| form.clone()).unwrap_or_default();
    let Landing { page, refused } = landing(&mut parts, &form);
    let draft = parts
        .headers
        .remove(DRAFT)
        .and_then(|of| Some(of.to_str().ok()?.to_owned()));
    let carried = if let Some(of) = draft {
        // A button that stands alone has nothing to keep, and must not take away what is kept.
        let filled = fields.iter().any(|(name, _)| name == FORM);
        let page = path_of(header(&headers, &header::REFERER));
        page.filter(|_| filled)
            .map(|page| (page, DRAFT_S, typed(of, form, fields)))
    } else if refused {
        page.map(|page| (page, LIFE_S, typed(to, form, fields)))
    } else {
        let returned = answered(to, form, &answer);
        page.zip(returned)
            .map(|(page, returned)| (page, LIFE_S, returned))
    };
    if let Some((page, life_s, returned)) = carried {
        carry(app, &mut parts.headers, page, life_s, user, returned);
    }
    Response::from_parts(parts, Body::from(answer))
}

/// Seals it into a cookie of the page.
fn carry(
    app: &App,
    headers: &mut HeaderMap,
    page: String,
    life_s: i64,
    user: Option<UserId>,
    returned: Returned,
) {
    let until = app.house.clock.now().plus(life_s * Timestamp::SECOND);
    let sealed = Sealed {
        page,
        until,
        user,
        returned,
    };
    let page = sealed.page.clone();
    let cookie = sealed
        .seal(&app.house.keys)
        .and_then(|value| set(app.tls, &page, &value, life_s));
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Takes along what a form with files held that a route of its own refused: what such a form brings is too large to be read on its way,
/// so the route says what was typed; see [`Kept`].
pub async fn give_back_with_files(State(app): State<App>, request: Request, next: Next) -> Response {
    let user = user(&request);
    let mut response = next.run(request).await;
    let Some(Kept { to, form, fields }) = response.extensions_mut().remove::<Kept>() else {
        return response;
    };
    if let Some(page) = path_of(header(response.headers(), &header::LOCATION)) {
        let returned = typed(to.to_owned(), form, fields);
        carry(&app, response.headers_mut(), page, LIFE_S, user, returned);
    }
    response
}

fn user(request: &Request) -> Option<UserId> {
    let asked = request.extensions().get::<access::Request>()?;
    asked.actor.as_ref().map(|actor| actor.user)
}

/// The fields of a form that is small enough to be looked into; files pass.
async fn read(request: Request) -> Result<(Request, Vec<(String, String)>), AppError> {
    let headers = request.headers();
    let length: Option<usize> = header(headers, &header::CONTENT_LENGTH).parse().ok();
    let fields = header(headers, &header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    if !fields || length.is_none_or(|length| length > LARGEST_FORM) {
        return Ok((request, Vec::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST_FORM)
        .await
        .map_err(|_| AppError::TooLarge)?;
    let fields = form_urlencoded::parse(&bytes).into_owned().collect();
    Ok((Request::from_parts(parts, Body::from(bytes)), fields))
}

/// Where the browser is sent.
struct Landing {
    /// `None` where no cookie can be set for it.
    page: Option<String>,
    /// Whether the form was refused; the address says why.
    refused: bool,
}

/// Reads where the browser is sent, and tidies that address: of several refusals only the last counts, and it names the
/// form that was refused.
fn landing(parts: &mut response::Parts, form: &str) -> Landing {
    let location = header(&parts.headers, &header::LOCATION).to_owned();
    let page = path_of(&location);
    let Ok(mut address) = Url::parse(&location) else {
        return Landing { page, refused: false };
    };
    let all: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let last = |name: &str| {
        all.iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let refusal = last("__path").zip(last("__err"));
    let others = all
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "__path" | "__err" | FORM));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others);
    if let Some((path, error)) = refusal {
        query.extend_pairs([("__path", path), ("__err", error), (FORM, form)]);
    }
    let query = query.finish();
    address.set_query((!query.is_empty()).then_some(query.as_str()));
    if refusal.is_some() {
        address.set_fragment(Some(&ui::form_id(form)));
    }
    if let Ok(value) = HeaderValue::from_str(address.as_str()) {
        parts.headers.insert(header::LOCATION, value);
    }
    Landing {
        page,
        refused: refusal.is_some(),
    }
}

/// The path of an address, whole or not, if a cookie may bear it.
fn path_of(address: &str) -> Option<String> {
    let path = match Url::parse(address) {
        Ok(url) => url.path().to_owned(),
        Err(_) => address.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~%".contains(&b);
    (path.starts_with('/') && path.bytes().all(plain)).then_some(path)
}

fn typed(to: String, form: String, fields: Vec<(String, String)>) -> Returned {
    let kept = |(name, value): &(String, String)| name != FORM && !is_secret(name) && !value.is_empty();
    Returned {
        to,
        form,
        typed: fields.into_iter().filter(kept).collect(),
        answer: None,
    }
}

/// Something that the page shows: most server functions only say that it is done.
fn answered(to: String, form: String, answer: &[u8]) -> Option<Returned> {
    let json = std::str::from_utf8(answer)
        .ok()
        .filter(|json| !matches!(*json, "" | "null"))?;
    Some(Returned {
        to,
        form,
        typed: Vec::new(),
        answer: Some(json.to_owned()),
    })
}

const fn cookie_name(tls: Tls) -> &'static str {
    if tls.0 {
        "__Secure-linli-returned"
    } else {
        "linli-returned"
    }
}

/// `__Host-` would bind the cookie to the whole site; this one goes to its page alone.
fn set(tls: Tls, page: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    let (name, secure) = (cookie_name(tls), if tls.0 { "; Secure" } else { "" });
    HeaderValue::from_str(&format!(
        "{name}={value}; Path={page}; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}"
    ))
    .ok()
}

async fn shown(app: &App, mut request: Request, next: Next) -> Response {
    let page = request.uri().path().to_owned();
    let name = cookie_name(app.tls);
    let cookies = request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let found = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .filter_map(|(_, value)| Sealed::open(value, &app.house.keys))
        .find(|sealed| sealed.page == page);
    let now = app.house.clock.now();
    let Some(sealed) = found.filter(|sealed| sealed.until > now && sealed.user == user(&request)) else {
        return next.run(request).await;
    };
    let offered = Offered {
        returned: Arc::new(sealed.returned),
        ..Offered::default()
    };
    request.extensions_mut().insert(offered.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if offered.taken.load(Ordering::Relaxed)
        && let Some(cookie) = set(app.tls, &page, "", 0)
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn sealed(returned: Returned) -> Sealed {
        Sealed {
            page: "/register".into(),
            until: Timestamp(1),
            user: None,
            returned,
        }
    }

    #[test]
    fn comes_back_as_it_was_typed_but_for_secrets() {
        let keys = Keyring::generate();
        let all = fields(&[
            ("name", "王芳"),
            ("password", "p"),
            ("current", "q"),
            ("code", "1"),
            (FORM, "a"),
            ("to", ""),
        ]);
        let value = sealed(typed("/api/v1/x".into(), "a".into(), all))
            .seal(&keys)
            .unwrap();
        let back = Sealed::open(&value, &keys).unwrap();
        assert_eq!(back.returned.typed, fields(&[("name", "王芳")]));
        assert_eq!(
            (back.returned.to.as_str(), back.returned.form.as_str()),
            ("/api/v1/x", "a")
        );
        assert!(Sealed::open(&value, &Keyring::generate()).is_none());
        assert!(Sealed::open("garbage", &keys).is_none());
        assert!(Sealed::open(&keys.seal(Field::Note, "x"), &keys).is_none());
    }

    #[test]
    fn what_does_not_fit_is_left_out_longest_first() {
        let keys = Keyring::generate();
        // Random enough that pressing gains nothing.
        let long: String = (0..200)
            .map(|_| keys.digest("test", &rand::random::<u64>().to_string()))
            .collect();
        let all = fields(&[("words", &long), ("name", "王芳")]);
        let value = sealed(typed("/x".into(), String::new(), all))
            .seal(&keys)
            .unwrap();
        assert!(value.len() <= LARGEST_COOKIE);
        assert_eq!(
            Sealed::open(&value, &keys).unwrap().returned.typed,
            fields(&[("name", "王芳")])
        );
        let answer = answered("/x".into(), String::new(), format!("\"{long}\"").as_bytes());
        assert!(
            sealed(answer.unwrap()).seal(&keys).is_none(),
            "nothing is left of it"
        );
    }

    #[test]
    fn an_address_tells_the_last_refusal_and_its_form() {
        let (mut parts, ()) = http::Response::new(()).into_parts();
        let was =
            "http://a.cn/register?q=hyb&__path=%2Fold&__err=b2xk&__form=o&__path=%2Fapi%2Fv1%2Fx&__err=bmV3";
        parts
            .headers
            .insert(header::LOCATION, HeaderValue::from_static(was));
        let landing = landing(&mut parts, "register");
        assert!(landing.refused);
        assert_eq!(landing.page.as_deref(), Some("/register"));
        assert_eq!(
            parts.headers[header::LOCATION],
            "http://a.cn/register?q=hyb&__path=%2Fapi%2Fv1%2Fx&__err=bmV3&__form=register#form-register"
        );
    }

    #[test]
    fn a_cookie_bears_plain_paths_only() {
        assert_eq!(
            path_of("http://a.cn/me/data?try=1#x").as_deref(),
            Some("/me/data")
        );
        assert_eq!(path_of("/me?done=saved").as_deref(), Some("/me"));
        assert_eq!(path_of("http://a.cn/a;Domain=b.cn"), None);
        assert_eq!(path_of("javascript:x"), None);
    }

    #[test]
    fn an_answer_is_what_says_something() {
        for nothing in ["", "null"] {
            assert!(answered(String::new(), String::new(), nothing.as_bytes()).is_none());
        }
        let answer = answered("/x".into(), String::new(), b"[\"a\"]").unwrap();
        assert_eq!(answer.answer.as_deref(), Some("[\"a\"]"));
    }
}
