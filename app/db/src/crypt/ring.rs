//! The keys themselves.

use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{CryptError, Field};
use crate::Id;

const VERSION: &str = "v1";
const NONCE: usize = 24;
type Secret = Zeroizing<[u8; 32]>;

/// The encryption keys, of which the last one given encrypts and all decrypt, and the index key.
///
/// As text, one a line (or separated by `;`, for an environment variable):
/// `index <base64url>` and `key <id> <base64url>`, each of 32 bytes; `#` begins a comment.
pub struct Keyring {
    index: Secret,
    keys: Vec<(String, Secret)>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("ids", &self.ids().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// One fresh encryption key and a fresh index key.
    pub fn generate() -> Self {
        Self {
            index: Zeroizing::new(rand::random()),
            keys: Vec::new(),
        }
        .with_new_key()
    }

    /// The same ring with a fresh current key: the first step of a rotation.
    #[must_use]
    pub fn with_new_key(mut self) -> Self {
        let mut id = hex::encode(rand::random::<[u8; 4]>());
        while self.keys.iter().any(|(known, _)| *known == id) {
            id = hex::encode(rand::random::<[u8; 4]>());
        }
        self.keys.push((id, Zeroizing::new(rand::random())));
        self
    }

    /// Reads keys from the text form.
    ///
    /// # Errors
    /// [`CryptError::Line`], [`CryptError::Missing`], [`CryptError::Twice`]. The text never appears in an error.
    pub fn load(text: &str) -> Result<Self, CryptError> {
        let mut index = None;
        let mut keys: Vec<(String, Secret)> = Vec::new();
        for (at, line) in text.split(['\n', ';']).enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let wrong = CryptError::Line { line: at + 1 };
            match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                [] => {}
                ["index", secret] if index.is_none() => index = Some(decode(secret).ok_or(wrong)?),
                ["key", id, secret] if is_id(id) => {
                    if keys.iter().any(|(known, _)| known == id) {
                        return Err(CryptError::Twice((*id).to_owned()));
                    }
                    keys.push(((*id).to_owned(), decode(secret).ok_or(wrong)?));
                }
                _ => return Err(wrong),
            }
        }
        if keys.is_empty() {
            return Err(CryptError::Missing("key"));
        }
        Ok(Self {
            index: index.ok_or(CryptError::Missing("index"))?,
            keys,
        })
    }

    /// The text form, to be written where only the server can read it.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::from(
            "# Linli 邻里：加密密钥。请离线备份；丢失后，电话、姓名等加密数据无法恢复。最后一个 key 用于加密。\n",
        ));
        let _infallible = writeln!(text, "index {}", *encode(&self.index));
        for (id, secret) in &self.keys {
            let _infallible = writeln!(text, "key {id} {}", *encode(secret));
        }
        text
    }

    /// The id of the key that encrypts.
    pub fn current(&self) -> &str {
        self.keys.last().map_or("", |(id, _)| id)
    }

    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(id, _)| id.as_str())
    }

    /// Encrypts `plain` under the current key.
    pub fn seal(&self, field: Field, plain: &str) -> String {
        self.seal_with(field.code().as_bytes(), plain)
    }

    /// Like [`Keyring::seal`], bound to the record `id`: copied to another record it does not open.
    pub fn seal_for(&self, field: Field, id: impl Into<Id>, plain: &str) -> String {
        self.seal_with(&bound(field, id.into()), plain)
    }

    fn seal_with(&self, data: &[u8], plain: &str) -> String {
        let (id, key) = self
            .keys
            .last()
            .expect("a ring is never without a key: `load` and `generate` see to it");
        let nonce: [u8; NONCE] = rand::random();
        let sealed = XChaCha20Poly1305::new((&**key).into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain.as_bytes(),
                    aad: data,
                },
            )
            .expect("only a text of 256 GB is too long for the cipher");
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        format!("{VERSION}.{id}.{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Decrypts what [`Keyring::seal`] made.
    ///
    /// # Errors
    /// [`CryptError::Format`], [`CryptError::UnknownKey`], [`CryptError::Sealed`].
    pub fn open(&self, field: Field, sealed: &str) -> Result<String, CryptError> {
        self.open_with(field.code().as_bytes(), sealed)
    }

    /// Decrypts what [`Keyring::seal_for`] made.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn open_for(&self, field: Field, id: impl Into<Id>, sealed: &str) -> Result<String, CryptError> {
        self.open_with(&bound(field, id.into()), sealed)
    }

    fn open_with(&self, data: &[u8], sealed: &str) -> Result<String, CryptError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CryptError::Format);
        };
        let found = self.keys.iter().find(|(known, _)| known == id);
        let (_, key) = found.ok_or_else(|| CryptError::UnknownKey(id.chars().take(16).collect()))?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| CryptError::Format)?;
        let (nonce, cipher) = bytes.split_first_chunk::<NONCE>().ok_or(CryptError::Format)?;
        let plain = XChaCha20Poly1305::new((&**key).into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: cipher,
                    aad: data,
                },
            )
            .map_err(|_| CryptError::Sealed)?;
        String::from_utf8(plain).map_err(|_| CryptError::Sealed)
    }

    /// Whether `sealed` was made with the current key.
    pub fn is_current(&self, sealed: &str) -> bool {
        sealed.split('.').nth(1) == Some(self.current())
    }

    /// What equal values of `field` have in common: 64 hexadecimal digits.
    pub fn blind(&self, field: Field, value: &str) -> String {
        let key = self.mac(&*self.index, &["blind", field.code()]);
        hex::encode(self.mac(&*key, &[&*field.normalise(value)]).as_slice())
    }

    /// A digest under the index key for what is looked up but is no field: throttled addresses, one-time codes.
    pub fn digest(&self, purpose: &'static str, value: &str) -> String {
        let key = self.mac(&*self.index, &["digest", purpose]);
        hex::encode(self.mac(&*key, &[value]).as_slice())
    }

    /// As [`Self::digest`], of what is no text: a photo.
    pub fn digest_bytes(&self, purpose: &'static str, value: &[u8]) -> String {
        let key = self.mac(&*self.index, &["digest", purpose]);
        hex::encode(self.mac(&*key, &[value]).as_slice())
    }

    #[expect(clippy::unused_self, reason = "keeps every use of a key inside the ring")]
    fn mac<P: AsRef<[u8]>>(&self, key: &[u8], parts: &[P]) -> Secret {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(part.as_ref());
            mac.update(b"\0");
        }
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

fn bound(field: Field, id: Id) -> Vec<u8> {
    [field.code().as_bytes(), b"\0", id.0.as_bytes()].concat()
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn encode(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(**secret))
}

fn decode(text: &str) -> Option<Secret> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?);
    Some(Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?))
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
