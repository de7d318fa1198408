//! Tasks, as they are stored.

use db::{DbError, EngineSql, Json, Tx, execute, on};
use shared::{NodeId, RecordId, Role, Timestamp, UserId, scope::PathRange};

use crate::model::{Facts, Happening, Holder, Limit, Pause, State, Step, TaskId};

/// A task without what hangs on it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: TaskId,
    pub kind: String,
    pub label: String,
    pub subject_id: RecordId,
    pub node_id: NodeId,
    pub title: String,
    pub href: Option<String>,
    pub by_hand: bool,
    pub narrow: bool,
    pub time_limit: Json<Limit>,
    pub from_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub provisional: bool,
    pub state: String,
    pub ended_at: Option<Timestamp>,
    /// Of its unit.
    pub path: String,
    pub node_name: String,
}

impl Stored {
    pub fn state(&self) -> State {
        State::from_code(&self.state).unwrap_or(State::Open)
    }
}

macro_rules! task_sql {
    ($rest:literal) => {
        concat!(
            "select t.id, t.kind, t.label, t.subject_id, t.node_id, t.title, t.href, t.by_hand, t.narrow, t.time_limit, \
             t.from_at, t.due_at, t.provisional, t.state, t.ended_at, n.path, n.name as node_name \
             from task t join node n on n.id = t.node_id ",
            $rest
        )
    };
}
pub(super) use task_sql;

const BY_ID: &str = task_sql!("where t.id = $1");
// SQLite has one writer, so nobody else can be changing it; PostgreSQL locks the row until the transaction ends.
const LOCK: EngineSql = EngineSql {
    sqlite: task_sql!("where t.id = $1"),
    postgres: task_sql!("where t.id = $1 for update of t"),
};
const INSERT: &str = "insert into task (id, kind, label, subject_id, node_id, title, href, by_hand, narrow, time_limit, from_at, due_at, \
    provisional, state, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', $14)";
const SET_DUE: &str = "update task set due_at = $2, provisional = $3 where id = $1";
const SET_NODE: &str = "update task set node_id = $2 where id = $1";
const SET_STATE: &str = "update task set state = $2, ended_at = $3 where id = $1 and ended_at is null";
const OF_SUBJECT: &str =
    "select id from task where subject_id = $1 and kind = $2 and ended_at is null order by id";
const BESIDE: &str =
    "select id, time_limit from task where subject_id = $1 and id <> $2 and ended_at is null order by id";
const RUNNING_OF: &str =
    task_sql!("where t.subject_id = $1 and t.kind = $2 and t.ended_at is null order by t.id");
const RUNNING_AT: &str = task_sql!("where t.node_id = $1 and t.ended_at is null order by t.due_at, t.id");

const OPEN_BELOW: &str = "select n.path, count(*) from task t join node n on n.id = t.node_id \
    where t.ended_at is null and not t.narrow and n.path >= $1 and n.path < $2 group by n.path";

// Driven by who has them: one person's are few, those of a place may be many.
const HELD_BY: &str = task_sql!(
    "where t.ended_at is null and n.path >= $1 and n.path < $2 and t.id in (\
     select h.task_id from task_holder h where h.user_id = $3 and h.ended_at is null \
     union select h.task_id from task_holder h where h.node_id = $4 and h.role = $5 and h.ended_at is null) \
     order by t.due_at, t.id"
);
const RENAME_HOLDER: &str = "update task_holder set user_id = $3, since_at = $4 where task_id = $1 and user_id = $2 and ended_at is null";

const ADD_PAUSE: &str = "insert into task_pause (task_id, number, from_at) \
    select $1, count(*), $2 from task_pause where task_id = $1";
const END_PAUSE: &str = "update task_pause set until_at = $2 where task_id = $1 and until_at is null";
const PAUSES: &str = "select from_at, until_at from task_pause where task_id = $1 order by number";

// Not their count: one that was replaced leaves a gap.
const ADD_HOLDER: &str = "insert into task_holder (task_id, number, user_id, role, node_id, level, since_at) \
    select $1, coalesce(max(number), -1) + 1, $2, $3, $4, $5, $6 from task_holder where task_id = $1";
const HOLDERS: &str = "select user_id, role, node_id, level from task_holder where task_id = $1 and (ended_at is null or $2) order by level, number";
const END_HOLDERS: &str = "update task_holder set ended_at = $2 where task_id = $1 and ended_at is null";
const DROP_FIRST: &str = "delete from task_holder where task_id = $1 and level = 0";
const MOVE_HOLDERS: &str = "update task_holder set node_id = $3 where task_id = $1 and node_id = $2";

const ADD_STEP: &str = "insert into task_step (task_id, number, step, due_at) values ($1, $2, $3, $4)";
const STEPS: &str =
    "select number, step, due_at from task_step where task_id = $1 and fired_at is null order by number";
const SET_STEP: &str =
    "update task_step set due_at = $3 where task_id = $1 and number = $2 and fired_at is null";
const FIRE: &str = "update task_step set fired_at = $3 where task_id = $1 and number = $2 and fired_at is null and due_at <= $3";
const STEP: &str = "select step from task_step where task_id = $1 and number = $2";
const QUIET: &str =
    "update task_step set due_at = null where task_id = $1 and fired_at is null and due_at is not null";

const ADD_ENTRY: &str = "insert into task_entry (id, task_id, at, what, user_id, facts, words) values ($1, $2, $3, $4, $5, $6, $7)";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: TaskId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// The task, which nobody else changes until this transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn lock(tx: &mut Tx, id: TaskId) -> Result<Option<Stored>, DbError> {
    let sql = tx.sql(LOCK);
    on!(tx, |c| sqlx::query_as(sql).bind(id).fetch_optional(c).await)
}

/// Keeps a new task, open. Its unit's path and name are not written.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn insert(tx: &mut Tx, task: &Stored) -> Result<(), DbError> {
    let now = tx.now();
    execute!(
        tx,
        INSERT,
        task.id,
        &task.kind,
        &task.label,
        task.subject_id,
        task.node_id,
        &task.title,
        task.href.as_deref(),
        task.by_hand,
        task.narrow,
        &task.time_limit,
        task.from_at,
        task.due_at,
        task.provisional,
        now
    )?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_due(
    tx: &mut Tx,
    id: TaskId,
    due: Option<Timestamp>,
    provisional: bool,
) -> Result<(), DbError> {
    execute!(tx, SET_DUE, id, due, provisional)?;
    Ok(())
}

/// Puts it into a state that it is not in yet; one that ends it does so now, for those who have it too.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_state(tx: &mut Tx, id: TaskId, state: State) -> Result<(), DbError> {
    let now = tx.now();
    let ended = state.has_ended().then_some(now);
    execute!(tx, SET_STATE, id, state.code(), ended)?;
    if state.has_ended() {
        execute!(tx, END_HOLDERS, id, now)?;
        execute!(tx, QUIET, id)?;
    }
    Ok(())
}

/// Moves it to another unit, and with it the roles there that have it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_node(tx: &mut Tx, id: TaskId, from: NodeId, to: NodeId) -> Result<(), DbError> {
    execute!(tx, SET_NODE, id, to)?;
    execute!(tx, MOVE_HOLDERS, id, from, to)?;
    Ok(())
}

/// What runs of a kind about a subject.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_subject(tx: &mut Tx, subject: RecordId, kind: &str) -> Result<Vec<TaskId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(OF_SUBJECT)
        .bind(subject)
        .bind(kind)
        .fetch_all(c)
        .await)
}

/// What else runs about a subject, with its limit.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn beside(
    tx: &mut Tx,
    subject: RecordId,
    but: TaskId,
) -> Result<Vec<(TaskId, Json<Limit>)>, DbError> {
    on!(tx, |c| sqlx::query_as(BESIDE)
        .bind(subject)
        .bind(but)
        .fetch_all(c)
        .await)
}

/// As [`of_subject`], in full.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn running_of(tx: &mut Tx, subject: RecordId, kind: &str) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(RUNNING_OF)
        .bind(subject)
        .bind(kind)
        .fetch_all(c)
        .await)
}

/// What runs at a unit, what is due first first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn running_at(tx: &mut Tx, node: NodeId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(RUNNING_AT).bind(node).fetch_all(c).await)
}

/// How many run at each unit at and below a path, by the unit's path; without those whose circle is narrow.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn open_below(tx: &mut Tx, within: &PathRange) -> Result<Vec<(String, i64)>, DbError> {
    on!(tx, |c| sqlx::query_as(OPEN_BELOW)
        .bind(&within.lo)
        .bind(&within.hi)
        .fetch_all(c)
        .await)
}

/// What runs at and below a place and is one person's, by name or by the role at a unit; what is due first first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn held_by(
    tx: &mut Tx,
    within: &PathRange,
    user: UserId,
    role: Role,
    unit: NodeId,
) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(HELD_BY)
        .bind(&within.lo)
        .bind(&within.hi)
        .bind(user)
        .bind(unit)
        .bind(role.code())
        .fetch_all(c)
        .await)
}

/// Whatever `from` has of it by name is `to`'s, at whatever level.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn rename_holder(tx: &mut Tx, id: TaskId, from: UserId, to: UserId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, RENAME_HOLDER, id, from, to, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add_pause(tx: &mut Tx, id: TaskId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, ADD_PAUSE, id, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn end_pause(tx: &mut Tx, id: TaskId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, END_PAUSE, id, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn pauses(tx: &mut Tx, id: TaskId) -> Result<Vec<Pause>, DbError> {
    let rows: Vec<(Timestamp, Option<Timestamp>)> =
        on!(tx, |c| sqlx::query_as(PAUSES).bind(id).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(from, until)| Pause { from, until })
        .collect())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add_holder(tx: &mut Tx, id: TaskId, holder: Holder, level: i64) -> Result<(), DbError> {
    let (user, role, node) = match holder {
        Holder::User(user) => (Some(user), None, None),
        Holder::Role(role, node) => (None, Some(role.code()), Some(node)),
    };
    let now = tx.now();
    execute!(tx, ADD_HOLDER, id, user, role, node, level, now)?;
    Ok(())
}

/// Who has it, with the level; of an ended one who had it when it ended.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn holders(tx: &mut Tx, task: &Stored) -> Result<Vec<(Holder, i64)>, DbError> {
    type Row = (Option<UserId>, Option<String>, Option<NodeId>, i64);
    let ended = task.ended_at.is_some();
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(HOLDERS)
        .bind(task.id)
        .bind(ended)
        .fetch_all(c)
        .await)?;
    let read = |(user, role, node, level): Row| {
        let role = role.and_then(|code| code.parse::<Role>().ok());
        let holder = user
            .map(Holder::User)
            .or_else(|| role.zip(node).map(|(role, node)| Holder::Role(role, node)));
        Some((holder?, level))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Gives it to somebody else instead of who was to do it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn replace_first(tx: &mut Tx, id: TaskId, holder: Holder) -> Result<(), DbError> {
    execute!(tx, DROP_FIRST, id)?;
    add_holder(tx, id, holder, 0).await
}

/// A step that has not been done yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StepRow {
    pub number: i64,
    pub step: Json<Step>,
    pub due_at: Option<Timestamp>,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add_step(
    tx: &mut Tx,
    id: TaskId,
    number: i64,
    step: Step,
    due: Option<Timestamp>,
) -> Result<(), DbError> {
    execute!(tx, ADD_STEP, id, number, Json(step), due)?;
    Ok(())
}

/// The steps that are still to come.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn steps(tx: &mut Tx, id: TaskId) -> Result<Vec<StepRow>, DbError> {
    on!(tx, |c| sqlx::query_as(STEPS).bind(id).fetch_all(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_step(tx: &mut Tx, id: TaskId, number: i64, due: Option<Timestamp>) -> Result<(), DbError> {
    execute!(tx, SET_STEP, id, number, due)?;
    Ok(())
}

/// Takes a step that is due, so that nobody else does; `None` if somebody has, or it is not due any more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn fire(tx: &mut Tx, id: TaskId, number: i64) -> Result<Option<Step>, DbError> {
    let now = tx.now();
    if execute!(tx, FIRE, id, number, now)? == 0 {
        return Ok(None);
    }
    let Json(step) = on!(tx, |c| sqlx::query_scalar::<_, Json<Step>>(STEP)
        .bind(id)
        .bind(number)
        .fetch_one(c)
        .await)?;
    Ok(Some(step))
}

/// Notes what has happened; the id of the line.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn note(
    tx: &mut Tx,
    id: TaskId,
    what: Happening,
    by: Option<UserId>,
    facts: &Facts,
    words: Option<&str>,
) -> Result<RecordId, DbError> {
    let (entry, now): (RecordId, _) = (tx.id(), tx.now());
    execute!(tx, ADD_ENTRY, entry, id, now, what.code(), by, Json(facts), words)?;
    Ok(entry)
}
