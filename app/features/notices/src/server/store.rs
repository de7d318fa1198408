//! Notices, as they are stored.

use db::{DbError, Tx, execute, on};
use shared::{RecordId, Timestamp, UserId};

use crate::model::{NoticeId, View};

/// A notice to be kept. The rest is empty at first.
pub struct New<'a> {
    pub id: NoticeId,
    pub user: UserId,
    pub kind: &'static str,
    pub importance: &'static str,
    pub key: &'a str,
    pub subject: Option<RecordId>,
    pub href: Option<&'a str>,
    pub params: String,
    pub by_proxy: bool,
    pub at: Timestamp,
    pub expires: Timestamp,
}

/// A notice, its facts sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: NoticeId,
    pub kind: String,
    pub importance: String,
    pub href: Option<String>,
    pub params: String,
    pub created_at: Timestamp,
    pub read_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub texted_at: Option<Timestamp>,
}

/// Whose notices are read, and whether by themself or by somebody who acts for them.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub user: UserId,
    pub own: bool,
}

const INSERT: &str = "insert into notice (id, user_id, kind, importance, key, subject_id, href, params, by_proxy, created_at, expires_at) \
    select $1, u.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from user_account u where u.id = $2 and u.state <> 'erased' \
    on conflict (user_id, key) do nothing";
const REPLACE: &str = "update notice set done_at = $4, read_at = coalesce(read_at, $4) where subject_id = $1 and user_id = $2 \
    and id <> $3 and done_at is null and importance <> 'info'";
const SETTLE: &str = "update notice set done_at = $2, read_at = coalesce(read_at, $2) where subject_id = $1 and done_at is null \
    and importance <> 'info' and ($3 is null or user_id = $3) returning user_id";
const NOTE_TEXT: &str = "update notice set texted_at = $2 where id = $1";

macro_rules! list_sql {
    ($which:literal) => {
        concat!(
            "select id, kind, importance, href, params, created_at, read_at, done_at, texted_at from notice \
             where user_id = $1 and (by_proxy or $2) and expires_at > $3 and (created_at, id) < ($4, $5)",
            $which,
            " order by created_at desc, id desc limit $6"
        )
    };
}

const ALL: &str = list_sql!("");
const UNREAD: &str = list_sql!(" and read_at is null");
const OPEN: &str = list_sql!(" and done_at is null and importance <> 'info'");
const ONE: &str = "select id, kind, importance, href, params, created_at, read_at, done_at, texted_at from notice \
    where id = $4 and user_id = $1 and (by_proxy or $2) and expires_at > $3";
const COUNT: &str = "select count(*) from (select 1 from notice where user_id = $1 and read_at is null and (by_proxy or $2) \
    and expires_at > $3 limit $4) as n";
const NEWEST: &str = "select coalesce(max(created_at), 0) from notice where user_id = $1";
const READ: &str = "update notice set read_at = $3 where id = $2 and user_id = $1 and read_at is null";
const READ_ALL: &str =
    "update notice set read_at = $3 where user_id = $1 and created_at <= $2 and read_at is null";
const ERASE: &str = "delete from notice where user_id = $1";
const ERASE_CHOICES: &str = "delete from notice_choice where user_id = $1";
// Also what a job that ran late sent to somebody who has gone.
const SWEEP: &str = "delete from notice where expires_at < $1 or user_id in (select id from user_account where state = 'erased')";

/// Whether it was new.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<bool, DbError> {
    let rows = execute!(
        tx,
        INSERT,
        new.id,
        new.user,
        new.kind,
        new.importance,
        new.key,
        new.subject,
        new.href,
        &new.params,
        new.by_proxy,
        new.at,
        new.expires
    )?;
    Ok(rows == 1)
}

/// Ends what older notices asked of `user` about `subject`: `by` asks for it now.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn replace(tx: &mut Tx, subject: RecordId, user: UserId, by: NoticeId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, REPLACE, subject, user, by, now)?;
    Ok(())
}

/// Ends what notices ask about `subject`, of everybody or of `user`; whose they were, each once.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn settle(tx: &mut Tx, subject: RecordId, user: Option<UserId>) -> Result<Vec<UserId>, DbError> {
    let now = tx.now();
    let mut users: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(SETTLE)
        .bind(subject)
        .bind(now)
        .bind(user)
        .fetch_all(c)
        .await)?;
    users.sort_unstable();
    users.dedup();
    Ok(users)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn note_text(tx: &mut Tx, id: NoticeId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, NOTE_TEXT, id, now)?;
    Ok(())
}

/// At most `most` notices that are older than `before`, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn list(
    tx: &mut Tx,
    reader: Reader,
    view: View,
    before: (Timestamp, NoticeId),
    most: i64,
) -> Result<Vec<Stored>, DbError> {
    let sql = match view {
        View::All => ALL,
        View::Unread => UNREAD,
        View::Open => OPEN,
    };
    let now = tx.now();
    on!(tx, |c| sqlx::query_as(sql)
        .bind(reader.user)
        .bind(reader.own)
        .bind(now)
        .bind(before.0)
        .bind(before.1)
        .bind(most)
        .fetch_all(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn one(tx: &mut Tx, reader: Reader, id: NoticeId) -> Result<Option<Stored>, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_as(ONE)
        .bind(reader.user)
        .bind(reader.own)
        .bind(now)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// How many are unread; `most` stands for many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn unread(tx: &mut Tx, reader: Reader, most: i64) -> Result<i64, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(reader.user)
        .bind(reader.own)
        .bind(now)
        .bind(most)
        .fetch_one(c)
        .await)
}

/// When the newest was sent.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn newest(tx: &mut Tx, user: UserId) -> Result<Timestamp, DbError> {
    on!(tx, |c| sqlx::query_scalar(NEWEST).bind(user).fetch_one(c).await)
}

/// Whether it had not been read before.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn read(tx: &mut Tx, user: UserId, id: NoticeId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, READ, user, id, now)? == 1)
}

/// How many had not been read before.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn read_all(tx: &mut Tx, user: UserId, upto: Timestamp) -> Result<u64, DbError> {
    let now = tx.now();
    execute!(tx, READ_ALL, user, upto, now)
}

/// Deletes all that somebody was told, and what they chose for each topic.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn erase(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    execute!(tx, ERASE, user)?;
    execute!(tx, ERASE_CHOICES, user)?;
    Ok(())
}

/// Deletes what has ended; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(tx: &mut Tx) -> Result<u64, DbError> {
    let now = tx.now();
    execute!(tx, SWEEP, now)
}
