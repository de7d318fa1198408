//! Importing a divisions file: first a plan, then all of it or nothing. Importing it again changes nothing.

mod diff;
pub mod file;
pub mod lines;
pub mod staged;
mod told;

use std::collections::{HashMap, HashSet};

use db::{Audit, Cx, Event, Tx};
use shared::{AppError, Date, FieldError, NodeId};

use axum::body::Bytes;
use ui::sending::Phase;

use self::{diff::Comparison, file::Line};
use super::{
    sent::Steps,
    write::{self, Beginning, NewNode, NextState},
};
use crate::model::{Change, Code};
pub use crate::model::{Counts, Differences, Fault};

/// What a file would change.
#[derive(Clone, Debug)]
pub struct Plan {
    lines: Vec<Line>,
    /// The day on which the changes take effect.
    pub effective: Date,
    pub differences: Differences,
    pub counts: Counts,
    /// Unless this is empty, nothing can be applied.
    pub faults: Vec<Fault>,
}

/// Reads a divisions file and compares it with what is in force, as changes of today.
///
/// # Errors
/// [`AppError::TooLarge`], or what the database answers. What is wrong inside the file is among the plan's faults.
pub async fn plan(cx: &Cx, bytes: &[u8]) -> Result<Plan, AppError> {
    plan_on(cx, bytes, cx.now().date()).await
}

/// As [`plan`], as changes that took effect on `effective`.
///
/// # Errors
/// As [`plan`]; [`AppError::Invalid`] if `effective` lies ahead.
pub async fn plan_on(cx: &Cx, bytes: &[u8], effective: Date) -> Result<Plan, AppError> {
    plan_in_steps(cx, Bytes::copy_from_slice(bytes), effective, &Steps::default()).await
}

async fn plan_in_steps(cx: &Cx, bytes: Bytes, effective: Date, steps: &Steps) -> Result<Plan, AppError> {
    if effective > cx.now().date() {
        return Err(AppError::invalid(
            "effective",
            "生效日期不能晚于今天；到了那天再来导入。",
        ));
    }
    let told = steps.clone();
    let read = blocking(move || file::read(&bytes, &told)).await??;
    steps.at(Phase::Compare);
    let mut plan = Plan {
        lines: read.lines,
        effective,
        differences: Differences::default(),
        counts: Counts::default(),
        faults: read.faults,
    };
    let mut tx = cx.read().await?;
    let current = diff::load(&mut tx).await?;
    drop(tx);
    let (asking, lines) = (cx.clone(), std::mem::take(&mut plan.lines));
    let (found, lines) =
        blocking(move || (diff::compare(&asking, &lines, current, effective), lines)).await?;
    plan.lines = lines;
    // A line that could not be read would look like a division that is gone.
    if plan.faults.is_empty() {
        plan.differences = found.differences;
        plan.counts = found.counts;
        plan.faults = found.faults;
    } else {
        plan.faults
            .extend(found.faults.into_iter().filter(|fault| fault.line > 0));
        plan.faults.sort_by_key(|fault| fault.line);
    }
    Ok(plan)
}

/// A large file keeps a thread busy for a second: not one that serves requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| db::internal(&error))
}

/// Applies a plan: all of it, or nothing.
///
/// # Errors
/// [`AppError::Invalid`] with the faults if there are any, [`AppError::Conflict`] if the divisions have changed since the
/// plan was made, or what the database answers.
pub async fn apply(cx: &Cx, plan: Plan) -> Result<Counts, AppError> {
    let mut tx = cx.write().await?;
    let counts = apply_in(cx, &mut tx, &plan).await?;
    tx.commit().await?;
    Ok(counts)
}

async fn apply_in(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<Counts, AppError> {
    if !plan.faults.is_empty() {
        return Err(AppError::Invalid(
            plan.faults
                .iter()
                .take(Differences::SHOWN)
                .cloned()
                .map(FieldError::from)
                .collect(),
        ));
    }
    let now = diff::compare(cx, &plan.lines, diff::load(tx).await?, plan.effective);
    if !now.faults.is_empty() || now.differences != plan.differences {
        return Err(AppError::Conflict(
            "区划在这期间变过了，请重新预览后再应用。".into(),
        ));
    }
    if now.counts.changes() > 0 {
        let ids = found_new(cx, tx, plan, &now).await?;
        advance(tx, plan, &now, &ids).await?;
        if !now.steps.gone.is_empty() {
            let gone: Vec<NodeId> = now
                .steps
                .gone
                .iter()
                .filter_map(|code| now.current.get(code))
                .map(|n| n.id)
                .collect();
            write::end(tx, &gone, plan.effective, Change::Abolished).await?;
        }
        tx.publish(Event {
            topic: "orgs".into(),
            kind: "orgs.divisions.imported",
            subject: None,
            data: serde_json::to_value(now.counts).unwrap_or_default(),
        })
        .await?;
    }
    tx.audit(Audit::new("orgs.divisions.import", "node", None))
        .await?;
    Ok(now.counts)
}

/// Stores what is new. Returns the ids of all nodes in force by then.
async fn found_new(
    cx: &Cx,
    tx: &mut Tx,
    plan: &Plan,
    now: &Comparison,
) -> Result<HashMap<Code, NodeId>, AppError> {
    let mut ids: HashMap<Code, NodeId> = now
        .current
        .iter()
        .map(|(code, node)| (code.clone(), node.id))
        .collect();
    let mut nodes = Vec::with_capacity(now.steps.new.len());
    for line in now.steps.new.iter().map(|i| &plan.lines[*i]) {
        let id = cx.id();
        nodes.push(NewNode {
            id,
            code: line.code.clone(),
            name: line.name.clone(),
            path: now.paths.get(&line.code).cloned().unwrap_or_default(),
            parent_id: line.parent.as_ref().and_then(|parent| ids.get(parent).copied()),
        });
        ids.insert(line.code.clone(), id);
    }
    write::insert(
        tx,
        &nodes,
        Beginning {
            cause: Change::Founded,
            on: plan.effective,
            basis: None,
        },
    )
    .await?;
    Ok(ids)
}

/// Renames and moves. What does both gets one new state, begun by the move.
async fn advance(
    tx: &mut Tx,
    plan: &Plan,
    now: &Comparison,
    ids: &HashMap<Code, NodeId>,
) -> Result<(), AppError> {
    let state = |i: &usize| {
        let line = &plan.lines[*i];
        now.current.get(&line.code).map(|node| NextState {
            id: node.id,
            code: line.code.clone(),
            name: line.name.clone(),
            parent_id: line.parent.as_ref().and_then(|parent| ids.get(parent).copied()),
            version: node.version,
        })
    };
    let moving: HashSet<usize> = now.steps.moved.iter().copied().collect();
    let renamed: Vec<NextState> = now
        .steps
        .renamed
        .iter()
        .filter(|i| !moving.contains(i))
        .filter_map(state)
        .collect();
    let moved: Vec<NextState> = now.steps.moved.iter().filter_map(state).collect();
    for (states, cause) in [(renamed, Change::Renamed), (moved, Change::Moved)] {
        let touched = write::advance(
            tx,
            &states,
            Beginning {
                cause,
                on: plan.effective,
                basis: None,
            },
        )
        .await?;
        if touched != states.len() as u64 {
            return Err(AppError::Conflict(
                "区划在这期间变过了，请重新预览后再应用。".into(),
            ));
        }
    }
    // From the top down: once a city has moved, its districts stand below its new path.
    let mut rewritten: Vec<(String, String)> = Vec::new();
    for line in now.steps.moved.iter().map(|i| &plan.lines[*i]) {
        let (Some(node), Some(new)) = (now.current.get(&line.code), now.paths.get(&line.code)) else {
            continue;
        };
        let old = rewritten.iter().fold(node.path.clone(), |path, (old, new)| {
            match path.strip_prefix(old.as_str()) {
                Some(rest) => format!("{new}{rest}"),
                None => path,
            }
        });
        if old != *new {
            write::set_path(tx, &old, new).await?;
            rewritten.push((old, new.clone()));
        }
    }
    Ok(())
}
