//! A short message, handed to the message port of accounts: its outbox, its tries, its states.

use std::{fmt::Display, time::Duration};

use accounts::{
    model::Phone,
    server::{
        account,
        message::{self, Template},
    },
};
use db::{Tx, throttle};
use serde_json::json;
use shared::{AppError, Timestamp, UserId};

use super::store::{End, Reason};

/// How long a short message is worth sending, in microseconds.
const LIFE: i64 = Timestamp::DAY;

/// Hands one over that says `topic` and nothing else; each of `limits` counts it. How that ended.
///
/// # Errors
/// As the database fails.
pub async fn hand(tx: &mut Tx, to: UserId, topic: &str, limits: &[(i64, Duration)]) -> Result<End, AppError> {
    const NOBODY: End = End::Dropped(Reason::Gone);
    let account = account::by_id(tx, to).await?;
    let Some(account) = account.filter(account::Account::is_active) else {
        return Ok(NOBODY);
    };
    let Some(phone) = account.phone(tx.keys())? else {
        return Ok(NOBODY);
    };
    if !within(tx, "text", to, limits).await? {
        return Ok(End::Dropped(Reason::Limited));
    }
    let until = tx.now().plus(LIFE);
    let message = message::queue(
        tx,
        &Phone::parse("phone", &phone)?,
        Template::Notice,
        json!({ "topic": topic }),
        until,
    )
    .await?;
    Ok(End::Sent {
        message: Some(message),
    })
}

/// Whether one more is within each of `limits`. Asking counts.
///
/// # Errors
/// As the database fails.
pub async fn within(
    tx: &mut Tx,
    what: &str,
    whose: impl Display,
    limits: &[(i64, Duration)],
) -> Result<bool, AppError> {
    for (most, window) in limits {
        let key = format!("notices/{what}/{}/{whose}", window.as_secs());
        match throttle::check(tx, &key, *most, *window).await {
            Ok(()) => {}
            Err(AppError::TooManyRequests { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
