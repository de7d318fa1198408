//! How often one session, or one address without a session, may ask. Generous: a hall full of people shares one
//! address. This guards one process; what must hold across nodes (tries to sign in) is counted in the database.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use shared::AppError;

use super::{
    failure,
    session::{client_address, is_this_machine, session_cookie, subscriber},
};
use crate::config::{self, Networks};

/// How often one address may ask in a minute for what programs read, session or not: one answer is as large as a hundred pages.
const OPEN_PER_MINUTE: u32 = 120;
const OPEN: [&str; 2] = ["/open311/", "/open/"];

#[derive(Clone, Debug)]
pub struct Limits {
    sessions: Arc<DefaultKeyedRateLimiter<[u8; 16]>>,
    addresses: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    open: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    proxies: Networks,
}

impl Limits {
    pub fn new(limits: &config::Limits, proxies: Networks) -> Self {
        let quota = |per_minute| Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Self {
            sessions: Arc::new(RateLimiter::keyed(quota(limits.session_per_minute))),
            addresses: Arc::new(RateLimiter::keyed(quota(limits.address_per_minute))),
            open: Arc::new(RateLimiter::keyed(quota(OPEN_PER_MINUTE))),
            proxies,
        }
    }

    /// Forgets those who have been quiet; called now and then.
    pub fn tidy(&self) {
        self.sessions.retain_recent();
        self.addresses.retain_recent();
        self.open.retain_recent();
    }

    fn allows(&self, request: &Request) -> bool {
        if is_this_machine(request, &self.proxies) {
            return true;
        }
        let address = client_address(request, &self.proxies).map(subscriber);
        let open = OPEN.iter().any(|path| request.uri().path().starts_with(path));
        if open && address.is_some_and(|a| self.open.check_key(&a).is_err()) {
            return false;
        }
        if let Some(token) = session_cookie(request.headers()) {
            let digest = Sha256::digest(token.as_bytes());
            let mut key = [0; 16];
            key.copy_from_slice(&digest[..16]);
            // A made-up cookie is no way around the limit of the address.
            return self.sessions.check_key(&key).is_ok()
                && address.is_none_or(|a| self.addresses.check_key(&a).is_ok());
        }
        address.is_none_or(|a| self.addresses.check_key(&a).is_ok())
    }
}

pub async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if limits.allows(&request) {
        next.run(request).await
    } else {
        failure::respond(&AppError::TooManyRequests { retry_after_s: 5 }, request.headers())
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{body::Body, extract::ConnectInfo};

    use super::*;

    #[test]
    fn this_machine_may_ask_at_will_and_a_proxy_on_it_not_for_others() {
        let few = config::Limits {
            address_per_minute: 2,
            ..config::Limits::default()
        };
        let limits = Limits::new(&few, Networks::default());
        let allowed = |forwarded: Option<&str>| {
            let mut request = Request::new(Body::empty());
            request
                .extensions_mut()
                .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
            if let Some(forwarded) = forwarded {
                let forwarded = forwarded.parse().unwrap();
                request.headers_mut().insert("x-forwarded-for", forwarded);
            }
            limits.allows(&request)
        };
        assert!((0..10).all(|_| allowed(None)));
        let visitors = ["192.0.2.7", "192.0.2.8", "192.0.2.9"].map(|visitor| allowed(Some(visitor)));
        assert_eq!(visitors, [true, true, false], "nobody said that it is a proxy");
        assert!(allowed(None));
    }
    #[test]
    fn what_programs_read_has_a_closer_limit_than_pages() {
        let limits = Limits::new(&config::Limits::default(), Networks::default());
        let asks = |path: &str| {
            let mut request = Request::new(Body::empty());
            *request.uri_mut() = path.parse().unwrap();
            request
                .extensions_mut()
                .insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 1))));
            limits.allows(&request)
        };
        let answered = (0..500).filter(|_| asks("/open311/v2/requests.json")).count();
        assert!((120..140).contains(&answered), "{answered}");
        assert!(!asks("/open/reports.csv"));
        assert!(asks("/reports") && asks("/widget/reports"));
    }
}
