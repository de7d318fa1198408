//! Fields that are encrypted before they are stored, and the blind index by which they are found again.
//!
//! A sealed value is `v1.<key id>.<base64url of nonce and ciphertext>`: XChaCha20-Poly1305 with a random nonce of 192
//! bits, the field's name (and the record's id, where bound) as associated data, so that a value moved to another
//! field or record does not open. Equality search goes by a blind index: HMAC-SHA256 of the normalised value under a
//! key of the field's own, derived from an index key that never encrypts.

mod deploy;
mod ring;
mod rotate;

pub use deploy::{KeySource, for_deployment, write_new};
pub use ring::Keyring;
pub use rotate::{EncryptedColumn, Rotated, rotate};

/// What an encrypted field holds. The code is part of the ciphertext's authentication: never rename one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Phone,
    Name,
    Address,
    IdentityNumber,
    TotpSecret,
    Birthday,
    Relation,
    /// What care somebody asked for.
    Care,
    Note,
    /// What was typed into a form, on its way back to the browser; never stored.
    Typed,
    /// What a visitor without an account has in hand, in a cookie of theirs; never stored.
    Hand,
    /// Opened by the program itself to see that the keys belong to this database.
    Canary,
}

impl Field {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Address => "address",
            Self::IdentityNumber => "identity_number",
            Self::TotpSecret => "totp_secret",
            Self::Birthday => "birthday",
            Self::Relation => "relation",
            Self::Care => "care",
            Self::Note => "note",
            Self::Typed => "typed",
            Self::Hand => "hand",
            Self::Canary => "canary",
        }
    }

    /// The one way of writing a value of this field that its blind index goes by.
    pub fn normalise(self, value: &str) -> String {
        let value = shared::text::nfkc(value);
        match self {
            Self::Phone => normal_phone(&value),
            Self::IdentityNumber => value.chars().filter(char::is_ascii_alphanumeric).collect(),
            _ => value,
        }
    }
}

/// Digits only, without the country code of the mainland.
fn normal_phone(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    match national {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    }
}

/// Why keys or a sealed value cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CryptError {
    #[error(
        "没有配置加密密钥。使用 PostgreSQL 时请用 LINLI_KEYS 或 LINLI_KEYS_FILE 指定，可用 linli keys new 生成。"
    )]
    NoKeys,
    #[error("密钥文件“{path}”打不开：{source}")]
    File { path: String, source: std::io::Error },
    #[error("密钥第 {line} 行不对：应为 index 或 key，后面是编号和 32 字节的 base64url。")]
    Line { line: usize },
    #[error("密钥里缺少 {0} 一行。")]
    Missing(&'static str),
    #[error("密钥编号“{0}”出现了两次。")]
    Twice(String),
    #[error("数据是用密钥“{0}”加密的，现有的密钥里没有它。")]
    UnknownKey(String),
    #[error("加密的数据格式不对。")]
    Format,
    #[error("加密的数据打不开：密钥不符，或者数据被改动过。")]
    Sealed,
}

impl From<CryptError> for shared::AppError {
    fn from(error: CryptError) -> Self {
        crate::error::internal(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_however_it_was_typed() {
        for typed in [
            "138 1234 1234",
            "+86 138-1234-1234",
            "008613812341234",
            "１３８１２３４１２３４",
        ] {
            assert_eq!(Field::Phone.normalise(typed), "13812341234", "{typed}");
        }
        assert_eq!(Field::Phone.normalise("0512-52701234"), "051252701234");
        assert_eq!(Field::Phone.normalise("86123456"), "86123456");
        assert_eq!(
            Field::IdentityNumber.normalise(" 32058119700101002X "),
            "32058119700101002x"
        );
    }
}
