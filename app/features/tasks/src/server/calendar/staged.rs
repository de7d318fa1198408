//! A calendar file between its preview and its application. It lies in the database, so that any server may do either.

use db::{Audit, Cx, Json, Tx, execute, on};
use shared::{AppError, Permission, RecordId, Timestamp, UserId};

use super::{
    file,
    import::{Plan, apply_in, plan},
};
use crate::{
    model::{CalendarPreview, Counts},
    server::reckon,
};

/// How long a file waits for being applied.
const KEPT: i64 = Timestamp::DAY;
/// Changed days that a page lists.
const LISTED: usize = 100;
/// The longest name of a notice, in characters.
const LONGEST_SOURCE: usize = 200;

#[derive(sqlx::FromRow)]
struct Staged {
    id: RecordId,
    created_by: Option<UserId>,
    created_at: Timestamp,
    file_name: String,
    source: String,
    content: Option<Vec<u8>>,
    applied_at: Option<Timestamp>,
    result: Option<Json<Counts>>,
}

const INSERT: &str = "insert into calendar_import (id, created_by, created_at, file_name, source, content) \
    values ($1, $2, $3, $4, $5, $6)";
const SWEEP: &str = "delete from calendar_import where created_at < $1 and applied_at is null";
const BY_ID: &str = "select id, created_by, created_at, file_name, source, content, applied_at, result \
    from calendar_import where id = $1";
const APPLIED: &str = "update calendar_import set content = null, applied_at = $2, result = $3 \
    where id = $1 and applied_at is null";

/// Keeps a file for a day. Whatever waited longer is swept away. `source` is the notice that it follows.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers.
pub async fn keep(cx: &Cx, file_name: &str, source: &str, content: Vec<u8>) -> Result<RecordId, AppError> {
    if content.len() > file::MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let clean = |text: &str, most: usize| -> String {
        text.trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(most)
            .collect()
    };
    let id: RecordId = cx.id();
    let mut tx = cx.write().await?;
    execute!(tx, SWEEP, cx.now().plus(-KEPT))?;
    execute!(
        tx,
        INSERT,
        id,
        cx.who().user,
        cx.now(),
        clean(file_name, 100),
        clean(source, LONGEST_SOURCE),
        content
    )?;
    tx.audit(Audit::new("tasks.calendar.send", "calendar_import", id.0))
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// A file is its sender's alone.
async fn find(cx: &Cx, tx: &mut Tx, id: RecordId) -> Result<Staged, AppError> {
    cx.must_hold(Permission::CalendarManage)?;
    let staged = on!(tx, |c| sqlx::query_as::<_, Staged>(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    staged
        .filter(|staged| staged.created_by == cx.who().user)
        .ok_or(AppError::NotFound)
}

/// The notice that a file follows: as it was typed, or else as the file itself says.
fn source_of(staged: &Staged, plan: &Plan) -> String {
    if staged.source.is_empty() {
        plan.file
            .source
            .clone()
            .unwrap_or_else(|| staged.file_name.clone())
    } else {
        staged.source.clone()
    }
}

/// What the file would change, and which deadlines would move; or what it has changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn preview(cx: &Cx, id: RecordId) -> Result<CalendarPreview, AppError> {
    let mut tx = cx.read().await?;
    let staged = find(cx, &mut tx, id).await?;
    let mut preview = CalendarPreview {
        id: staged.id,
        file_name: staged.file_name.clone(),
        source: staged.source.clone(),
        sent: staged.created_at,
        applied: staged
            .applied_at
            .zip(staged.result.as_ref().map(|Json(counts)| *counts)),
        faults: Vec::new(),
        years: Vec::new(),
        counts: Counts::default(),
        changes: Vec::new(),
        looked_at: 0,
        moving: 0,
        moves: Vec::new(),
        more: false,
    };
    let Some(content) = staged.content.as_deref() else {
        return Ok(preview);
    };
    match file::read(content) {
        Err(faults) => preview.faults = faults,
        Ok(file) => {
            let plan = plan(&mut tx, file).await?;
            preview.source = source_of(&staged, &plan);
            preview.years = plan.file.years.iter().copied().collect();
            preview.counts = plan.counts;
            preview.changes = plan.changes.iter().take(LISTED).cloned().collect();
            let moves = reckon::moves(&mut tx, &plan.after).await?;
            (preview.looked_at, preview.moving) = (moves.looked_at, moves.count);
            (preview.moves, preview.more) = (moves.first, moves.more);
        }
    }
    Ok(preview)
}

/// Applies the file, provided that it changes just what the preview counted.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it was applied before or would change something else by now,
/// [`AppError::Invalid`] if it cannot be read, or what the database answers.
pub async fn apply(cx: &Cx, id: RecordId, seen: Counts) -> Result<Counts, AppError> {
    let applied_before = || AppError::Conflict("这个文件已经导入过了。".into());
    let mut tx = cx.write().await?;
    let staged = find(cx, &mut tx, id).await?;
    let content = staged.content.as_deref().ok_or_else(applied_before)?;
    let file = file::read(content)
        .map_err(|faults| AppError::invalid("", faults.first().map_or("", |fault| fault.reason.as_str())))?;
    let plan = plan(&mut tx, file).await?;
    if plan.counts != seen {
        return Err(AppError::Conflict(
            "日历在这期间变过了，请看过新的变化后再导入。".into(),
        ));
    }
    let source = source_of(&staged, &plan);
    apply_in(cx, &mut tx, &plan, id, &source).await?;
    if execute!(tx, APPLIED, id, cx.now(), Json(plan.counts))? != 1 {
        return Err(applied_before());
    }
    tx.commit().await?;
    Ok(plan.counts)
}
