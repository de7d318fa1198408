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
    session::{client_address, session_cookie, subscriber},
};
use crate::config::{self, Networks};

#[derive(Clone, Debug)]
pub struct Limits {
    sessions: Arc<DefaultKeyedRateLimiter<[u8; 16]>>,
    addresses: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    proxies: Networks,
}

impl Limits {
    pub fn new(limits: &config::Limits, proxies: Networks) -> Self {
        let quota = |per_minute| Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        Self {
            sessions: Arc::new(RateLimiter::keyed(quota(limits.session_per_minute))),
            addresses: Arc::new(RateLimiter::keyed(quota(limits.address_per_minute))),
            proxies,
        }
    }

    /// Forgets those who have been quiet; called now and then.
    pub fn tidy(&self) {
        self.sessions.retain_recent();
        self.addresses.retain_recent();
    }

    fn allows(&self, request: &Request) -> bool {
        let address = client_address(request, &self.proxies);
        // The machine itself: a proxy's own checks, a benchmark, an operator on the console.
        if address.is_some_and(|a| a.is_loopback()) {
            return true;
        }
        let address = address.map(subscriber);
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
