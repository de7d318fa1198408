//! Reckoning deadlines: when a task begins, when its clock is stopped or goes on, and for all that run when the calendar or a
//! unit's hours change.

use db::{Cx, Tx, job::Outcome, on};
use serde_json::{Value, json};
use shared::{AppError, Timestamp, scope::PathRange};

use super::{
    clocks::Clocks,
    news,
    store::{self, Stored, task_sql},
    tell::tell,
};
use crate::model::{Calendar, Course, Facts, Happening, Moment, Move, Pause, TaskId, WorkingClock};

/// Reckons all that runs below a path anew: `{ "path": "32/3205/" }`.
pub const JOB: &str = "tasks.reckon";

/// Tasks a transaction.
const BATCH: i64 = 100;
/// Deadlines that a preview looks at, and those that it names.
const LOOKED_AT: i64 = 5_000;
const NAMED: usize = 20;

/// The end of a task as things are: nothing while its clock stands.
pub fn end(task: &Stored, clock: &WorkingClock, pauses: &[Pause]) -> Option<Moment> {
    course(task, pauses).end(clock)
}

pub const fn course<'a>(task: &Stored, pauses: &'a [Pause]) -> Course<'a> {
    Course {
        limit: task.time_limit.0,
        from: task.from_at,
        pauses,
    }
}

/// Brings the deadline of a locked task and its steps to what follows from its limit. Says what the deadline was if it moved.
///
/// # Errors
/// What the database answers.
pub async fn reckon(
    tx: &mut Tx,
    clocks: &mut Clocks,
    task: &mut Stored,
) -> Result<Option<Option<Timestamp>>, AppError> {
    let pauses = store::pauses(tx, task.id).await?;
    let clock = clocks.of(tx, task.node_id).await?;
    let course = course(task, &pauses);
    let end = course.end(&clock);
    let (due, provisional) = (
        end.map(|moment| moment.at),
        end.is_some_and(|moment| moment.provisional),
    );
    for row in store::steps(tx, task.id).await? {
        let due = course.due(&clock, row.step.0.when);
        if due != row.due_at {
            store::set_step(tx, task.id, row.number, due).await?;
        }
    }
    let before = task.due_at;
    if (before, task.provisional) == (due, provisional) {
        return Ok(None);
    }
    store::set_due(tx, task.id, due, provisional).await?;
    (task.due_at, task.provisional) = (due, provisional);
    Ok((before != due).then_some(before))
}

const BELOW: &str = "select t.id from task t join node n on n.id = t.node_id \
    where t.ended_at is null and n.path >= $1 and n.path < $2 and t.id > $3 order by t.id limit $4";

/// Runs [`JOB`]. Run twice, it changes nothing the second time.
///
/// # Errors
/// What the database answers.
pub async fn run(cx: &Cx, payload: &Value) -> Outcome {
    let range = PathRange::below(payload["path"].as_str().unwrap_or_default());
    let mut after = TaskId(uuid::Uuid::nil());
    loop {
        let mut tx = cx.write().await?;
        let ids: Vec<TaskId> = on!(tx, |c| sqlx::query_scalar(BELOW)
            .bind(&range.lo)
            .bind(&range.hi)
            .bind(after)
            .bind(BATCH)
            .fetch_all(c)
            .await)?;
        let Some(last) = ids.last().copied() else {
            return Ok(());
        };
        let mut clocks = Clocks::load(&mut tx).await?;
        for id in ids {
            again(&mut tx, &mut clocks, id).await?;
        }
        tx.commit().await?;
        after = last;
    }
}

async fn again(tx: &mut Tx, clocks: &mut Clocks, id: TaskId) -> Result<(), AppError> {
    let Some(mut task) = store::lock(tx, id).await?.filter(|task| task.ended_at.is_none()) else {
        return Ok(());
    };
    let was_provisional = task.provisional;
    match reckon(tx, clocks, &mut task).await? {
        Some(before) => {
            let facts = Facts {
                from: before,
                to: task.due_at,
                ..Facts::default()
            };
            let entry = store::note(tx, id, Happening::Moved, None, &facts, None).await?;
            let more = json!({ "from": before, "to": task.due_at });
            tell(tx, &task, "tasks.task.moved", more).await?;
            news::moved(tx, &task, entry, before).await?;
        }
        // The mark falls away although the day stays.
        None if was_provisional != task.provisional => {
            tell(tx, &task, "tasks.task.settled", Value::Null).await?;
        }
        None => {}
    }
    Ok(())
}

/// Which deadlines would move under another calendar.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    pub looked_at: usize,
    pub count: usize,
    pub first: Vec<Move>,
    pub more: bool,
}

const RUNNING: &str = task_sql!("where t.state = 'open' order by t.due_at, t.id limit $1");
const ALL_PAUSES: &str = "select p.task_id, p.from_at, p.until_at from task_pause p join task t on t.id = p.task_id \
    where t.state = 'open' order by p.task_id, p.number";

/// What would move under `calendar`.
///
/// # Errors
/// What the database answers.
pub async fn moves(tx: &mut Tx, calendar: &Calendar) -> Result<Moves, AppError> {
    let mut clocks = Clocks::under(calendar.clone());
    let tasks: Vec<Stored> = on!(tx, |c| sqlx::query_as(RUNNING)
        .bind(LOOKED_AT + 1)
        .fetch_all(c)
        .await)?;
    let mut pauses: std::collections::HashMap<TaskId, Vec<Pause>> = std::collections::HashMap::new();
    let rows: Vec<(TaskId, Timestamp, Option<Timestamp>)> =
        on!(tx, |c| sqlx::query_as(ALL_PAUSES).fetch_all(c).await)?;
    for (id, from, until) in rows {
        pauses.entry(id).or_default().push(Pause { from, until });
    }
    let most = usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let mut moves = Moves {
        looked_at: tasks.len().min(most),
        more: tasks.len() > most,
        ..Moves::default()
    };
    for task in tasks.into_iter().take(most) {
        let clock = clocks.of(tx, task.node_id).await?;
        let none = Vec::new();
        let to = end(&task, &clock, pauses.get(&task.id).unwrap_or(&none)).map(|moment| moment.at);
        if let (Some(from), Some(to)) = (task.due_at, to)
            && from != to
        {
            moves.count += 1;
            // What lies in a narrow circle is counted, not named.
            if !task.narrow && moves.first.len() < NAMED {
                moves.first.push(Move {
                    label: task.label,
                    node_name: task.node_name,
                    from,
                    to,
                });
            }
        }
    }
    Ok(moves)
}
