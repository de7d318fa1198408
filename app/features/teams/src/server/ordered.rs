//! Handovers, as they are stored.

use db::{DbError, EngineSql, Json, Tx, crypt::Field, execute, on, rows};
use serde::Serialize;
use shared::{AppError, Date, GrantId, NodeId, Role, Timestamp, UserId};
use tasks::model::TaskId;

use crate::model::{HandoverId, HandoverRow, HandoverState};

/// Handovers told of one place.
const TOLD: i64 = 6;

macro_rules! handover_sql {
    ($rest:literal) => {
        concat!(
            "select o.id, o.node_id, o.role, o.grant_id, o.from_user, f.shown_name as from_name, o.to_user, t.shown_name as to_name, \
             o.on_date, o.state, o.words, o.fault, o.ordered_by, b.shown_name as ordered_name, o.ordered_at, o.ended_at \
             from grid_handover o join user_account f on f.id = o.from_user join user_account t on t.id = o.to_user \
             left join user_account b on b.id = o.ordered_by ",
            $rest
        )
    };
}

const ONE: &str = handover_sql!("where o.id = $1");
// SQLite has one writer, so nobody else can be changing it; PostgreSQL locks the row until the transaction ends.
const LOCK: EngineSql = EngineSql {
    sqlite: handover_sql!("where o.id = $1"),
    postgres: handover_sql!("where o.id = $1 for update of o"),
};
const OF_NODE: &str = handover_sql!(
    "where o.node_id = $1 and o.state <> 'withdrawn' order by case when o.state = 'planned' then 0 else 1 end, o.ordered_at desc, o.id limit 0 + $2"
);
const OF_USER: &str = handover_sql!("where o.from_user = $1 or o.to_user = $1 order by o.ordered_at, o.id");
const PLANNED: &str = handover_sql!("where o.grant_id = $1 and o.state = 'planned'");
const PLANNED_AT: &str = handover_sql!("where o.node_id = $1 and o.state = 'planned' order by o.id");
const INSERT: &str = "insert into grid_handover (id, node_id, role, grant_id, from_user, to_user, on_date, state, words, ordered_by, ordered_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SET: &str = "update grid_handover set state = $2, fault = $3, ended_at = $4 where id = $1";
const ADD_TASKS: EngineSql = rows!(
    "insert into grid_handover_task (handover_id, number, task_id) select $2, number, task_id from ",
    (number: bigint, task_id: uuid),
    ""
);
const TASKS: &str = "select t.id, t.label, t.title, t.narrow, t.state, t.due_at from grid_handover_task x join task t on t.id = x.task_id \
    where x.handover_id = $1 order by x.number limit 0 + $2";
const COUNT: &str = "select count(*) from grid_handover_task where handover_id = $1";

/// A handover with the names of those concerned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: HandoverId,
    pub node_id: NodeId,
    role: String,
    pub grant_id: GrantId,
    pub from_user: UserId,
    pub from_name: String,
    pub to_user: UserId,
    pub to_name: String,
    pub on_date: Date,
    state: String,
    words: Option<String>,
    pub fault: Option<String>,
    pub ordered_by: Option<UserId>,
    pub ordered_name: Option<String>,
    pub ordered_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A task that went with a handover, as it stands now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Moved {
    pub id: TaskId,
    pub label: String,
    pub title: String,
    pub narrow: bool,
    pub state: String,
    pub due_at: Option<Timestamp>,
}

impl Stored {
    pub fn state(&self) -> HandoverState {
        self.state.parse().unwrap_or(HandoverState::Done)
    }

    pub fn role(&self) -> Role {
        self.role.parse().unwrap_or(Role::GridWorker)
    }

    /// What whoever ordered it has to say.
    pub fn words(&self, keys: &db::crypt::Keyring) -> Result<Option<String>, AppError> {
        let open = |sealed: &String| keys.open_for(Field::Note, self.id.0, sealed);
        Ok(self.words.as_ref().map(open).transpose()?)
    }

    pub fn row(&self) -> HandoverRow {
        HandoverRow {
            id: self.id,
            role: self.role(),
            from: self.from_name.clone(),
            to: self.to_name.clone(),
            on: self.on_date,
            state: self.state(),
        }
    }
}

/// A handover to be kept.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub id: HandoverId,
    pub node: NodeId,
    pub role: Role,
    pub grant: GrantId,
    pub from: UserId,
    pub to: UserId,
    pub on: Date,
    pub words: Option<&'a str>,
    pub by: Option<UserId>,
}

/// Keeps one that is to come.
///
/// # Errors
/// [`AppError::Conflict`] if one of this post is planned already.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), AppError> {
    let now = tx.now();
    let words = new
        .words
        .map(|words| tx.keys().seal_for(Field::Note, new.id.0, words));
    let done = execute!(
        tx,
        INSERT,
        new.id,
        new.node,
        new.role.code(),
        new.grant,
        new.from,
        new.to,
        new.on,
        HandoverState::Planned.code(),
        words,
        new.by,
        now
    );
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.is_unique_violation() => Err(AppError::Conflict(
            "这个岗位已经定好了一次交接。要改的话，请先取消那一次。".into(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set(
    tx: &mut Tx,
    id: HandoverId,
    state: HandoverState,
    fault: Option<&str>,
) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, SET, id, state.code(), fault, now)?;
    Ok(())
}

/// Notes what went with it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn add_tasks(tx: &mut Tx, id: HandoverId, tasks: &[TaskId]) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row {
        number: usize,
        task_id: TaskId,
    }
    let sql = tx.sql(ADD_TASKS);
    let rows = tasks.iter().enumerate();
    let rows: Vec<Row> = rows
        .map(|(number, task_id)| Row {
            number,
            task_id: *task_id,
        })
        .collect();
    execute!(tx, sql, Json(&rows), id)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn one(tx: &mut Tx, id: HandoverId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(ONE).bind(id).fetch_optional(c).await)
}

/// The handover, which nobody else changes until this transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn lock(tx: &mut Tx, id: HandoverId) -> Result<Option<Stored>, DbError> {
    let sql = tx.sql(LOCK);
    on!(tx, |c| sqlx::query_as(sql).bind(id).fetch_optional(c).await)
}

/// Those of a place that were not withdrawn: what is to come first, then the latest.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_node(tx: &mut Tx, node: NodeId) -> Result<Vec<HandoverRow>, DbError> {
    let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(OF_NODE)
        .bind(node)
        .bind(TOLD)
        .fetch_all(c)
        .await)?;
    Ok(found.iter().map(Stored::row).collect())
}

/// Those in which somebody gave or took a grid.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_USER).bind(user).fetch_all(c).await)
}

/// The one that is planned for a post.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn planned(tx: &mut Tx, grant: GrantId) -> Result<Option<HandoverRow>, DbError> {
    let found: Option<Stored> = on!(tx, |c| sqlx::query_as(PLANNED)
        .bind(grant)
        .fetch_optional(c)
        .await)?;
    Ok(found.as_ref().map(Stored::row))
}

/// Those that are planned at a place.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn planned_at(tx: &mut Tx, node: NodeId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(PLANNED_AT).bind(node).fetch_all(c).await)
}

/// What went with it, as it stands now, at most `most`; and how many there are.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn moved(tx: &mut Tx, id: HandoverId, most: i64) -> Result<(Vec<Moved>, usize), DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(COUNT).bind(id).fetch_one(c).await)?;
    let moved = on!(tx, |c| sqlx::query_as(TASKS)
        .bind(id)
        .bind(most)
        .fetch_all(c)
        .await)?;
    Ok((moved, usize::try_from(count).unwrap_or_default()))
}
