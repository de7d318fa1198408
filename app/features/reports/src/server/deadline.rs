//! The tasks behind a matter: whether it is taken, until when it is answered, and that somebody asks afterwards.
//!
//! They are opened and ended by the house, not by the reporter: a task's history is read by whoever has it, who may not learn whose
//! matter it is.

use db::{Cx, Tx, access};
use orgs::{
    model::{Node, NodeKind},
    server::store as units,
};
use shared::{AppError, NodeId, Role, Timestamp};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{
        Clocks, NewTask, clocks,
        task::{self, Running},
    },
};

use super::{
    act, category, orders, recusal, routing, share,
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
/// What the level above presses for (督办), by a day. It goes up with the matter, not by itself.
pub const URGED: Kind = Kind::new("reports.urged", "督办").steps(&[
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::Overdue),
    Step::remind(When::DaysAfter(2)),
]);
/// All of them.
const KINDS: [Kind; 4] = [FIRST, HANDLE, CHECK, URGED];
/// How long there is for it, in working days.
pub const CHECKS: u16 = 5;
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

/// Who has a matter's own tasks: whoever has it by name, or else its post.
async fn having(tx: &mut Tx, matter: MatterId, role: Role, unit: NodeId) -> Result<Holder, AppError> {
    match share::named(tx, matter, unit, role).await? {
        Some(user) => Ok(Holder::User(user)),
        None => holder(tx, matter, role, unit).await,
    }
}

const fn kind(kind: Kind, narrow: bool) -> Kind {
    if narrow { kind.narrow() } else { kind }
}

/// Opens one as the house. Whoever's step led to it knows: where they have it themselves, it does not ring for them.
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
    Ok(task::open_after(&house(cx), tx, &new, cx.who().user).await?.id)
}

/// Begins both times of a new matter.
///
/// # Errors
/// What the database answers.
pub async fn begin(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    let limit = category::limit(tx, matter).await?;
    let first = matter.urgency.first_within(limit);
    open(cx, tx, matter, FIRST, holder, first, None).await?;
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
    let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    let id = open(cx, tx, matter, HANDLE, holder, limit, None).await?;
    store::set_task(tx, matter.id, id).await?;
    bound(cx, tx, matter).await
}

/// Reckons the time to the answer anew, after the matter became more or less urgent than `before`, or its order has another limit; while
/// nobody has said whether it is taken, the time for that, too. Both run from the report; hours that nobody knew of begin now.
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
    let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    let limit = category::limit(tx, matter).await?;
    let id = open(cx, tx, matter, HANDLE, holder, limit, Some(since)).await?;
    store::set_task(tx, matter.id, id).await?;
    if matter.state == State::Reported {
        // An order's former limit may have ended it earlier: see `bound`.
        task::cancel_all(&house(cx), tx, &FIRST, matter.record(), "重新计时").await?;
        let first = matter.urgency.first_within(limit);
        open(cx, tx, matter, FIRST, holder, first, Some(since)).await?;
    }
    bound(cx, tx, matter).await
}

/// Has what the level above presses for be done in so many working days; what it pressed for before is in that.
///
/// # Errors
/// What the database answers.
pub async fn urge(cx: &Cx, tx: &mut Tx, matter: &Stored, days: Option<u16>) -> Result<(), AppError> {
    task::cancel_all(&house(cx), tx, &URGED, matter.record(), "有了新的督办要求").await?;
    let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    let limit = Limit::WorkingDays(days.unwrap_or(1));
    open(cx, tx, matter, URGED, holder, limit, None).await?;
    Ok(())
}

/// Reckons its times anew since `since`, with the working days that were given beside, once it is another thing than it was `before`: those
/// that are others now, or, where it went to the level above and its circle became narrow, all of them, with whoever has it there.
///
/// # Errors
/// What the database answers.
pub async fn reclassed(
    cx: &Cx,
    tx: &mut Tx,
    before: &Stored,
    matter: &Stored,
    since: Timestamp,
    given: u16,
) -> Result<(), AppError> {
    let up = matter.narrow() && !before.narrow();
    let why = if up {
        "改由上一级办"
    } else {
        "改了类别，重新计时"
    };
    let since = if matter.urgency < before.urgency && matter.urgency.runs_in_hours() {
        tx.now()
    } else {
        since
    };
    let limit = category::limit(tx, matter).await?;
    let had = category::limit(tx, before).await?;
    let (said, other) = (matter.urgency.first_within(limit), limit != had);
    let house = house(cx);
    let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    if up {
        task::cancel_all(&house, tx, &URGED, matter.record(), why).await?;
    }
    if matter.state == State::Reported && (up || said != before.urgency.first_within(had)) {
        task::cancel_all(&house, tx, &FIRST, matter.record(), why).await?;
        open(cx, tx, matter, FIRST, holder, said, Some(since)).await?;
    }
    if matter.state.counts() && (up || other) {
        task::cancel_all(&house, tx, &HANDLE, matter.record(), why).await?;
        let limit = longer(limit, given);
        let id = open(cx, tx, matter, HANDLE, holder, limit, Some(since)).await?;
        store::set_task(tx, matter.id, id).await?;
        bound(cx, tx, matter).await?;
    }
    if up && matter.state == State::Answered {
        task::cancel_all(&house, tx, &CHECK, matter.record(), why).await?;
        let asks = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?;
        if let Some((unit, role)) = asks {
            check(cx, tx, matter, role, unit.id).await?;
        }
    }
    Ok(())
}

/// A limit with working days that were given beside it; what runs in hours has whole days more.
const fn longer(limit: Limit, days: u16) -> Limit {
    match limit {
        Limit::WorkingDays(most) => Limit::WorkingDays(most.saturating_add(days)),
        Limit::Hours(hours) => Limit::Hours(hours.saturating_add(days.saturating_mul(24))),
        other => other,
    }
}

/// Has the next one up ask the reporter, where whoever was to do it did not; whether there is one.
///
/// # Errors
/// What the database answers.
pub async fn check_up(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<bool, AppError> {
    let (house, mut went) = (house(cx), false);
    for running in task::of_subject(tx, &CHECK, matter.record()).await? {
        let at = units::by_id(tx, running.node).await?.ok_or(AppError::NotFound)?;
        // It lies at the matter's unit, and with whoever dispatches there or above.
        let asks = routing::dispatcher_but(tx, Some(matter.id), &at.path).await?;
        let asks = asks.map_or(at, |(unit, _)| unit);
        let least = asks.kind.above().unwrap_or(NodeKind::City);
        let (unit, role) = match act::up(tx, matter, &asks, least).await {
            Ok(found) => found,
            Err(AppError::Conflict(_)) => continue,
            Err(error) => return Err(error),
        };
        let to = holder(tx, matter.id, role, unit.id).await?;
        task::raise(&house, tx, running.id, unit.id, to, &whither(role)).await?;
        went = true;
    }
    if went {
        store::set_escalated(tx, matter.id).await?;
    }
    Ok(went)
}

/// Has the times of an order end when the platform wants its answer, where that is earlier. What the platform's limit has passed
/// already runs by the house's own.
///
/// # Errors
/// What the database answers.
pub async fn bound(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let now = tx.now();
    let Some(due) = orders::due(tx, matter.id).await? else {
        return Ok(());
    };
    let later = |running: &Running| running.due.is_none_or(|at| at > due);
    // Whole hours that end just then: they began a little before now.
    let hours = (due.0 - now.0 + Timestamp::HOUR - 1) / Timestamp::HOUR;
    let hours = u16::try_from(hours).unwrap_or(u16::MAX);
    let since = due.plus(-i64::from(hours) * Timestamp::HOUR);
    for kind in [FIRST, HANDLE] {
        let running = task::of_subject(tx, &kind, matter.record()).await?;
        if !running.iter().any(later) {
            continue;
        }
        task::cancel_all(&house(cx), tx, &kind, matter.record(), "工单自己的时限更早").await?;
        let holder = having(tx, matter.id, matter.role(), matter.unit_id).await?;
        let id = open(cx, tx, matter, kind, holder, Limit::Hours(hours), Some(since)).await?;
        if kind.key == HANDLE.key {
            store::set_task(tx, matter.id, id).await?;
        }
    }
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
    let cx = house(cx);
    for kind in [HANDLE, URGED] {
        task::finish_all(&cx, tx, &kind, matter.record()).await?;
    }
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
    for kind in KINDS {
        task::cancel_all(&cx, tx, &kind, matter.record(), why).await?;
    }
    Ok(())
}

/// The matter's tasks that run, wherever they are: when borders change they move before the matter does.
async fn running(tx: &mut Tx, matter: &Stored) -> Result<Vec<Running>, AppError> {
    let mut all = Vec::new();
    for kind in KINDS {
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
    hand_on(cx, tx, matter, unit, role, false).await
}

/// As [`pass`], to the level above because it is late: who has it now is told so, at night too where it cannot wait.
///
/// # Errors
/// What the database answers.
pub async fn raise(cx: &Cx, tx: &mut Tx, matter: &Stored, unit: &Node, role: Role) -> Result<(), AppError> {
    hand_on(cx, tx, matter, unit, role, true).await
}

/// Where something went up to, as those are told who have it now.
fn whither(role: Role) -> String {
    format!("升级到{}", role.label())
}

async fn hand_on(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    unit: &Node,
    role: Role,
    late: bool,
) -> Result<(), AppError> {
    let cx = house(cx);
    for running in running(tx, matter).await? {
        let (at, role) = if running.kind == CHECK.key {
            let asks = routing::dispatcher_but(tx, Some(matter.id), &unit.path).await?;
            asks.map_or((unit.id, role), |(unit, role)| (unit.id, role))
        } else {
            (unit.id, role)
        };
        let to = if running.kind == CHECK.key {
            holder(tx, matter.id, role, at).await?
        } else {
            having(tx, matter.id, role, at).await?
        };
        if late {
            task::raise(&cx, tx, running.id, unit.id, to, &whither(role)).await?;
            continue;
        }
        if unit.id != running.node {
            task::transfer(&cx, tx, running.id, unit.id).await?;
        }
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
    let to = if answered {
        holder(tx, matter.id, role, unit).await?
    } else {
        having(tx, matter.id, role, unit).await?
    };
    let cx = house(cx);
    for running in running(tx, matter).await? {
        task::reassign(&cx, tx, running.id, to, None).await?;
    }
    Ok(())
}

/// Somebody else at its post has it by name: what runs to the answer is theirs.
///
/// # Errors
/// What the database answers.
pub async fn renamed(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let to = having(tx, matter.id, matter.role(), matter.unit_id).await?;
    let cx = house(cx);
    for running in running(tx, matter).await? {
        if running.kind != CHECK.key {
            task::reassign(&cx, tx, running.id, to, None).await?;
        }
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
