//! What a visitor without an account has in hand: a number that they proved, a matter whose code they know, or that they just reported.
//! It lies sealed in a cookie of theirs for an hour: nothing of it can be guessed, and nothing is kept here.

use accounts::{
    model::Phone,
    server::{
        Settings,
        cookie::{self, Jar},
    },
};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use db::{
    Cx,
    access::Request,
    crypt::{Field, Keyring},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};
use shared::{AppError, Timestamp};

use super::store::Stored;
use crate::model::{MatterId, Tracking};

/// How long it is in hand after it was last used, in microseconds.
const LIFE: i64 = Timestamp::HOUR;

/// What a visitor has in hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hand {
    pub phone: Option<Phone>,
    pub matter: Option<MatterId>,
    /// The matter's code, until they have said that they noted it.
    pub fresh: Option<Tracking>,
}

/// As it lies in the cookie.
#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    hand: Hand,
}

impl Hand {
    /// What the browser sent along; nothing if it is too old or was tampered with.
    pub fn read(settings: Settings, keys: &Keyring, now: Timestamp, headers: &HeaderMap) -> Self {
        let opened = || {
            let sealed = cookie::read(Jar::Hand, settings, headers)?;
            let plain = keys.open(Field::Hand, &sealed).ok()?;
            let Sealed { until, hand } = serde_json::from_str(&plain).ok()?;
            (until > now).then_some(hand)
        };
        opened().unwrap_or_default()
    }

    /// What came with a request to a plain route.
    pub fn of(request: &Request, settings: Settings, headers: &HeaderMap) -> Self {
        let cx = request.public();
        Self::read(settings, cx.keys(), cx.now(), headers)
    }

    /// What came with the request that the current server function or page serves.
    pub fn current(cx: &Cx) -> Self {
        let parts = use_context::<Parts>();
        parts.map_or_else(Self::default, |parts| {
            Self::read(Settings::current(), cx.keys(), cx.now(), &parts.headers)
        })
    }

    /// The cookie that puts it into the visitor's hand, or takes everything out of it.
    ///
    /// # Errors
    /// [`AppError::Internal`], which does not happen.
    pub fn cookie(&self, settings: Settings, cx: &Cx) -> Result<HeaderValue, AppError> {
        if self.is_empty() {
            return cookie::set(Jar::Hand, settings, "", 0);
        }
        cookie::set(Jar::Hand, settings, &self.seal(cx)?, LIFE / Timestamp::SECOND)
    }

    /// Adds the cookie to the answer of the current server function.
    ///
    /// # Errors
    /// As [`Hand::cookie`].
    pub fn give(&self, cx: &Cx) -> Result<(), AppError> {
        if self.is_empty() {
            return cookie::send(Jar::Hand, "", 0);
        }
        cookie::send(Jar::Hand, &self.seal(cx)?, LIFE / Timestamp::SECOND)
    }

    /// As [`Hand::give`], where a page shows what only this hand opens: it stays in hand for as long as it is looked at, and nowhere else.
    ///
    /// # Errors
    /// As [`Hand::cookie`].
    pub fn shown(&self, cx: &Cx) -> Result<(), AppError> {
        unkept();
        if self.is_empty() { Ok(()) } else { self.give(cx) }
    }

    fn seal(&self, cx: &Cx) -> Result<String, AppError> {
        let sealed = Sealed {
            until: cx.now().plus(LIFE),
            hand: self.clone(),
        };
        let plain = serde_json::to_string(&sealed).map_err(|error| db::internal(&error))?;
        Ok(cx.keys().seal(Field::Hand, &plain))
    }

    pub const fn is_empty(&self) -> bool {
        self.phone.is_none() && self.matter.is_none()
    }

    /// Whether it opens a matter, as its reporter: never one that an account stands behind.
    pub fn opens(&self, cx: &Cx, matter: &Stored) -> bool {
        if !matter.origin.is_tracked() {
            return false;
        }
        let by_number = || {
            let own = self.phone.as_ref()?;
            let blind = cx.keys().blind(Field::Phone, own.as_str());
            Some(matter.phone_blind.as_deref() == Some(blind.as_str()))
        };
        self.matter == Some(matter.id) || by_number().unwrap_or_default()
    }
}

/// Has neither the device nor anything on the way keep the answer of the current server function or page.
pub fn unkept() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The request as if nobody were signed in: what somebody does with a code in hand is not noted under their name.
pub fn stranger(request: &Request) -> Cx {
    let nobody = Request {
        actor: None,
        ..request.clone()
    };
    nobody.public()
}
