//! Parts of a matter that other units have (协办), as its steps lead to them, and the task behind each. A part's task is about the part and
//! not about the matter: whoever leads has deadlines of their own.

use db::{Cx, DbError, Tx, access, execute, on};
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{Actor, AppError, NodeId, RecordId, Role, Timestamp, UserId};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{NewTask, task},
};

use super::{deadline, routing, store::Stored, tell};
use crate::model::{Due, MatterId, PartId, PartState, Unit};

/// Until it is done. The matter's own deadline goes up; a part's reminds.
pub const PART: Kind = Kind::new("reports.part", "协办诉求").steps(&[
    Step::remind(When::HalfTime),
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::Overdue),
    Step::remind(When::DaysAfter(2)),
]);

const OF: &str = "select p.id, p.number, p.unit_id, u.code as unit_code, u.name as unit_name, u.path as unit_path, p.role, p.state, p.task_id, \
    t.due_at, t.provisional from matter_part p join node u on u.id = p.unit_id \
    left join task t on t.id = p.task_id and t.ended_at is null where p.matter_id = $1 order by p.number";
const ADD: &str = "insert into matter_part (id, matter_id, number, unit_id, role, state, task_id, asked_at) \
    values ($1, $2, $3, $4, $5, 'asked', $6, $7)";
const SET: &str = "update matter_part set state = $2, ended_at = $3 where id = $1";
const PASS: &str = "update matter_part set unit_id = $2, role = $3 where id = $1";
const AT: &str =
    "select distinct matter_id from matter_part where unit_id = $1 and ended_at is null order by matter_id";
const DID: &str =
    "select count(*) from matter_step where matter_id = $1 and user_id = $2 and action = 'part_done'";

/// A part with the unit that has it, and its deadline while its task runs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Part {
    pub id: PartId,
    pub number: i64,
    pub unit_id: NodeId,
    pub unit_code: Code,
    pub unit_name: String,
    pub unit_path: String,
    pub role: String,
    pub state: PartState,
    pub task_id: Option<TaskId>,
    pub due_at: Option<Timestamp>,
    pub provisional: Option<bool>,
}

impl Part {
    /// Who has it; a role that is stored is one.
    pub fn role(&self) -> Role {
        self.role.parse().unwrap_or(Role::Staff)
    }

    pub fn unit(&self) -> Unit {
        Unit {
            code: self.unit_code.to_string(),
            name: self.unit_name.clone(),
        }
    }

    pub fn due(&self) -> Option<Due> {
        let at = self.due_at.filter(|_| self.state.is_open())?;
        Some(Due {
            at,
            provisional: self.provisional.unwrap_or_default(),
        })
    }

    /// Whether somebody has it by post, and it was not taken from them.
    pub fn is_of(&self, actor: &Actor) -> bool {
        let holds = |grant: &shared::Grant| {
            let shown = actor.second_factor || !grant.role.needs_second_factor();
            grant.node == self.unit_id && grant.role.code() == self.role && shown
        };
        self.state != PartState::Released && actor.grants.iter().any(holds)
    }

    fn record(&self) -> RecordId {
        RecordId(self.id.0)
    }
}

/// The house as who acts: a task's history is read by whoever has it.
fn house(cx: &Cx) -> Cx {
    access::system(cx.house(), "reports.step")
}

/// The parts of a matter, in their order.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, matter: MatterId) -> Result<Vec<Part>, DbError> {
    on!(tx, |c| sqlx::query_as(OF).bind(matter).fetch_all(c).await)
}

async fn open(tx: &mut Tx, matter: MatterId) -> Result<Vec<Part>, DbError> {
    let mut parts = of(tx, matter).await?;
    parts.retain(|part| part.state.is_open());
    Ok(parts)
}

/// Whether somebody did a part of it: then they do not verify it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn did(tx: &mut Tx, matter: MatterId, user: UserId) -> Result<bool, DbError> {
    let count: i64 = on!(tx, |c| sqlx::query_scalar(DID)
        .bind(matter)
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(count > 0)
}

/// The part of a number.
///
/// # Errors
/// [`AppError::NotFound`] if there is none.
pub async fn named(tx: &mut Tx, matter: MatterId, number: i64) -> Result<Part, AppError> {
    let parts = of(tx, matter).await?;
    let part = parts.into_iter().find(|part| part.number == number);
    part.ok_or(AppError::NotFound)
}

/// Whether a post already has the matter or an open part of it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_busy(tx: &mut Tx, matter: &Stored, unit: NodeId, role: Role) -> Result<bool, DbError> {
    if matter.unit_id == unit && matter.role() == role {
        return Ok(true);
    }
    let parts = open(tx, matter.id).await?;
    Ok(parts
        .iter()
        .any(|part| part.unit_id == unit && part.role() == role))
}

/// Asks a post for a part, to be done in so many working days.
///
/// # Errors
/// What the database answers.
pub async fn ask(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    number: i64,
    (unit, role): (&Node, Role),
    days: u16,
) -> Result<(), AppError> {
    let id: PartId = tx.id();
    let href = matter.href();
    let new = NewTask {
        kind: if matter.narrow() { PART.narrow() } else { PART },
        subject: RecordId(id.0),
        node: unit.id,
        title: &matter.title,
        href: Some(&href),
        holder: deadline::holder(tx, matter.id, role, unit.id).await?,
        limit: Limit::WorkingDays(days),
        since: None,
    };
    let task = task::open(&house(cx), tx, &new).await?.id;
    let now = tx.now();
    execute!(tx, ADD, id, matter.id, number, unit.id, role.code(), task, now)?;
    Ok(())
}

/// The part stands otherwise after a step.
///
/// # Errors
/// What the database answers.
pub async fn set(
    cx: &Cx,
    tx: &mut Tx,
    part: &Part,
    state: PartState,
    words: Option<&str>,
) -> Result<(), AppError> {
    let ended = (!state.is_open()).then(|| tx.now());
    execute!(tx, SET, part.id, state, ended)?;
    match state {
        PartState::Done => {
            task::finish_all(&house(cx), tx, &PART, part.record()).await?;
        }
        PartState::Released => {
            let why = words.unwrap_or("不用协办了");
            task::cancel_all(&house(cx), tx, &PART, part.record(), why).await?;
        }
        PartState::Asked | PartState::Returned => {}
    }
    Ok(())
}

/// The matter has ended, and its parts with it.
///
/// # Errors
/// What the database answers.
pub async fn end(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
    for part in open(tx, matter).await? {
        set(cx, tx, &part, PartState::Released, Some("这件事不再办了")).await?;
    }
    Ok(())
}

/// Stops the clocks of the parts with that of the matter.
///
/// # Errors
/// What the database answers.
pub async fn pause(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
    for task in tasks_of(tx, matter).await? {
        deadline::unless_so(task::pause(&house(cx), tx, task, "等反映人补充").await)?;
    }
    Ok(())
}

/// Lets them go on.
///
/// # Errors
/// What the database answers.
pub async fn resume(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
    for task in tasks_of(tx, matter).await? {
        deadline::unless_so(task::resume(&house(cx), tx, task).await)?;
    }
    Ok(())
}

async fn tasks_of(tx: &mut Tx, matter: MatterId) -> Result<Vec<TaskId>, DbError> {
    let parts = open(tx, matter).await?;
    Ok(parts.into_iter().filter_map(|part| part.task_id).collect())
}

/// Gives a part to another post.
///
/// # Errors
/// What the database answers.
pub async fn pass(
    cx: &Cx,
    tx: &mut Tx,
    matter: MatterId,
    part: &Part,
    (unit, role): (NodeId, Role),
) -> Result<(), AppError> {
    execute!(tx, PASS, part.id, unit, role.code())?;
    let (cx, to): (Cx, Holder) = (house(cx), deadline::holder(tx, matter, role, unit).await?);
    for running in task::of_subject(tx, &PART, part.record()).await? {
        // When borders change, tasks move before what they are about.
        if unit != running.node {
            task::transfer(&cx, tx, running.id, unit).await?;
        }
        task::reassign(&cx, tx, running.id, to, None).await?;
    }
    Ok(())
}

/// Somebody has stepped aside: a part that nobody else has at its post goes to whoever dispatches there.
///
/// # Errors
/// What the database answers.
pub async fn without(cx: &Cx, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
    for part in open(tx, matter).await? {
        let (unit, role) = (part.unit_id, part.role());
        let left = tell::holders_but(tx, Some(matter), unit, role).await?;
        let to = if left.is_empty() {
            routing::dispatcher_but(tx, Some(matter), &part.unit_path).await?
        } else {
            None
        };
        let to = to.map_or((unit, role), |(unit, role)| (unit.id, role));
        pass(cx, tx, matter, &part, to).await?;
    }
    Ok(())
}

/// A unit is no more: what it had a part of goes to whoever is first at `heir` or above it.
///
/// # Errors
/// What the database answers.
pub async fn inherit(cx: &Cx, tx: &mut Tx, ended: NodeId, heir: NodeId) -> Result<(), AppError> {
    let unit = units::by_id(tx, heir).await?.ok_or(AppError::NotFound)?;
    for matter in at(tx, ended).await? {
        for part in open(tx, matter).await? {
            if part.unit_id != ended {
                continue;
            }
            if let Some((unit, role)) = routing::anybody_but(tx, Some(matter), &unit.path).await? {
                pass(cx, tx, matter, &part, (unit.id, role)).await?;
            }
        }
    }
    Ok(())
}

/// The matters of whose open parts a unit has one.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn at(tx: &mut Tx, unit: NodeId) -> Result<Vec<MatterId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(AT).bind(unit).fetch_all(c).await)
}
