//! What the pillars do with tasks. All of it rides in the caller's transaction; the caller has asked who may.

use db::{Audit, Cx, Json, Tx};
use serde_json::Value;
use shared::{AppError, NodeId, RecordId, Timestamp, UserId, scope::PathRange};

use super::{
    clocks::Clocks,
    news,
    reckon::{course, reckon},
    store::{self, Stored},
    tell::{people, tell},
};
use crate::model::{Facts, Happening, Holder, Kind, Limit, Moment, State, TaskId};

/// The longest title and the longest words, in characters.
pub const LONGEST_TITLE: usize = 120;
pub const LONGEST_WORDS: usize = 500;

/// Something that somebody is to do by a time.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    pub kind: Kind,
    /// What it is about: the pillar's own record.
    pub subject: RecordId,
    /// The unit whose working hours count, and above which it is overseen.
    pub node: NodeId,
    pub title: &'a str,
    /// The address of what it is about.
    pub href: Option<&'a str>,
    /// Who is to do it.
    pub holder: Holder,
    pub limit: Limit,
    /// Since when the time runs; for an order from elsewhere it may have begun earlier than now.
    pub since: Option<Timestamp>,
}

/// A task that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub id: TaskId,
    pub due: Option<Moment>,
}

/// Opens a task.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such unit, or what the database answers.
pub async fn open(cx: &Cx, tx: &mut Tx, new: &NewTask<'_>) -> Result<Opened, AppError> {
    open_after(cx, tx, new, None).await
}

/// As [`open`], where the house opens it after what somebody did: who `knows` has it in their inbox, but nothing rings for them.
///
/// # Errors
/// As [`open`].
pub async fn open_after(
    cx: &Cx,
    tx: &mut Tx,
    new: &NewTask<'_>,
    knows: Option<UserId>,
) -> Result<Opened, AppError> {
    let mut clocks = Clocks::load(tx).await?;
    begin(cx, tx, &mut clocks, new, knows).await
}

/// As [`open`], for many at a time: the calendar and the hours are read once.
///
/// # Errors
/// As [`open`].
pub async fn open_by(
    cx: &Cx,
    tx: &mut Tx,
    clocks: &mut Clocks,
    new: &NewTask<'_>,
) -> Result<Opened, AppError> {
    begin(cx, tx, clocks, new, None).await
}

async fn begin(
    cx: &Cx,
    tx: &mut Tx,
    clocks: &mut Clocks,
    new: &NewTask<'_>,
    knows: Option<UserId>,
) -> Result<Opened, AppError> {
    let clock = clocks.of(tx, new.node).await?;
    let unit = orgs::server::store::by_id(tx, new.node)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut task = Stored {
        id: tx.id(),
        kind: new.kind.key.to_owned(),
        label: new.kind.label.to_owned(),
        subject_id: new.subject,
        node_id: new.node,
        title: new.title.chars().take(LONGEST_TITLE).collect(),
        href: new.href.map(ToOwned::to_owned),
        by_hand: new.kind.by_hand,
        narrow: new.kind.narrow,
        time_limit: Json(new.limit),
        from_at: new.since.unwrap_or_else(|| tx.now()),
        due_at: None,
        provisional: false,
        state: State::Open.code().to_owned(),
        ended_at: None,
        path: unit.path,
        node_name: unit.name,
    };
    let course = course(&task, &[]);
    let due = course.end(&clock);
    let steps: Vec<_> = new
        .kind
        .steps
        .iter()
        .map(|step| (*step, course.due(&clock, step.when)))
        .collect();
    task.due_at = due.map(|moment| moment.at);
    task.provisional = due.is_some_and(|moment| moment.provisional);
    store::insert(tx, &task).await?;
    store::add_holder(tx, task.id, new.holder, 0).await?;
    for (number, (step, due)) in (0..).zip(steps) {
        store::add_step(tx, task.id, number, step, due).await?;
    }
    noted(cx, tx, &task, Happening::Opened, Facts::default(), None, knows).await?;
    Ok(Opened { id: task.id, due })
}

/// The task, locked, if it runs.
async fn running(tx: &mut Tx, id: TaskId) -> Result<Stored, AppError> {
    let task = store::lock(tx, id).await?.ok_or(AppError::NotFound)?;
    match task.state() {
        State::Done => Err(AppError::Conflict("这件事已经办结了。".into())),
        State::Cancelled => Err(AppError::Conflict("这件事已经不用办了。".into())),
        State::Open | State::Paused => Ok(task),
    }
}

/// Notes and tells what somebody did; the line of its history.
pub(super) async fn happened(
    cx: &Cx,
    tx: &mut Tx,
    task: &Stored,
    what: Happening,
    facts: Facts,
    words: Option<&str>,
) -> Result<RecordId, AppError> {
    noted(cx, tx, task, what, facts, words, None).await
}

/// As [`happened`]; nothing rings for who `knows` of it.
async fn noted(
    cx: &Cx,
    tx: &mut Tx,
    task: &Stored,
    what: Happening,
    facts: Facts,
    words: Option<&str>,
    knows: Option<UserId>,
) -> Result<RecordId, AppError> {
    let words: Option<String> = words
        .map(|words| words.trim().chars().take(LONGEST_WORDS).collect())
        .filter(|words: &String| !words.is_empty());
    let by = cx.who().user;
    let entry = store::note(tx, task.id, what, by, &facts, words.as_deref()).await?;
    let (told, audited) = match what {
        Happening::Opened => ("tasks.task.opened", None),
        Happening::Paused => ("tasks.task.paused", Some("tasks.task.pause")),
        Happening::Resumed => ("tasks.task.resumed", Some("tasks.task.resume")),
        Happening::Reassigned => ("tasks.task.reassigned", Some("tasks.task.reassign")),
        Happening::Done => ("tasks.task.done", Some("tasks.task.finish")),
        Happening::Cancelled => ("tasks.task.cancelled", Some("tasks.task.cancel")),
        Happening::Moved => ("tasks.task.moved", None),
        Happening::Reminded | Happening::Escalated => return Ok(entry),
    };
    if let Some(action) = audited {
        tx.audit(Audit::new(action, "task", task.id.0).at(&task.path))
            .await?;
    }
    tell(tx, task, told, Value::Null).await?;
    news::happened(tx, task, entry, what, by, knows).await?;
    Ok(entry)
}

/// Done. What was still to happen does not.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] if it has ended, or what the database answers.
pub async fn finish(cx: &Cx, tx: &mut Tx, id: TaskId, words: Option<&str>) -> Result<(), AppError> {
    let task = running(tx, id).await?;
    end(cx, tx, &task, Happening::Done, words).await
}

/// Not to be done after all.
///
/// # Errors
/// As [`finish`].
pub async fn cancel(cx: &Cx, tx: &mut Tx, id: TaskId, why: &str) -> Result<(), AppError> {
    let task = running(tx, id).await?;
    end(cx, tx, &task, Happening::Cancelled, Some(why)).await
}

async fn end(
    cx: &Cx,
    tx: &mut Tx,
    task: &Stored,
    how: Happening,
    words: Option<&str>,
) -> Result<(), AppError> {
    let state = if how == Happening::Done {
        State::Done
    } else {
        State::Cancelled
    };
    if task.state() == State::Paused {
        store::end_pause(tx, task.id).await?;
    }
    store::set_state(tx, task.id, state).await?;
    happened(cx, tx, task, how, Facts::default(), words).await?;
    Ok(())
}

/// Ends whatever runs of `kind` about `subject` because it is done; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn finish_all(cx: &Cx, tx: &mut Tx, kind: &Kind, subject: RecordId) -> Result<usize, AppError> {
    let ids = store::of_subject(tx, subject, kind.key).await?;
    for id in &ids {
        finish(cx, tx, *id, None).await?;
    }
    Ok(ids.len())
}

/// Ends whatever runs of `kind` about `subject` because it need not be done; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn cancel_all(
    cx: &Cx,
    tx: &mut Tx,
    kind: &Kind,
    subject: RecordId,
    why: &str,
) -> Result<usize, AppError> {
    let ids = store::of_subject(tx, subject, kind.key).await?;
    for id in &ids {
        cancel(cx, tx, *id, why).await?;
    }
    Ok(ids.len())
}

/// Stops the clock (挂起).
///
/// # Errors
/// As [`finish`]; [`AppError::Conflict`] if it stands already.
pub async fn pause(cx: &Cx, tx: &mut Tx, id: TaskId, why: &str) -> Result<(), AppError> {
    let mut task = running(tx, id).await?;
    if task.state() == State::Paused {
        return Err(AppError::Conflict("这件事已经挂起了。".into()));
    }
    store::add_pause(tx, id).await?;
    store::set_state(tx, id, State::Paused).await?;
    reckon_now(tx, &mut task).await?;
    happened(cx, tx, &task, Happening::Paused, Facts::default(), Some(why)).await?;
    Ok(())
}

/// Lets the clock go on.
///
/// # Errors
/// As [`finish`]; [`AppError::Conflict`] if it runs.
pub async fn resume(cx: &Cx, tx: &mut Tx, id: TaskId) -> Result<(), AppError> {
    let mut task = running(tx, id).await?;
    if task.state() == State::Open {
        return Err(AppError::Conflict("这件事没有挂起。".into()));
    }
    store::end_pause(tx, id).await?;
    store::set_state(tx, id, State::Open).await?;
    reckon_now(tx, &mut task).await?;
    let facts = Facts {
        to: task.due_at,
        ..Facts::default()
    };
    happened(cx, tx, &task, Happening::Resumed, facts, None).await?;
    Ok(())
}

async fn reckon_now(tx: &mut Tx, task: &mut Stored) -> Result<(), AppError> {
    let mut clocks = Clocks::load(tx).await?;
    reckon(tx, &mut clocks, task).await?;
    Ok(())
}

/// Gives it to somebody else. Those it was escalated to keep it.
///
/// # Errors
/// As [`finish`].
pub async fn reassign(
    cx: &Cx,
    tx: &mut Tx,
    id: TaskId,
    to: Holder,
    words: Option<&str>,
) -> Result<(), AppError> {
    let before = people(tx, id).await?;
    let (task, entry) = give(cx, tx, id, to, words).await?;
    news::passed_on(tx, &task, entry, &before, cx.who().user, None).await
}

/// Gives it to somebody; the line of its history, which whoever calls this tells of.
async fn give(
    cx: &Cx,
    tx: &mut Tx,
    id: TaskId,
    to: Holder,
    words: Option<&str>,
) -> Result<(Stored, RecordId), AppError> {
    let task = running(tx, id).await?;
    // Whoever had it hears of it too.
    tell(tx, &task, "tasks.task.given_away", Value::Null).await?;
    store::replace_first(tx, id, to).await?;
    let mut facts = Facts::default();
    match to {
        Holder::User(user) => facts.user = Some(user),
        Holder::Role(role, node) => (facts.role, facts.node) = (Some(role), Some(node)),
    }
    let entry = happened(cx, tx, &task, Happening::Reassigned, facts, words).await?;
    Ok((task, entry))
}

/// Moves it to another unit, as when a grid is split: roles at the first unit are then meant there, and that unit's hours
/// count.
///
/// # Errors
/// As [`finish`]; [`AppError::NotFound`] if there is no such unit.
pub async fn transfer(cx: &Cx, tx: &mut Tx, id: TaskId, to: NodeId) -> Result<(), AppError> {
    let before = people(tx, id).await?;
    let (task, entry) = move_to(cx, tx, id, to).await?;
    news::passed_on(tx, &task, entry, &before, cx.who().user, None).await
}

/// Gives it to `to` at a unit above, because what it is about went up by itself: it is late, and who has it now is told so. Who had it has it
/// no more.
///
/// # Errors
/// As [`transfer`].
pub async fn raise(
    cx: &Cx,
    tx: &mut Tx,
    id: TaskId,
    at: NodeId,
    to: Holder,
    whither: &str,
) -> Result<(), AppError> {
    let before = people(tx, id).await?;
    if running(tx, id).await?.node_id != at {
        move_to(cx, tx, id, at).await?;
    }
    let (task, entry) = give(cx, tx, id, to, None).await?;
    // Once, of both: between them whoever has the same role above had it, who neither had it before nor has it now.
    news::passed_on(tx, &task, entry, &before, cx.who().user, Some(whither)).await
}

/// Moves it to another unit; the line of its history, which whoever calls this tells of.
async fn move_to(cx: &Cx, tx: &mut Tx, id: TaskId, to: NodeId) -> Result<(Stored, RecordId), AppError> {
    let mut task = running(tx, id).await?;
    let unit = orgs::server::store::by_id(tx, to)
        .await?
        .ok_or(AppError::NotFound)?;
    tell(tx, &task, "tasks.task.given_away", Value::Null).await?;
    store::set_node(tx, id, task.node_id, to).await?;
    (task.node_id, task.path, task.node_name) = (to, unit.path, unit.name);
    let before = task.due_at;
    reckon_now(tx, &mut task).await?;
    let moved = before != task.due_at;
    let facts = Facts {
        node: Some(to),
        from: before.filter(|_| moved),
        to: task.due_at.filter(|_| moved),
        ..Facts::default()
    };
    let entry = happened(cx, tx, &task, Happening::Reassigned, facts, None).await?;
    Ok((task, entry))
}

/// A task that runs, as far as a pillar needs it to say where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    pub id: TaskId,
    pub kind: String,
    pub subject: RecordId,
    /// The unit that it is at: other pillars move it when borders change.
    pub node: NodeId,
    pub title: String,
    pub due: Option<Timestamp>,
}

impl From<Stored> for Running {
    fn from(task: Stored) -> Self {
        Self {
            id: task.id,
            kind: task.kind,
            subject: task.subject_id,
            node: task.node_id,
            title: task.title,
            due: task.due_at,
        }
    }
}

/// What runs at a unit, what is due first first.
///
/// # Errors
/// What the database answers.
pub async fn running_at(tx: &mut Tx, node: NodeId) -> Result<Vec<Running>, AppError> {
    let tasks = store::running_at(tx, node).await?;
    Ok(tasks.into_iter().map(Running::from).collect())
}

/// What runs of `kind` about `subject`, wherever it is.
///
/// # Errors
/// What the database answers.
pub async fn of_subject(tx: &mut Tx, kind: &Kind, subject: RecordId) -> Result<Vec<Running>, AppError> {
    let tasks = store::running_of(tx, subject, kind.key).await?;
    Ok(tasks.into_iter().map(Running::from).collect())
}

/// How many tasks are open at each unit at and below `path`, by the unit's path: what those who oversee all of it are told. Those whose
/// circle is narrow are not counted, for overseers do not learn of them.
///
/// # Errors
/// What the database answers.
pub async fn open_below(tx: &mut Tx, path: &str) -> Result<Vec<(String, i64)>, AppError> {
    Ok(store::open_below(tx, &PathRange::below(path)).await?)
}

/// Where whatever runs of `kind` about `subject` belongs: the paths of its units.
///
/// # Errors
/// What the database answers.
pub async fn places(tx: &mut Tx, kind: &Kind, subject: RecordId) -> Result<Vec<String>, AppError> {
    let mut places = Vec::new();
    for id in store::of_subject(tx, subject, kind.key).await? {
        places.extend(store::by_id(tx, id).await?.map(|task| task.path));
    }
    Ok(places)
}
