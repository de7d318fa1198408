//! A map file between its preview and its application, with all that is wrong with it as CSV. It lies in the database, so that any
//! server may do either.

use std::collections::BTreeSet;

use axum::body::Bytes;
use db::{Audit, Cx, Json, Tx, execute, on};
use orgs::{model::LARGEST, server::sent::Steps};
use shared::{AppError, RecordId, Timestamp, UserId};
use ui::sending::Phase;

use super::{
    geo::{Border, svg},
    import::{self, Origin, Plan},
    problems,
};
use crate::model::{Counts, Datum, Drawing, ImportPreview, Place, Problem, ProblemCounts, Severity};

/// How long a file waits for being applied.
const KEPT: i64 = Timestamp::DAY;

/// Problems that a page lists one by one.
const LISTED: usize = 200;

/// Areas on the preview's map; the rest of its shapes are trouble spots.
const DRAWN: usize = svg::MOST - LISTED;

#[derive(sqlx::FromRow)]
struct Staged {
    id: RecordId,
    created_by: Option<UserId>,
    created_at: Timestamp,
    file_name: String,
    content: Option<Vec<u8>>,
    datum: String,
    applied_at: Option<Timestamp>,
    result: Option<Json<Counts>>,
}

const INSERT: &str = "insert into area_import (id, created_by, created_at, file_name, content, datum, status, accepted) \
    values ($1, $2, $3, $4, $5, $6, 'waiting', $7)";
const SWEEP: &str = "delete from area_import where created_at < $1 and status = 'waiting'";
const BY_ID: &str = "select id, created_by, created_at, file_name, content, datum, applied_at, result from area_import where id = $1";
/// Changes nothing, but from here on nobody else changes the row until the transaction ends.
const CLAIM: &str = "update area_import set status = 'waiting' where id = $1 and status = 'waiting'";
const RENAME: &str = "update area_import set id = $1 where id = $2 and status = 'waiting'";
const APPLIED: &str = "update area_import set content = null, status = 'applied', accepted = $2, applied_by = $3, applied_at = $4, result = $5 \
    where id = $1 and status = 'waiting'";

/// Works out what a file would change, if somebody watches, and then keeps it.
///
/// # Errors
/// As [`keep`].
pub async fn receive(
    cx: &Cx,
    file_name: &str,
    content: Bytes,
    datum: Datum,
    steps: &Steps,
) -> Result<(RecordId, Option<ImportPreview>), AppError> {
    if !steps.watched() {
        // The page will work it out: it is asked for next.
        return Ok((keep(cx, file_name, content, datum).await?, None));
    }
    let waiting = Staged {
        id: cx.id(),
        created_by: cx.who().user,
        created_at: cx.now(),
        file_name: file_name.to_owned(),
        content: None,
        datum: datum.code().to_owned(),
        applied_at: None,
        result: None,
    };
    let mut preview = waiting.preview(datum);
    work_out(cx, content.clone(), datum, steps, &mut preview).await?;
    preview.id = keep(cx, file_name, content, datum).await?;
    Ok((preview.id, Some(preview)))
}

/// Keeps a file for a day. Whatever waited longer is swept away.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers.
pub async fn keep(
    cx: &Cx,
    file_name: &str,
    content: impl Into<Bytes>,
    datum: Datum,
) -> Result<RecordId, AppError> {
    let content: Bytes = content.into();
    if content.len() > LARGEST {
        return Err(AppError::TooLarge);
    }
    let mut tx = cx.write().await?;
    execute!(tx, SWEEP, cx.now().plus(-KEPT))?;
    let id = insert(&mut tx, file_name, Some(&content), datum, cx.who().user).await?;
    tx.audit(Audit::new("grid.area.send", "area_import", id.0))
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Notes a file that is applied at once and never waited.
pub(super) async fn record(
    tx: &mut Tx,
    file_name: &str,
    datum: Datum,
    by: Option<UserId>,
) -> Result<RecordId, AppError> {
    insert(tx, file_name, None, datum, by).await
}

async fn insert(
    tx: &mut Tx,
    file_name: &str,
    content: Option<&[u8]>,
    datum: Datum,
    by: Option<UserId>,
) -> Result<RecordId, AppError> {
    let (id, now): (RecordId, _) = (tx.id(), tx.now());
    execute!(
        tx,
        INSERT,
        id,
        by,
        now,
        file_name,
        content,
        datum.code(),
        Json(Vec::<String>::new())
    )?;
    Ok(id)
}

/// Notes that a file was applied.
pub(super) async fn applied(
    tx: &mut Tx,
    id: RecordId,
    accepted: &[String],
    counts: Counts,
    by: Option<UserId>,
) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, APPLIED, id, Json(accepted), by, now, Json(counts))? == 1 {
        Ok(())
    } else {
        Err(applied_before())
    }
}

fn applied_before() -> AppError {
    AppError::Conflict("这个文件已经导入过，或者停下了。".into())
}

/// A file is its sender's alone.
async fn find(cx: &Cx, id: RecordId) -> Result<(Staged, Datum), AppError> {
    let mut tx = cx.read().await?;
    let staged = on!(tx, |c| sqlx::query_as::<_, Staged>(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    let staged = staged
        .filter(|s| s.created_by == cx.who().user)
        .ok_or(AppError::NotFound)?;
    let datum = staged
        .datum
        .parse()
        .map_err(|error: crate::model::UnknownDatum| db::internal(&error))?;
    Ok((staged, datum))
}

/// What the file would change, or what it has changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn preview(cx: &Cx, id: RecordId) -> Result<ImportPreview, AppError> {
    let (staged, datum) = find(cx, id).await?;
    let mut preview = staged.preview(datum);
    if let Some(content) = staged.content {
        work_out(cx, content.into(), datum, &Steps::default(), &mut preview).await?;
    }
    Ok(preview)
}

impl Staged {
    fn preview(&self, datum: Datum) -> ImportPreview {
        let result = self.result.as_ref().map(|Json(counts)| *counts);
        ImportPreview {
            id: self.id,
            file_name: self.file_name.clone(),
            sent_at: self.created_at,
            datum,
            applied: self.applied_at.zip(result),
            unreadable: None,
            counts: Counts::default(),
            problems: Vec::new(),
            problem_counts: ProblemCounts::default(),
            drawing: None,
            areas_drawn: 0,
        }
    }
}

async fn work_out(
    cx: &Cx,
    content: Bytes,
    datum: Datum,
    steps: &Steps,
    preview: &mut ImportPreview,
) -> Result<(), AppError> {
    match import::plan_in_steps(cx, content, datum, steps).await {
        Ok(plan) => show(&plan, preview),
        Err(AppError::Invalid(faults)) => {
            preview.unreadable = Some(faults.into_iter().map(|fault| fault.message).collect());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn show(plan: &Plan, preview: &mut ImportPreview) {
    preview.counts = plan.counts;
    preview.problem_counts = plan.checked.counts;
    preview.problems = plan.problems().iter().take(LISTED).cloned().collect();
    let areas = import::drawn(plan, DRAWN);
    preview.areas_drawn = areas.len();
    preview.drawing = draw(&areas, &preview.problems);
}

/// The areas with the trouble spots on top, all on one sheet.
fn draw(areas: &[&super::geo::check::Area], problems: &[Problem]) -> Option<Drawing> {
    let spots: Vec<(Border, Place)> = problems.iter().map(spot).collect();
    let mut outlines: Vec<svg::Outline<'_>> = areas
        .iter()
        .map(|area| svg::Outline {
            code: &area.code,
            name: &area.name,
            border: &area.border,
            label: area.label,
            class: None,
        })
        .collect();
    outlines.extend(
        spots
            .iter()
            .zip(problems)
            .map(|((border, place), problem)| svg::Outline {
                code: &problem.code,
                name: &problem.name,
                border,
                label: *place,
                class: None,
            }),
    );
    svg::draw(&outlines, None)
}

/// The ground of a problem; empty where it has none.
fn spot(problem: &Problem) -> (Border, Place) {
    let border = Border(problem.outline.iter().map(|ring| vec![ring.clone()]).collect());
    let place = problem
        .place
        .or_else(|| border.bounds().map(crate::model::Bounds::centre));
    (border, place.unwrap_or_default())
}

/// Everything that is wrong with a file that waits, as CSV.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, [`AppError::Conflict`] if it was applied, or what the database answers.
pub async fn told(cx: &Cx, id: RecordId) -> Result<String, AppError> {
    let (staged, datum) = find(cx, id).await?;
    let content = staged.content.ok_or_else(applied_before)?;
    let plan = import::plan_in_steps(cx, content, datum, &Steps::default()).await?;
    Ok(problems::csv(plan.problems()))
}

/// Applies the file with the problems that are accepted by key, provided that it changes just what the preview counted. `rest` is
/// how many acceptable ones the preview did not list, if those are accepted too.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it was applied before or would change something else by now,
/// [`AppError::Invalid`] with what stands in the way, or what the database answers.
pub async fn apply(
    cx: &Cx,
    id: RecordId,
    seen: Counts,
    accepted: &[String],
    rest: Option<usize>,
    steps: &Steps,
) -> Result<Counts, AppError> {
    let (staged, datum) = find(cx, id).await?;
    let content = staged.content.ok_or_else(applied_before)?;
    let plan = import::plan_in_steps(cx, content, datum, steps).await?;
    if plan.counts != seen {
        return Err(AppError::Conflict(
            "组织或边界在这期间变过了，请看过新的结果后再导入。".into(),
        ));
    }
    // What was sent beside them is words of anybody's; only names of problems that there are go into the records.
    let acceptable: BTreeSet<String> = plan.acceptable().into_iter().collect();
    let mut named: BTreeSet<String> = accepted
        .iter()
        .filter(|key| acceptable.contains(*key))
        .cloned()
        .collect();
    if let Some(rest) = rest {
        let unlisted = plan.problems().iter().skip(LISTED);
        let unlisted: Vec<String> = unlisted
            .filter(|problem| problem.severity == Severity::Acceptable)
            .map(Problem::key)
            .collect();
        if unlisted.len() != rest {
            return Err(AppError::Conflict(
                "组织或边界在这期间变过了，请看过新的结果后再导入。".into(),
            ));
        }
        named.extend(unlisted);
    }
    let accepted: Vec<String> = named.into_iter().collect();
    steps.at(Phase::Write);
    let mut tx = cx.write().await?;
    if execute!(tx, CLAIM, id)? != 1 {
        return Err(applied_before());
    }
    import::apply_in(cx, &mut tx, &plan, id, Origin::Surveyed, &accepted).await?;
    applied(&mut tx, id, &accepted, plan.counts, cx.who().user).await?;
    tx.commit().await?;
    Ok(plan.counts)
}

/// Stops whoever is applying the file, on whatever server: it gets another id, under which it waits on, so that they find
/// nothing to apply. Returns the id; the same one if it was applied before.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's, or what the database answers.
pub async fn stop(cx: &Cx, id: RecordId) -> Result<RecordId, AppError> {
    find(cx, id).await?;
    let fresh: RecordId = cx.id();
    let mut tx = cx.write().await?;
    // Waits for a transaction that has claimed the row, so the answer is the last word.
    let stopped = execute!(tx, RENAME, fresh, id)? == 1;
    tx.commit().await?;
    Ok(if stopped { fresh } else { id })
}
