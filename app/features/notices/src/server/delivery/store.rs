//! Deliveries, as they are stored.

use db::{DbError, NewJob, Tx, execute, on};
use serde_json::json;
use shared::{RecordId, Timestamp, UserId};

use super::JOB;
use crate::model::{Channel, NoticeId};

/// How long something is worth delivering once it was due, in microseconds.
const LIFE: i64 = Timestamp::DAY;
/// How many people see of their own.
const RECENT: i64 = 5;

/// What is delivered: a notice, or how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Notice(NoticeId),
    Digest(i64),
}

impl Content {
    const fn columns(self) -> (Option<NoticeId>, Option<i64>) {
        match self {
            Self::Notice(id) => (Some(id), None),
            Self::Digest(counted) => (None, Some(counted)),
        }
    }
}

/// Why something was not delivered, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was read, or is over, before it left.
    Read,
    /// Too many in an hour or a day.
    Limited,
    /// No number, no account, no such device any more.
    Gone,
    /// A digest tells of it.
    Digest,
    /// It took too long.
    Expired,
    /// The gateway or the push service will never take it.
    Refused,
    /// The push service did not answer, again and again.
    Unreachable,
    /// Nothing is set up for it.
    Off,
}

impl Reason {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Limited => "limited",
            Self::Gone => "gone",
            Self::Digest => "digest",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Off => "off",
        }
    }
}

/// How a delivery ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Sent { message: Option<RecordId> },
    Failed(Reason),
    Dropped(Reason),
}

impl End {
    const fn state(self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Failed(_) => "failed",
            Self::Dropped(_) => "dropped",
        }
    }

    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Sent { .. } => None,
            Self::Failed(reason) | Self::Dropped(reason) => Some(reason.code()),
        }
    }

    const fn message(self) -> Option<RecordId> {
        match self {
            Self::Sent { message } => message,
            Self::Failed(_) | Self::Dropped(_) => None,
        }
    }
}

/// One that waits, with what its notice has come to. Of a digest the notice's part is empty.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    pub user_id: UserId,
    pub channel: String,
    pub notice_id: Option<NoticeId>,
    pub counted: Option<i64>,
    pub subscription_id: Option<RecordId>,
    pub attempts: i64,
    pub expires_at: Timestamp,
    pub kind: Option<String>,
    pub importance: Option<String>,
    pub read_at: Option<Timestamp>,
}

/// One as its recipient sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Recent {
    pub channel: String,
    pub counted: Option<i64>,
    pub kind: Option<String>,
    pub state: String,
    /// What became of the short message that it was.
    pub message_state: Option<String>,
    pub reason: Option<String>,
    pub created_at: Timestamp,
}

const INSERT: &str = "insert into notice_delivery (id, user_id, channel, notice_id, counted, subscription_id, message_id, state, reason, \
    attempts, due_at, expires_at, created_at, done_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13)";
const WAITING: &str = "select d.user_id, d.channel, d.notice_id, d.counted, d.subscription_id, d.attempts, d.expires_at, \
    n.kind, n.importance, n.read_at from notice_delivery d left join notice n on n.id = d.notice_id where d.id = $1 and d.state = 'waiting'";
const POSTPONE: &str =
    "update notice_delivery set due_at = $2, expires_at = $3 where id = $1 and state = 'waiting'";
const TRY: &str = "update notice_delivery set attempts = attempts + 1 where id = $1 and state = 'waiting'";
const FINISH: &str = "update notice_delivery set state = $2, reason = $3, message_id = $4, done_at = $5 where id = $1 and state = 'waiting'";
const RECENT_OF: &str = "select d.channel, d.counted, n.kind, d.state, m.state as message_state, d.reason, d.created_at from notice_delivery d \
    left join notice n on n.id = d.notice_id left join message m on m.id = d.message_id \
    where d.user_id = $1 order by d.created_at desc, d.id desc limit $2";
const EXPIRE: &str = "update notice_delivery set state = 'dropped', reason = 'expired', done_at = $1 where state = 'waiting' and expires_at < $2";
const SWEEP: &str = "delete from notice_delivery where created_at < $1";
const ERASE: &str = "delete from notice_delivery where user_id = $1";

/// Notes one that has already ended.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn ended(
    tx: &mut Tx,
    user: UserId,
    channel: Channel,
    content: Content,
    end: End,
) -> Result<(), DbError> {
    let (id, now): (RecordId, _) = (tx.id(), tx.now());
    let (notice, counted) = content.columns();
    execute!(
        tx,
        INSERT,
        id,
        user,
        channel.code(),
        notice,
        counted,
        None::<RecordId>,
        end.message(),
        end.state(),
        end.reason(),
        now,
        now.plus(LIFE),
        now,
        Some(now)
    )?;
    Ok(())
}

/// Notes one that is to leave at `due`, and has it done then; by `to` where it is pushed.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn expect(
    tx: &mut Tx,
    user: UserId,
    channel: Channel,
    content: Content,
    to: Option<RecordId>,
    due: Timestamp,
) -> Result<(), DbError> {
    let (id, now): (RecordId, _) = (tx.id(), tx.now());
    let (notice, counted) = content.columns();
    execute!(
        tx,
        INSERT,
        id,
        user,
        channel.code(),
        notice,
        counted,
        to,
        None::<RecordId>,
        "waiting",
        None::<&str>,
        due,
        due.plus(LIFE),
        now,
        None::<Timestamp>
    )?;
    enqueue(tx, id, due).await
}

async fn enqueue(tx: &mut Tx, id: RecordId, due: Timestamp) -> Result<(), DbError> {
    tx.enqueue(NewJob {
        kind: JOB,
        payload: json!({ "id": id }),
        due,
        key: None,
    })
    .await?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn waiting(tx: &mut Tx, id: RecordId) -> Result<Option<Waiting>, DbError> {
    on!(tx, |c| sqlx::query_as(WAITING).bind(id).fetch_optional(c).await)
}

/// Has it done at `due` instead.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn postpone(tx: &mut Tx, id: RecordId, due: Timestamp) -> Result<(), DbError> {
    execute!(tx, POSTPONE, id, due, due.plus(LIFE))?;
    enqueue(tx, id, due).await
}

/// Counts a try.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn tried(tx: &mut Tx, id: RecordId) -> Result<(), DbError> {
    execute!(tx, TRY, id)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn finish(tx: &mut Tx, id: RecordId, end: End) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, FINISH, id, end.state(), end.reason(), end.message(), now)?;
    Ok(())
}

/// The last few of `user`, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn recent(tx: &mut Tx, user: UserId, most: Option<i64>) -> Result<Vec<Recent>, DbError> {
    on!(tx, |c| sqlx::query_as(RECENT_OF)
        .bind(user)
        .bind(most.unwrap_or(RECENT))
        .fetch_all(c)
        .await)
}

/// Gives up what waited for too long, and forgets what is older than `keep` microseconds.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(tx: &mut Tx, keep: i64) -> Result<(), DbError> {
    let now = tx.now();
    // A job that is on its way may still end one that has just expired.
    execute!(tx, EXPIRE, now, now.plus(-Timestamp::HOUR))?;
    execute!(tx, SWEEP, now.plus(-keep))?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn erase(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    execute!(tx, ERASE, user)?;
    Ok(())
}
