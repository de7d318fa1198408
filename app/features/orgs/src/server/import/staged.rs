//! A file between its preview and its application. It lies in the database, so that any server may do either.

use axum::body::Bytes;
use db::{Audit, Cx, Json, Tx, execute, on};
use shared::{AppError, Date, RecordId, Timestamp};
use ui::sending::Phase;

use super::{Counts, Differences, Plan, apply_in, plan_in_steps, told};
use crate::{
    model::{ImportPreview, LARGEST},
    server::sent::Steps,
};

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
/// Changes nothing, but from here on nobody else changes the row until the transaction ends.
const CLAIM: &str = "update division_import set file_name = file_name where id = $1 and applied_at is null";
const RENAME: &str = "update division_import set id = $1 where id = $2 and applied_at is null";
const APPLIED: &str = "update division_import set content = null, applied_at = $1, result = $2 \
    where id = $3 and applied_at is null";

/// Works out what a file would change, if somebody watches, and then keeps it.
///
/// # Errors
/// As [`keep`].
pub async fn receive(
    cx: &Cx,
    file_name: &str,
    content: Bytes,
    effective: Date,
    steps: &Steps,
) -> Result<(RecordId, Option<ImportPreview>), AppError> {
    if !steps.watched() {
        // The page will work it out: it is asked for next.
        return Ok((keep(cx, file_name, content, effective).await?, None));
    }
    let plan = plan_in_steps(cx, content.clone(), effective, steps).await?;
    let id = keep(cx, file_name, content, effective).await?;
    let mut preview = Staged {
        id,
        created_by: cx.who().user,
        created_at: cx.now(),
        file_name: file_name.to_owned(),
        content: None,
        effective,
        applied_at: None,
        result: None,
    }
    .preview();
    show(plan, &mut preview);
    Ok((id, Some(preview)))
}

/// Keeps a file for a day. Whatever waited longer is swept away.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers.
pub async fn keep(
    cx: &Cx,
    file_name: &str,
    content: impl Into<Bytes>,
    effective: Date,
) -> Result<RecordId, AppError> {
    let content: Bytes = content.into();
    if content.len() > LARGEST {
        return Err(AppError::TooLarge);
    }
    let id: RecordId = cx.id();
    let mut tx = cx.write().await?;
    execute!(tx, SWEEP, cx.now().plus(-KEPT))?;
    execute!(
        tx,
        INSERT,
        id,
        cx.user()?,
        cx.now(),
        file_name,
        &content[..],
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
    let mut preview = staged.preview();
    if let Some(content) = staged.content {
        let plan = plan_in_steps(cx, content.into(), staged.effective, &Steps::default()).await?;
        show(plan, &mut preview);
    }
    Ok(preview)
}

/// Everything that a file that waits would change, as CSV.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, [`AppError::Conflict`] if it was applied, or what the database answers.
pub async fn differences(cx: &Cx, id: RecordId) -> Result<String, AppError> {
    Ok(told::changes(&plan_again(cx, id).await?.differences))
}

/// Everything that is wrong with a file that waits, as CSV.
///
/// # Errors
/// As [`differences`].
pub async fn faults(cx: &Cx, id: RecordId) -> Result<String, AppError> {
    Ok(told::faults(&plan_again(cx, id).await?.faults))
}

async fn plan_again(cx: &Cx, id: RecordId) -> Result<Plan, AppError> {
    let staged = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, id).await?
    };
    let content = staged.content.ok_or_else(applied_before)?;
    plan_in_steps(cx, content.into(), staged.effective, &Steps::default()).await
}

fn applied_before() -> AppError {
    AppError::Conflict("这个文件已经应用过了。".into())
}

impl Staged {
    fn preview(&self) -> ImportPreview {
        let result = self.result.as_ref().map(|Json(counts)| *counts);
        ImportPreview {
            id: self.id,
            file_name: self.file_name.clone(),
            sent_at: self.created_at,
            effective: self.effective,
            applied: self.applied_at.zip(result),
            differences: Differences::default(),
            counts: Counts::default(),
            faults: Vec::new(),
            fault_count: 0,
        }
    }
}

fn show(plan: Plan, preview: &mut ImportPreview) {
    preview.differences = plan.differences.shown();
    preview.counts = plan.counts;
    preview.fault_count = plan.faults.len();
    preview.faults = plan.faults.into_iter().take(Differences::SHOWN).collect();
}

/// Applies the file, provided that it changes just what the preview counted.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it was applied before or would change something else by now, [`AppError::Invalid`] with the
/// faults, or what the database answers.
pub async fn apply(cx: &Cx, id: RecordId, seen: Counts, steps: &Steps) -> Result<Counts, AppError> {
    let staged = {
        let mut tx = cx.read().await?;
        find(cx, &mut tx, id).await?
    };
    let content = staged.content.ok_or_else(applied_before)?;
    let plan = plan_in_steps(cx, content.into(), staged.effective, steps).await?;
    if plan.faults.is_empty() && plan.counts != seen {
        return Err(AppError::Conflict(
            "区划在这期间变过了，请看过新的差异后再应用。".into(),
        ));
    }
    steps.at(Phase::Write);
    let mut tx = cx.write().await?;
    if execute!(tx, CLAIM, id)? != 1 {
        return Err(AppError::Conflict("这个文件已经应用过，或者停下了。".into()));
    }
    let counts = apply_in(cx, &mut tx, &plan).await?;
    if execute!(tx, APPLIED, cx.now(), Json(counts), id)? != 1 {
        return Err(applied_before());
    }
    tx.commit().await?;
    Ok(counts)
}

/// Stops whoever is applying the file, on whatever server: it gets another id, under which it waits on, so that they find
/// nothing to apply. Returns the id; the same one if it was applied before.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn stop(cx: &Cx, id: RecordId) -> Result<RecordId, AppError> {
    let mut tx = cx.write().await?;
    find(cx, &mut tx, id).await?;
    let fresh: RecordId = cx.id();
    // Waits for a transaction that has claimed the row, so the answer is the last word.
    let stopped = execute!(tx, RENAME, fresh, id)? == 1;
    tx.commit().await?;
    Ok(if stopped { fresh } else { id })
}
