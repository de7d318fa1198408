//! Meetings, what they are about, and promises, as they are stored.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::model::TaskId;

use crate::model::{JointId, MatterId, Party, PromiseId, PromiseState, Unit};

/// Where a meeting was, who took part and what was said, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    pub place: String,
    pub present: Vec<(Party, String)>,
    pub words: String,
}

/// What was promised, by whom, and what came of it, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromiseTold {
    pub who: String,
    pub what: String,
    pub result: String,
}

/// A meeting with its unit.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: JointId,
    pub code: String,
    pub node_code: Code,
    pub node_name: String,
    pub path: String,
    pub title: String,
    pub held_on: Date,
    pub told: String,
    pub published_at: Option<Timestamp>,
    pub public_text: Option<String>,
}

/// A promise with the unit of the post that has it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredPromise {
    pub id: PromiseId,
    pub number: i64,
    pub party: Party,
    pub told: String,
    pub unit_id: Option<NodeId>,
    pub unit_code: Option<Code>,
    pub unit_name: Option<String>,
    pub role: Option<String>,
    pub due_on: Date,
    pub state: PromiseState,
}

impl Stored {
    pub fn href(&self) -> String {
        format!("/reports/joint/{}", self.code)
    }

    pub fn unit(&self) -> Unit {
        Unit {
            code: self.node_code.to_string(),
            name: self.node_name.clone(),
        }
    }

    pub fn open(&self, cx: &Cx) -> Result<Told, AppError> {
        let plain = cx.keys().open_for(Field::Note, RecordId(self.id.0), &self.told)?;
        serde_json::from_str(&plain).map_err(|error| db::internal(&error))
    }
}

impl StoredPromise {
    pub fn record(&self) -> RecordId {
        RecordId(self.id.0)
    }

    pub fn unit(&self) -> Option<Unit> {
        Some(Unit {
            code: self.unit_code.as_ref()?.to_string(),
            name: self.unit_name.clone()?,
        })
    }

    pub fn open(&self, cx: &Cx) -> Result<PromiseTold, AppError> {
        let plain = cx.keys().open_for(Field::Note, self.record(), &self.told)?;
        serde_json::from_str(&plain).map_err(|error| db::internal(&error))
    }
}

macro_rules! joint_sql {
    ($rest:literal) => {
        concat!(
            "select j.id, j.code, n.code as node_code, n.name as node_name, n.path, j.title, j.held_on, j.told, \
             j.published_at, j.public_text from report_joint j join node n on n.id = j.node_id ",
            $rest
        )
    };
}

const BY_CODE: &str = joint_sql!("where j.code = $1");
const OF_MATTER: &str = joint_sql!(
    "join report_joint_matter x on x.joint_id = j.id where x.matter_id = $1 order by j.held_on desc, j.id desc limit 20"
);
const INSERT: &str = "insert into report_joint (id, code, node_id, title, held_on, told, created_at, created_by, updated_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $7)";
const PUBLISH: &str =
    "update report_joint set published_at = $2, public_text = $3, updated_at = $4 where id = $1";
const HOLD: &str = "update report_joint set updated_at = updated_at where id = $1";
const ATTACH: &str =
    "insert into report_joint_matter (joint_id, matter_id) values ($1, $2) on conflict do nothing";
const DETACH: &str = "delete from report_joint_matter where joint_id = $1 and matter_id = $2";
const MATTERS: &str = "select matter_id from report_joint_matter where joint_id = $1 order by matter_id";
const PROMISES: &str = "select p.id, p.number, p.party, p.told, p.unit_id, u.code as unit_code, u.name as unit_name, p.role, p.due_on, p.state \
    from report_promise p left join node u on u.id = p.unit_id where p.joint_id = $1 order by p.number";
const ADD_PROMISE: &str = "insert into report_promise (id, joint_id, number, party, told, unit_id, role, due_on, state, task_id) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)";
const END_PROMISE: &str =
    "update report_promise set state = $2, told = $3, ended_at = $4 where id = $1 and state = 'open'";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_CODE).bind(code).fetch_optional(c).await)
}

/// Holds a meeting until the transaction ends: of two who promise in the same second, each has a number.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hold(tx: &mut Tx, id: JointId) -> Result<(), DbError> {
    execute!(tx, HOLD, id)?;
    Ok(())
}

/// Meetings that were about a matter, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_matter(tx: &mut Tx, matter: MatterId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_MATTER).bind(matter).fetch_all(c).await)
}

/// A meeting to be stored.
#[derive(Debug)]
pub struct New<'a> {
    pub id: JointId,
    pub code: &'a str,
    pub node: NodeId,
    pub title: &'a str,
    pub on: Date,
    pub told: &'a Told,
    pub by: Option<UserId>,
}

/// # Errors
/// What the database answers.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), AppError> {
    let told = serde_json::to_string(new.told).map_err(|error| db::internal(&error))?;
    let told = tx.keys().seal_for(Field::Note, RecordId(new.id.0), &told);
    let now = tx.now();
    execute!(
        tx, INSERT, new.id, new.code, new.node, new.title, new.on, told, now, new.by
    )?;
    Ok(())
}

/// Published with a text, or no longer.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_public(tx: &mut Tx, id: JointId, text: Option<&str>) -> Result<(), DbError> {
    let now = tx.now();
    let at = text.map(|_| now);
    execute!(tx, PUBLISH, id, at, text, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn attach(tx: &mut Tx, id: JointId, matter: MatterId) -> Result<(), DbError> {
    execute!(tx, ATTACH, id, matter)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn detach(tx: &mut Tx, id: JointId, matter: MatterId) -> Result<(), DbError> {
    execute!(tx, DETACH, id, matter)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn matters(tx: &mut Tx, id: JointId) -> Result<Vec<MatterId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(MATTERS).bind(id).fetch_all(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn promises(tx: &mut Tx, id: JointId) -> Result<Vec<StoredPromise>, DbError> {
    on!(tx, |c| sqlx::query_as(PROMISES).bind(id).fetch_all(c).await)
}

/// A promise to be stored.
#[derive(Debug)]
pub struct NewPromise<'a> {
    pub id: PromiseId,
    pub joint: JointId,
    pub number: i64,
    pub party: Party,
    pub told: &'a PromiseTold,
    pub post: Option<(NodeId, Role)>,
    pub due: Date,
    pub task: Option<TaskId>,
}

fn sealed(tx: &Tx, id: PromiseId, told: &PromiseTold) -> Result<String, AppError> {
    let told = serde_json::to_string(told).map_err(|error| db::internal(&error))?;
    Ok(tx.keys().seal_for(Field::Note, RecordId(id.0), &told))
}

/// # Errors
/// What the database answers.
pub async fn add_promise(tx: &mut Tx, new: &NewPromise<'_>) -> Result<(), AppError> {
    let told = sealed(tx, new.id, new.told)?;
    execute!(
        tx,
        ADD_PROMISE,
        new.id,
        new.joint,
        new.number,
        new.party,
        told,
        new.post.map(|(unit, _)| unit),
        new.post.map(|(_, role)| role.code()),
        new.due,
        new.task
    )?;
    Ok(())
}

/// Whether it was still open.
///
/// # Errors
/// What the database answers.
pub async fn end_promise(
    tx: &mut Tx,
    promise: &StoredPromise,
    state: PromiseState,
    told: &PromiseTold,
) -> Result<bool, AppError> {
    let told = sealed(tx, promise.id, told)?;
    let now = tx.now();
    let ended = execute!(tx, END_PROMISE, promise.id, state, told, now)?;
    Ok(ended == 1)
}
