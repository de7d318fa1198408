//! Who we are to a push service (VAPID, RFC 8292): a signature with the operator's key, whose public half browsers were given.

use std::fmt;

use accounts::server::session;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use shared::Timestamp;
use web_push_native::p256::ecdsa::{Signature, SigningKey, signature::Signer};

/// How long a signature holds, in seconds; services refuse more than a day.
const HOLDS: i64 = 12 * 60 * 60;

/// The operator's key, and whom a push service may tell that something is wrong.
#[derive(Clone)]
pub struct Vapid {
    key: SigningKey,
    public: String,
    contact: String,
}

impl fmt::Debug for Vapid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vapid")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl Vapid {
    /// # Errors
    /// A sentence that says what `private` or `contact` should be.
    pub fn new(private: &str, contact: &str) -> Result<Self, String> {
        let key = URL_SAFE_NO_PAD
            .decode(private.trim().trim_end_matches('='))
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .and_then(|bytes| SigningKey::from_slice(&bytes).ok())
            .ok_or("密钥应是 base64url 的 32 字节（43 个字符），可用 linli keys push 生成")?;
        let reachable = contact.strip_prefix("mailto:").map_or_else(
            || contact.starts_with("https://"),
            |address| address.contains('@'),
        );
        if !reachable {
            return Err("联系方式应为 mailto:邮箱 或 https:// 开头的地址".into());
        }
        let point = key.verifying_key().to_encoded_point(false);
        Ok(Self {
            public: URL_SAFE_NO_PAD.encode(point.as_bytes()),
            key,
            contact: contact.to_owned(),
        })
    }

    /// A fresh private key, as [`Vapid::new`] takes it.
    pub fn fresh() -> String {
        loop {
            // 256 random bits; that they are no key happens once in 2^32.
            let text = session::fresh_token();
            if Self::new(&text, "https://example.com").is_ok() {
                return text;
            }
        }
    }

    /// The public key, uncompressed, in base64url: what a browser subscribes with.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The header with which the service at `origin` knows us.
    pub fn authorization(&self, origin: &str, now: Timestamp) -> String {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let expires = now.0 / Timestamp::SECOND + HOLDS;
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(json!({ "aud": origin, "exp": expires, "sub": self.contact }));
        let signed = format!("{head}.{claims}");
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public)
    }
}

#[cfg(test)]
mod tests {
    use web_push_native::p256::ecdsa::{VerifyingKey, signature::Verifier};

    use super::*;

    const PRIVATE: &str = "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw";

    #[test]
    fn a_service_can_verify_who_asks() {
        let vapid = Vapid::new(PRIVATE, "mailto:push@example.gov.cn").unwrap();
        let now = Timestamp(1_795_413_900 * Timestamp::SECOND);
        let header = vapid.authorization("https://fcm.googleapis.com", now);
        let (token, key) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = VerifyingKey::from_sec1_bytes(&bytes(key)).unwrap();
        let signature = Signature::from_slice(&bytes(signature)).unwrap();
        key.verify(signed.as_bytes(), &signature).unwrap();
        let claims = signed.split_once('.').unwrap().1;
        let claims: serde_json::Value = serde_json::from_slice(&bytes(claims)).unwrap();
        assert_eq!(
            claims,
            json!({ "aud": "https://fcm.googleapis.com", "exp": 1_795_413_900 + HOLDS, "sub": "mailto:push@example.gov.cn" })
        );
        assert_eq!(bytes(vapid.public()).len(), 65);
        assert!(!format!("{vapid:?}").contains(PRIVATE));
    }

    #[test]
    fn what_is_no_key_or_reaches_nobody_is_refused() {
        assert!(Vapid::new(&Vapid::fresh(), "https://linli.example.gov.cn").is_ok());
        assert!(Vapid::new(&format!("{PRIVATE}=\n"), "mailto:a@b.cn").is_ok());
        for (key, contact) in [
            ("", "mailto:a@b.cn"),
            ("密钥", "mailto:a@b.cn"),
            ("AAAA", "mailto:a@b.cn"),
            // Zero is on no curve.
            ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "mailto:a@b.cn"),
            (PRIVATE, ""),
            (PRIVATE, "mailto:"),
            (PRIVATE, "http://linli.example.gov.cn"),
            (PRIVATE, "13812341234"),
        ] {
            assert!(Vapid::new(key, contact).is_err(), "{key} {contact}");
        }
    }
}
