//! The task behind a promise: of the post that has it, or of whoever dispatches at the meeting's unit, who follows it up.

use db::{Cx, Tx, access};
use orgs::{model::Node, server::store as units};
use shared::{AppError, NodeId, RecordId, Role};
use tasks::{
    model::{Holder, Kind, Limit, Step, TaskId, When},
    server::{NewTask, task},
};

use super::store::Stored;
use crate::{
    model::{Promise, PromiseId},
    server::routing,
};

const STEPS: &[Step] = &[
    Step::remind(When::DaysBefore(3)),
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::Overdue),
    Step::remind(When::DaysAfter(2)),
];
const PROMISED: Kind = Kind::new("reports.promise", "兑现联席会的承诺").steps(STEPS);
const FOLLOWED: Kind = Kind::new("reports.promise_follow", "跟进联席会的承诺").steps(STEPS);

/// The house as who acts.
fn house(cx: &Cx) -> Cx {
    access::system(cx.house(), "reports.joint")
}

/// Opens it; nothing where nobody dispatches anywhere.
///
/// # Errors
/// What the database answers.
pub async fn open(
    cx: &Cx,
    tx: &mut Tx,
    joint: &Stored,
    id: PromiseId,
    promise: &Promise,
    post: Option<&(Node, Role)>,
) -> Result<Option<TaskId>, AppError> {
    let (kind, unit, role): (Kind, NodeId, Role) = match post {
        Some((unit, role)) => (PROMISED, unit.id, *role),
        None => match routing::dispatcher(tx, &joint.path).await? {
            Some((unit, role)) => (FOLLOWED, unit.id, role),
            None => return Ok(None),
        },
    };
    let href = joint.href();
    let new = NewTask {
        kind,
        subject: RecordId(id.0),
        node: unit,
        title: &joint.title,
        href: Some(&href),
        holder: Holder::Role(role, unit),
        limit: Limit::Until(promise.due),
        since: None,
    };
    Ok(Some(task::open(&house(cx), tx, &new).await?.id))
}

/// It was kept, or is not to be.
///
/// # Errors
/// What the database answers.
pub async fn end(cx: &Cx, tx: &mut Tx, promise: RecordId, kept: bool) -> Result<(), AppError> {
    let cx = house(cx);
    for kind in [PROMISED, FOLLOWED] {
        if kept {
            task::finish_all(&cx, tx, &kind, promise).await?;
        } else {
            task::cancel_all(&cx, tx, &kind, promise, "没有兑现，已说明").await?;
        }
    }
    Ok(())
}

/// The post that a promise is given to.
///
/// # Errors
/// What the database answers.
pub async fn post(cx: &Cx, tx: &mut Tx, promise: &Promise) -> Result<Option<(Node, Role)>, AppError> {
    let wrong = || AppError::invalid("tos", "那里现在没有人担任，或者不归您派，请换一个。");
    let Some((code, role)) = &promise.to else {
        return Ok(None);
    };
    let unit = units::by_code(tx, code).await?.ok_or_else(wrong)?;
    if cx.scope.covers(&unit.path) && routing::is_held(tx, unit.id, *role, None).await? {
        Ok(Some((unit, *role)))
    } else {
        Err(wrong())
    }
}
