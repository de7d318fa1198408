//! Matters and their steps, as they are stored.

use std::collections::BTreeMap;

use db::{Cx, DbError, Json, Tx, crypt::Field, execute, on};
use grid::model::Place;
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::model::TaskId;

use super::search;
use crate::model::{
    Action, By, Category, Door, Kind, MatterId, Number, Origin, Rating, Seen, Standing, State, StepId, Unit,
    Urgency, Walked, merged,
};

/// What a reporter told, sealed as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    pub words: String,
    pub address: String,
    pub door: String,
    pub answers: BTreeMap<String, String>,
    /// The same as it was asked: questions and answers as they are shown.
    pub asked: Vec<(String, String)>,
    /// What came in the place of words, where there are none.
    pub spoken: bool,
    pub pictured: bool,
}

impl Told {
    /// The words, or what came in their place.
    pub fn said(&self) -> &str {
        match (self.words.as_str(), self.spoken, self.pictured) {
            ("", true, _) => "（说的是语音）",
            ("", false, true) => "（只有照片）",
            (words, ..) => words,
        }
    }

    /// Whether there is nothing of it to read.
    pub const fn only_spoken(&self) -> bool {
        self.spoken && self.words.is_empty()
    }
}

/// A matter with its place, the unit that has it, and its deadline.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: MatterId,
    pub code: String,
    pub number_code: Code,
    pub number_year: i64,
    pub number: i64,
    pub kind: Kind,
    pub category: String,
    pub urgency: Urgency,
    pub state: State,
    /// It was not taken, for it belongs to the petition office.
    pub petition: bool,
    pub title: String,
    pub node_id: NodeId,
    pub node_code: Code,
    pub node_name: String,
    pub path: String,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    pub unit_id: NodeId,
    pub unit_code: Code,
    pub unit_name: String,
    pub unit_path: String,
    pub holder_role: String,
    /// Of the community complained about.
    pub accused_path: Option<String>,
    pub origin: Origin,
    /// Null without an account, or once it is no more.
    pub reporter_id: Option<UserId>,
    /// Who wrote it down for them.
    pub entered_by: Option<UserId>,
    /// The matter that it went into.
    pub merged_into: Option<MatterId>,
    pub told: Option<String>,
    pub phone: Option<String>,
    pub phone_blind: Option<String>,
    pub may_publish: bool,
    pub published_at: Option<Timestamp>,
    pub public_text: Option<String>,
    pub passed_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub rating: Option<Rating>,
    /// Since when it waits for its reporter.
    pub paused_at: Option<Timestamp>,
    /// When the level above pressed for it, until it is answered.
    pub urged_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Of the task that runs.
    pub due_at: Option<Timestamp>,
    pub provisional: Option<bool>,
}

impl Stored {
    pub fn record(&self) -> RecordId {
        RecordId(self.id.0)
    }

    /// The address of its page.
    pub fn href(&self) -> String {
        format!("/reports/{}", self.code)
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

    pub fn unit(&self) -> Unit {
        Unit {
            code: self.unit_code.to_string(),
            name: self.unit_name.clone(),
        }
    }

    pub fn pin(&self) -> Option<Place> {
        // Stored from such a pair.
        let number = |n: i64| i32::try_from(n).unwrap_or_default();
        let (lon, lat) = self.lon.zip(self.lat)?;
        Some(Place {
            lon: number(lon),
            lat: number(lat),
        })
    }

    /// Who has it; a role that is stored is one.
    pub fn role(&self) -> Role {
        self.holder_role.parse().unwrap_or(Role::Staff)
    }

    /// What the reporter told; nothing once it may not be kept.
    pub fn open(&self, cx: &Cx) -> Result<Told, AppError> {
        let Some(sealed) = &self.told else {
            return Ok(Told::default());
        };
        let plain = cx.keys().open_for(Field::Note, self.record(), sealed)?;
        serde_json::from_str(&plain).map_err(|error| db::internal(&error))
    }

    pub fn narrow(&self) -> bool {
        self.accused_path.is_some()
    }

    /// Whether its reporter left no way to be called.
    pub fn unreachable(&self) -> bool {
        self.reporter_id.is_none() && self.phone.is_none()
    }

    /// Whether it may be published: its reporter agreed, an account stands behind it, and it complains about nobody who works there.
    pub fn publishable(&self) -> bool {
        self.may_publish && self.origin.may_be_public() && self.reporter_id.is_some() && !self.narrow()
    }
}

/// Whether a matter `m` was not taken because it belongs to the petition office: looked up of what was refused alone.
macro_rules! petition_sql {
    () => {
        "case when m.state = 'refused' then exists (select 1 from matter_step ps where ps.matter_id = m.id \
         and ps.action = 'refuse' and ps.elsewhere = 'petition') else false end as petition"
    };
}
pub(super) use petition_sql;

/// A matter's columns and joins; `u` is the unit that has it, `n` its place, `a` whoever is complained about.
macro_rules! matter_sql {
    ($rest:expr) => {
        concat!(
            "select ",
            $crate::server::store::petition_sql!(),
            ", m.id, m.code, nn.code as number_code, m.number_year, m.number, m.kind, m.category, m.urgency, m.state, m.title, \
             m.node_id, n.code as node_code, n.name as node_name, n.path, m.lon, m.lat, m.unit_id, u.code as unit_code, \
             u.name as unit_name, u.path as unit_path, m.holder_role, a.path as accused_path, m.origin, \
             m.reporter_id, m.entered_by, m.merged_into, m.told, m.phone, m.phone_blind, m.may_publish, m.published_at, m.public_text, \
             m.passed_at, m.answered_at, m.rating, m.paused_at, m.urged_at, m.created_at, t.due_at, t.provisional from matter m join node nn on nn.id = m.number_node \
             join node n on n.id = m.node_id join node u on u.id = m.unit_id left join node a on a.id = m.accused_id \
             left join task t on t.id = m.task_id and t.ended_at is null ",
            $rest
        )
    };
}
pub(super) use matter_sql;

const BY_ID: &str = matter_sql!("where m.id = $1");
const BY_CODE: &str = matter_sql!("where m.code = $1");
const ID_OF: &str = "select id from matter where code = $1";
const ID_OF_NUMBER: &str = "select m.id from matter m join node n on n.id = m.number_node \
    where n.code = $1 and m.number_year = $2 and m.number = $3";
// Changes nothing, but holds the matter until this transaction ends: of two who act in the same second, one sees what the other did.
const HOLD: &str = "update matter set steps = steps where id = $1";
const INSERT: &str = "insert into matter (id, code, number_node, number_year, number, kind, category, urgency, state, title, node_id, lon, \
    lat, cell, unit_id, holder_role, accused_id, reporter_id, entered_by, told, phone, may_publish, passed_at, steps, created_at, \
    updated_at, origin, phone_blind, tracking, client_id) values ($1, $2, $3, $4, $5, $6, $7, $8, 'reported', $9, $10, $11, $12, $13, \
    $14, $15, $16, $17, $18, $19, $20, $21, $22, 1, $22, $22, $23, $24, $25, $26)";
// What waits, or is pressed for, is so until a step leads it out of there.
const MOVE: &str = "update matter set state = $3, rating = $4, steps = $5, updated_at = $6, \
    paused_at = case when $3 = 'paused' then coalesce(paused_at, $6) end, nudged_at = case when $3 = 'paused' then nudged_at end, \
    urged_at = case when $3 in ('reported', 'accepted', 'dispatched', 'handling', 'paused') then urged_at end, \
    ended_at = case when cast($7 as bigint) is null then null else coalesce(ended_at, cast($7 as bigint)) end where id = $1 and steps = $2";
const PASS: &str =
    "update matter set unit_id = $2, holder_role = $3, holder_id = null, passed_at = $4 where id = $1";
const HANDLED: &str = "update matter set handled_by = $2 where id = $1";
const ANSWERED: &str = "update matter set answered_at = $2 where id = $1";
const ESCALATED: &str = "update matter set escalated_at = $2 where id = $1";
const URGED: &str = "update matter set urged_at = $2 where id = $1";
const NUDGED: &str = "update matter set nudged_at = $2 where id = $1";
const CLASS: &str = "update matter set kind = $2, category = $3, urgency = $4, title = $5 where id = $1";
const ACCUSED: &str = "update matter set accused_id = $2, urged_at = null where id = $1";
const URGENCY: &str = "update matter set urgency = $2 where id = $1";
const TASK: &str = "update matter set task_id = $2 where id = $1";
const MERGED: &str = "update matter set merged_into = $2 where id = $1";
const DISAGREE: &str = "update matter set may_publish = $2 where id = $1";
const PUBLISH: &str = "update matter set published_at = $2, public_text = $3 where id = $1";
const ADD_STEP: &str = "insert into matter_step (id, matter_id, number, action, state, capacity, user_id, at, unit_id, role, days, elsewhere, \
    rating, urgency, seen, words, part, kind, category) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
    $17, $18, $19)";
const STEPS: &str = "select s.id, s.action, s.state, s.capacity, s.user_id, s.at, u.name as unit, s.role, s.days, s.elsewhere, s.rating, \
    s.urgency, s.seen, s.words, s.part, s.kind, s.category from matter_step s left join node u on u.id = s.unit_id where s.matter_id = $1 order by s.number";
const WENT: &str = "update matter_step set unit_id = $2, role = $3 where id = $1";
const STEP_OF: &str = "select matter_id, seen from matter_step where id = $1";
const CATEGORIES: &str = "select position, facts from report_category order by position, code";
// But for complaints about a community: whoever acts for them may work there.
const RECENT: &str = "select category from matter where reporter_id = $1 and accused_id is null group by category order by max(created_at) desc limit 3";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: MatterId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_CODE).bind(code).fetch_optional(c).await)
}

/// The id of the matter with a code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn id_of(tx: &mut Tx, code: &str) -> Result<Option<MatterId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(ID_OF)
        .bind(code)
        .fetch_optional(c)
        .await)
}

/// The id of the matter with a number.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn id_of_number(tx: &mut Tx, number: &Number) -> Result<Option<MatterId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(ID_OF_NUMBER)
        .bind(&number.unit)
        .bind(number.year)
        .bind(number.number)
        .fetch_optional(c)
        .await)
}

/// As [`by_code`], held until the transaction ends.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hold(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    match id_of(tx, code).await? {
        Some(id) => hold_id(tx, id).await,
        None => Ok(None),
    }
}

/// As [`hold`], by its id.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn hold_id(tx: &mut Tx, id: MatterId) -> Result<Option<Stored>, DbError> {
    execute!(tx, HOLD, id)?;
    by_id(tx, id).await
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_number(tx: &mut Tx, number: &Number) -> Result<Option<Stored>, DbError> {
    match id_of_number(tx, number).await? {
        Some(id) => by_id(tx, id).await,
        None => Ok(None),
    }
}

/// A matter to be stored.
#[derive(Debug)]
pub struct New<'a> {
    pub id: MatterId,
    pub code: &'a str,
    pub number_node: NodeId,
    pub year: i64,
    pub number: i64,
    pub kind: Kind,
    pub category: &'a str,
    pub urgency: Urgency,
    pub title: &'a str,
    pub node: NodeId,
    pub place: Option<(Place, i64)>,
    pub unit: NodeId,
    pub role: Role,
    pub accused: Option<NodeId>,
    pub origin: Origin,
    pub reporter: Option<UserId>,
    pub entered_by: Option<UserId>,
    pub told: String,
    pub phone: Option<String>,
    pub phone_blind: Option<String>,
    /// The digest of its tracking code.
    pub tracking: Option<String>,
    /// The key of the program that it came through.
    pub client: Option<RecordId>,
    pub may_publish: bool,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), DbError> {
    let now = tx.now();
    execute!(
        tx,
        INSERT,
        new.id,
        new.code,
        new.number_node,
        new.year,
        new.number,
        new.kind,
        new.category,
        new.urgency,
        new.title,
        new.node,
        new.place.map(|(place, _)| i64::from(place.lon)),
        new.place.map(|(place, _)| i64::from(place.lat)),
        new.place.map(|(_, cell)| cell),
        new.unit,
        new.role.code(),
        new.accused,
        new.reporter,
        new.entered_by,
        new.told.as_str(),
        new.phone.as_deref(),
        new.may_publish,
        now,
        new.origin,
        new.phone_blind.as_deref(),
        new.tracking.as_deref(),
        new.client
    )?;
    found_anew(tx, new.id).await
}

/// The matter as `next` has it. Whether nobody else moved it meanwhile.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set(tx: &mut Tx, matter: &Stored, next: &Standing) -> Result<bool, DbError> {
    let now = tx.now();
    let ended = next.state.has_ended().then_some(next.at);
    let moved = execute!(
        tx,
        MOVE,
        matter.id,
        next.steps - 1,
        next.state,
        next.rating,
        next.steps,
        now,
        ended
    )?;
    Ok(moved == 1)
}

/// Gives it to a role at a unit.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn pass(tx: &mut Tx, id: MatterId, unit: NodeId, role: Role) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, PASS, id, unit, role.code(), now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_handled(tx: &mut Tx, id: MatterId, by: Option<UserId>) -> Result<(), DbError> {
    execute!(tx, HANDLED, id, by)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_answered(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, ANSWERED, id, now)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_escalated(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, ESCALATED, id, now)?;
    Ok(())
}

/// The level above presses for it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_urged(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, URGED, id, now)?;
    Ok(())
}

/// Those whom it waits for were reminded.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_nudged(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, NUDGED, id, now)?;
    Ok(())
}

/// It is another thing than it was.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_class(
    tx: &mut Tx,
    id: MatterId,
    (kind, category): (Kind, &str),
    urgency: Urgency,
    title: &str,
) -> Result<(), DbError> {
    execute!(tx, CLASS, id, kind, category, urgency, title)?;
    found_anew(tx, id).await
}

/// It complains about a community; what the level above wanted of those who work there is over.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_accused(tx: &mut Tx, id: MatterId, community: NodeId) -> Result<(), DbError> {
    execute!(tx, ACCUSED, id, community)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_urgency(tx: &mut Tx, id: MatterId, urgency: Urgency) -> Result<(), DbError> {
    execute!(tx, URGENCY, id, urgency)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_task(tx: &mut Tx, id: MatterId, task: TaskId) -> Result<(), DbError> {
    execute!(tx, TASK, id, task)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn set_merged(tx: &mut Tx, id: MatterId, into: MatterId) -> Result<(), DbError> {
    execute!(tx, MERGED, id, into)?;
    Ok(())
}

/// Published with a text, or no longer.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_public(tx: &mut Tx, id: MatterId, text: Option<&str>) -> Result<(), DbError> {
    let at = text.map(|_| tx.now());
    execute!(tx, PUBLISH, id, at, text)?;
    found_anew(tx, id).await
}

/// Its reporter does not want it published any more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_disagreed(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    execute!(tx, DISAGREE, id, false)?;
    Ok(())
}

/// Has it found by what lists tell of it now.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn found_anew(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    match by_id(tx, id).await? {
        Some(matter) => search::keep(tx, &matter).await,
        None => Ok(()),
    }
}

/// A step to be stored.
#[derive(Debug)]
pub struct NewStep<'a> {
    pub number: i64,
    pub action: Action,
    pub state: State,
    pub by: By,
    pub user: Option<UserId>,
    pub at: Timestamp,
    pub unit: Option<NodeId>,
    pub role: Option<Role>,
    pub days: Option<u16>,
    pub door: Option<Door>,
    pub rating: Option<Rating>,
    pub urgency: Option<Urgency>,
    /// The number of the part that it is about.
    pub part: Option<i64>,
    /// What the matter becomes with it: a kind, and the code of a category.
    pub class: Option<(Kind, &'a str)>,
    pub seen: Seen,
    pub words: Option<&'a str>,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add_step(tx: &mut Tx, matter: MatterId, step: &NewStep<'_>) -> Result<StepId, DbError> {
    let id: StepId = tx.id();
    let words = step
        .words
        .map(|words| tx.keys().seal_for(Field::Note, RecordId(id.0), words));
    execute!(
        tx,
        ADD_STEP,
        id,
        matter,
        step.number,
        step.action,
        step.state,
        step.by,
        step.user,
        step.at,
        step.unit,
        step.role.map(Role::code),
        step.days.map(i64::from),
        step.door,
        step.rating,
        step.urgency,
        step.seen,
        words.as_deref(),
        step.part,
        step.class.map(|(kind, _)| kind),
        step.class.map(|(_, category)| category)
    )?;
    Ok(id)
}

/// Says of a step of this transaction where the matter went with it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn set_went(tx: &mut Tx, step: StepId, unit: NodeId, role: Role) -> Result<(), DbError> {
    execute!(tx, WENT, step, unit, role.code())?;
    Ok(())
}

/// A step that was taken.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Step {
    pub id: StepId,
    pub action: Action,
    pub state: State,
    pub capacity: By,
    pub user_id: Option<UserId>,
    pub at: Timestamp,
    pub unit: Option<String>,
    pub role: Option<String>,
    pub days: Option<i64>,
    pub elsewhere: Option<Door>,
    pub rating: Option<Rating>,
    pub urgency: Option<Urgency>,
    pub seen: Seen,
    pub words: Option<String>,
    pub part: Option<i64>,
    pub kind: Option<Kind>,
    pub category: Option<String>,
}

impl Step {
    pub fn open(&self, cx: &Cx) -> Result<Option<String>, AppError> {
        let sealed = self.words.as_deref();
        Ok(sealed
            .map(|sealed| cx.keys().open_for(Field::Note, RecordId(self.id.0), sealed))
            .transpose()?)
    }
}

/// All steps of a matter, in their order.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn steps(tx: &mut Tx, matter: MatterId) -> Result<Vec<Step>, DbError> {
    on!(tx, |c| sqlx::query_as(STEPS).bind(matter).fetch_all(c).await)
}

/// The matter of a step, and who sees the step.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn step_of(tx: &mut Tx, step: StepId) -> Result<Option<(MatterId, Seen)>, DbError> {
    on!(tx, |c| sqlx::query_as(STEP_OF).bind(step).fetch_optional(c).await)
}

/// How a matter stands by its steps.
///
/// # Errors
/// [`AppError::Internal`] if they do not begin with a report.
pub fn standing(steps: &[Step]) -> Result<Standing, AppError> {
    let taken = steps.iter().map(|step| Walked {
        action: step.action,
        rating: step.rating,
        part: step.part,
        at: step.at,
    });
    Standing::replay(taken).ok_or_else(|| db::internal(&std::io::Error::other("a matter without a report")))
}

/// All categories, also those that are offered no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn categories(tx: &mut Tx) -> Result<Vec<Category>, DbError> {
    let own: Vec<(i64, Json<Category>)> = on!(tx, |c| sqlx::query_as(CATEGORIES).fetch_all(c).await)?;
    Ok(merged(
        own.into_iter()
            .map(|(position, Json(category))| (position, category))
            .collect(),
    ))
}

/// The categories that somebody chose last.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn recent(tx: &mut Tx, user: UserId) -> Result<Vec<String>, DbError> {
    on!(tx, |c| sqlx::query_scalar(RECENT).bind(user).fetch_all(c).await)
}
