//! The tasks behind a case: that it is taken, and that somebody above sees to it where it is not; the month in which it is usually done, the
//! court, each clause, danger.
//!
//! All of them are narrow: whoever has one sees it, nobody who oversees. They are opened and ended by the house, and their titles name
//! nobody.

use db::{Cx, Tx, access};
use shared::{AppError, NodeId, RecordId, Role, UserId};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{NewTask, task},
};

use super::{
    record::StoredClause,
    store::{self, Stored},
};
use crate::model::{COURT_DAYS, ClauseId};

/// Somebody at the desk takes it.
pub const TAKE: Kind = Kind::new("mediation.take", "接手调解申请")
    .steps(&[Step::remind(When::HalfTime), Step::remind(When::Overdue)])
    .narrow();
/// From taking it to its end: usually a month.
pub const CONCLUDE: Kind = Kind::new("mediation.conclude", "调解，一般一个月以内")
    .steps(&[Step::remind(When::DaysBefore(5)), Step::remind(When::Overdue)])
    .narrow();
/// Both sides may ask the court to confirm what they agreed.
pub const COURT: Kind = Kind::new("mediation.court", "提醒双方：可以共同申请司法确认")
    .steps(&[
        Step::remind(When::DaysBefore(5)),
        Step::remind(When::DaysBefore(1)),
    ])
    .by_hand()
    .narrow();
/// Asking whether a clause is kept.
pub const FOLLOW: Kind = Kind::new("mediation.follow", "回访调解协议的履行")
    .steps(&[Step::remind(When::DaysBefore(1)), Step::remind(When::Overdue)])
    .narrow();
/// The level above looks into it.
pub const WARNED: Kind = Kind::new("mediation.warned", "了解可能激化的纠纷")
    .steps(&[Step::remind(When::HalfTime), Step::remind(When::Overdue)])
    .by_hand()
    .narrow();
/// The level above sees to it that somebody takes what nobody has. A task of its own, not [`TAKE`] gone up: whoever has a task reads its
/// title, and a case is nobody's at the level above.
pub const UNTAKEN: Kind = Kind::new("mediation.untaken", "督促接手调解申请")
    .steps(&[Step::remind(When::Overdue)])
    .by_hand()
    .narrow();

/// A deployment's own: working days until an application is taken, hours until the level above has looked into danger, and working days until
/// it has seen to it that somebody takes one.
const TAKES: u16 = 3;
const LOOKS: u16 = 24;
const SEES_TO: u16 = 1;
/// Usually within a month.
const MONTH: i64 = 30;
/// A clause without a day is asked about after so many.
const ASKS: i64 = 30;

/// The house as who acts.
fn house(cx: &Cx) -> Cx {
    access::system(cx.house(), "mediation.step")
}

struct Open<'a> {
    kind: Kind,
    subject: RecordId,
    holder: Holder,
    node: NodeId,
    limit: Limit,
    href: &'a str,
}

async fn open(cx: &Cx, tx: &mut Tx, case: &Stored, what: Open<'_>) -> Result<TaskId, AppError> {
    let title = format!("{} {}", case.title, case.shown_number());
    let new = NewTask {
        kind: what.kind,
        subject: what.subject,
        node: what.node,
        title: &title,
        href: Some(what.href),
        holder: what.holder,
        limit: what.limit,
        since: None,
    };
    Ok(task::open(&house(cx), tx, &new).await?.id)
}

/// Whoever took it, or the post that takes it.
fn holder(case: &Stored) -> Holder {
    case.clerk_id
        .map_or_else(|| Holder::Role(case.desk(), case.unit_id), Holder::User)
}

/// Begins the time in which it is taken.
///
/// # Errors
/// What the database answers.
pub async fn begin(cx: &Cx, tx: &mut Tx, case: &Stored) -> Result<(), AppError> {
    let what = Open {
        kind: TAKE,
        subject: case.record(),
        holder: Holder::Role(case.desk(), case.unit_id),
        node: case.unit_id,
        limit: Limit::WorkingDays(TAKES),
        href: &case.href(),
    };
    open(cx, tx, case, what).await?;
    Ok(())
}

/// Somebody took it: what runs of it is theirs.
///
/// # Errors
/// What the database answers.
pub async fn taken(
    cx: &Cx,
    tx: &mut Tx,
    case: &Stored,
    clauses: &[StoredClause],
    clerk: UserId,
) -> Result<(), AppError> {
    let cx = house(cx);
    for kind in [TAKE, UNTAKEN] {
        task::finish_all(&cx, tx, &kind, case.record()).await?;
    }
    let subjects: Vec<RecordId> = std::iter::once(case.record())
        .chain(clauses.iter().map(|clause| RecordId(clause.id.0)))
        .collect();
    // By what they are about, not by where: borders may have moved them before the case.
    for subject in subjects {
        for kind in [CONCLUDE, COURT, FOLLOW] {
            for running in task::of_subject(tx, &kind, subject).await? {
                task::reassign(&cx, tx, running.id, Holder::User(clerk), None).await?;
            }
        }
    }
    Ok(())
}

/// Begins the month.
///
/// # Errors
/// What the database answers.
pub async fn accepted(cx: &Cx, tx: &mut Tx, case: &Stored) -> Result<(), AppError> {
    let what = Open {
        kind: CONCLUDE,
        subject: case.record(),
        holder: holder(case),
        node: case.unit_id,
        limit: Limit::Until(tx.now().date().plus_days(MONTH)),
        href: &case.href(),
    };
    let id = open(cx, tx, case, what).await?;
    store::set_task(tx, case.id, id).await?;
    Ok(())
}

/// What was agreed is in force: the court may be asked, and each clause has its day.
///
/// # Errors
/// What the database answers.
pub async fn in_force(cx: &Cx, tx: &mut Tx, case: &Stored, clauses: &[StoredClause]) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &CONCLUDE, case.record()).await?;
    let on = case.effective_on.unwrap_or_else(|| tx.now().date());
    let href = case.href();
    let court = Open {
        kind: COURT,
        subject: case.record(),
        holder: holder(case),
        node: case.unit_id,
        limit: Limit::Until(on.plus_days(COURT_DAYS)),
        href: &href,
    };
    open(cx, tx, case, court).await?;
    for clause in clauses {
        let follow = Open {
            kind: FOLLOW,
            subject: RecordId(clause.id.0),
            holder: holder(case),
            node: case.unit_id,
            limit: Limit::Until(clause.due_on.unwrap_or_else(|| on.plus_days(ASKS))),
            href: &href,
        };
        open(cx, tx, case, follow).await?;
    }
    Ok(())
}

/// A clause is kept.
///
/// # Errors
/// What the database answers.
pub async fn kept(cx: &Cx, tx: &mut Tx, clause: ClauseId) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &FOLLOW, RecordId(clause.0)).await?;
    Ok(())
}

/// The court was asked.
///
/// # Errors
/// What the database answers.
pub async fn court_asked(cx: &Cx, tx: &mut Tx, case: &Stored) -> Result<(), AppError> {
    task::finish_all(&house(cx), tx, &COURT, case.record()).await?;
    Ok(())
}

/// The level above is told that it may come to blows. It learns which case it is, and nothing of it.
///
/// # Errors
/// What the database answers.
pub async fn warned(cx: &Cx, tx: &mut Tx, case: &Stored, unit: NodeId, role: Role) -> Result<(), AppError> {
    let what = Open {
        kind: WARNED,
        subject: case.record(),
        holder: Holder::Role(role, unit),
        node: unit,
        limit: Limit::Hours(LOOKS),
        href: "/admin/mediation",
    };
    open(cx, tx, case, what).await?;
    Ok(())
}

/// Whether nobody has taken it yet, and nobody above was told.
///
/// # Errors
/// What the database answers.
pub async fn waits(tx: &mut Tx, case: &Stored) -> Result<bool, AppError> {
    let waits = !task::of_subject(tx, &TAKE, case.record()).await?.is_empty();
    Ok(waits && task::of_subject(tx, &UNTAKEN, case.record()).await?.is_empty())
}

/// Nobody took it in time: the level above is told at which desk that is, and neither what it is about, nor where, nor its number.
///
/// # Errors
/// What the database answers.
pub async fn untaken(cx: &Cx, tx: &mut Tx, case: &Stored, unit: NodeId, role: Role) -> Result<(), AppError> {
    let desk = orgs::server::store::by_id(tx, case.unit_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let title = format!("{}：有一件调解申请到期没有人接手", desk.name);
    let new = NewTask {
        kind: UNTAKEN,
        subject: case.record(),
        node: unit,
        title: &title,
        href: Some("/admin/mediation"),
        holder: Holder::Role(role, unit),
        limit: Limit::WorkingDays(SEES_TO),
        since: None,
    };
    task::open(&house(cx), tx, &new).await?;
    Ok(())
}

/// It has ended: nothing of it need be done any more. What the level above looks into, it goes on with.
///
/// # Errors
/// What the database answers.
pub async fn drop_all(
    cx: &Cx,
    tx: &mut Tx,
    case: &Stored,
    clauses: &[StoredClause],
    why: &str,
) -> Result<(), AppError> {
    let cx = house(cx);
    for kind in [TAKE, UNTAKEN, CONCLUDE, COURT] {
        task::cancel_all(&cx, tx, &kind, case.record(), why).await?;
    }
    for clause in clauses {
        task::cancel_all(&cx, tx, &FOLLOW, RecordId(clause.id.0), why).await?;
    }
    Ok(())
}
