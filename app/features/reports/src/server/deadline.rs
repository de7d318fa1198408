//! The tasks behind a matter: whether it is taken, until when it is answered, and that somebody asks afterwards.
//!
//! They are opened and ended by the house, not by the reporter: a task's history is read by whoever has it, who may not learn whose
//! matter it is.

use db::{Cx, Tx, access};
use orgs::model::Node;
use shared::{AppError, NodeId, Role, Timestamp};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{
        Clocks, NewTask, clocks,
        task::{self, Running},
    },
};

use super::{
    category, orders, recusal, routing,
    store::{self, Stored},
    tell,
};
use crate::model::{MatterId, State, Urgency};

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

/// Who has a task at a post: whoever holds it, or, where one of those has stepped aside or works where it is about, the first of the others.
///
/// # Errors
/// What the database answers.
pub async fn holder(tx: &mut Tx, matter: MatterId, role: Role, unit: NodeId) -> Result<Holder, AppError> {
    if !recusal::is_any(tx, matter).await? {
        return Ok(Holder::Role(role, unit));
    }
    let all = tell::holders(tx, unit, role).await?;
    let left = tell::holders_but(tx, Some(matter), unit, role).await?;
    Ok(match left.first() {
        Some(one) if left.len() < all.len() => Holder::User(*one),
        _ => Holder::Role(role, unit),
    })
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
    let holder = holder(tx, matter.id, matter.role(), matter.unit_id).await?;
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
    let holder = if matter.narrow() {
        holder(tx, matter.id, matter.role(), matter.unit_id).await?
    } else {
        Holder::Role(matter.role(), matter.unit_id)
    };
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
    let holder = holder(tx, matter.id, matter.role(), matter.unit_id).await?;
    let id = open(cx, tx, matter, HANDLE, holder, limit, None).await?;
    store::set_task(tx, matter.id, id).await?;
    bound(cx, tx, matter).await
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
    let holder = holder(tx, matter.id, matter.role(), matter.unit_id).await?;
    let limit = category::limit(tx, matter).await?;
    let id = open(cx, tx, matter, HANDLE, holder, limit, Some(since)).await?;
    store::set_task(tx, matter.id, id).await?;
    bound(cx, tx, matter).await
}

/// Has the time to the answer of an order end when the platform wants it, where that is earlier. What the platform's limit has passed
/// already runs by the house's own.
///
/// # Errors
/// What the database answers.
pub async fn bound(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let now = tx.now();
    let due = orders::due(tx, matter.id).await?.filter(|due| *due > now);
    let Some(due) = due else { return Ok(()) };
    let running = task::of_subject(tx, &HANDLE, matter.record()).await?;
    let later = |running: &Running| running.due.is_none_or(|at| at > due);
    if !running.iter().any(later) {
        return Ok(());
    }
    task::cancel_all(&house(cx), tx, &HANDLE, matter.record(), "工单自己的时限更早").await?;
    // Whole hours that end just then: they began a little before now.
    let hours = (due.0 - now.0 + Timestamp::HOUR - 1) / Timestamp::HOUR;
    let hours = u16::try_from(hours).unwrap_or(u16::MAX);
    let since = due.plus(-i64::from(hours) * Timestamp::HOUR);
    let holder = holder(tx, matter.id, matter.role(), matter.unit_id).await?;
    let id = open(cx, tx, matter, HANDLE, holder, Limit::Hours(hours), Some(since)).await?;
    store::set_task(tx, matter.id, id).await?;
    Ok(())
}

/// Asks a dispatcher to ask the reporter.
///
/// # Errors
/// What the database answers.
pub async fn check(cx: &Cx, tx: &mut Tx, matter: &Stored, role: Role, unit: NodeId) -> Result<(), AppError> {
    let holder = holder(tx, matter.id, role, unit).await?;
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

/// The matter's tasks that run, wherever they are: when borders change they move before the matter does.
async fn running(tx: &mut Tx, matter: &Stored) -> Result<Vec<Running>, AppError> {
    let mut all = Vec::new();
    for kind in [FIRST, HANDLE, CHECK] {
        all.extend(task::of_subject(tx, &kind, matter.record()).await?);
    }
    Ok(all)
}

/// Until when it is said whether it is taken.
///
/// # Errors
/// What the database answers.
pub async fn first(tx: &mut Tx, matter: &Stored) -> Result<Option<Timestamp>, AppError> {
    let running = task::of_subject(tx, &FIRST, matter.record()).await?;
    Ok(running.into_iter().find_map(|task| task.due))
}

/// Gives what runs to a role at a unit; asking the reporter, to whoever dispatches there.
///
/// # Errors
/// What the database answers.
pub async fn pass(cx: &Cx, tx: &mut Tx, matter: &Stored, unit: &Node, role: Role) -> Result<(), AppError> {
    let cx = house(cx);
    for running in running(tx, matter).await? {
        let (at, role) = if running.kind == CHECK.key {
            let asks = routing::dispatcher_but(tx, Some(matter.id), &unit.path).await?;
            asks.map_or((unit.id, role), |(unit, role)| (unit.id, role))
        } else {
            (unit.id, role)
        };
        if unit.id != running.node {
            task::transfer(&cx, tx, running.id, unit.id).await?;
        }
        let to = holder(tx, matter.id, role, at).await?;
        task::reassign(&cx, tx, running.id, to, None).await?;
    }
    Ok(())
}

/// Somebody has stepped aside: what runs is for those who are left at its post, or, once it was answered, for those who ask afterwards.
///
/// # Errors
/// What the database answers.
pub async fn without(cx: &Cx, tx: &mut Tx, matter: &Stored, answered: bool) -> Result<(), AppError> {
    let post = if answered {
        let found = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?;
        found.map(|(unit, role)| (unit.id, role))
    } else {
        Some((matter.unit_id, matter.role()))
    };
    let Some((unit, role)) = post else { return Ok(()) };
    let (cx, to) = (house(cx), holder(tx, matter.id, role, unit).await?);
    for running in running(tx, matter).await? {
        task::reassign(&cx, tx, running.id, to, None).await?;
    }
    Ok(())
}

/// Stops the clock.
///
/// # Errors
/// What the database answers.
pub async fn pause(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let cx = house(cx);
    for running in running(tx, matter).await? {
        unless_so(task::pause(&cx, tx, running.id, "等反映人补充").await)?;
    }
    Ok(())
}

/// Lets it go on.
///
/// # Errors
/// What the database answers.
pub async fn resume(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let cx = house(cx);
    for running in running(tx, matter).await? {
        unless_so(task::resume(&cx, tx, running.id).await)?;
    }
    Ok(())
}

/// Whoever oversees a task may have stopped it, or let it go on, by hand.
///
/// # Errors
/// All but [`AppError::Conflict`].
pub fn unless_so(outcome: Result<(), AppError>) -> Result<(), AppError> {
    match outcome {
        Err(AppError::Conflict(_)) => Ok(()),
        other => other,
    }
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
