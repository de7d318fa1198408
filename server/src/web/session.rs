//! From a request to who asks: the session cookie, the address, the trace id, and a check that a form comes from here.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use db::access::{self, random_trace};
use futures::FutureExt;
use shared::AppError;
use ui::viewer::Unread;

use super::{failure, state::App};
use crate::config::Networks;

/// The session cookie over plain HTTP (a machine of one's own), and its name over TLS.
const PLAIN: &str = "linli";
const HOST: &str = "__Host-linli";

/// The session's token, if the request carries one.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|v| v.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find_map(|(name, value)| (name == HOST || name == PLAIN).then_some(value))
        .filter(|token| !token.is_empty())
}

/// Where the request came from: the peer, or what a trusted proxy says of it.
pub fn client_address(request: &Request, proxies: &Networks) -> Option<IpAddr> {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical())?;
    if !proxies.contains(peer) {
        return Some(peer);
    }
    // The last address that is not itself a trusted proxy: those before it may be made up. If all are trusted, the first of them asks.
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok());
    let chain: Vec<IpAddr> = forwarded
        .flat_map(|v| v.split(','))
        .filter_map(|a| a.trim().parse().ok())
        .collect();
    let farthest = chain.first().copied();
    Some(
        chain
            .into_iter()
            .rev()
            .find(|a| !proxies.contains(*a))
            .or(farthest)
            .unwrap_or(peer),
    )
}

/// Whether this very machine asks: a proxy's own checks, a benchmark, an operator on the console. What a proxy on it passes on for
/// others bears a header that says so, even where nobody has said that it is one.
pub fn is_this_machine(request: &Request, proxies: &Networks) -> bool {
    let passed_on = ["x-forwarded-for", "forwarded"]
        .into_iter()
        .any(|name| request.headers().contains_key(name));
    !passed_on && client_address(request, proxies).is_some_and(|address| address.is_loopback())
}

/// Whom limits take an address for: in IPv6 one connection has 2^64 of them, all with the same first half.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let prefix = v6.to_bits() & (u128::MAX << 64);
            Ipv6Addr::from_bits(prefix).into()
        }
        other => other,
    }
}

/// Whether a request that may change something comes from a page of this site.
fn from_here(request: &Request) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    // Browsers without fetch metadata send the origin with every unsafe request.
    match (header("origin"), header("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        // Not a browser; without a session's cookie it can do no more than anybody.
        (None, _) => session_cookie(request.headers()).is_none(),
        (Some(_), None) => false,
    }
}

/// Puts [`access::Request`] into the request, and the trace id around everything that serves it. A panic in there is answered here: as
/// whoever asked can read it, under that id, and so that it is counted like any other answer.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trace = random_trace();
    if !from_here(&request) {
        tracing::warn!(
            trace,
            path = request.uri().path(),
            "refused a request from another site"
        );
        return failure::respond(&AppError::Forbidden, request.headers());
    }
    let token = accounts::server::session::token(request.headers(), app.accounts);
    let visit = match token {
        Some(token) => match accounts::server::session::resolve(&app.house, &token).await {
            Ok(visit) => visit,
            Err(error) => return failure::respond(&error, request.headers()),
        },
        None => None,
    };
    if let Some(visit) = &visit {
        request.extensions_mut().insert(Unread(visit.unread));
    }
    let asked = access::Request {
        house: app.house.clone(),
        actor: visit.map(|visit| Arc::new(visit.actor)),
        address: client_address(&request, &app.proxies).map(subscriber),
        trace: trace.clone(),
    };
    let extensions = request.extensions_mut();
    extensions.insert(asked);
    extensions.insert(app.accounts);
    extensions.insert(Arc::clone(&app.maps));
    extensions.insert(app.caches.tiles.clone());
    extensions.insert(app.finder.clone());
    extensions.insert(app.beside.clone());
    extensions.insert(app.pushing.clone());
    extensions.insert(crate::deeds::DEEDS);
    let accept = request.headers().get(header::ACCEPT).cloned();
    let answer = async {
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(panic) => failure::panicked(panic, accept),
        }
    };
    let mut response = access::TRACE.scope(trace.clone(), answer).await;
    if let Ok(value) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert("x-trace-id", value);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn post(headers: &[(&'static str, &str)]) -> Request {
        let builder = Request::builder().method(Method::POST).uri("/api/v1/x");
        headers
            .iter()
            .fold(builder, |b, (name, value)| b.header(*name, *value))
            .body(Body::empty())
            .unwrap()
    }

    fn networks(text: &str) -> Networks {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn refuses_forms_of_other_sites() {
        assert!(from_here(&post(&[("sec-fetch-site", "same-origin")])));
        assert!(!from_here(&post(&[("sec-fetch-site", "cross-site")])));
        assert!(!from_here(&post(&[("sec-fetch-site", "same-site")])));
        assert!(from_here(&post(&[("origin", "http://a.cn"), ("host", "a.cn")])));
        assert!(!from_here(&post(&[("origin", "http://b.cn"), ("host", "a.cn")])));
        assert!(!from_here(&post(&[("cookie", "linli=token")])));
        assert!(from_here(&post(&[])));
    }

    #[test]
    fn this_machine_is_told_from_those_for_whom_a_proxy_on_it_asks() {
        let asks = |peer: &str, headers: &[(&'static str, &str)], proxies: &str| {
            let mut request = post(headers);
            let peer: IpAddr = peer.parse().unwrap();
            request
                .extensions_mut()
                .insert(ConnectInfo(SocketAddr::from((peer, 1))));
            is_this_machine(&request, &networks(proxies))
        };
        assert!(asks("127.0.0.1", &[], ""));
        assert!(asks("::1", &[], "127.0.0.1"));
        assert!(asks("::ffff:127.0.0.1", &[], ""));
        assert!(!asks("192.0.2.7", &[], ""));
        for said in [("x-forwarded-for", "192.0.2.7"), ("forwarded", "for=192.0.2.7")] {
            assert!(!asks("127.0.0.1", &[said], ""), "{said:?}");
            assert!(!asks("127.0.0.1", &[said], "127.0.0.1"), "{said:?}");
        }
        assert!(
            !asks("127.0.0.1", &[("x-forwarded-for", "127.0.0.1")], "127.0.0.1"),
            "that is easily said"
        );
    }

    #[test]
    fn one_connection_is_one_subscriber() {
        let of = |text: &str| subscriber(text.parse().unwrap()).to_string();
        assert_eq!(of("2408:8200:1:2:3:4:5:6"), "2408:8200:1:2::");
        assert_eq!(of("2408:8200:1:2:ffff::"), of("2408:8200:1:2::1"));
        assert_ne!(of("2408:8200:1:3::1"), of("2408:8200:1:2::1"));
        assert_eq!(of("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(of("::1"), "::1");
    }

    #[test]
    fn finds_the_session_among_other_cookies() {
        let headers = |value| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]);
        assert_eq!(
            session_cookie(&headers("appearance=large; linli=abc")),
            Some("abc")
        );
        assert_eq!(session_cookie(&headers("__Host-linli=abc")), Some("abc"));
        assert_eq!(session_cookie(&headers("linli=")), None);
        assert_eq!(session_cookie(&headers("linlix=abc; garbage")), None);
    }
}
