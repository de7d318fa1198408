//! Cases as they are stored; what belongs to one lies in [`super::record`].

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use orgs::model::Code;
use reports::model::{MatterId, Number};
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::model::TaskId;

use crate::model::{Agreement, CaseId, ClauseId, Kind, Shape, Standing, State, Unit};

/// What the applicant told, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    pub words: String,
    pub wish: String,
}

/// A case with its community, the desk where it is taken, and its deadline.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: CaseId,
    pub code: String,
    pub number_code: Code,
    pub number_year: i64,
    pub number: i64,
    pub kind: Kind,
    pub state: State,
    pub title: String,
    pub node_code: Code,
    pub node_name: String,
    pub path: String,
    pub unit_id: NodeId,
    pub unit_path: String,
    pub desk_role: String,
    pub clerk_id: Option<UserId>,
    pub matter_id: Option<MatterId>,
    pub entered_by: Option<UserId>,
    pub told: Option<String>,
    pub agreement: Option<String>,
    pub shape: Option<Shape>,
    pub effective_on: Option<Date>,
    pub created_at: Timestamp,
    /// Of the task that runs.
    pub due_at: Option<Timestamp>,
}

impl Stored {
    pub fn record(&self) -> RecordId {
        RecordId(self.id.0)
    }

    /// The address of its page.
    pub fn href(&self) -> String {
        format!("/mediation/{}", self.code)
    }

    pub fn shown_number(&self) -> String {
        let number = Number {
            unit: self.number_code.clone(),
            year: self.number_year,
            number: self.number,
        };
        number.to_string()
    }

    pub fn place(&self) -> Unit {
        Unit {
            code: self.node_code.to_string(),
            name: self.node_name.clone(),
        }
    }

    /// The post that takes it; a role that is stored is one.
    pub fn desk(&self) -> Role {
        self.desk_role.parse().unwrap_or(Role::Mediation)
    }

    /// Until when it is usually done, while that runs.
    pub fn due(&self) -> Option<Timestamp> {
        self.due_at.filter(|_| self.state.counts())
    }

    /// What the applicant told; nothing once it may not be kept.
    pub fn open(&self, cx: &Cx) -> Result<Told, AppError> {
        opened(cx, self.record(), self.told.as_deref()).map(Option::unwrap_or_default)
    }

    /// What was agreed, if anything was.
    pub fn agreed(&self, cx: &Cx) -> Result<Option<Agreement>, AppError> {
        opened(cx, self.record(), self.agreement.as_deref())
    }
}

pub(super) fn opened<T: serde::de::DeserializeOwned>(
    cx: &Cx,
    record: RecordId,
    sealed: Option<&str>,
) -> Result<Option<T>, AppError> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = cx.keys().open_for(Field::Note, record, sealed)?;
    serde_json::from_str(&plain)
        .map(Some)
        .map_err(|error| db::internal(&error))
}

pub(super) fn sealed<T: Serialize>(tx: &Tx, record: RecordId, what: &T) -> Result<String, AppError> {
    let plain = serde_json::to_string(what).map_err(|error| db::internal(&error))?;
    Ok(tx.keys().seal_for(Field::Note, record, &plain))
}

/// A case's columns and joins; `n` is its community, `u` the unit of its desk.
macro_rules! case_sql {
    ($rest:expr) => {
        concat!(
            "select m.id, m.code, nn.code as number_code, m.number_year, m.number, m.kind, m.state, m.title, \
             n.code as node_code, n.name as node_name, n.path, m.unit_id, u.path as unit_path, m.desk_role, m.clerk_id, m.matter_id, \
             m.entered_by, m.told, m.agreement, m.shape, m.effective_on, m.created_at, t.due_at from mediation m \
             join node nn on nn.id = m.number_node join node n on n.id = m.node_id join node u on u.id = m.unit_id \
             left join task t on t.id = m.task_id and t.ended_at is null ",
            $rest
        )
    };
}
pub(super) use case_sql;

const BY_ID: &str = case_sql!("where m.id = $1");
const BY_CODE: &str = case_sql!("where m.code = $1");
const ID_OF: &str = "select id from mediation where code = $1";
// Changes nothing, but holds the case until this transaction ends: of two who act in the same second, one sees what the other did.
const HOLD: &str = "update mediation set steps = steps where id = $1";
const INSERT: &str = "insert into mediation (id, code, number_node, number_year, number, kind, state, title, node_id, unit_id, desk_role, \
    matter_id, entered_by, told, steps, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, 'applied', $7, $3, $8, $9, $10, $11, $12, \
    1, $13, $13)";
const MOVE: &str = "update mediation set state = $3, steps = $4, updated_at = $5, ended_at = $6 where id = $1 and steps = $2";
const CLERK: &str = "update mediation set clerk_id = $2 where id = $1";
const TASK: &str = "update mediation set task_id = $2 where id = $1";
const AGREE: &str = "update mediation set agreement = $2, shape = $3 where id = $1";
const EFFECT: &str = "update mediation set effective_on = $2 where id = $1";
const DROP_CLAUSES: &str = "delete from mediation_clause where mediation_id = $1";
const ADD_CLAUSE: &str =
    "insert into mediation_clause (id, mediation_id, number, due_on) values ($1, $2, $3, $4)";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: CaseId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_CODE).bind(code).fetch_optional(c).await)
}

/// As [`by_code`], held until the transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hold(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    let id: Option<CaseId> = on!(tx, |c| sqlx::query_scalar(ID_OF)
        .bind(code)
        .fetch_optional(c)
        .await)?;
    let Some(id) = id else { return Ok(None) };
    execute!(tx, HOLD, id)?;
    by_id(tx, id).await
}

/// The case again, after something of it was changed.
///
/// # Errors
/// [`AppError::NotFound`] if it is gone.
pub async fn again(tx: &mut Tx, id: CaseId) -> Result<Stored, AppError> {
    by_id(tx, id).await?.ok_or(AppError::NotFound)
}

/// A case to be stored.
#[derive(Debug)]
pub struct New<'a> {
    pub id: CaseId,
    pub code: &'a str,
    pub node: NodeId,
    pub year: i64,
    pub number: i64,
    pub kind: Kind,
    pub title: &'a str,
    pub unit: NodeId,
    pub role: Role,
    pub matter: Option<MatterId>,
    pub entered_by: Option<UserId>,
    pub told: &'a Told,
}

/// # Errors
/// What the database answers.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), AppError> {
    let now = tx.now();
    let told = sealed(tx, RecordId(new.id.0), new.told)?;
    execute!(
        tx,
        INSERT,
        new.id,
        new.code,
        new.node,
        new.year,
        new.number,
        new.kind,
        new.title,
        new.unit,
        new.role.code(),
        new.matter,
        new.entered_by,
        told.as_str(),
        now
    )?;
    Ok(())
}

/// The case as `next` has it. Whether nobody else moved it meanwhile.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set(tx: &mut Tx, case: &Stored, next: &Standing) -> Result<bool, DbError> {
    let now = tx.now();
    let ended = next.state.has_ended().then_some(next.at);
    let moved = execute!(
        tx,
        MOVE,
        case.id,
        next.steps - 1,
        next.state,
        next.steps,
        now,
        ended
    )?;
    Ok(moved == 1)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_clerk(tx: &mut Tx, id: CaseId, clerk: UserId) -> Result<(), DbError> {
    execute!(tx, CLERK, id, clerk)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_task(tx: &mut Tx, id: CaseId, task: TaskId) -> Result<(), DbError> {
    execute!(tx, TASK, id, task)?;
    Ok(())
}

/// Keeps what was agreed, with its clauses, instead of what was there.
///
/// # Errors
/// What the database answers.
pub async fn set_agreement(
    tx: &mut Tx,
    id: CaseId,
    agreement: &Agreement,
    shape: Shape,
) -> Result<(), AppError> {
    let text = sealed(tx, RecordId(id.0), agreement)?;
    execute!(tx, AGREE, id, text.as_str(), shape)?;
    execute!(tx, DROP_CLAUSES, id)?;
    for (number, clause) in (1_i64..).zip(&agreement.clauses) {
        let row: ClauseId = tx.id();
        execute!(tx, ADD_CLAUSE, row, id, number, clause.due)?;
    }
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_effective(tx: &mut Tx, id: CaseId, on: Date) -> Result<(), DbError> {
    execute!(tx, EFFECT, id, on)?;
    Ok(())
}
