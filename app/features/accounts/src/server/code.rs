//! One-time codes: six figures, five minutes, five tries, kept as a keyed digest.

use db::{
    Cx, Tx,
    crypt::{Field, Keyring},
    execute, on,
};
use shared::{AppError, RecordId, Timestamp, UserId};

use super::message::{self, Template};
use crate::model::{CodeStep, Phone};

/// How long a code is good for, in microseconds.
pub const LIFE: i64 = 5 * Timestamp::MINUTE;
/// How often it may be tried.
pub const TRIES: i64 = 5;
/// How long a proved number may take to register, in microseconds.
pub const TICKET_LIFE: i64 = 30 * Timestamp::MINUTE;

/// What a code proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    /// That a new number is the account's.
    Phone,
    /// That a resident wants a relative to act for them.
    Relative,
    /// That whoever reports something without an account is called at this number.
    Report,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Phone => "phone",
            Self::Relative => "relative",
            Self::Report => "report",
        }
    }

    const fn template(self) -> Template {
        match self {
            Self::SignIn => Template::SignInCode,
            Self::Phone => Template::PhoneCode,
            Self::Relative => Template::RelativeCode,
            Self::Report => Template::ReportCode,
        }
    }
}

const INSERT: &str = "insert into sign_in_code (id, purpose, phone, phone_blind, code_hash, attempts, asked_by, created_at, expires_at) \
    values ($1, $2, $3, $4, $5, 0, $6, $7, $8)";
/// An older code of the same number and purpose stops working: only the last message counts.
const SUPERSEDE: &str = "update sign_in_code set expires_at = $3 where phone_blind = $1 and purpose = $2 and used_at is null and expires_at > $3";
const TRY: &str = "update sign_in_code set attempts = attempts + 1 where id = $1 and purpose = $2 and used_at is null \
    and attempts < $3 and expires_at > $4 returning code_hash, phone, attempts, asked_by";
const USE: &str = "update sign_in_code set used_at = $2 where id = $1 and used_at is null";
const GIVE_TICKET: &str = "update sign_in_code set ticket_hash = $2 where id = $1 and used_at is not null";
const SENT_TO: &str = "select phone, asked_by from sign_in_code where id = $1 and created_at > $2";
const TICKET: &str = "select id, phone from sign_in_code where ticket_hash = $1 and used_at > $2";
const END_TICKET: &str = "update sign_in_code set ticket_hash = null where ticket_hash = $1";

/// A code that was right.
#[derive(Clone, Debug)]
pub struct Proved {
    pub phone: Phone,
    pub asked_by: Option<UserId>,
}

/// Makes a code for `phone` and queues its message; returns what the form goes on with.
///
/// With `deliver` false all is the same but that nothing is sent: for numbers that must not be told apart.
///
/// # Errors
/// As the database fails.
pub async fn make(
    tx: &mut Tx,
    keys: &Keyring,
    phone: &Phone,
    purpose: Purpose,
    asked_by: Option<UserId>,
    deliver: bool,
) -> Result<RecordId, AppError> {
    let now = tx.now();
    let id: RecordId = tx.id();
    let code = format!("{:06}", rand::random_range(0..1_000_000_u32));
    let blind = keys.blind(Field::Phone, phone.as_str());
    let expires_at = now.plus(LIFE);
    execute!(tx, SUPERSEDE, blind.as_str(), purpose.code(), now)?;
    let sealed = keys.seal_for(Field::Phone, id, phone.as_str());
    execute!(
        tx,
        INSERT,
        id,
        purpose.code(),
        sealed,
        blind.as_str(),
        digest(keys, id, &code),
        asked_by,
        now,
        expires_at
    )?;
    if deliver {
        message::queue(
            tx,
            phone,
            purpose.template(),
            serde_json::json!({ "code": code, "minutes": "5" }),
            expires_at,
        )
        .await?;
    }
    Ok(id)
}

fn digest(keys: &Keyring, id: RecordId, code: &str) -> String {
    keys.digest("sign-in code", &format!("{id}:{code}"))
}

/// Tries a code. Each try is counted and committed, also a wrong one.
///
/// # Errors
/// [`AppError::Invalid`] on `code` with what to do.
pub async fn check(cx: &Cx, id: RecordId, purpose: Purpose, code: &str) -> Result<Proved, AppError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::invalid("code", "验证码是 6 位数字。"));
    }
    let keys = cx.keys();
    let mut tx = cx.write().await?;
    let now = tx.now();
    type Row = (String, String, i64, Option<UserId>);
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(TRY)
            .bind(id)
            .bind(purpose.code())
            .bind(TRIES)
            .bind(now)
            .fetch_optional(c)
            .await
    })?;
    let Some((hash, phone, attempts, asked_by)) = row else {
        return Err(AppError::invalid("code", "验证码已经失效，请重新获取。"));
    };
    // Both are keyed digests, so comparing them in varying time tells nothing.
    let right = hash == digest(keys, id, &code);
    if right {
        execute!(tx, USE, id, now)?;
    }
    tx.commit().await?;
    if !right {
        let left = TRIES - attempts;
        let text = if left > 0 {
            format!("验证码不对，还可以试 {left} 次。")
        } else {
            "验证码不对，请重新获取。".into()
        };
        return Err(AppError::invalid("code", text));
    }
    Ok(Proved {
        phone: Phone::parse("phone", &keys.open_for(Field::Phone, id, &phone)?)?,
        asked_by,
    })
}

/// What the step shows that a code is typed in; `demo` adds the code itself. What somebody signed in has asked for is shown
/// to them only.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such code.
pub async fn step(cx: &Cx, id: RecordId, demo: bool) -> Result<CodeStep, AppError> {
    let mut tx = cx.read().await?;
    let after = tx.now().plus(-2 * LIFE);
    let found: Option<(String, Option<UserId>)> = on!(tx, |c| sqlx::query_as(SENT_TO)
        .bind(id)
        .bind(after)
        .fetch_optional(c)
        .await)?;
    let seen = found.filter(|(_, asked_by)| asked_by.is_none() || *asked_by == cx.who().user);
    let (sealed, _) = seen.ok_or(AppError::NotFound)?;
    let phone = Phone::parse("phone", &cx.keys().open_for(Field::Phone, id, &sealed)?)?;
    let demo_code = if demo {
        message::demo_code(&mut tx, cx.keys(), &phone).await?
    } else {
        None
    };
    Ok(CodeStep {
        phone: phone.masked(),
        demo_code,
    })
}

/// Turns the used code `id` into a ticket for registering.
///
/// # Errors
/// As the database fails.
pub async fn give_ticket(tx: &mut Tx, id: RecordId, ticket: &str) -> Result<(), AppError> {
    execute!(tx, GIVE_TICKET, id, super::session::hash(ticket))?;
    Ok(())
}

/// The number that a ticket proves.
///
/// # Errors
/// [`AppError::Conflict`] if it is none, or too old.
pub async fn phone_of_ticket(tx: &mut Tx, keys: &Keyring, ticket: &str) -> Result<Phone, AppError> {
    let after = tx.now().plus(-TICKET_LIFE);
    let hash = super::session::hash(ticket);
    let row: Option<(RecordId, String)> = on!(tx, |c| sqlx::query_as(TICKET)
        .bind(&hash)
        .bind(after)
        .fetch_optional(c)
        .await)?;
    let (id, sealed) = row.ok_or_else(|| AppError::Conflict("手机号的验证已经过期，请重新验证。".into()))?;
    Phone::parse("phone", &keys.open_for(Field::Phone, id, &sealed)?)
}

/// A ticket serves once.
///
/// # Errors
/// As the database fails.
pub async fn end_ticket(tx: &mut Tx, ticket: &str) -> Result<(), AppError> {
    execute!(tx, END_TICKET, super::session::hash(ticket))?;
    Ok(())
}
