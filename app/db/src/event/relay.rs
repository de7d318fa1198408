//! Gives committed events their numbers.
//!
//! The last number stands in one row. Whoever numbers holds that row's lock until the numbers have committed, and
//! nobody waits for it: a node that finds it locked leaves the work to the other one and looks again soon. The lock
//! is the engine's own and ends with the connection, so a node that dies leaves no time to wait out, and no clock
//! has to agree with another. (SQLite has one writer, which is the same lock.)

use shared::{RecordId, Timestamp};

use crate::{Conn, Cx, DbError, EngineSql, Tx, event::notify, execute, on};

/// Events numbered in one transaction.
const BATCH: i64 = 1000;

const WAITING: &str = "select exists (select 1 from event where seq is null)";
const FOUND: &str = "insert into lease (name, holder, until_at, value) values ('event-relay', $1, $2, 0) on conflict (name) do nothing";
const TAKE: EngineSql = EngineSql {
    sqlite: "select value from lease where name = 'event-relay'",
    postgres: "select value from lease where name = 'event-relay' for update skip locked",
};
// A machine that loses its network in the middle is not heard of again: the engine must not wait for it.
const HOLD_BRIEFLY: &str = "set local idle_in_transaction_session_timeout = '2s'";
const NUMBER: &str = "update event set seq = $1 + batch.n from \
    (select id, row_number() over (order by created_at, id) as n from event where seq is null \
     order by created_at, id limit $2) as batch \
    where event.id = batch.id";
/// Who numbered last, and when, is for whoever looks into the table.
const ADVANCE: &str =
    "update lease set value = value + $1, holder = $2, until_at = $3 where name = 'event-relay'";

/// What a turn of the relay came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing waits for a number.
    Idle,
    /// Another node is at it.
    NotMine,
    /// This many events have their number now.
    Numbered(u64),
}

/// Makes sure that the row is there; called once, when a node begins.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn prepare(cx: &Cx, node: RecordId) -> Result<(), DbError> {
    let mut tx = cx.write().await?;
    let now: Timestamp = tx.now();
    execute!(tx, FOUND, node, now)?;
    tx.commit().await
}

/// Numbers what waits, unless another node is at it.
///
/// # Errors
/// [`DbError::Sql`]; then nothing was numbered.
pub async fn turn(cx: &Cx, node: RecordId) -> Result<Turn, DbError> {
    let mut tx = cx.look().await?;
    let waiting: bool = on!(tx, |c| sqlx::query_scalar(WAITING).fetch_one(c).await)?;
    drop(tx);
    if !waiting {
        return Ok(Turn::Idle);
    }
    let mut tx = cx.write().await?;
    let Some(last) = take(&mut tx).await? else {
        return Ok(Turn::NotMine);
    };
    let now: Timestamp = tx.now();
    let numbered = execute!(tx, NUMBER, last, BATCH)?;
    if numbered == 0 {
        // Another node was quicker.
        return Ok(Turn::Idle);
    }
    execute!(
        tx,
        ADVANCE,
        i64::try_from(numbered).unwrap_or_default(),
        node,
        now
    )?;
    notify(&mut tx).await?;
    tx.commit().await?;
    Ok(Turn::Numbered(numbered))
}

/// The last number, locked for this transaction; `None` while another node holds it.
pub(super) async fn take(tx: &mut Tx) -> Result<Option<i64>, DbError> {
    if let Conn::Postgres(t) = &mut tx.conn {
        sqlx::query(HOLD_BRIEFLY).execute(&mut **t).await?;
    }
    let sql = tx.sql(TAKE);
    on!(tx, |c| sqlx::query_scalar(sql).fetch_optional(c).await)
}
