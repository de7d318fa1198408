//! A push service on this machine, and browsers that take pushes from it and read them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::Cx;
use serde_json::Value;
use shared::AppError;
use web_push_native::{
    Auth, decrypt,
    p256::{
        SecretKey,
        ecdsa::{Signature, VerifyingKey, signature::Verifier},
        elliptic_curve::sec1::ToEncodedPoint,
    },
};

use crate::server::push::{Push, subscription};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

#[derive(Clone, Debug, Default)]
struct Inside {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

#[derive(Clone, Debug)]
pub struct Service {
    inside: Inside,
    pub origin: String,
}

async fn receive(State(inside): State<Inside>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    inside.seen.lock().unwrap().push(Seen {
        path: uri.path().to_owned(),
        headers,
        body: body.to_vec(),
    });
    let answer = inside.answers.lock().unwrap().pop_front();
    let status = answer.unwrap_or(StatusCode::CREATED);
    if status.is_redirection() {
        return (status, [(header::LOCATION, "/elsewhere")]).into_response();
    }
    status.into_response()
}

impl Service {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inside = Inside::default();
        let app = Router::new().fallback(receive).with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { inside, origin }
    }

    /// How it answers the next requests; those after them it accepts.
    pub fn answers(&self, statuses: impl IntoIterator<Item = u16>) {
        let statuses = statuses
            .into_iter()
            .map(|status| StatusCode::from_u16(status).unwrap());
        self.inside.answers.lock().unwrap().extend(statuses);
    }

    /// What has come since it was last asked.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.inside.seen.lock().unwrap())
    }

    /// Whether whoever asks proves to be who `push` says they are, to this very service.
    pub fn knows(&self, push: &Push, seen: &Seen) -> bool {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (token, key) = seen
            .header("authorization")
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let claims: Value = serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
        let signature = Signature::from_slice(&bytes(signature)).unwrap();
        VerifyingKey::from_sec1_bytes(&bytes(key))
            .unwrap()
            .verify(signed.as_bytes(), &signature)
            .is_ok()
            && key == push.public_key()
            && claims["aud"] == self.origin.as_str()
    }
}

/// A browser with keys of its own.
#[derive(Clone)]
pub struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
    pub endpoint: String,
}

impl Browser {
    pub fn new(service: &Service, n: u8) -> Self {
        Self {
            secret: SecretKey::from_slice(&[n; 32]).unwrap(),
            auth: [n; 16],
            endpoint: format!("{}/push/{n}", service.origin),
        }
    }

    /// What it says of itself.
    pub fn says(&self) -> (String, String) {
        let point = self.secret.public_key().to_encoded_point(false);
        (
            URL_SAFE_NO_PAD.encode(point.as_bytes()),
            URL_SAFE_NO_PAD.encode(self.auth),
        )
    }

    pub async fn subscribe(&self, cx: &Cx, push: &Push) -> Result<(), AppError> {
        let (p256dh, auth) = self.says();
        subscription::begin(cx, push, &self.endpoint, &p256dh, &auth).await
    }

    /// What was pushed, if it was for this browser.
    pub fn read(&self, seen: &Seen) -> Option<Value> {
        let plain = decrypt(seen.body.clone(), &self.secret, &Auth::from(self.auth)).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
