//! What is held about somebody here, for the export of their data: the tasks that they have or had by name, and what they did with
//! any task. What a role at a unit has to do is the post's, not the person's.

use std::collections::BTreeMap;

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::{Cx, DbError, Tx, on};
use serde_json::{Value, json};
use shared::{AppError, Timestamp, UserId};

use super::{
    page::sight,
    store::{Stored, task_sql},
};
use crate::model::{Happening, TaskId};

const HELD: &str =
    "select task_id, level, since_at, ended_at from task_holder where user_id = $1 order by task_id, number";
const DONE: &str = "select task_id, at, what, words from task_entry where user_id = $1 order by at, id";
const TASKS: &str = task_sql!(
    "where t.id in (select h.task_id from task_holder h where h.user_id = $1 \
     union select e.task_id from task_entry e where e.user_id = $1) order by t.created_at, t.id"
);

/// Every task that somebody has or had by name, or did something with.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "任务和办理记录",
        "说清每件事由谁办、办到哪一步",
        Basis::Duty,
        "2026-11",
    );
    Holding::new(
        "tasks.json",
        "交给您本人的任务，和您办理任务的记录",
        |cx| async move { gather(&cx).await },
    )
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let mut held = held(&mut tx, user).await?;
    let mut done = done(&mut tx, user).await?;
    let tasks: Vec<Stored> = if held.is_empty() && done.is_empty() {
        Vec::new()
    } else {
        on!(tx, |c| sqlx::query_as(TASKS).bind(user).fetch_all(c).await)?
    };
    let mut told = Vec::with_capacity(tasks.len());
    for task in tasks {
        let held = held.remove(&task.id).unwrap_or_default();
        let done = done.remove(&task.id).unwrap_or_default();
        // A title is about the matter, which may be somebody else's: whoever has left the post no longer reads it.
        let open = !held.is_empty() || may_open(cx, &mut tx, &task).await?;
        let (state, ended) = (task.state().label(), task.ended_at.map(Timestamp::rfc3339));
        told.push(json!({
            "kind": task.label, "title": open.then_some(task.title), "unit": task.node_name, "state": state,
            "due_at": task.due_at.map(Timestamp::rfc3339), "ended_at": ended, "held": held, "done": done,
        }));
    }
    Ok(json!({ "tasks": told }))
}

async fn held(tx: &mut Tx, user: UserId) -> Result<BTreeMap<TaskId, Vec<Value>>, DbError> {
    type Row = (TaskId, i64, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(HELD).bind(user).fetch_all(c).await)?;
    let mut held: BTreeMap<TaskId, Vec<Value>> = BTreeMap::new();
    for (task, level, since, ended) in rows {
        let how = if level == 0 { "承办" } else { "升级到您" };
        held.entry(task).or_default().push(json!({
            "how": how, "since": since.rfc3339(), "ended_at": ended.map(Timestamp::rfc3339),
        }));
    }
    Ok(held)
}

async fn done(tx: &mut Tx, user: UserId) -> Result<BTreeMap<TaskId, Vec<Value>>, DbError> {
    type Row = (TaskId, Timestamp, String, Option<String>);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(DONE).bind(user).fetch_all(c).await)?;
    let mut done: BTreeMap<TaskId, Vec<Value>> = BTreeMap::new();
    for (task, at, what, words) in rows {
        let label = Happening::from_code(&what).map(Happening::label);
        done.entry(task).or_default().push(json!({
            "at": at.rfc3339(), "what": label.unwrap_or(&what), "words": words,
        }));
    }
    Ok(done)
}

async fn may_open(cx: &Cx, tx: &mut Tx, task: &Stored) -> Result<bool, AppError> {
    match sight(cx, tx, task).await {
        Ok(_) => Ok(true),
        Err(AppError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
