//! The chain: entries numbered without gaps, each hashed with the hash of the one before.
//!
//! What the chain cannot show is that all of it was written anew from some entry on: the head of each batch is logged,
//! so that it can be compared with what an older log or backup says.

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::{RecordId, Timestamp};

use super::query::{COLUMNS, Entry};
use crate::{Cx, DbError, EngineSql, Json, Tx, execute, on, rows};

/// Entries a batch; more close in the next one.
const BATCH: i64 = 2000;
/// The hash before the first entry.
const ROOT: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// An entry is closed once every transaction that began before it must have ended.
const SETTLED: i64 = 10 * Timestamp::SECOND;

const LOCK: &str = "insert into lease (name, holder, until_at, value) values ('audit-close', $1, $2, 0) \
    on conflict (name) do update set holder = excluded.holder, until_at = excluded.until_at";
const LAST: &str = "select number, last, entries, previous_hash, hash, closed_at from audit_batch order by number desc limit 1";
const OPEN: &str = "where batch is null and created_at < $1 order by created_at, id limit $2";
const CLOSE: EngineSql = rows!(
    "update audit_entry set batch = r.batch, number = r.number, hash = r.hash from ",
    (id: uuid, batch: bigint, number: bigint, hash: text),
    " where audit_entry.id = r.id"
);
const INSERT: &str = "insert into audit_batch (number, last, entries, previous_hash, hash, closed_at) \
    values ($1, $2, $3, $4, $5, $6)";
const BATCHES: &str = "select number, last, entries, previous_hash, hash, closed_at from audit_batch \
    where number > $1 order by number limit 100";
const BETWEEN: &str = "where number > $1 and number <= $2 order by number";
const STRAY: &str = "select min(number) from audit_entry where number > $1";

#[derive(Clone, Debug, sqlx::FromRow)]
struct Batch {
    number: i64,
    last: i64,
    entries: i64,
    previous_hash: String,
    hash: String,
    #[expect(dead_code, reason = "part of the row; shown by tools, not by the check")]
    closed_at: Timestamp,
}

#[derive(Serialize)]
struct Closed {
    id: RecordId,
    batch: i64,
    number: i64,
    hash: String,
}

/// Closes one batch of what is open and settled; how many entries it has. 0 if there was nothing to close.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn close(cx: &Cx) -> Result<i64, DbError> {
    let mut tx = cx.write().await?;
    // The row stays locked until the end: two nodes cannot close at once.
    let now = tx.now();
    execute!(tx, LOCK, cx.id::<RecordId>(), now)?;
    let last: Option<Batch> = on!(tx, |c| sqlx::query_as(LAST).fetch_optional(c).await)?;
    let (batch, mut number, previous) =
        last.map_or((1, 0, ROOT.to_owned()), |b| (b.number + 1, b.last, b.hash));
    let settled = now.plus(-SETTLED);
    let open = entries(&mut tx, OPEN, settled.0, BATCH).await?;
    if open.is_empty() {
        return Ok(0);
    }
    let mut hash = previous.clone();
    let mut closed = Vec::with_capacity(open.len());
    for entry in &open {
        number += 1;
        hash = link(&hash, number, entry);
        closed.push(Closed {
            id: entry.id,
            batch,
            number,
            hash: hash.clone(),
        });
    }
    let count = i64::try_from(closed.len()).unwrap_or(i64::MAX);
    let sql = tx.sql(CLOSE);
    execute!(tx, sql, Json(&closed))?;
    execute!(tx, INSERT, batch, number, count, previous, hash.as_str(), now)?;
    tx.commit().await?;
    tracing::info!(batch, last = number, hash, "closed a batch of the audit log");
    Ok(count)
}

/// Closes everything that is settled.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn close_all(cx: &Cx) -> Result<i64, DbError> {
    let mut total = 0;
    loop {
        match close(cx).await? {
            0 => return Ok(total),
            closed => total += closed,
        }
    }
}

/// The first thing that is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("审计日志缺少第 {0} 批。")]
    MissingBatch(i64),
    #[error("审计日志第 {0} 批与前一批接不上。")]
    BatchLink(i64),
    #[error("审计日志缺少第 {number} 条（第 {batch} 批）。")]
    MissingEntry { batch: i64, number: i64 },
    #[error("审计日志第 {number} 条（第 {batch} 批，编号 {id}）被改动过。")]
    ChangedEntry { batch: i64, number: i64, id: RecordId },
    #[error("审计日志第 {0} 批的摘要被改动过。")]
    BatchHash(i64),
    #[error("审计日志第 {0} 条不属于任何一批。")]
    Stray(i64),
}

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub batches: i64,
    pub entries: i64,
    /// The hash of the last entry, to compare with what an older log or backup says.
    pub head: String,
    pub broken: Option<Break>,
}

/// Checks the chain from its beginning, a batch at a time.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn verify(cx: &Cx) -> Result<Verified, DbError> {
    let mut tx = cx.read().await?;
    let mut seen = Verified {
        batches: 0,
        entries: 0,
        head: ROOT.to_owned(),
        broken: None,
    };
    loop {
        let batches: Vec<Batch> = on!(tx, |c| sqlx::query_as(BATCHES)
            .bind(seen.batches)
            .fetch_all(c)
            .await)?;
        if batches.is_empty() {
            break;
        }
        for batch in batches {
            seen.broken = check(&mut tx, &batch, &mut seen).await?;
            if seen.broken.is_some() {
                return Ok(seen);
            }
        }
    }
    let stray: Option<i64> = on!(tx, |c| sqlx::query_scalar(STRAY)
        .bind(seen.entries)
        .fetch_one(c)
        .await)?;
    seen.broken = stray.map(Break::Stray);
    Ok(seen)
}

async fn check(tx: &mut Tx, batch: &Batch, seen: &mut Verified) -> Result<Option<Break>, DbError> {
    let number = seen.batches + 1;
    if batch.number != number {
        return Ok(Some(Break::MissingBatch(number)));
    }
    if batch.previous_hash != seen.head || batch.last != seen.entries + batch.entries {
        return Ok(Some(Break::BatchLink(number)));
    }
    for entry in entries(tx, BETWEEN, seen.entries, batch.last).await? {
        let expected = seen.entries + 1;
        if entry.number != Some(expected) {
            return Ok(Some(Break::MissingEntry {
                batch: number,
                number: expected,
            }));
        }
        let hash = link(&seen.head, expected, &entry);
        if entry.hash.as_deref() != Some(hash.as_str()) || entry.batch != Some(number) {
            return Ok(Some(Break::ChangedEntry {
                batch: number,
                number: expected,
                id: entry.id,
            }));
        }
        seen.entries = expected;
        seen.head = hash;
    }
    if seen.entries != batch.last {
        return Ok(Some(Break::MissingEntry {
            batch: number,
            number: seen.entries + 1,
        }));
    }
    if batch.hash != seen.head {
        return Ok(Some(Break::BatchHash(number)));
    }
    seen.batches = number;
    Ok(None)
}

async fn entries(tx: &mut Tx, tail: &str, first: i64, second: i64) -> Result<Vec<Entry>, DbError> {
    let sql = format!("select {COLUMNS} from audit_entry {tail}");
    on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(first)
            .bind(second)
            .fetch_all(c)
            .await
    })
}

/// SHA-256 over the hash before and the entry's fields as a JSON array in a fixed order.
fn link(previous: &str, number: i64, e: &Entry) -> String {
    let fields = json!([
        number,
        e.id,
        e.created_at,
        e.user_id,
        e.acting_for,
        e.device_id,
        e.system,
        e.trace,
        e.action,
        e.kind,
        e.record_id,
        e.subject_id,
        e.path,
        e.reason
    ]);
    hex::encode(Sha256::digest(format!("{previous}\n{fields}")))
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod store;
