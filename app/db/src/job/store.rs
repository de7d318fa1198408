//! Claiming jobs and noting how they ended.

use serde_json::Value;
use shared::{RecordId, Timestamp};

use super::ATTEMPTS;
use crate::{Cx, DbError, EngineSql, Json, NewJob, execute, on};

/// A job belongs to its worker for this many microseconds after it was claimed or its lease renewed.
pub const LEASE: i64 = 30 * Timestamp::SECOND;

const DUE: EngineSql = EngineSql {
    sqlite: "select exists (select 1 from job where kind in (select value from json_each($2)) and \
        ((state = 'waiting' and due_at <= $1) or (state = 'running' and lease_until < $1)))",
    postgres: "select exists (select 1 from job where kind in (select jsonb_array_elements_text($2)) and \
        ((state = 'waiting' and due_at <= $1) or (state = 'running' and lease_until < $1)))",
};
// SQLite has one writer, so nobody else can be claiming; PostgreSQL steps over rows that others are claiming.
const CLAIM: EngineSql = EngineSql {
    sqlite: "update job set state = 'running', attempts = attempts + 1, leased_by = $3, lease_until = $4 where id = \
        (select id from job where kind in (select value from json_each($2)) and \
        ((state = 'waiting' and due_at <= $1) or (state = 'running' and lease_until < $1)) \
        order by due_at, id limit 1) returning id, kind, payload, attempts",
    postgres: "update job set state = 'running', attempts = attempts + 1, leased_by = $3, lease_until = $4 where id = \
        (select id from job where kind in (select jsonb_array_elements_text($2)) and \
        ((state = 'waiting' and due_at <= $1) or (state = 'running' and lease_until < $1)) \
        order by due_at, id limit 1 for update skip locked) returning id, kind, payload, attempts",
};
const RENEW: &str = "update job set lease_until = $3 where id = $1 and leased_by = $2 and state = 'running'";
const FINISH: &str = "update job set state = 'done', finished_at = $3, last_error = null, leased_by = null, lease_until = null \
    where id = $1 and leased_by = $2 and state = 'running'";
const KILL: &str = "update job set state = 'dead', finished_at = $3, last_error = $4, leased_by = null, lease_until = null \
    where id = $1 and leased_by = $2 and state = 'running'";
const RETRY: &str = "update job set state = 'waiting', due_at = $3, last_error = $4, leased_by = null, lease_until = null \
    where id = $1 and leased_by = $2 and state = 'running'";
const SUPERSEDED: &str = "select exists (select 1 from job mine join job other on other.kind = mine.kind \
    and other.unique_key = mine.unique_key and other.state = 'waiting' where mine.id = $1)";
const SLOT: &str = "insert into lease (name, holder, until_at, value) values ($1, $2, $3, $4) \
    on conflict (name) do update set holder = excluded.holder, until_at = excluded.until_at, value = excluded.value \
    where lease.value < excluded.value";

/// A job that this worker holds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    pub id: RecordId,
    pub kind: String,
    pub payload: Json<Value>,
    /// This one included.
    pub attempts: i64,
}

/// The due job that has waited longest, if there is one; from now on `worker`'s.
pub async fn claim(cx: &Cx, worker: RecordId, kinds: &[&'static str]) -> Result<Option<Claimed>, DbError> {
    // A look first: an idle worker must not take SQLite's writer.
    let mut tx = cx.look().await?;
    let (sql, now) = (tx.sql(DUE), tx.now());
    let due: bool = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(now)
        .bind(Json(kinds))
        .fetch_one(c)
        .await)?;
    drop(tx);
    if !due {
        return Ok(None);
    }
    let mut tx = cx.write().await?;
    let (sql, now) = (tx.sql(CLAIM), tx.now());
    let claimed: Option<Claimed> = on!(tx, |c| {
        sqlx::query_as(sql)
            .bind(now)
            .bind(Json(kinds))
            .bind(worker)
            .bind(now.plus(LEASE))
            .fetch_optional(c)
            .await
    })?;
    if let Some(job) = &claimed
        && job.attempts > ATTEMPTS
    {
        // Its nodes died with it, again and again.
        let why = "执行这个任务的服务每次都中断了。";
        execute!(tx, KILL, job.id, worker, now, why)?;
        tx.commit().await?;
        return Ok(None);
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Whether the job is still `worker`'s, now for another [`LEASE`].
pub async fn renew(cx: &Cx, id: RecordId, worker: RecordId) -> Result<bool, DbError> {
    let mut tx = cx.write().await?;
    let until = tx.now().plus(LEASE);
    let rows = execute!(tx, RENEW, id, worker, until)?;
    tx.commit().await?;
    Ok(rows == 1)
}

pub async fn finish(cx: &Cx, id: RecordId, worker: RecordId) -> Result<(), DbError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, FINISH, id, worker, now)?;
    tx.commit().await
}

/// Notes a failure: the job waits until `again`, or is dead without it.
pub async fn fail(
    cx: &Cx,
    id: RecordId,
    worker: RecordId,
    error: &str,
    again: Option<Timestamp>,
) -> Result<(), DbError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    let error: String = error.chars().take(500).collect();
    match again {
        None => execute!(tx, KILL, id, worker, now, error)?,
        Some(due) => {
            let superseded: bool = on!(tx, |c| sqlx::query_scalar(SUPERSEDED).bind(id).fetch_one(c).await)?;
            if superseded {
                // Another of the same key was enqueued meanwhile and does the work.
                execute!(tx, FINISH, id, worker, now)?
            } else {
                execute!(tx, RETRY, id, worker, due, error)?
            }
        }
    };
    tx.commit().await
}

/// Enqueues a recurring job if nobody has for the current period.
pub async fn schedule(cx: &Cx, worker: RecordId, kind: &'static str, period: i64) -> Result<bool, DbError> {
    let slot = cx.now().0.div_euclid(period);
    let name = format!("every/{kind}");
    const SEEN: &str = "select exists (select 1 from lease where name = $1 and value >= $2)";
    let mut tx = cx.look().await?;
    let seen: bool = on!(tx, |c| sqlx::query_scalar(SEEN)
        .bind(&name)
        .bind(slot)
        .fetch_one(c)
        .await)?;
    drop(tx);
    if seen {
        return Ok(false);
    }
    let mut tx = cx.write().await?;
    let now = tx.now();
    let mine = execute!(tx, SLOT, name, worker, now, slot)? == 1;
    if mine {
        // With the key, a period in which no node kept up does not pile up another.
        tx.enqueue(NewJob {
            kind,
            payload: Value::Null,
            due: now,
            key: Some("every".into()),
        })
        .await?;
    }
    tx.commit().await?;
    Ok(mine)
}
