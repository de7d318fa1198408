//! Gives committed events their numbers.
//!
//! Only the holder of the lease numbers, so that nodes do not queue up for the same work. What makes it safe is not
//! the lease but its row: it stays locked until the numbers have committed, so a holder that was thought dead and
//! comes back either waits or finds that the lease is another's.

use shared::{RecordId, Timestamp};

use crate::{Cx, DbError, event::notify, execute, on};

/// After a node died with the lease in its hand, another takes over this many microseconds later.
pub const LEASE: i64 = 800_000;
/// Events numbered in one transaction.
const BATCH: i64 = 1000;

const WAITING: &str = "select exists (select 1 from event where seq is null)";
const TAKE: &str = "insert into lease (name, holder, until_at, value) values ('event-relay', $1, $2, 0) \
    on conflict (name) do update set holder = excluded.holder, until_at = excluded.until_at \
    where lease.holder = excluded.holder or lease.until_at < $3 returning value";
const NUMBER: &str = "update event set seq = $1 + batch.n from \
    (select id, row_number() over (order by created_at, id) as n from event where seq is null \
     order by created_at, id limit $2) as batch \
    where event.id = batch.id";
const ADVANCE: &str = "update lease set value = value + $1 where name = 'event-relay'";

/// What a turn of the relay came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing waits for a number.
    Idle,
    /// Another node holds the lease.
    NotMine,
    /// This many events have their number now.
    Numbered(u64),
}

/// Numbers what waits, if the lease is free or `node`'s own.
///
/// # Errors
/// [`DbError::Sql`]; then nothing was numbered.
pub async fn turn(cx: &Cx, node: RecordId) -> Result<Turn, DbError> {
    let mut tx = cx.read().await?;
    let waiting: bool = on!(tx, |c| sqlx::query_scalar(WAITING).fetch_one(c).await)?;
    drop(tx);
    if !waiting {
        return Ok(Turn::Idle);
    }
    let mut tx = cx.write().await?;
    let now: Timestamp = tx.now();
    let until = now.plus(LEASE);
    let last: Option<i64> = on!(tx, |c| sqlx::query_scalar(TAKE)
        .bind(node)
        .bind(until)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let Some(last) = last else {
        return Ok(Turn::NotMine);
    };
    let numbered = execute!(tx, NUMBER, last, BATCH)?;
    execute!(tx, ADVANCE, i64::try_from(numbered).unwrap_or_default())?;
    notify(&mut tx).await?;
    tx.commit().await?;
    Ok(Turn::Numbered(numbered))
}
