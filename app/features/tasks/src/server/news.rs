//! What those who have a task find in their inbox. Events have pages look again; this is what people are told.

use db::{Json, Tx, on};
use notices::{
    Notice,
    model::{Importance, Kind},
};
use shared::{AppError, RecordId, Timestamp, UserId};

use super::{
    store::{self, Stored},
    tell::people,
};
use crate::model::{Happening, When};

const SHOWN_NAME: &str = "select shown_name from user_account where id = $1";

/// A notice about a task; `entry` is the line of its history that it tells.
pub fn notice(task: &Stored, entry: RecordId, to: UserId, kind: Kind) -> Notice {
    let due = task
        .due_at
        .map(|due| format!("，{} 到期", due.zh_short()))
        .unwrap_or_default();
    Notice::new(to, kind, format!("task/{entry}"))
        .about(RecordId(task.id.0))
        .leads_to(format!("/tasks/{}", task.id))
        .fact("title", task.title.as_str())
        .fact("due", due)
}

/// What people have already of the same subject, beside one task.
#[derive(Default)]
struct Others {
    has: Vec<UserId>,
    /// Who has something that presses among them, or knows without being told.
    pressed: Vec<UserId>,
}

impl Others {
    async fn of(tx: &mut Tx, task: &Stored) -> Result<Self, AppError> {
        let mut others = Self::default();
        for (id, Json(limit)) in store::beside(tx, task.subject_id, task.id).await? {
            let all = people(tx, id).await?;
            if limit.presses() {
                others.pressed.extend(&all);
            }
            others.has.extend(all);
        }
        Ok(others)
    }

    /// What telling `to` that they have `task` now asks of them. What presses rings at night and comes as a short message, once for all
    /// that they have of the same: one matter has several tasks, and there are three short messages an hour.
    fn importance(&self, task: &Stored, to: UserId) -> Importance {
        if task.time_limit.0.presses() && !self.pressed.contains(&to) {
            Importance::Urgent
        } else {
            Importance::Action
        }
    }
}

/// Tells everybody who has the task, but not whoever did it. Who `knows` of it because it follows from a step of theirs finds it in their
/// inbox, and nothing rings for them.
///
/// # Errors
/// As the database fails.
pub async fn happened(
    tx: &mut Tx,
    task: &Stored,
    entry: RecordId,
    what: Happening,
    by: Option<UserId>,
    knows: Option<UserId>,
) -> Result<(), AppError> {
    let kind = match what {
        Happening::Opened => Kind::TaskOpened,
        Happening::Paused => Kind::TaskPaused,
        Happening::Resumed => Kind::TaskResumed,
        Happening::Done => Kind::TaskDone,
        Happening::Cancelled => Kind::TaskCancelled,
        // Told by whoever does them: they concern each differently.
        Happening::Reminded | Happening::Escalated | Happening::Moved | Happening::Reassigned => {
            return Ok(());
        }
    };
    if matches!(what, Happening::Done | Happening::Cancelled) {
        notices::settle(tx, RecordId(task.id.0), None).await?;
    }
    let who = match by {
        Some(by) => name(tx, by).await?,
        None => String::new(),
    };
    let others = match what {
        Happening::Opened if task.time_limit.0.presses() => {
            let mut others = Others::of(tx, task).await?;
            others.pressed.extend(knows);
            Some(others)
        }
        _ => None,
    };
    for to in people(tx, task.id).await? {
        if Some(to) != by {
            let importance = others
                .as_ref()
                .map_or(kind.importance(), |others| others.importance(task, to));
            let notice = notice(task, entry, to, kind)
                .importance(importance)
                .fact("who", who.as_str());
            notices::send(tx, &notice).await?;
        }
    }
    Ok(())
}

/// Tells those who have had it since just now that it is theirs, and those who had it before, and have no more, that it is not. What went
/// `up` because it is late is told as such, to where it went: that comes as a short message also where nobody asked for one.
///
/// # Errors
/// As the database fails.
pub async fn passed_on(
    tx: &mut Tx,
    task: &Stored,
    entry: RecordId,
    before: &[UserId],
    by: Option<UserId>,
    up: Option<&str>,
) -> Result<(), AppError> {
    let after = people(tx, task.id).await?;
    for to in before.iter().filter(|to| !after.contains(to)) {
        notices::settle(tx, RecordId(task.id.0), Some(*to)).await?;
        if Some(*to) != by {
            notices::send(tx, &notice(task, entry, *to, Kind::TaskGivenAway)).await?;
        }
    }
    let others = if up.is_some() || task.time_limit.0.presses() {
        Others::of(tx, task).await?
    } else {
        Others::default()
    };
    for to in after.into_iter().filter(|to| !before.contains(to)) {
        if Some(to) == by {
            continue;
        }
        let notice = match up.filter(|_| !others.has.contains(&to)) {
            Some(whither) => notice(task, entry, to, Kind::TaskEscalated)
                .fact("when", When::Overdue.label())
                .fact("to", whither),
            None => notice(task, entry, to, Kind::TaskReassigned),
        };
        let notice = notice.importance(others.importance(task, to));
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

/// Tells `to` that it is theirs. Whoever handed over all that they had is told so once, by whoever did that, not task by task; their
/// inbox asks for it no more.
///
/// # Errors
/// As the database fails.
pub async fn taken_over(
    tx: &mut Tx,
    task: &Stored,
    entry: RecordId,
    from: UserId,
    to: UserId,
) -> Result<(), AppError> {
    if !people(tx, task.id).await?.contains(&from) {
        notices::settle(tx, RecordId(task.id.0), Some(from)).await?;
    }
    notices::send(tx, &notice(task, entry, to, Kind::TaskReassigned)).await?;
    Ok(())
}

/// Reminds everybody who has it.
///
/// # Errors
/// As the database fails.
pub async fn reminded(tx: &mut Tx, task: &Stored, entry: RecordId, when: &str) -> Result<(), AppError> {
    for to in people(tx, task.id).await? {
        notices::send(
            tx,
            &notice(task, entry, to, Kind::TaskReminded).fact("when", when),
        )
        .await?;
    }
    Ok(())
}

/// Tells that it went up. For those who have it since just now that cannot wait; those who had it `before` know it already.
///
/// # Errors
/// As the database fails.
pub async fn escalated(
    tx: &mut Tx,
    task: &Stored,
    entry: RecordId,
    before: &[UserId],
    when: &str,
    whither: &str,
) -> Result<(), AppError> {
    for to in people(tx, task.id).await? {
        let importance = if before.contains(&to) {
            Importance::Action
        } else {
            Importance::Urgent
        };
        let notice = notice(task, entry, to, Kind::TaskEscalated)
            .importance(importance)
            .fact("when", when)
            .fact("to", whither);
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

/// Tells everybody who has it that its deadline has moved.
///
/// # Errors
/// As the database fails.
pub async fn moved(
    tx: &mut Tx,
    task: &Stored,
    entry: RecordId,
    from: Option<Timestamp>,
) -> Result<(), AppError> {
    let words = |at: Option<Timestamp>| at.map_or_else(|| "没有期限".to_owned(), Timestamp::zh_short);
    for to in people(tx, task.id).await? {
        let notice = notice(task, entry, to, Kind::TaskMoved)
            .fact("from", words(from))
            .fact("to", words(task.due_at));
        notices::send(tx, &notice).await?;
    }
    Ok(())
}

async fn name(tx: &mut Tx, user: UserId) -> Result<String, AppError> {
    let name: Option<String> = on!(tx, |c| sqlx::query_scalar(SHOWN_NAME)
        .bind(user)
        .fetch_optional(c)
        .await)?;
    Ok(name.unwrap_or_default())
}
