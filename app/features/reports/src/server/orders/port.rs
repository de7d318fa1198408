//! The signed port: JSON under `/orders/v1/`. A request bears the platform's id, the time, a word that is used once, and an HMAC-SHA256 over
//! method, address, both of these and the body. Who signs well is the platform; nothing else is looked at, no session and no origin.
//!
//! The signature is checked before the word is noted, so that nobody else fills the table; and before the body is read as anything.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use db::{
    Cx,
    access::{self, Request},
    execute, throttle,
};
use grid::server::Settings;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::{AppError, RecordId, Timestamp};

use super::{
    back,
    platform::{self, Platform},
    take,
};
use crate::model::{OrderForm, OrderState, State};

/// The largest body, in bytes: an order is a page of words.
const LARGEST: usize = 64 << 10;
/// By how much the clocks may differ, in seconds: what is older is refused, and may be forgotten.
const WINDOW: i64 = 300;
/// How often a platform may come in an hour.
const MOST: i64 = 6_000;
const HOUR: Duration = Duration::from_secs(60 * 60);

const KEY: &str = "x-linli-key";
const TIME: &str = "x-linli-time";
const NONCE: &str = "x-linli-nonce";
const SIGNATURE: &str = "x-linli-signature";

const NOTE: &str = "insert into report_order_nonce (platform_id, nonce, at) values ($1, $2, $3) on conflict (platform_id, nonce) do nothing";
const SWEEP: &str = "delete from report_order_nonce where at < $1";

/// The routes of the port.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/orders/v1/orders", get(list).post(send))
        .route("/orders/v1/orders/{number}", get(one))
        .route("/orders/v1/orders/{number}/received", post(received))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// Why something is refused.
#[derive(Debug)]
struct Refused {
    status: u16,
    words: String,
    fields: Vec<(String, String)>,
}

impl Refused {
    fn new(status: u16, words: &str) -> Self {
        Self {
            status,
            words: words.to_owned(),
            fields: Vec::new(),
        }
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        let mut refused = Self::new(error.status(), &error.message());
        if let AppError::Invalid(fields) = error {
            refused.fields = fields
                .into_iter()
                .map(|field| (field.field, field.message))
                .collect();
        }
        refused
    }
}

fn answer(outcome: Result<Value, Refused>) -> Response {
    let (status, told) = match outcome {
        Ok(told) => (StatusCode::OK, told),
        Err(refused) => {
            let fields: serde_json::Map<String, Value> = refused
                .fields
                .into_iter()
                .map(|(field, words)| (field, Value::String(words)))
                .collect();
            let status = StatusCode::from_u16(refused.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let told =
                json!({ "error": { "status": refused.status, "message": refused.words, "fields": fields } });
            (status, told)
        }
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, told.to_string()).into_response()
}

/// A platform that has signed what it asks.
struct Visit {
    cx: Cx,
    platform: Platform,
    settings: Arc<Settings>,
}

fn said<'a>(parts: &'a Parts, name: &str) -> &'a str {
    let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// Once, and by its own characters only: it is stored.
fn is_nonce(word: &str) -> bool {
    (16..=64).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

async fn visit(parts: &Parts, body: Result<Bytes, BytesRejection>) -> Result<(Visit, Bytes), Refused> {
    let body = body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::new(413, "内容太大，一件工单最多 64 KB。"),
        _ => Refused::new(400, "请求的内容读不出来。"),
    })?;
    let Some(request) = parts.extensions.get::<Request>() else {
        return Err(AppError::Unavailable.into());
    };
    let cx = access::system(&request.house, "orders");
    let wrong = || Refused::new(401, "x-linli-key 或者 x-linli-signature 不对，或者密钥已经停用。");
    let id: RecordId = said(parts, KEY).parse().map_err(|_| wrong())?;
    let platform = {
        let mut tx = cx.read().await.map_err(AppError::from)?;
        platform::by_id(&mut tx, id).await?
    };
    let platform = platform.ok_or_else(wrong)?;
    let (time, nonce) = (said(parts, TIME), said(parts, NONCE));
    let address = parts
        .uri
        .path_and_query()
        .map_or_else(|| parts.uri.path(), |address| address.as_str());
    let mut mac = Hmac::<Sha256>::new_from_slice(platform.secret(&cx)?.as_bytes()).map_err(|_| wrong())?;
    for part in [parts.method.as_str(), address, time, nonce] {
        mac.update(part.as_bytes());
        mac.update(b"\n");
    }
    mac.update(&body);
    let signature = hex::decode(said(parts, SIGNATURE)).map_err(|_| wrong())?;
    mac.verify_slice(&signature).map_err(|_| wrong())?;

    let now = cx.now();
    let seconds: i64 = time
        .parse()
        .map_err(|_| Refused::new(401, "x-linli-time：应为 1970 年以来的秒数。"))?;
    if (now.0 / Timestamp::SECOND).abs_diff(seconds) > WINDOW.unsigned_abs() {
        return Err(Refused::new(
            401,
            "x-linli-time：和这里的时间差了五分钟以上，请校准时钟后重新签名。",
        ));
    }
    if !is_nonce(nonce) {
        return Err(Refused::new(
            401,
            "x-linli-nonce：应为 16 到 64 个字母、数字、- 和 _。",
        ));
    }
    throttle::take(&cx, &format!("orders/{}", platform.id), MOST, HOUR).await?;
    let mut tx = cx.write().await.map_err(AppError::from)?;
    execute!(tx, SWEEP, now.plus(-2 * WINDOW * Timestamp::SECOND)).map_err(AppError::from)?;
    let first = execute!(tx, NOTE, platform.id, nonce, now).map_err(AppError::from)?;
    if first == 0 {
        return Err(Refused::new(
            409,
            "x-linli-nonce：这个请求已经来过一次，重发时请换一个并重新签名。",
        ));
    }
    platform::seen(&mut tx, &platform).await?;
    tx.commit().await.map_err(AppError::from)?;
    let settings = parts.extensions.get().cloned().unwrap_or_default();
    let visit = Visit {
        cx,
        platform,
        settings,
    };
    Ok((visit, body))
}

/// An order as the platform reads it.
fn told(order: &OrderState) -> Value {
    json!({
        "number": order.number,
        "matter": order.matter,
        "state": order.state.code(),
        "state_name": order.state.label(),
        "returned_to_platform": order.state == State::Refused,
        "returned_to_street": order.returned,
        "unit": order.unit,
        "place": order.place,
        "category": order.category,
        "received_at": order.received.rfc3339(),
        "due_at": order.due.map(Timestamp::rfc3339),
        "result": order.result,
        "answered_at": order.answered.map(Timestamp::rfc3339),
        "follow_up": order.checked,
        "rating": order.rating,
        "refusal": order.refused,
        "ended_at": order.ended.map(Timestamp::rfc3339),
        "given_at": order.given.map(Timestamp::rfc3339),
    })
}

/// `POST /orders/v1/orders`: an order, new or again.
async fn send(parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let outcome = async {
        let (visit, body) = visit(&parts, body).await?;
        let form: OrderForm = serde_json::from_slice(&body)
            .map_err(|_| Refused::new(400, "内容应为 JSON，每一项是文字，urgent 是 true 或者 false。"))?;
        let taken = take::take(&visit.cx, &visit.settings, &visit.platform, &form).await?;
        let order = back::one(&visit.cx, &visit.platform, form.number.trim()).await?;
        let mut told = told(&order);
        told["came"] = json!(taken.came);
        Ok(told)
    };
    answer(outcome.await)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    after: String,
}

/// `GET /orders/v1/orders`: what is to be given back.
async fn list(Query(asked): Query<Asked>, parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let outcome = async {
        let (visit, _) = visit(&parts, body).await?;
        let (orders, next) = back::of_platform(&visit.cx, &visit.platform, &asked.after).await?;
        let orders: Vec<Value> = orders.iter().map(told).collect();
        Ok(json!({ "orders": orders, "next": next }))
    };
    answer(outcome.await)
}

/// `GET /orders/v1/orders/NUMBER`: how one stands.
async fn one(Path(number): Path<String>, parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let outcome = async {
        let (visit, _) = visit(&parts, body).await?;
        Ok(told(&back::one(&visit.cx, &visit.platform, &number).await?))
    };
    answer(outcome.await)
}

/// `POST /orders/v1/orders/NUMBER/received`: the platform has what it fetched.
async fn received(Path(number): Path<String>, parts: Parts, body: Result<Bytes, BytesRejection>) -> Response {
    let outcome = async {
        let (visit, _) = visit(&parts, body).await?;
        back::received(&visit.cx, &visit.platform, &number).await?;
        Ok(told(&back::one(&visit.cx, &visit.platform, &number).await?))
    };
    answer(outcome.await)
}
