//! The tasks behind a matter: whether it is taken, until when it is answered, and that somebody asks afterwards.
//!
//! They are opened and ended by the house, not by the reporter: a task's history is read by whoever has it, who may not learn whose
//! matter it is.

use db::{Cx, Tx, access};
use shared::{AppError, NodeId, Role, Timestamp};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{Clocks, NewTask, clocks, task},
};

use super::{
    category,
    store::{self, Stored},
};
use crate::model::{State, Urgency};

/// Whether it is taken.
pub const FIRST: Kind = Kind::new("reports.first", "答复是否受理")
    .steps(&[Step::remind(When::HalfTime), Step::remind(When::Overdue)]);
/// Until it is answered. Past its time the matter itself goes up: see [`super::clock`].
pub const HANDLE: Kind = Kind::new("reports.handle", "办理诉求").steps(&[
    Step::remind(When::HalfTime),
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::Overdue),
]);
/// Asking the reporter after the answer.
pub const CHECK: Kind = Kind::new("reports.check", "回访反映人")
    .steps(&[Step::remind(When::DaysBefore(1)), Step::remind(When::Overdue)]);
/// How long there is for it, in working days.
const CHECKS: u16 = 5;
/// A year of days: no deadline lies farther.
const FAR: i64 = 400;

/// The house as who acts.
fn house(cx: &Cx) -> Cx {
    access::system(cx.house(), "reports.step")
}

const fn kind(kind: Kind, narrow: bool) -> Kind {
    if narrow { kind.narrow() } else { kind }
}

async fn open(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    of: Kind,
    holder: Holder,
    limit: Limit,
    since: Option<Timestamp>,
) -> Result<TaskId, AppError> {
    let href = matter.href();
    let new = NewTask {
        kind: kind(of, matter.narrow()),
        subject: matter.record(),
        node: matter.unit_id,
        title: &matter.title,
        href: Some(&href),
        holder,
        limit,
        since,
    };
    Ok(task::open(&house(cx), tx, &new).await?.id)
}

/// Begins both times of a new matter.
///
/// # Errors
/// What the database answers.
pub async fn begin(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let holder = Holder::Role(matter.role(), matter.unit_id);
    let first = matter.urgency.first_answer();
    open(cx, tx, matter, FIRST, holder, first, None).await?;
    let limit = category::limit(tx, matter).await?;
    handle(cx, tx, matter, limit).await
}

/// As [`begin`] for one of many matters that are written down at once, as it stands by now; its time runs since its report.
///
/// # Errors
/// What the database answers.
pub async fn begin_by(cx: &Cx, tx: &mut Tx, clocks: &mut Clocks, matter: &Stored) -> Result<(), AppError> {
    let (cx, href) = (house(cx), matter.href());
    let holder = Holder::Role(matter.role(), matter.unit_id);
    let new = |of: Kind, limit: Limit| NewTask {
        kind: kind(of, matter.narrow()),
        subject: matter.record(),
        node: matter.unit_id,
        title: &matter.title,
        href: Some(&href),
        holder,
        limit,
        since: Some(matter.created_at),
    };
    if matter.state == State::Reported {
        let first = new(FIRST, matter.urgency.first_answer());
        task::open_by(&cx, tx, clocks, &first).await?;
    }
    let opened = task::open_by(&cx, tx, clocks, &new(HANDLE, matter.urgency.limit())).await?;
    store::set_task(tx, matter.id, opened.id).await?;
    if matter.state == State::Paused {
        task::pause(&cx, tx, opened.id, "等反映人补充").await?;
    }
    Ok(())
}

/// Begins the time to the answer.
///
/// # Errors
/// What the database answers.
pub async fn handle(cx: &Cx, tx: &mut Tx, matter: &Stored, limit: Limit) -> Result<(), AppError> {
    let holder = Holder::Role(matter.role(), matter.unit_id);
    let id = open(cx, tx, matter, HANDLE, holder, limit, None).await?;
    store::set_task(tx, matter.id, id).await?;
    Ok(())
}

/// Reckons the time to the answer anew, after the matter became more or less urgent than `before`. It runs from the report; hours that
/// nobody knew of begin now.
///
/// # Errors
/// What the database answers.
pub async fn anew(cx: &Cx, tx: &mut Tx, matter: &Stored, before: Urgency) -> Result<(), AppError> {
    task::cancel_all(&house(cx), tx, &HANDLE, matter.record(), "改了急缓，重新计时").await?;
    let since = if matter.urgency < before && matter.urgency.runs_in_hours() {
        tx.now()
    } else {
        matter.created_at
    };
    let holder = Holder::Role(matter.role(), matter.unit_id);
    let limit = category::limit(tx, matter).await?;
    let id = open(cx, tx, matter, HANDLE, holder, limit, Some(since)).await?;
    store::set_task(tx, matter.id, id).await?;
    Ok(())
}

/// Asks a dispatcher to ask the reporter.
///
/// # Errors
/// What the database answers.
pub async fn check(cx: &Cx, tx: &mut Tx, matter: &Stored, role: Role, unit: NodeId) -> Result<(), AppError> {
    let holder = Holder::Role(role, unit);
    open(cx, tx, matter, CHECK, holder, Limit::WorkingDays(CHECKS), None).await?;
    Ok(())
}

/// It was said whether the matter is taken.
///
/// # Errors
/// What the database answers.
pub async fn said(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &FIRST, matter.record()).await?;
    Ok(())
}

/// It was answered.
///
/// # Errors
/// What the database answers.
pub async fn answered(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &HANDLE, matter.record()).await?;
    Ok(())
}

/// The reporter was asked, or said something by themselves.
///
/// # Errors
/// What the database answers.
pub async fn checked(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &CHECK, matter.record()).await?;
    Ok(())
}

/// Nothing of it need be done.
///
/// # Errors
/// What the database answers.
pub async fn drop_all(cx: &Cx, tx: &mut Tx, matter: &Stored, why: &str) -> Result<(), AppError> {
    let cx = house(cx);
    for kind in [FIRST, HANDLE, CHECK] {
        task::cancel_all(&cx, tx, &kind, matter.record(), why).await?;
    }
    Ok(())
}

/// The tasks that run where the matter lies.
async fn running(tx: &mut Tx, matter: &Stored) -> Result<Vec<TaskId>, AppError> {
    let at = task::running_at(tx, matter.unit_id).await?;
    let its = at.into_iter().filter(|task| task.subject == matter.record());
    Ok(its.map(|task| task.id).collect())
}

/// Gives what runs to a role at a unit.
///
/// # Errors
/// What the database answers.
pub async fn pass(cx: &Cx, tx: &mut Tx, matter: &Stored, unit: NodeId, role: Role) -> Result<(), AppError> {
    let cx = house(cx);
    for id in running(tx, matter).await? {
        if unit != matter.unit_id {
            task::transfer(&cx, tx, id, unit).await?;
        }
        task::reassign(&cx, tx, id, Holder::Role(role, unit), None).await?;
    }
    Ok(())
}

/// Stops the clock.
///
/// # Errors
/// What the database answers.
pub async fn pause(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let cx = house(cx);
    for id in running(tx, matter).await? {
        task::pause(&cx, tx, id, "等反映人补充").await?;
    }
    Ok(())
}

/// Lets it go on.
///
/// # Errors
/// What the database answers.
pub async fn resume(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let cx = house(cx);
    for id in running(tx, matter).await? {
        task::resume(&cx, tx, id).await?;
    }
    Ok(())
}

/// Gives so many working days more: what is left of the time, and those. Whole days are counted, never fewer than were left.
///
/// # Errors
/// What the database answers.
pub async fn extend(cx: &Cx, tx: &mut Tx, matter: &Stored, days: u16) -> Result<(), AppError> {
    let (now, due) = (tx.now(), matter.due_at.unwrap_or_else(|| tx.now()));
    let clock = clocks::clock(tx, matter.unit_id).await?;
    let limit = if matter.urgency.runs_in_hours() {
        let left = (due.0 - now.0).max(0) / Timestamp::HOUR + 1;
        Limit::Hours(
            u16::try_from(left)
                .unwrap_or(u16::MAX)
                .saturating_add(days.saturating_mul(24)),
        )
    } else {
        let tomorrow = now.date().plus_days(1);
        let left = (0..FAR)
            .map(|n| tomorrow.plus_days(n))
            .take_while(|day| *day <= due.date())
            .filter(|day| clock.is_working_day(*day))
            .count();
        Limit::WorkingDays(u16::try_from(left).unwrap_or(u16::MAX).saturating_add(days))
    };
    task::cancel_all(&house(cx), tx, &HANDLE, matter.record(), "延期以后重新计时").await?;
    handle(cx, tx, matter, limit).await
}
