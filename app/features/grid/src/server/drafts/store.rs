//! Drafts, as they are stored.

use db::{DbError, EngineSql, Json, Tx, execute, on};
use orgs::model::{Code, NodeKind};
use shared::{Date, NodeId, Timestamp, UserId};

use crate::model::{
    coverage::Op,
    draft::{Base, DraftId, DraftState, Outcome},
};

/// A draft with the unit whose parts it draws.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: DraftId,
    pub node_id: NodeId,
    pub author_id: UserId,
    state: String,
    pub version: i64,
    pub reason: String,
    pub basis: String,
    pub effective_on: Option<Date>,
    pub base: Json<Base>,
    pub ops: Json<Vec<Op>>,
    done: i64,
    pub result: Option<Json<Outcome>>,
    pub updated_at: Timestamp,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    pub path: String,
}

impl Stored {
    pub fn state(&self) -> DraftState {
        DraftState::from_code(&self.state).unwrap_or(DraftState::Withdrawn)
    }

    /// What was done and not undone.
    pub fn counting(&self) -> &[Op] {
        self.ops.0.get(..self.done()).unwrap_or(&self.ops.0)
    }

    pub fn done(&self) -> usize {
        usize::try_from(self.done).unwrap_or_default()
    }
}

macro_rules! draft_sql {
    ($rest:literal) => {
        concat!(
            "select d.id, d.node_id, d.author_id, d.state, d.version, d.reason, d.basis, d.effective_on, d.base, d.ops, d.done, \
             d.result, d.updated_at, n.code, n.kind, n.name, n.path from grid_draft d join node n on n.id = d.node_id ",
            $rest
        )
    };
}

const BY_ID: &str = draft_sql!("where d.id = $1");
// SQLite has one writer, so nobody else can be changing it; PostgreSQL locks the row until the transaction ends.
const LOCK: EngineSql = EngineSql {
    sqlite: draft_sql!("where d.id = $1"),
    postgres: draft_sql!("where d.id = $1 for update of d"),
};
const OPEN_OF: &str = draft_sql!("where d.node_id = $1 and d.author_id = $2 and d.state = 'drafted'");
const OF_NODE: &str = draft_sql!(
    "where d.node_id = $1 and d.state in ('proposed', 'approved') order by d.updated_at desc, d.id limit 50"
);
const DUE: &str = "select id from grid_draft where state = 'approved' and effective_on <= $1 order by effective_on, updated_at, id";
const INSERT: &str = "insert into grid_draft (id, node_id, author_id, state, version, reason, basis, base, ops, done, created_at, updated_at) \
    values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $10)";
const SAVE: &str = "update grid_draft set ops = $3, done = $4, version = version + 1, updated_at = $5 \
    where id = $1 and version = $2 and state = 'drafted'";
const REBASE: &str = "update grid_draft set base = $3, ops = $4, done = $5, version = version + 1, updated_at = $6 \
    where id = $1 and version = $2 and state = 'drafted'";
const PROPOSE: &str = "update grid_draft set reason = $3, basis = $4, effective_on = $5, result = $6 where id = $1 and version = $2";
const SET_STATE: &str = "update grid_draft set state = $3, decided_by = coalesce($4, decided_by), version = version + 1, updated_at = $5 \
    where id = $1 and version = $2";
const ADD_STEP: &str = "insert into grid_draft_step (draft_id, number, state, user_id, at, words) \
    select $1, count(*) + 1, $2, $3, $4, $5 from grid_draft_step where draft_id = $1";
/// Numbered anew, since further steps are numbered by how many there are.
const COPY_DRAWERS: &str = "insert into grid_draft_step (draft_id, number, state, user_id, at, words) \
    select $2, row_number() over (order by number), state, user_id, at, words from grid_draft_step \
    where draft_id = $1 and user_id is not null and state in ('drafted', 'proposed')";
const PASS_ON: &str = "update grid_draft set author_id = $3, state = $4, decided_by = case when state = 'approved' then decided_by end, \
    version = version + 1, updated_at = $5 where id = $1 and version = $2";
const DREW: &str = "select exists (select 1 from grid_draft_step where draft_id = $1 and user_id = $2 and state in ('drafted', 'proposed'))";
const STEPS: &str =
    "select state, user_id, at, words from grid_draft_step where draft_id = $1 order by number desc";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: DraftId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// As [`by_id`]; nobody else changes it until the transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn lock(tx: &mut Tx, id: DraftId) -> Result<Option<Stored>, DbError> {
    let sql = tx.sql(LOCK);
    on!(tx, |c| sqlx::query_as(sql).bind(id).fetch_optional(c).await)
}

/// What somebody is drawing in a unit.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn open_of(tx: &mut Tx, node: NodeId, author: UserId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OPEN_OF)
        .bind(node)
        .bind(author)
        .fetch_optional(c)
        .await)
}

/// The drafts of a unit that were handed in or wait for their day.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn pending(tx: &mut Tx, node: NodeId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_NODE).bind(node).fetch_all(c).await)
}

/// Those whose day has come, the first to take effect first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn due(tx: &mut Tx, today: Date) -> Result<Vec<DraftId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(DUE).bind(today).fetch_all(c).await)
}

/// A draft to be stored.
pub struct New<'a> {
    pub id: DraftId,
    pub node: NodeId,
    pub author: UserId,
    pub state: DraftState,
    pub reason: &'a str,
    pub basis: &'a str,
    pub base: &'a Base,
    pub ops: &'a [Op],
    pub done: usize,
}

/// # Errors
/// [`DbError::Sql`]; a unique violation if the author is drawing there already.
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), DbError> {
    let now = tx.now();
    let state = new.state.code();
    execute!(
        tx,
        INSERT,
        new.id,
        new.node,
        new.author,
        state,
        new.reason,
        new.basis,
        Json(new.base),
        Json(new.ops),
        count(new.done),
        now
    )?;
    Ok(())
}

fn count(done: usize) -> i64 {
    i64::try_from(done).unwrap_or(i64::MAX)
}

/// Whether it was still the version that was changed.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn save(tx: &mut Tx, id: DraftId, version: i64, ops: &[Op], done: usize) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, SAVE, id, version, Json(ops), count(done), now)? == 1)
}

/// As [`save`], from other borders.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn rebase(tx: &mut Tx, draft: &Stored, base: &Base, ops: &[Op]) -> Result<bool, DbError> {
    let now = tx.now();
    let (id, version) = (draft.id, draft.version);
    Ok(execute!(
        tx,
        REBASE,
        id,
        version,
        Json(base),
        Json(ops),
        count(ops.len()),
        now
    )? == 1)
}

/// Notes with what it is handed in, and what it leads to.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hand_in(
    tx: &mut Tx,
    draft: &Stored,
    proposal: &crate::model::draft::Proposal,
    outcome: &Outcome,
) -> Result<(), DbError> {
    let (id, version) = (draft.id, draft.version);
    execute!(
        tx,
        PROPOSE,
        id,
        version,
        proposal.reason.as_str(),
        proposal.basis.as_str(),
        proposal.on,
        Json(outcome)
    )?;
    Ok(())
}

/// Gives a draft its next state, with who did it and why. Whether it was still the version that was decided on.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn step(
    tx: &mut Tx,
    draft: &Stored,
    state: DraftState,
    who: Option<UserId>,
    decided_by: Option<UserId>,
    words: &str,
) -> Result<bool, DbError> {
    let now = tx.now();
    let (id, version) = (draft.id, draft.version);
    let changed = execute!(tx, SET_STATE, id, version, state.code(), decided_by, now)? == 1;
    if changed {
        execute!(tx, ADD_STEP, id, state.code(), who, now, words)?;
    }
    Ok(changed)
}

/// Makes `to` its author, and notes who handed it over and why. Whether it was still the version that was read.
///
/// # Errors
/// [`DbError::Sql`]; a unique violation if `to` is drawing there already and this one stays one that is drawn.
pub async fn pass_on(
    tx: &mut Tx,
    draft: &Stored,
    to: UserId,
    state: DraftState,
    words: &str,
) -> Result<bool, DbError> {
    let now = tx.now();
    let (id, version) = (draft.id, draft.version);
    let changed = execute!(tx, PASS_ON, id, version, to, state.code(), now)? == 1;
    if changed {
        // Who drew it stays known by this step; once it was handed in, by that one.
        let drawn = draft.state() == DraftState::Drafted;
        let who = drawn.then_some(draft.author_id);
        execute!(tx, ADD_STEP, id, draft.state().code(), who, now, words)?;
        if state != draft.state() {
            execute!(tx, ADD_STEP, id, state.code(), None::<UserId>, now, "")?;
        }
    }
    Ok(changed)
}

/// A copy is drawn by whoever drew what it was made of.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn copy_drawers(tx: &mut Tx, from: DraftId, copy: DraftId) -> Result<(), DbError> {
    execute!(tx, COPY_DRAWERS, from, copy)?;
    Ok(())
}

/// Whether somebody has drawn it, also before it was handed over to its author.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn drew(tx: &mut Tx, draft: &Stored, user: UserId) -> Result<bool, DbError> {
    if draft.author_id == user {
        return Ok(true);
    }
    on!(tx, |c| sqlx::query_scalar(DREW)
        .bind(draft.id)
        .bind(user)
        .fetch_one(c)
        .await)
}

/// `(state, who, when, words)`, the newest first.
pub type StepOf = (String, Option<UserId>, Timestamp, String);

/// # Errors
/// [`DbError::Sql`].
pub async fn steps(tx: &mut Tx, id: DraftId) -> Result<Vec<StepOf>, DbError> {
    on!(tx, |c| sqlx::query_as(STEPS).bind(id).fetch_all(c).await)
}
