//! The message port: short messages to a phone number, through whatever the deployment has.
//!
//! A message is a row in the outbox and a job with its id, made with the transaction that wants it sent; the words are
//! wiped once they are gone.

mod gateway;
mod log;

use std::sync::Arc;

use async_trait::async_trait;
use db::{
    Cx, NewJob, Tx,
    crypt::{Field, Keyring},
    execute, on,
};
use serde_json::Value;
use shared::{AppError, RecordId, Timestamp};

pub use gateway::{Gateway, GatewayConfig};
pub use log::LogPort;

use crate::model::Phone;

/// The job's kind.
pub const JOB: &str = "accounts.message";

/// What a message says. Gateways in the mainland send only templates that were approved beforehand: the code is what
/// they know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    SignInCode,
    PhoneCode,
    RelativeCode,
    ReportCode,
    /// Whoever reported by number alone has no inbox: that they are waited for, or were answered; not about what.
    ReportNews,
    ResidencyConfirmed,
    ResidencyRefused,
    /// Something lies in the inbox; of what kind, and nothing else.
    Notice,
}

impl Template {
    const ALL: [Self; 8] = [
        Self::SignInCode,
        Self::PhoneCode,
        Self::RelativeCode,
        Self::ReportCode,
        Self::ReportNews,
        Self::ResidencyConfirmed,
        Self::ResidencyRefused,
        Self::Notice,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::SignInCode => "sign_in_code",
            Self::PhoneCode => "phone_code",
            Self::RelativeCode => "relative_code",
            Self::ReportCode => "report_code",
            Self::ReportNews => "report_news",
            Self::ResidencyConfirmed => "residency_confirmed",
            Self::ResidencyRefused => "residency_refused",
            Self::Notice => "notice",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.code() == code)
    }

    /// The words, as they are submitted for approval; `{name}` stands for a parameter.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SignInCode => {
                "【邻里】登录验证码 {code}，{minutes} 分钟内有效。不要告诉任何人，社区工作人员也不会问您要。"
            }
            Self::PhoneCode => "【邻里】换手机号的验证码 {code}，{minutes} 分钟内有效。",
            Self::RelativeCode => {
                "【邻里】有亲友想替您办事，验证码 {code}，{minutes} 分钟内有效。同意的话请把它告诉这位亲友，不同意请忽略。"
            }
            Self::ReportCode => {
                "【邻里】反映事情的验证码 {code}，{minutes} 分钟内有效。不要告诉任何人，社区工作人员也不会问您要。"
            }
            Self::ReportNews => {
                "【邻里】您反映的事{what}。请打开邻里，在“查进展”里用这个手机号或者查询码查看。"
            }
            Self::ResidencyConfirmed => "【邻里】您在{place}的居住登记已核实。",
            Self::ResidencyRefused => "【邻里】您在{place}的居住登记没有通过，原因请登录查看。",
            Self::Notice => "【邻里】您有新消息：{topic}。请登录邻里，在“消息”里查看。",
        }
    }

    /// The words with `params` in their places.
    pub fn render(self, params: &Value) -> String {
        let mut text = self.text().to_owned();
        for (name, value) in params.as_object().into_iter().flatten() {
            text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
        }
        text
    }
}

/// Why a message did not go.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Worth another try: the network, or the gateway is busy.
    #[error("message not sent, will be tried again: {0}")]
    Later(String),
    /// The gateway will never take it.
    #[error("message refused: {0}")]
    Refused(String),
}

/// A way to send short messages.
#[async_trait]
pub trait MessagePort: Send + Sync + std::fmt::Debug {
    /// Sends one message. `id` is the same at every try, so that a gateway can tell a second try from a second message.
    ///
    /// # Errors
    /// [`SendError`].
    async fn send(
        &self,
        id: RecordId,
        to: &Phone,
        template: Template,
        params: &Value,
    ) -> Result<(), SendError>;

    /// Whether the words stay in the outbox until they expire, for the page of a demonstration to show.
    fn keeps_words(&self) -> bool {
        false
    }
}

const INSERT: &str = "insert into message (id, phone, phone_blind, template, params, state, created_at, expires_at) \
    values ($1, $2, $3, $4, $5, 'waiting', $6, $7)";
const WAITING: &str =
    "select phone, template, params, expires_at from message where id = $1 and state = 'waiting'";
const DONE: &str = "update message set state = $2, sent_at = $3 where id = $1";
const WIPE: &str = "update message set phone = null, params = null where id = $1";
// Of the templates that carry a code: what else goes to the same number meanwhile does not hide it.
const LAST_CODE: &str = "select id, params from message where phone_blind = $1 and expires_at > $2 and params is not null \
    and template in ('sign_in_code', 'phone_code', 'relative_code', 'report_code') order by created_at desc, id desc limit 1";
const SWEEP: &str = "delete from message where created_at < $1";
const WIPE_EXPIRED: &str =
    "update message set phone = null, params = null where expires_at < $1 and params is not null";

/// Queues a message with this transaction. After `expires_at` it is not sent any more. Its id: its row says what became of it.
///
/// # Errors
/// As the database fails.
pub async fn queue(
    tx: &mut Tx,
    to: &Phone,
    template: Template,
    params: Value,
    expires_at: Timestamp,
) -> Result<RecordId, AppError> {
    let id: RecordId = tx.id();
    let now = tx.now();
    let phone = tx.keys().seal_for(Field::Phone, id, to.as_str());
    let blind = tx.keys().blind(Field::Phone, to.as_str());
    let params = tx.keys().seal_for(Field::Note, id, &params.to_string());
    execute!(
        tx,
        INSERT,
        id,
        phone,
        blind,
        template.code(),
        params,
        now,
        expires_at
    )?;
    tx.enqueue(NewJob {
        kind: JOB,
        payload: serde_json::json!({ "id": id }),
        due: now,
        key: None,
    })
    .await?;
    Ok(id)
}

/// Sends the message `id` through `port`: the job's work.
///
/// # Errors
/// [`SendError::Later`], so that the job is tried again; [`SendError::Refused`] is noted on the row and is no error.
pub async fn deliver(cx: &Cx, port: &Arc<dyn MessagePort>, id: RecordId) -> Result<(), SendError> {
    let later = |error: AppError| SendError::Later(error.to_string());
    let Some(message) = load(cx, id).await.map_err(later)? else {
        return Ok(());
    };
    let outcome = if message.expires_at <= cx.now() {
        Err(SendError::Refused("expired".into()))
    } else {
        port.send(id, &message.to, message.template, &message.params)
            .await
    };
    let state = match outcome {
        Ok(()) => "sent",
        Err(SendError::Refused(reason)) => {
            tracing::warn!(%id, template = message.template.code(), reason, "message refused");
            "failed"
        }
        Err(error) => return Err(error),
    };
    finish(cx, id, state, port.keeps_words()).await.map_err(later)
}

struct Waiting {
    to: Phone,
    template: Template,
    params: Value,
    expires_at: Timestamp,
}

async fn load(cx: &Cx, id: RecordId) -> Result<Option<Waiting>, AppError> {
    let mut tx = cx.read().await?;
    type Row = (Option<String>, String, Option<String>, Timestamp);
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(WAITING).bind(id).fetch_optional(c).await)?;
    let Some((Some(phone), template, Some(params), expires_at)) = row else {
        return Ok(None);
    };
    let Some(template) = Template::from_code(&template) else {
        return Ok(None);
    };
    let params = cx.keys().open_for(Field::Note, id, &params)?;
    Ok(Some(Waiting {
        to: Phone::parse("phone", &cx.keys().open_for(Field::Phone, id, &phone)?)?,
        template,
        params: serde_json::from_str(&params).map_err(|error| db::internal(&error))?,
        expires_at,
    }))
}

async fn finish(cx: &Cx, id: RecordId, state: &str, keep: bool) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, DONE, id, state, now)?;
    if !keep {
        execute!(tx, WIPE, id)?;
    }
    tx.commit().await?;
    Ok(())
}

/// The code in the newest message with one to `phone` that is still good: what the page of a demonstration shows.
///
/// # Errors
/// As the database fails.
pub async fn demo_code(tx: &mut Tx, keys: &Keyring, phone: &Phone) -> Result<Option<String>, AppError> {
    let now = tx.now();
    let blind = keys.blind(Field::Phone, phone.as_str());
    let row: Option<(RecordId, String)> = on!(tx, |c| sqlx::query_as(LAST_CODE)
        .bind(&blind)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let Some((id, params)) = row else { return Ok(None) };
    let params: Value = serde_json::from_str(&keys.open_for(Field::Note, id, &params)?)
        .map_err(|error| db::internal(&error))?;
    Ok(params["code"].as_str().map(ToOwned::to_owned))
}

/// Forgets messages older than `keep` microseconds, and the words of all that expired.
///
/// # Errors
/// As the database fails.
pub async fn sweep(tx: &mut Tx, keep: i64) -> Result<(), AppError> {
    let now = tx.now();
    execute!(tx, WIPE_EXPIRED, now)?;
    execute!(tx, SWEEP, now.plus(-keep))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_parameters_into_their_places() {
        let text = Template::SignInCode.render(&serde_json::json!({ "code": "123456", "minutes": "5" }));
        assert!(text.contains("123456，5 分钟"), "{text}");
        assert!(!text.contains('{'));
    }

    #[test]
    fn templates_find_themselves_by_code() {
        for template in Template::ALL {
            assert_eq!(Template::from_code(template.code()), Some(template));
        }
    }
}
