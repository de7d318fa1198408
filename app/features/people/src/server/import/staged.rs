//! A file between its preview and its application. It lies in the database, sealed and in parts, so that any server may do either
//! and no copy of it is read by whoever gets hold of the database.

use axum::body::Bytes;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use db::{Audit, Cx, Json, Tx, crypt::Field, execute, on};
use orgs::server::sent::Steps;
use shared::{AppError, RecordId, Timestamp, UserId, datum::Datum};
use ui::sending::Phase;

use super::{
    Plan, apply,
    plan::{plan, read},
    table,
};
use crate::model::{Counts, Preview, SHOWN};

/// How long a file waits for being applied.
const KEPT: i64 = Timestamp::DAY;
/// Bytes of a part: rotating keys holds hundreds of parts at a time.
const PART: usize = 64 << 10;

#[derive(sqlx::FromRow)]
struct Staged {
    id: RecordId,
    file_id: RecordId,
    created_by: Option<UserId>,
    created_at: Timestamp,
    file_name: String,
    datum: Option<String>,
    applied_at: Option<Timestamp>,
    result: Option<Json<Counts>>,
}

const INSERT: &str = "insert into people_import (id, file_id, created_by, created_at, file_name, datum) values ($1, $1, $2, $3, $4, $5)";
const INSERT_PART: &str =
    "insert into people_import_part (id, file_id, position, content) values ($1, $2, $3, $4)";
const SWEEP_PARTS: &str = "delete from people_import_part where file_id in (select file_id from people_import where created_at < $1)";
const SWEEP: &str = "delete from people_import where created_at < $1 and applied_at is null";
const BY_ID: &str = "select id, file_id, created_by, created_at, file_name, datum, applied_at, result from people_import where id = $1";
const PARTS: &str = "select id, content from people_import_part where file_id = $1 order by position";
/// Changes nothing, but from here on nobody else changes the row until the transaction ends.
const CLAIM: &str = "update people_import set file_name = file_name where id = $1 and applied_at is null";
const RENAME: &str = "update people_import set id = $1 where id = $2 and applied_at is null";
const APPLIED: &str =
    "update people_import set applied_at = $1, result = $2 where id = $3 and applied_at is null";
const EMPTY: &str = "delete from people_import_part where file_id = $1";

impl Staged {
    fn datum(&self) -> Option<Datum> {
        self.datum.as_deref().and_then(|code| code.parse().ok())
    }

    fn preview(&self) -> Preview {
        let result = self.result.as_ref().map(|Json(counts)| *counts);
        Preview {
            id: self.id,
            file_name: self.file_name.clone(),
            datum: self.datum(),
            sent_at: self.created_at,
            applied: self.applied_at.zip(result),
            counts: Counts::default(),
            differences: Vec::new(),
            notes: Vec::new(),
            faults: Vec::new(),
            fault_count: 0,
        }
    }
}

fn show(plan: Plan, preview: &mut Preview) {
    preview.counts = plan.counts;
    preview.differences = plan.differences;
    preview.notes = plan.notes;
    preview.fault_count = plan.faults.len();
    preview.faults = plan.faults.into_iter().take(SHOWN).collect();
}

/// Works out what a file would change, if somebody watches, and then keeps it.
///
/// # Errors
/// As [`keep`].
pub async fn receive(
    cx: &Cx,
    file_name: &str,
    content: Bytes,
    datum: Option<Datum>,
    steps: &Steps,
) -> Result<(RecordId, Option<Preview>), AppError> {
    if !steps.watched() {
        // The page will work it out: it is asked for next.
        return Ok((keep(cx, file_name, content, datum).await?, None));
    }
    let plan = plan(cx, content.clone(), datum, steps).await?;
    let id = keep(cx, file_name, content, datum).await?;
    let mut preview = Staged {
        id,
        file_id: id,
        created_by: cx.who().user,
        created_at: cx.now(),
        file_name: file_name.to_owned(),
        datum: datum.map(|datum| datum.code().to_owned()),
        applied_at: None,
        result: None,
    }
    .preview();
    show(plan, &mut preview);
    Ok((id, Some(preview)))
}

/// Keeps a file for a day, with what its places are measured against. Whatever waited longer is swept away.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers.
pub async fn keep(
    cx: &Cx,
    file_name: &str,
    content: impl Into<Bytes>,
    datum: Option<Datum>,
) -> Result<RecordId, AppError> {
    let content: Bytes = content.into();
    if content.len() > table::MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let id: RecordId = cx.id();
    let mut tx = cx.write().await?;
    let old = cx.now().plus(-KEPT);
    execute!(tx, SWEEP_PARTS, old)?;
    execute!(tx, SWEEP, old)?;
    let datum = datum.map(Datum::code);
    execute!(tx, INSERT, id, cx.user()?, cx.now(), file_name, datum)?;
    for (position, part) in (0_i64..).zip(content.chunks(PART)) {
        let part_id: RecordId = tx.id();
        let sealed = cx.keys().seal_for(Field::Note, part_id.0, &STANDARD.encode(part));
        execute!(tx, INSERT_PART, part_id, id, position, sealed)?;
    }
    tx.audit(Audit::new("people.import.send", "import", id.0)).await?;
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

async fn content(cx: &Cx, tx: &mut Tx, file: RecordId) -> Result<Bytes, AppError> {
    let parts: Vec<(RecordId, String)> = on!(tx, |c| sqlx::query_as(PARTS).bind(file).fetch_all(c).await)?;
    let mut content = Vec::new();
    for (part, sealed) in parts {
        let text = cx.keys().open_for(Field::Note, part.0, &sealed)?;
        content.extend(STANDARD.decode(text).map_err(|error| db::internal(&error))?);
    }
    Ok(content.into())
}

/// What the file would change, or what it has changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn preview(cx: &Cx, id: RecordId) -> Result<Preview, AppError> {
    let (staged, content) = {
        let mut tx = cx.read().await?;
        let staged = find(cx, &mut tx, id).await?;
        let content = content(cx, &mut tx, staged.file_id).await?;
        (staged, content)
    };
    let mut preview = staged.preview();
    if preview.applied.is_none() {
        let datum = staged.datum();
        show(plan(cx, content, datum, &Steps::default()).await?, &mut preview);
    }
    Ok(preview)
}

/// Applies the file, provided that it changes just what the preview counted.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it was applied before or would change something else by now,
/// [`AppError::Invalid`] with the faults, or what the database answers.
pub async fn apply_staged(cx: &Cx, id: RecordId, seen: Counts, steps: &Steps) -> Result<Counts, AppError> {
    let (staged, content) = {
        let mut tx = cx.read().await?;
        let staged = find(cx, &mut tx, id).await?;
        if staged.applied_at.is_some() {
            return Err(AppError::Conflict("这个文件已经导入过了。".into()));
        }
        let content = content(cx, &mut tx, staged.file_id).await?;
        (staged, content)
    };
    steps.at(Phase::Read);
    let lines = read(cx, content, staged.datum()).await?;
    steps.at(Phase::Compare);
    let mut tx = cx.write().await?;
    if execute!(tx, CLAIM, id)? != 1 {
        return Err(AppError::Conflict("这个文件已经导入过，或者停下了。".into()));
    }
    let counts = apply::within(cx, &mut tx, lines, Some(seen), steps).await?;
    if execute!(tx, APPLIED, cx.now(), Json(counts), id)? != 1 {
        return Err(AppError::Conflict("这个文件已经导入过了。".into()));
    }
    execute!(tx, EMPTY, staged.file_id)?;
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
