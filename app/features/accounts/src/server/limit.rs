//! How often somebody may try: counted in the database, so that it holds across nodes.
//!
//! Limits count the number or the account first. Addresses only bound those who are not signed in, and generously: a
//! hall full of people shares one.

use std::time::Duration;

use db::{Cx, crypt::Field, throttle};
use shared::AppError;

use crate::model::Phone;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Codes to one number within a few minutes.
    CodeAgain,
    /// Codes to one number in a day.
    CodeToPhone,
    CodeFromAddress,
    TryFromAddress,
    /// Passwords tried for one number.
    Password,
    /// Second factors tried by one account.
    Factor,
    /// Numbers asked for consent by one account.
    Relative,
    Export,
    Import,
}

impl Limit {
    const fn name(self) -> &'static str {
        match self {
            Self::CodeAgain => "code-again",
            Self::CodeToPhone => "code-phone",
            Self::CodeFromAddress => "code-address",
            Self::TryFromAddress => "try-address",
            Self::Password => "password",
            Self::Factor => "factor",
            Self::Relative => "relative",
            Self::Export => "export",
            Self::Import => "import",
        }
    }

    /// How many, in how long.
    const fn rule(self) -> (i64, Duration) {
        match self {
            Self::CodeAgain => (3, Duration::from_secs(3 * 60)),
            Self::CodeToPhone => (10, DAY),
            Self::CodeFromAddress => (300, HOUR),
            Self::TryFromAddress => (600, HOUR),
            Self::Password => (10, Duration::from_secs(15 * 60)),
            Self::Factor => (10, Duration::from_secs(5 * 60)),
            Self::Relative => (10, DAY),
            Self::Export => (5, HOUR),
            Self::Import => (30, HOUR),
        }
    }
}

/// How a number stands in a limit: not as it is.
pub fn phone_key(cx: &Cx, phone: &Phone) -> String {
    cx.keys().blind(Field::Phone, phone.as_str())
}

/// Counts one try of `limit` by `who`.
///
/// # Errors
/// [`AppError::TooManyRequests`] with when to come back.
pub async fn take(cx: &Cx, limit: Limit, who: &str) -> Result<(), AppError> {
    let (most, window) = limit.rule();
    throttle::take(cx, &format!("accounts.{}/{who}", limit.name()), most, window).await
}

/// Counts a code that is asked for `phone`, by whomever and for whatever: so many messages one number is sent.
///
/// # Errors
/// [`AppError::TooManyRequests`] with when to come back.
pub async fn code_to(cx: &Cx, phone: &Phone) -> Result<(), AppError> {
    let key = phone_key(cx, phone);
    take(cx, Limit::CodeAgain, &key).await?;
    take(cx, Limit::CodeToPhone, &key).await
}

/// Counts one try of `limit` by the address it came from, if that is known.
///
/// # Errors
/// [`AppError::TooManyRequests`] with when to come back.
pub async fn by_address(cx: &Cx, limit: Limit) -> Result<(), AppError> {
    match cx.address {
        Some(address) => take(cx, limit, &cx.keys().digest("address", &address.to_string())).await,
        None => Ok(()),
    }
}
