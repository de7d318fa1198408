//! A message gateway over HTTP. The request is signed, so that only this deployment sends in its name:
//!
//! ```text
//! POST <url>
//! Content-Type: application/json
//! X-Linli-Key: <key>
//! X-Linli-Time: <seconds since 1970>
//! X-Linli-Signature: hex(HMAC-SHA256(secret, time + "\n" + body))
//!
//! {"id":"…","to":"13812341234","template":"sign_in_code","params":{…},"text":"…"}
//! ```
//!
//! 2xx is accepted; 429 and 5xx are tried again, with the same id; anything else is refused for good.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use db::Clock;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::{RecordId, Timestamp};

use super::{MessagePort, SendError, Template};
use crate::model::Phone;

/// How long connecting, and the whole request, may take.
const CONNECT: Duration = Duration::from_secs(3);
const TOTAL: Duration = Duration::from_secs(8);

/// Where the gateway is and how it knows us.
#[derive(Clone)]
pub struct GatewayConfig {
    /// `https://…`
    pub url: String,
    pub key: String,
    pub secret: String,
}

impl std::fmt::Debug for GatewayConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewayConfig")
            .field("url", &self.url)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Sends through a gateway.
#[derive(Debug)]
pub struct Gateway {
    config: GatewayConfig,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl Gateway {
    /// # Errors
    /// A sentence if the address is none, or TLS cannot be set up.
    pub fn new(config: GatewayConfig, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let url: reqwest::Url = config
            .url
            .parse()
            .map_err(|error| format!("短信网关的地址不对：{error}"))?;
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !loopback {
            return Err("短信网关的地址应以 https:// 开头。".into());
        }
        if config.secret.len() < 16 {
            return Err("短信网关的密钥太短，至少 16 个字符。".into());
        }
        // Somebody may have chosen a provider already: theirs stands.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| format!("短信网关不能使用：{error}"))?;
        Ok(Self {
            config,
            client,
            clock,
        })
    }
}

/// The signature of `body` at `time` (seconds): what the gateway computes too.
pub fn sign(secret: &str, time: i64, body: &str) -> String {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(time.to_string().as_bytes());
    mac.update(b"\n");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[async_trait]
impl MessagePort for Gateway {
    async fn send(
        &self,
        id: RecordId,
        to: &Phone,
        template: Template,
        params: &Value,
    ) -> Result<(), SendError> {
        let body = json!({
            "id": id, "to": to.as_str(), "template": template.code(), "params": params, "text": template.render(params),
        })
        .to_string();
        let time = self.clock.now().0 / Timestamp::SECOND;
        let answer = self
            .client
            .post(&self.config.url)
            .header("content-type", "application/json")
            .header("x-linli-key", &self.config.key)
            .header("x-linli-time", time)
            .header("x-linli-signature", sign(&self.config.secret, time, &body))
            .body(body)
            .send()
            .await
            // The address in the error could hold a token of the gateway's.
            .map_err(|error| SendError::Later(error.without_url().to_string()))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else if status.is_server_error() || status.as_u16() == 429 {
            Err(SendError::Later(format!("status {status}")))
        } else {
            Err(SendError::Refused(format!("status {status}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::{
        Router,
        extract::State,
        http::{HeaderMap, StatusCode},
        routing::post,
    };
    use db::clock::FixedClock;

    use super::*;

    const SECRET: &str = "a secret of some length";

    #[derive(Clone, Default)]
    struct Fake {
        seen: Arc<Mutex<Vec<Value>>>,
        answers: Arc<Mutex<Vec<StatusCode>>>,
    }

    /// A gateway that verifies the signature as the documentation says.
    async fn receive(State(fake): State<Fake>, headers: HeaderMap, body: String) -> StatusCode {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let time: i64 = header("x-linli-time").parse().unwrap();
        if header("x-linli-key") != "linli" || header("x-linli-signature") != sign(SECRET, time, &body) {
            return StatusCode::UNAUTHORIZED;
        }
        fake.seen
            .lock()
            .unwrap()
            .push(serde_json::from_str(&body).unwrap());
        fake.answers.lock().unwrap().pop().unwrap_or(StatusCode::OK)
    }

    async fn start(fake: Fake) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/send", post(receive)).with_state(fake);
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}/send")
    }

    fn gateway(url: String, secret: &str) -> Gateway {
        let config = GatewayConfig {
            url,
            key: "linli".into(),
            secret: secret.into(),
        };
        Gateway::new(
            config,
            Arc::new(FixedClock::at(Timestamp(1_795_413_900 * Timestamp::SECOND))),
        )
        .unwrap()
    }

    async fn send(gateway: &Gateway) -> Result<(), SendError> {
        let to = Phone::parse("phone", "13812341234").unwrap();
        gateway
            .send(
                RecordId(uuid::Uuid::nil()),
                &to,
                Template::SignInCode,
                &json!({ "code": "123456", "minutes": "5" }),
            )
            .await
    }

    #[tokio::test]
    async fn a_signed_message_arrives() {
        let fake = Fake::default();
        let url = start(fake.clone()).await;
        send(&gateway(url, SECRET)).await.unwrap();
        let seen = fake.seen.lock().unwrap();
        assert_eq!(seen[0]["to"], "13812341234");
        assert_eq!(seen[0]["template"], "sign_in_code");
        assert_eq!(seen[0]["params"]["code"], "123456");
    }

    #[tokio::test]
    async fn a_wrong_secret_is_refused_for_good() {
        let fake = Fake::default();
        let url = start(fake.clone()).await;
        assert!(matches!(
            send(&gateway(url, "another secret, long")).await,
            Err(SendError::Refused(_))
        ));
        assert!(fake.seen.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_busy_or_missing_gateway_is_tried_again() {
        let fake = Fake::default();
        fake.answers
            .lock()
            .unwrap()
            .extend([StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY]);
        let gateway_up = gateway(start(fake).await, SECRET);
        assert!(matches!(send(&gateway_up).await, Err(SendError::Later(_))));
        assert!(matches!(send(&gateway_up).await, Err(SendError::Later(_))));
        send(&gateway_up).await.unwrap();
        let error = send(&gateway("http://127.0.0.1:1/send".into(), SECRET))
            .await
            .unwrap_err();
        assert!(matches!(error, SendError::Later(_)));
        assert!(!error.to_string().contains("/send"));
    }

    #[test]
    fn the_signature_is_a_known_one() {
        // RFC 4231 has no case of this shape: computed with OpenSSL.
        assert_eq!(sign("key", 0, ""), SIGNATURE_OF_NOTHING);
    }

    /// `printf '0\n' | openssl dgst -sha256 -hmac key`
    const SIGNATURE_OF_NOTHING: &str = "cdfd1fb8520008d65b531f947ea5e6647c8f290a57b3f7cca5e7f402a9506bcc";

    #[test]
    fn only_tls_leaves_the_machine() {
        let config = |url: &str| GatewayConfig {
            url: url.into(),
            key: "k".into(),
            secret: SECRET.into(),
        };
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(Timestamp(0)));
        assert!(Gateway::new(config("http://sms.example.cn/send"), Arc::clone(&clock)).is_err());
        assert!(Gateway::new(config("https://sms.example.cn/send"), Arc::clone(&clock)).is_ok());
        assert!(Gateway::new(config("not an address"), clock).is_err());
    }
}
