//! Public pages, rendered once: a bounded cache of bytes keyed by address and appearance, dropped by events.
//!
//! Only what an anonymous visitor is shown is kept. A page's nonce is cut out when it is kept, and a fresh one put in
//! each time it is sent.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use accounts::server::{in_hand, picking};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use moka::sync::Cache;
use ui::{appearance::Appearance, returned::Offered};

use super::session::session_cookie;
use crate::concern;

/// The cache's size, in bytes of HTML.
const CAPACITY: u64 = 64 << 20;
/// A page larger than this is not kept.
const LARGEST: usize = 4 << 20;
/// Pages say how long ago things were; they are made anew at least this often.
const LIFE: Duration = Duration::from_secs(60);
/// Pages with forms of a stranger's: a code that was sent, words that were typed.
const NEVER: [&str; 8] = [
    "/sign-in",
    "/register",
    "/me",
    "/admin",
    "/act",
    "/residents",
    "/reports/new",
    "/reports/track",
];

#[derive(Clone, Debug)]
struct Page {
    /// The HTML between the places where the nonce stands.
    parts: Arc<[Bytes]>,
    /// The policy before and after the nonce.
    policy: Option<(String, String)>,
    size: u32,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Key {
    generation: u64,
    /// Read from the cookie, so that strangers cannot fill the cache with spellings of it.
    appearance: Appearance,
    address: String,
}

/// The cache of one process.
#[derive(Clone, Debug)]
pub struct PageCache {
    pages: Cache<Key, Page>,
    generation: Arc<AtomicU64>,
    /// Of the pages that count residents, besides.
    counted: Arc<AtomicU64>,
}

impl Default for PageCache {
    fn default() -> Self {
        let pages = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|key: &Key, page: &Page| {
                page.size + u32::try_from(key.address.len()).unwrap_or(u32::MAX)
            })
            .time_to_live(LIFE)
            .build();
        Self {
            pages,
            generation: Arc::default(),
            counted: Arc::default(),
        }
    }
}

impl PageCache {
    /// Something that a public page may show has changed: no page kept before is sent again.
    pub fn drop_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.pages.invalidate_all();
    }

    /// As [`PageCache::drop_all`], of the pages that count residents; where people work, somebody is entered every few seconds.
    pub fn drop_counted(&self) {
        self.counted.fetch_add(1, Ordering::SeqCst);
    }

    fn key(&self, request: &Request) -> Option<Key> {
        let settings = request.extensions().get().copied().unwrap_or_default();
        let own = session_cookie(request.headers()).is_some()
            || request.extensions().get::<Offered>().is_some()
            || picking(settings, request.headers()).is_some()
            || in_hand(settings, request.headers());
        if request.method() != Method::GET || own {
            return None;
        }
        let path = request.uri().path();
        if NEVER.iter().any(|p| {
            path.strip_prefix(p)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }) {
            return None;
        }
        let mut generation = self.generation.load(Ordering::SeqCst);
        if concern::counts_residents(path, request.uri().query().unwrap_or_default()) {
            generation += self.counted.load(Ordering::SeqCst);
        }
        Some(Key {
            generation,
            appearance: app::appearance_in(request.headers()),
            address: request.uri().to_string(),
        })
    }
}

/// Sends a kept page, or keeps what is rendered if anybody may see it.
pub async fn public_pages(State(cache): State<PageCache>, request: Request, next: Next) -> Response {
    let Some(key) = cache.key(&request) else {
        let mut response = next.run(request).await;
        // What one person is shown is kept by their own device at most.
        response
            .headers_mut()
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, no-cache"));
        return response;
    };
    if let Some(page) = cache.pages.get(&key) {
        return page.send();
    }
    let response = next.run(request).await;
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    let plain = !response.headers().contains_key(header::SET_COOKIE)
        && !response.headers().contains_key(header::CACHE_CONTROL);
    if response.status() != StatusCode::OK || !html || !plain {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if bytes.len() > LARGEST {
        return Response::from_parts(parts, Body::from(bytes));
    }
    let page = Page::cut(&bytes, parts.headers.get(header::CONTENT_SECURITY_POLICY));
    cache.pages.insert(key, page.clone());
    page.send()
}

impl Page {
    fn cut(html: &Bytes, policy: Option<&HeaderValue>) -> Self {
        let size = u32::try_from(html.len()).unwrap_or(u32::MAX);
        let policy = policy.and_then(|v| v.to_str().ok());
        let nonce = policy
            .and_then(|p| p.split_once("'nonce-"))
            .and_then(|(_, rest)| rest.split_once('\''))
            .map(|(n, _)| n);
        let Some(nonce) = nonce.filter(|n| !n.is_empty()) else {
            return Self {
                parts: Arc::new([html.clone()]),
                policy: policy.map(|p| (p.to_owned(), String::new())),
                size,
            };
        };
        let mut parts = Vec::new();
        let mut from = 0;
        for at in memchr::memmem::find_iter(html, nonce.as_bytes()) {
            parts.push(html.slice(from..at));
            from = at + nonce.len();
        }
        parts.push(html.slice(from..));
        let policy = policy
            .and_then(|p| p.split_once(nonce))
            .map(|(a, b)| (a.to_owned(), b.to_owned()));
        Self {
            parts: parts.into(),
            policy,
            size,
        }
    }

    fn send(&self) -> Response {
        let nonce = STANDARD.encode(rand::random::<[u8; 18]>());
        let mut html = BytesMut::with_capacity(self.size as usize + 64);
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                html.extend_from_slice(nonce.as_bytes());
            }
            html.extend_from_slice(part);
        }
        let mut response = Response::new(Body::from(html.freeze()));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
        headers.insert(header::VARY, HeaderValue::from_static("cookie"));
        if let Some((before, after)) = &self.policy {
            let policy = if self.parts.len() > 1 {
                format!("{before}{nonce}{after}")
            } else {
                before.clone()
            };
            if let Ok(value) = HeaderValue::from_str(&policy) {
                headers.insert(header::CONTENT_SECURITY_POLICY, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_sending_has_its_own_nonce() {
        let policy = HeaderValue::from_static("script-src 'nonce-AAAA' 'self'");
        let page = Page::cut(
            &Bytes::from_static(b"<script nonce=\"AAAA\"></script><script nonce=\"AAAA\">"),
            Some(&policy),
        );
        let mut seen = Vec::new();
        for _ in 0..2 {
            let response = page.send();
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .to_owned();
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .unwrap()
                .split('\'')
                .next()
                .unwrap()
                .to_owned();
            let html = to_bytes(response.into_body(), 4096).await.unwrap();
            let html = String::from_utf8(html.to_vec()).unwrap();
            assert_eq!(html.matches(&format!("nonce=\"{nonce}\"")).count(), 2);
            assert!(!html.contains("AAAA"));
            seen.push(nonce);
        }
        assert_ne!(seen[0], seen[1]);
    }

    #[test]
    fn keeps_nothing_of_a_signed_in_person_or_of_a_form() {
        let cache = PageCache::default();
        let request = |uri: &str, cookie: &str| {
            Request::builder()
                .uri(uri)
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap()
        };
        assert!(cache.key(&request("/orgs/32", "appearance=large")).is_some());
        assert!(cache.key(&request("/menu", "")).is_some());
        assert!(cache.key(&request("/sign-in?next=/", "")).is_none());
        assert!(cache.key(&request("/me/data", "")).is_none());
        assert!(cache.key(&request("/orgs/32", "linli=token")).is_none());
        let mut typed = request("/orgs/32", "");
        typed.extensions_mut().insert(Offered::default());
        assert!(cache.key(&typed).is_none());
        let mut choosing = request("/map/3205", "linli-picking=register");
        let settings = accounts::server::Settings {
            demo: false,
            secure: false,
        };
        choosing.extensions_mut().insert(settings);
        assert!(cache.key(&choosing).is_none());
        let mut tracking = request("/reports/abc", "linli-hand=sealed");
        tracking.extensions_mut().insert(settings);
        assert!(cache.key(&tracking).is_none());
        assert!(cache.key(&request("/reports/abc", "")).is_some());
        assert!(cache.key(&request("/reports/new/phone", "")).is_none());
        assert!(cache.key(&request("/reports/track", "")).is_none());
        let before = cache.key(&request("/", "")).unwrap();
        cache.drop_all();
        assert_ne!(before, cache.key(&request("/", "")).unwrap());
    }

    #[test]
    fn whoever_moves_in_drops_the_pages_that_count_residents_and_no_others() {
        let cache = PageCache::default();
        let key = |uri: &str| {
            let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
            cache.key(&request).unwrap()
        };
        let counted = [
            "/people/figures?node=320581001",
            "/map/320581001?figure=persons",
            "/map/320581001?sel=1&figure=alone&at=1%2C2",
            "/map/320581001?%66igure=aged",
            "/map/320581001?figure=%61ged",
        ];
        let others = [
            "/",
            "/map/320581001",
            "/map/320581001?figure=area&at=1%2C2",
            "/orgs/320581",
        ];
        let (before, kept) = (counted.map(key), others.map(key));
        cache.drop_counted();
        assert_eq!(others.map(key), kept);
        for (uri, before) in counted.into_iter().zip(before) {
            assert_ne!(key(uri), before, "{uri}");
        }
        cache.drop_all();
        for (uri, kept) in others.into_iter().zip(kept) {
            assert_ne!(key(uri), kept, "{uri}");
        }
    }

    #[test]
    fn the_appearance_is_found_among_several_cookie_headers() {
        let request = Request::builder()
            .uri("/")
            .header(header::COOKIE, "theme=x")
            .header(header::COOKIE, "appearance=large.dark")
            .body(Body::empty())
            .unwrap();
        let key = PageCache::default().key(&request).unwrap();
        assert_eq!(key.appearance, Appearance::from_cookie("large.dark"));
    }
}
