//! That somebody works elsewhere now, told to everybody without who, where and as what: public pages and maps say how many work where,
//! and look again. A role begins and ends with a day, so it is told when it is given or taken away, and again when that day comes.

use db::{Cx, Event, NewJob, Tx};
use serde_json::json;
use shared::{AppError, Date, Role};

use crate::model::STAFF_TOPIC;

/// The job that tells of roles that begin or have ended with a day.
pub const JOB: &str = "accounts.staff.turn";

/// Tells that who works where has changed, once however many there are in a transaction.
///
/// # Errors
/// As the database fails.
pub async fn tell(tx: &mut Tx) -> Result<(), AppError> {
    tx.publish_once(Event {
        topic: STAFF_TOPIC.into(),
        kind: "accounts.staff.changed",
        subject: None,
        data: json!({}),
    })
    .await?;
    Ok(())
}

/// Tells of a role from a day to a day, now and when they come. Where somebody lives is nobody's business.
///
/// # Errors
/// As the database fails.
pub async fn tell_of(tx: &mut Tx, role: Role, from: Date, to: Option<Date>) -> Result<(), AppError> {
    if !role.is_staff() {
        return Ok(());
    }
    tell(tx).await?;
    let now = tx.now();
    for day in std::iter::once(from).chain(to.map(|last| last.plus_days(1))) {
        let due = day.start();
        if due > now {
            tx.enqueue(NewJob {
                kind: JOB,
                payload: json!({}),
                due,
                key: Some(day.to_string()),
            })
            .await?;
        }
    }
    Ok(())
}

/// The day has come.
///
/// # Errors
/// As the database fails.
pub async fn turn(cx: &Cx) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    tell(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
