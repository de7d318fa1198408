//! Web Push (RFC 8030): a notice on the screen of a device that is not looked at. Extra, never instead: Chrome's push service is not reached
//! from phones in the mainland, WeChat's browser has none.
//!
//! What is sent is encrypted for the browser alone (RFC 8291) and even so says only of which topic something came, and where it is
//! read. The address comes from a browser, so anybody could name any: only push services that the operator allows are asked, by https, and
//! an answer that leads elsewhere is not followed.

mod hosts;
pub mod subscription;
mod vapid;

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use leptos::prelude::use_context;
use serde_json::json;
use shared::Timestamp;
use web_push_native::{Auth, encrypt, p256::PublicKey};

pub use hosts::{Hosts, USUAL_HOSTS};
pub use vapid::Vapid;

use super::delivery::digest;
use crate::model::{Kind, NoticeId};

/// How long connecting, and the whole request, may take.
const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// Payloads are filled up to this many bytes, so that their length does not tell the topic.
const PADDED: usize = 256;

/// Where a browser takes pushes, and the keys with which they are encrypted for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub endpoint: reqwest::Url,
    p256dh: PublicKey,
    auth: [u8; 16],
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path is a capability: whoever has it and our key may push.
        f.debug_struct("Address")
            .field("host", &self.endpoint.host_str())
            .finish_non_exhaustive()
    }
}

impl Address {
    /// From what a browser says of itself; none if it is no such thing.
    pub fn read(hosts: &Hosts, endpoint: &str, p256dh: &str, auth: &str) -> Option<Self> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        Some(Self {
            endpoint: hosts.admit(endpoint)?,
            p256dh: PublicKey::from_sec1_bytes(&bytes(p256dh)?).ok()?,
            auth: bytes(auth)?.try_into().ok()?,
        })
    }
}

/// What a device is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    title: String,
    url: String,
}

impl Payload {
    /// Its topic, and the page of the notice, whose address says nothing.
    pub fn of_notice(id: NoticeId, kind: Option<Kind>) -> Self {
        Self {
            title: kind.map_or("新消息", |kind| kind.topic().label()).to_owned(),
            url: format!("/inbox/{id}"),
        }
    }

    pub fn of_digest(counted: i64) -> Self {
        Self {
            title: digest::words(counted),
            url: "/inbox?view=unread".to_owned(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = json!({ "title": self.title, "url": self.url })
            .to_string()
            .into_bytes();
        // Blanks after a value are nothing in JSON.
        bytes.resize(bytes.len().max(PADDED), b' ');
        bytes
    }
}

/// How much a device's battery is worth to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Low,
    Normal,
    High,
}

impl Urgency {
    const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Why a push did not go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// Worth another try.
    #[error("push not sent, will be tried again: {0}")]
    Later(String),
    /// The browser does not take pushes any more.
    #[error("subscription gone")]
    Gone,
    /// The service will never take this one.
    #[error("push refused: {0}")]
    Refused(String),
}

/// What an operator sets up for it.
#[derive(Clone)]
pub struct PushConfig {
    /// The private key, 32 bytes in base64url.
    pub key: String,
    /// `mailto:` or `https:`: whom a push service may tell that something is wrong.
    pub contact: String,
    /// The push services that may be asked.
    pub hosts: Vec<String>,
}

/// Sends pushes.
#[derive(Debug)]
pub struct Push {
    vapid: Vapid,
    hosts: Hosts,
    client: reqwest::Client,
}

impl Push {
    /// # Errors
    /// A sentence that says which setting is not as it must be.
    pub fn new(config: &PushConfig) -> Result<Self, String> {
        Self::with(
            Vapid::new(&config.key, &config.contact)?,
            Hosts::new(&config.hosts)?,
        )
    }

    fn with(vapid: Vapid, hosts: Hosts) -> Result<Self, String> {
        // Somebody may have chosen a provider already: theirs stands.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!hosts.is_a_test())
            .build()
            .map_err(|error| format!("手机通知不能使用：{error}"))?;
        Ok(Self { vapid, hosts, client })
    }

    /// One for tests, which may ask a service on this machine.
    #[cfg(test)]
    pub fn for_tests() -> Self {
        let vapid = Vapid::new(&Vapid::fresh(), "mailto:test@example.com").unwrap();
        Self::with(vapid, Hosts::this_machine()).unwrap()
    }

    /// By which browsers know us.
    pub fn public_key(&self) -> &str {
        self.vapid.public()
    }

    pub const fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Sends one; it is worth `life` seconds.
    ///
    /// # Errors
    /// [`PushError`].
    pub async fn send(
        &self,
        to: &Address,
        payload: &Payload,
        urgency: Urgency,
        life: i64,
        now: Timestamp,
    ) -> Result<(), PushError> {
        let body = encrypt(payload.bytes(), &to.p256dh, &Auth::from(to.auth))
            .map_err(|error| PushError::Refused(error.to_string()))?;
        let origin = to.endpoint.origin().ascii_serialization();
        let answer = self
            .client
            .post(to.endpoint.clone())
            .header("ttl", life.max(0))
            .header("urgency", urgency.code())
            .header("content-type", "application/octet-stream")
            .header("content-encoding", "aes128gcm")
            .header("authorization", self.vapid.authorization(&origin, now))
            .body(body)
            .send()
            .await
            // The address is a capability, and errors end up in logs.
            .map_err(|error| PushError::Later(error.without_url().to_string()))?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            404 | 410 => Err(PushError::Gone),
            408 | 425 | 429 | 500..=599 => Err(PushError::Later(format!("status {status}"))),
            // Also what leads elsewhere.
            _ => Err(PushError::Refused(format!("status {status}"))),
        }
    }
}

/// Whether pushes are set up here: part of every request.
#[derive(Clone, Debug, Default)]
pub struct Pushing(pub Option<Arc<Push>>);

impl Pushing {
    /// What the server put into the current request.
    pub fn current() -> Option<Arc<Push>> {
        use_context::<http::request::Parts>()?
            .extensions
            .get::<Self>()?
            .0
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_says_topic_and_page_and_every_one_is_as_long() {
        let id = NoticeId(uuid::Uuid::nil());
        let sizes: Vec<usize> = Kind::ALL
            .iter()
            .map(|kind| Payload::of_notice(id, Some(*kind)).bytes().len())
            .chain([
                Payload::of_notice(id, None).bytes().len(),
                Payload::of_digest(99).bytes().len(),
            ])
            .collect();
        assert!(sizes.iter().all(|size| *size == PADDED), "{sizes:?}");
        let told: serde_json::Value =
            serde_json::from_slice(&Payload::of_notice(id, Some(Kind::TaskOpened)).bytes()).unwrap();
        assert_eq!(
            told,
            json!({ "title": "交给您办的事", "url": "/inbox/00000000-0000-0000-0000-000000000000" })
        );
    }

    #[test]
    fn an_address_is_whole_or_none() {
        // The example of RFC 8291.
        const P256DH: &str =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
        let hosts = Hosts::new(&USUAL_HOSTS.map(ToOwned::to_owned)).unwrap();
        let endpoint = "https://fcm.googleapis.com/fcm/send/abc";
        let read = |endpoint: &str, p256dh: &str, auth: &str| Address::read(&hosts, endpoint, p256dh, auth);
        let whole = read(endpoint, P256DH, AUTH).unwrap();
        assert_eq!(
            format!("{whole:?}"),
            "Address { host: Some(\"fcm.googleapis.com\"), .. }"
        );
        assert!(read(endpoint, &format!("{P256DH}="), &format!("{AUTH}==")).is_some());
        for (endpoint, p256dh, auth) in [
            ("https://example.com/x", P256DH, AUTH),
            (endpoint, "", AUTH),
            (endpoint, &P256DH[4..], AUTH),
            (endpoint, "BCVx", AUTH),
            (endpoint, P256DH, ""),
            (endpoint, P256DH, "BTBZ"),
            (endpoint, "不是", AUTH),
        ] {
            assert!(
                read(endpoint, p256dh, auth).is_none(),
                "{endpoint} {p256dh} {auth}"
            );
        }
    }
}
