//! Dead jobs, for an administrator.

use serde::{Deserialize, Serialize};
use shared::{AppError, Cursor, Page, Permission, RecordId, Timestamp};

use crate::{Audit, Cx, execute, on};

/// Rows a page.
pub const PAGE: usize = 50;

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct DeadJob {
    pub id: RecordId,
    pub kind: String,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub finished_at: Timestamp,
}

const DEAD: &str = "select id, kind, attempts, last_error, created_at, finished_at from job where state = 'dead' \
    and (created_at, id) < ($1, $2) order by created_at desc, id desc limit $3";
const RETRY: &str = "update job set state = 'waiting', attempts = 0, due_at = $2, finished_at = null \
    where id = $1 and state = 'dead'";
const DISCARD: &str = "delete from job where id = $1 and state = 'dead'";

/// Dead jobs, newest first.
///
/// # Errors
/// What [`Cx::must_hold`] says without [`Permission::JobsManage`]; [`AppError::Invalid`] for a cursor that is none.
pub async fn dead(cx: &Cx, cursor: Option<&str>) -> Result<Page<DeadJob>, AppError> {
    cx.must_hold(Permission::JobsManage)?;
    let (at, id) = match cursor {
        None => (i64::MAX, uuid::Uuid::max()),
        Some(text) => {
            let bad = || AppError::invalid("cursor", "翻页位置不对，请从第一页看起。");
            let cursor: Cursor = text.parse().map_err(|()| bad())?;
            (cursor.key.parse().map_err(|_| bad())?, cursor.id)
        }
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut tx = cx.read().await?;
    let rows = on!(tx, |c| sqlx::query_as(DEAD)
        .bind(at)
        .bind(RecordId(id))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(Page::cut(rows, PAGE, |job: &DeadJob| Cursor {
        key: job.created_at.0.to_string(),
        id: job.id.0,
    }))
}

/// Has a dead job tried again, at once and from its first attempt.
///
/// # Errors
/// As [`dead`]; [`AppError::NotFound`] if there is no such dead job, [`AppError::Conflict`] if another of its kind and
/// key waits already.
pub async fn retry(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    cx.must_hold(Permission::JobsManage)?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    let rows = match execute!(tx, RETRY, id, now) {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::Conflict(
                "同样的任务已经在等待执行，可以放弃这一个。".into(),
            ));
        }
        other => other?,
    };
    if rows == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("core.job.retry", "job", id.0)).await?;
    Ok(tx.commit().await?)
}

/// Gives a dead job up for good.
///
/// # Errors
/// As [`dead`]; [`AppError::NotFound`] if there is no such dead job.
pub async fn discard(cx: &Cx, id: RecordId) -> Result<(), AppError> {
    cx.must_hold(Permission::JobsManage)?;
    let mut tx = cx.write().await?;
    if execute!(tx, DISCARD, id)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("core.job.discard", "job", id.0)).await?;
    Ok(tx.commit().await?)
}
