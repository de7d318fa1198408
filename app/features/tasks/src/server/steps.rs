//! Reminders and escalations, each done once: whoever takes a step first has it, and takes it in the transaction that tells of it.

use db::{Cx, DbError, Tx, on, rows};
use orgs::server::store::paths_above;
use serde::Serialize;
use serde_json::json;
use shared::{AppError, NodeId, Role, Timestamp};

use super::{
    news,
    store::{self, Stored},
    tell::{people, tell},
};
use crate::model::{Doing, Facts, Happening, Holder, State, Step, TaskId};

/// Steps looked at at a time.
const BATCH: i64 = 200;

const DUE: &str = "select due_at, task_id, number from task_step where fired_at is null and due_at is not null and due_at <= $1 \
    and (due_at, task_id, number) > ($2, $3, $4) order by due_at, task_id, number limit $5";

type Position = (Timestamp, TaskId, i64);

/// Does all steps that are due by now; how many. One that fails does not stop the others, and is tried again next time.
///
/// # Errors
/// The first failure, once all were tried.
pub async fn run(cx: &Cx) -> Result<usize, AppError> {
    let (mut done, mut failure) = (0, None);
    let mut after: Position = (Timestamp(i64::MIN), TaskId(uuid::Uuid::nil()), -1);
    loop {
        let due = batch(cx, after).await?;
        let Some(last) = due.last().copied() else {
            break;
        };
        for (_, id, number) in due {
            match take(cx, id, number).await {
                Ok(taken) => done += usize::from(taken),
                Err(error) => {
                    tracing::warn!(task = %id, number, %error, "a step failed");
                    failure.get_or_insert(error);
                }
            }
        }
        after = last;
    }
    failure.map_or(Ok(done), Err)
}

async fn batch(cx: &Cx, (due, id, number): Position) -> Result<Vec<Position>, DbError> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    on!(tx, |c| sqlx::query_as(DUE)
        .bind(now)
        .bind(due)
        .bind(id)
        .bind(number)
        .bind(BATCH)
        .fetch_all(c)
        .await)
}

/// Does one step, unless somebody has, or the task has ended or stands still by now.
async fn take(cx: &Cx, id: TaskId, number: i64) -> Result<bool, AppError> {
    let mut tx = cx.write().await?;
    let task = store::lock(&mut tx, id).await?;
    let Some(task) = task.filter(|task| task.state() == State::Open) else {
        return Ok(false);
    };
    let Some(step) = store::fire(&mut tx, id, number).await? else {
        return Ok(false);
    };
    match step.doing {
        Doing::Remind => remind(&mut tx, &task, step).await?,
        Doing::Escalate(role) => escalate(&mut tx, &task, step, role).await?,
    }
    tx.commit().await?;
    Ok(true)
}

async fn remind(tx: &mut Tx, task: &Stored, step: Step) -> Result<(), AppError> {
    let facts = Facts {
        step: Some(step),
        ..Facts::default()
    };
    let entry = store::note(tx, task.id, Happening::Reminded, None, &facts, None).await?;
    tell(tx, task, "tasks.task.reminded", json!({ "step": step })).await?;
    news::reminded(tx, task, entry, &step.when.label()).await
}

async fn escalate(tx: &mut Tx, task: &Stored, step: Step, role: Role) -> Result<(), AppError> {
    let node = nearest(tx, &task.path, role).await?;
    let before = people(tx, task.id).await?;
    if let Some(node) = node {
        let holders = store::holders(tx, task).await?;
        let holder = Holder::Role(role, node);
        if !holders.iter().any(|(has, _)| *has == holder) {
            let level = holders.iter().map(|(_, level)| *level).max().unwrap_or_default() + 1;
            store::add_holder(tx, task.id, holder, level).await?;
        }
    }
    let facts = Facts {
        step: Some(step),
        role: Some(role),
        node,
        nobody: node.is_none(),
        ..Facts::default()
    };
    let entry = store::note(tx, task.id, Happening::Escalated, None, &facts, None).await?;
    let more = json!({ "step": step, "role": role, "nobody": node.is_none() });
    tell(tx, task, "tasks.task.escalated", more).await?;
    let whither = match node {
        Some(_) => format!("升级到{}", role.label()),
        None => format!("没有人担任{}，请指定", role.label()),
    };
    news::escalated(tx, task, entry, &before, &step.when.label(), &whither).await
}

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

/// The unit at `path`, or the nearest one above it, where somebody holds `role` today.
async fn nearest(tx: &mut Tx, path: &str, role: Role) -> Result<Option<NodeId>, DbError> {
    let paths: Vec<PathRow<'_>> = paths_above(path)
        .chain([path])
        .map(|path| PathRow { path })
        .collect();
    let sql = tx.sql(rows!(
        "select n.id from ",
        (path: text),
        " join node n on n.path = r.path where n.valid_to is null and exists (select 1 from role_grant g \
         where g.node_id = n.id and g.role = $2 and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)) \
         order by n.path desc limit 1"
    ));
    let today = tx.now().date();
    on!(tx, |c| sqlx::query_scalar(sql)
        .bind(db::Json(&paths))
        .bind(role.code())
        .bind(today)
        .fetch_optional(c)
        .await)
}
