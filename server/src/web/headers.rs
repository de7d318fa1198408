//! Security headers of every answer. The content security policy of a page is made with the page, for its nonce.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use reports::server::Embeddable;

/// Whether the deployment is reached by TLS, so that browsers may be told to insist on it.
#[derive(Clone, Copy, Debug)]
pub struct Tls(pub bool);

/// Of every answer.
const ALWAYS: [(HeaderName, HeaderValue); 2] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Of what a browser could show or run by itself.
const FIXED: [(HeaderName, HeaderValue); 4] = [
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "geolocation=(self), fullscreen=(self), camera=(self), microphone=(self), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// What is not a page runs nothing at all, except the site's own scripts where they are workers.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

pub async fn secure(State(tls): State<Tls>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // A page of this kind says in its own policy who may show it inside of theirs.
    let embeddable = response.extensions().get::<Embeddable>().is_some();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    // A chunk of the program only ever runs inside a page, under the page's policies; a first visit fetches dozens of them, and
    // these headers would be half a kilobyte each.
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != "application/wasm")
    {
        for (name, value) in FIXED {
            if !(embeddable && name == header::X_FRAME_OPTIONS) {
                headers.entry(name).or_insert(value);
            }
        }
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(POLICY);
    }
    if tls.0 {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}
