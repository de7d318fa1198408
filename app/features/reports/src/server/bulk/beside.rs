//! What some of many matters have beside their steps: parts of others, people who stepped aside, and the tasks of both and of those who ask
//! the reporter or are pressed.

use db::{Cx, EngineSql, Json, Tx, access, execute, rows};
use serde::Serialize;
use shared::{AppError, NodeId, RecordId, Timestamp, UserId};
use tasks::{
    model::{Holder, Kind, Limit, TaskId},
    server::{Clocks, NewTask, task},
};

use super::{CHUNK, Taken, Whole};
use crate::{
    model::{Action, MatterId, PartId, PartState, State, StepId},
    server::{deadline, part},
};

const PARTS: EngineSql = rows!(
    "insert into matter_part (id, matter_id, number, unit_id, role, state, task_id, asked_at, ended_at) \
     select id, matter_id, number, unit_id, role, state, task_id, asked_at, ended_at from ",
    (id: uuid, matter_id: uuid, number: bigint, unit_id: uuid, role: text, state: text, task_id: uuid, asked_at: bigint,
     ended_at: bigint),
    ""
);
const ASIDE: EngineSql = rows!(
    "insert into matter_recusal (matter_id, user_id, step_id, since_at) select matter_id, user_id, step_id, since_at from ",
    (matter_id: uuid, user_id: uuid, step_id: uuid, since_at: bigint),
    ""
);

#[derive(Serialize)]
struct PartRow {
    id: PartId,
    matter_id: MatterId,
    number: i64,
    unit_id: NodeId,
    role: &'static str,
    state: PartState,
    task_id: Option<TaskId>,
    asked_at: Timestamp,
    ended_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct AsideRow {
    matter_id: MatterId,
    user_id: UserId,
    step_id: StepId,
    since_at: Timestamp,
}

/// Writes it down.
///
/// # Errors
/// What the database answers.
pub async fn write(cx: &Cx, tx: &mut Tx, clocks: &mut Clocks, matters: &[Whole]) -> Result<(), AppError> {
    write_parts(cx, tx, clocks, matters).await?;
    let aside = |matter: &Whole| {
        let (matter_id, aside) = (matter.id, matter.more.aside.clone());
        aside
            .into_iter()
            .map(move |(user_id, step_id, since_at)| AsideRow {
                matter_id,
                user_id,
                step_id,
                since_at,
            })
    };
    let aside: Vec<AsideRow> = matters.iter().flat_map(aside).collect();
    let sql = tx.sql(ASIDE);
    for chunk in aside.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    for matter in matters {
        ask(cx, tx, clocks, matter).await?;
        press(cx, tx, clocks, matter).await?;
    }
    Ok(())
}

/// What complains about those who work there is told to few.
const fn kind(kind: Kind, matter: &Whole) -> Kind {
    if matter.accused.is_some() {
        kind.narrow()
    } else {
        kind
    }
}

/// Writes the parts that other posts have, and lets the time of those run that are to be done.
async fn write_parts(cx: &Cx, tx: &mut Tx, clocks: &mut Clocks, matters: &[Whole]) -> Result<(), AppError> {
    let house = access::system(cx.house(), "reports.step");
    let mut rows = Vec::new();
    for matter in matters {
        let href = format!("/reports/{}", matter.code);
        for part in &matter.more.parts {
            let mut task_id = None;
            if part.state.is_open() && matter.standing.state.counts() {
                let new = NewTask {
                    kind: kind(part::PART, matter),
                    subject: RecordId(part.id.0),
                    node: part.unit,
                    title: &matter.title,
                    href: Some(&href),
                    holder: Holder::Role(part.role, part.unit),
                    limit: Limit::WorkingDays(part.days),
                    since: Some(part.asked_at),
                };
                task_id = Some(task::open_by(&house, tx, clocks, &new).await?.id);
            }
            rows.push(PartRow {
                id: part.id,
                matter_id: matter.id,
                number: part.number,
                unit_id: part.unit,
                role: part.role.code(),
                state: part.state,
                task_id,
                asked_at: part.asked_at,
                ended_at: part.ended_at,
            });
        }
    }
    let sql = tx.sql(PARTS);
    for chunk in rows.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

/// Has the reporter asked, where that is still to be done and somebody is named for it.
async fn ask(cx: &Cx, tx: &mut Tx, clocks: &mut Clocks, matter: &Whole) -> Result<(), AppError> {
    let Some((unit, role)) = matter
        .more
        .asks
        .filter(|_| matter.standing.state == State::Answered)
    else {
        return Ok(());
    };
    let href = format!("/reports/{}", matter.code);
    let answered = matter
        .steps
        .iter()
        .rev()
        .find(|step| step.action == Action::Answer);
    let new = NewTask {
        kind: kind(deadline::CHECK, matter),
        subject: RecordId(matter.id.0),
        node: matter.unit,
        title: &matter.title,
        href: Some(&href),
        holder: Holder::Role(role, unit),
        limit: Limit::WorkingDays(deadline::CHECKS),
        since: answered.map(|step| step.at),
    };
    task::open_by(&access::system(cx.house(), "reports.step"), tx, clocks, &new).await?;
    Ok(())
}

/// Has done what the level above presses for, where it is not answered yet.
async fn press(cx: &Cx, tx: &mut Tx, clocks: &mut Clocks, matter: &Whole) -> Result<(), AppError> {
    let said = |step: &&Taken| matches!(step.action, Action::Urge | Action::Answer);
    let last = matter.steps.iter().rev().find(said);
    let Some(urged) = last.filter(|step| step.action == Action::Urge && matter.standing.state.counts())
    else {
        return Ok(());
    };
    let href = format!("/reports/{}", matter.code);
    let new = NewTask {
        kind: kind(deadline::URGED, matter),
        subject: RecordId(matter.id.0),
        node: matter.unit,
        title: &matter.title,
        href: Some(&href),
        holder: Holder::Role(matter.role, matter.unit),
        limit: Limit::WorkingDays(urged.days.and_then(|days| u16::try_from(days).ok()).unwrap_or(1)),
        since: Some(urged.at),
    };
    task::open_by(&access::system(cx.house(), "reports.step"), tx, clocks, &new).await?;
    Ok(())
}
