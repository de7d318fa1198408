//! A file between its preview and its application. It lies in the database, so that any server may do either.

use db::{Audit, Cx, Json, Tx, execute, on};
use shared::{AppError, Date, RecordId, Timestamp};

use super::{Counts, Differences, apply_in, plan_on};
use crate::model::ImportPreview;

/// How long a file waits for being applied.
const KEPT: i64 = Timestamp::DAY;

#[derive(sqlx::FromRow)]
struct Staged {
    id: RecordId,
    created_by: Option<shared::UserId>,
    created_at: Timestamp,
    file_name: String,
    content: Option<Vec<u8>>,
    effective: Date,
    applied_at: Option<Timestamp>,
    result: Option<Json<Counts>>,
}

const INSERT: &str = "insert into division_import (id, created_by, created_at, file_name, content, effective) \
    values ($1, $2, $3, $4, $5, $6)";
const SWEEP: &str = "delete from division_import where created_at < $1 and applied_at is null";
const BY_ID: &str = "select id, created_by, created_at, file_name, content, effective, applied_at, result \
    from division_import where id = $1";
const APPLIED: &str = "update division_import set content = null, applied_at = $1, result = $2 \
    where id = $3 and applied_at is null";

/// Keeps a file for a day. Whatever waited longer is swept away.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers.
pub async fn keep(cx: &Cx, file_name: &str, content: Vec<u8>, effective: Date) -> Result<RecordId, AppError> {
    if content.len() > super::file::MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let id: RecordId = cx.id();
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(100).collect();
    let mut tx = cx.write().await?;
    execute!(tx, SWEEP, cx.now().plus(-KEPT))?;
    execute!(
        tx,
        INSERT,
        id,
        cx.user()?,
        cx.now(),
        file_name,
        content,
        effective
    )?;
    tx.audit(Audit::new("orgs.divisions.send", "division_import", id.0))
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// A file is its sender's alone.
async fn find(cx: &Cx, tx: &mut Tx, id: RecordId) -> Result<Staged, AppError> {
    let staged = on!(tx, |c| sqlx::query_as::<_, Staged>(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    staged
        .filter(|s| s.created_by == cx.who().user)
        .ok_or(AppError::NotFound)
}

/// What the file would change, or what it has changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn preview(cx: &Cx, id: RecordId) -> Result<ImportPreview, AppError> {
    let staged = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, id).await?
    };
    let mut preview = ImportPreview {
        id: staged.id,
        file_name: staged.file_name,
        sent_at: staged.created_at,
        effective: staged.effective,
        applied: staged.applied_at.zip(staged.result.map(|Json(counts)| counts)),
        differences: Differences::default(),
        counts: Counts::default(),
        faults: Vec::new(),
        fault_count: 0,
    };
    if let Some(content) = staged.content {
        let plan = plan_on(cx, &content, staged.effective).await?;
        preview.differences = plan.differences.shown();
        preview.counts = plan.counts;
        preview.fault_count = plan.faults.len();
        preview.faults = plan.faults.into_iter().take(Differences::SHOWN).collect();
    }
    Ok(preview)
}

/// Applies the file, provided that it changes just what the preview counted.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it was applied before or would change something else by now, [`AppError::Invalid`] with the
/// faults, or what the database answers.
pub async fn apply(cx: &Cx, id: RecordId, seen: Counts) -> Result<Counts, AppError> {
    let staged = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, id).await?
    };
    let applied_before = || AppError::Conflict("这个文件已经应用过了。".into());
    let content = staged.content.ok_or_else(applied_before)?;
    let plan = plan_on(cx, &content, staged.effective).await?;
    if plan.faults.is_empty() && plan.counts != seen {
        return Err(AppError::Conflict(
            "区划在这期间变过了，请看过新的差异后再应用。".into(),
        ));
    }
    let mut tx = cx.write().await?;
    let counts = apply_in(cx, &mut tx, &plan).await?;
    if execute!(tx, APPLIED, cx.now(), Json(counts), id)? != 1 {
        return Err(applied_before());
    }
    tx.commit().await?;
    Ok(counts)
}
