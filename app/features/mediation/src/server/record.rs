//! What belongs to a case, as it is stored: steps, sessions, and how far clauses are kept.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, RecordId, Timestamp, UserId};

use super::store::{opened, sealed};
use crate::model::{
    Action, By, CaseId, ClauseId, Door, How, Kept, Seen, SessionId, Sitting, Standing, State, StepId,
};

/// What is noted of a session, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Noted {
    pub place: String,
    pub there: String,
    pub words: String,
}

const ADD_STEP: &str = "insert into mediation_step (id, mediation_id, number, action, state, capacity, user_id, at, how, elsewhere, clause, \
    kept, seen, words) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const STEPS: &str = "select id, action, state, capacity, at, how, elsewhere, clause, kept, seen, words from mediation_step \
    where mediation_id = $1 order by number";
const ADD_SESSION: &str = "insert into mediation_session (id, mediation_id, number, held_at, told, noted_by) values ($1, $2, \
    (select coalesce(max(s.number), 0) + 1 from mediation_session s where s.mediation_id = $2), $3, $4, $5)";
const SESSIONS: &str =
    "select id, number, held_at, told from mediation_session where mediation_id = $1 order by number";
const CLAUSES: &str =
    "select id, number, due_on, kept, asked_at from mediation_clause where mediation_id = $1 order by number";
const KEEP: &str = "update mediation_clause set kept = $2, asked_at = $3 where id = $1";

/// A step to be stored.
#[derive(Debug)]
pub struct NewStep<'a> {
    pub number: i64,
    pub action: Action,
    pub state: State,
    pub by: By,
    pub user: Option<UserId>,
    pub at: Timestamp,
    pub how: Option<How>,
    pub door: Option<Door>,
    pub clause: Option<(i64, Kept)>,
    pub seen: Seen,
    pub words: Option<&'a str>,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add_step(tx: &mut Tx, case: CaseId, step: &NewStep<'_>) -> Result<StepId, DbError> {
    let id: StepId = tx.id();
    let words = step
        .words
        .map(|words| tx.keys().seal_for(Field::Note, RecordId(id.0), words));
    execute!(
        tx,
        ADD_STEP,
        id,
        case,
        step.number,
        step.action,
        step.state,
        step.by,
        step.user,
        step.at,
        step.how,
        step.door,
        step.clause.map(|(number, _)| number),
        step.clause.map(|(_, kept)| kept),
        step.seen,
        words.as_deref()
    )?;
    Ok(id)
}

/// A step that was taken.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Step {
    pub id: StepId,
    pub action: Action,
    pub state: State,
    pub capacity: By,
    pub at: Timestamp,
    pub how: Option<How>,
    pub elsewhere: Option<Door>,
    pub clause: Option<i64>,
    pub kept: Option<Kept>,
    pub seen: Seen,
    pub words: Option<String>,
}

impl Step {
    pub fn open(&self, cx: &Cx) -> Result<Option<String>, AppError> {
        let sealed = self.words.as_deref();
        Ok(sealed
            .map(|sealed| cx.keys().open_for(Field::Note, RecordId(self.id.0), sealed))
            .transpose()?)
    }
}

/// All steps of a case, in their order.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn steps(tx: &mut Tx, case: CaseId) -> Result<Vec<Step>, DbError> {
    on!(tx, |c| sqlx::query_as(STEPS).bind(case).fetch_all(c).await)
}

/// How a case stands by its steps.
///
/// # Errors
/// [`AppError::Internal`] if they do not begin with an application.
pub fn standing(steps: &[Step]) -> Result<Standing, AppError> {
    let taken = steps.iter().map(|step| (step.action, step.at));
    Standing::replay(taken)
        .ok_or_else(|| db::internal(&std::io::Error::other("a case without an application")))
}

/// A session as it was held.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub number: i64,
    pub held_at: Timestamp,
    pub told: Option<String>,
}

impl Session {
    pub fn open(&self, cx: &Cx) -> Result<Noted, AppError> {
        opened(cx, RecordId(self.id.0), self.told.as_deref()).map(Option::unwrap_or_default)
    }
}

/// Notes a session.
///
/// # Errors
/// What the database answers.
pub async fn add_session(
    tx: &mut Tx,
    case: CaseId,
    sitting: &Sitting,
    words: &str,
    by: Option<UserId>,
) -> Result<(), AppError> {
    let id: SessionId = tx.id();
    let noted = Noted {
        place: sitting.place.clone(),
        there: sitting.there.clone(),
        words: words.to_owned(),
    };
    let told = sealed(tx, RecordId(id.0), &noted)?;
    execute!(tx, ADD_SESSION, id, case, sitting.at, told.as_str(), by)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn sessions(tx: &mut Tx, case: CaseId) -> Result<Vec<Session>, DbError> {
    on!(tx, |c| sqlx::query_as(SESSIONS).bind(case).fetch_all(c).await)
}

/// How far a clause is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredClause {
    pub id: ClauseId,
    pub number: i64,
    pub due_on: Option<Date>,
    pub kept: Option<Kept>,
    pub asked_at: Option<Timestamp>,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn clauses(tx: &mut Tx, case: CaseId) -> Result<Vec<StoredClause>, DbError> {
    on!(tx, |c| sqlx::query_as(CLAUSES).bind(case).fetch_all(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn keep(tx: &mut Tx, clause: ClauseId, kept: Kept) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, KEEP, clause, kept, now)?;
    Ok(())
}
