//! What happens by itself: a matter past its time goes up a unit, and so does asking its reporter afterwards; what the reporter has had time
//! enough to answer ends.
//!
//! It is the matter that goes up, not its task to a role above: whoever stepped aside, or works where it is about, is passed over.

use db::{Cx, on};
use shared::{AppError, Timestamp};
use tasks::server::clocks;

use super::{act, deadline, store, waits};
use crate::model::{Action, MatterId, State, WAITS};

/// After it went up it stays there for so long before it goes up again.
const STAYS: i64 = 2 * Timestamp::DAY;

/// Whoever did not say whether a matter is taken, or did not ask its reporter, has so many working days more than they had.
const GRACE: u16 = 1;

// Past its time, and not gone up since, or not lately.
const LATE: &str = "select m.id from matter m join task t on t.id = m.task_id where t.state = 'open' and t.due_at < $1 \
    and m.ended_at is null and m.state in ('reported', 'accepted', 'dispatched', 'handling') \
    and (m.escalated_at is null or m.escalated_at < $2) and m.id > $3 order by m.id limit 100";
// Likewise, by the tasks of `deadline::FIRST` and `deadline::CHECK`.
const UNSAID: &str = "select m.id, t.due_at from matter m join task t on t.subject_id = m.id and t.kind = 'reports.first' \
    where t.state = 'open' and t.ended_at is null and t.due_at < $1 and m.ended_at is null and m.state = 'reported' \
    and (m.escalated_at is null or m.escalated_at < $2) and m.id > $3 order by m.id limit 100";
const UNASKED: &str = "select m.id, t.due_at from matter m join task t on t.subject_id = m.id and t.kind = 'reports.check' \
    where t.state = 'open' and t.ended_at is null and t.due_at < $1 and m.ended_at is null and m.state = 'answered' \
    and (m.escalated_at is null or m.escalated_at < $2) and m.id > $3 order by m.id limit 100";
const ENDING: &str = "select m.id from matter m where m.ended_at is null and m.state in ('answered', 'checked', 'rated') \
    and m.answered_at < $1 and m.id > $2 order by m.id limit 100";

/// Lets go up what is late; how many did.
///
/// # Errors
/// What the database answers.
pub async fn escalate(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut gone) = (MatterId(uuid::Uuid::nil()), 0);
    loop {
        let now = cx.now();
        let late: Vec<MatterId> = {
            let mut tx = cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(LATE)
                .bind(now)
                .bind(now.plus(-STAYS))
                .bind(after)
                .fetch_all(c)
                .await)?
        };
        let Some(last) = late.last() else { return Ok(gone) };
        after = *last;
        for id in late {
            // One transaction each: others want to write, too.
            let mut tx = cx.write().await?;
            let Some(matter) = store::hold_id(&mut tx, id).await? else {
                continue;
            };
            if matter.due_at.is_none_or(|due| due >= now) {
                continue;
            }
            match act::by_itself(cx, &mut tx, &matter, Action::Escalate, false).await {
                Ok(()) => {
                    gone += 1;
                    tx.commit().await?;
                }
                // Nobody is left above, or it has moved on.
                Err(AppError::Conflict(_) | AppError::Forbidden) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Lets go up what nobody has taken, and asking those who were answered, where whoever was to do so is late by more than [`GRACE`]; how many
/// did.
///
/// # Errors
/// What the database answers.
pub async fn pass_up(cx: &Cx) -> Result<usize, AppError> {
    let mut gone = 0;
    for sql in [UNSAID, UNASKED] {
        let mut after = MatterId(uuid::Uuid::nil());
        loop {
            let now = cx.now();
            let late: Vec<(MatterId, Timestamp)> = {
                let mut tx = cx.read().await?;
                on!(tx, |c| sqlx::query_as(sql)
                    .bind(now)
                    .bind(now.plus(-STAYS))
                    .bind(after)
                    .fetch_all(c)
                    .await)?
            };
            let Some((last, _)) = late.last() else { break };
            after = *last;
            for (id, due) in late {
                if went_up(cx, id, due).await? {
                    gone += 1;
                }
            }
        }
    }
    Ok(gone)
}

/// Lets one of them go up, if it still lies there, and nobody is to be spared any longer.
async fn went_up(cx: &Cx, id: MatterId, due: Timestamp) -> Result<bool, AppError> {
    let mut tx = cx.write().await?;
    let Some(matter) = store::hold_id(&mut tx, id).await? else {
        return Ok(false);
    };
    let clock = clocks::clock(&mut tx, matter.unit_id).await?;
    if clock.plus_working_days(due, GRACE).at > tx.now() {
        return Ok(false);
    }
    let went = match matter.state {
        State::Reported => act::by_itself(cx, &mut tx, &matter, Action::Escalate, false)
            .await
            .map(|()| true),
        State::Answered => deadline::check_up(cx, &mut tx, &matter).await,
        _ => return Ok(false),
    };
    match went {
        Ok(true) => {
            tx.commit().await?;
            Ok(true)
        }
        // Nobody is left above, or it has moved on.
        Ok(false) | Err(AppError::Conflict(_) | AppError::Forbidden) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends what was answered long enough ago: rated and not reopened, or, after two calls, never rated; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn end(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut ended) = (MatterId(uuid::Uuid::nil()), 0);
    loop {
        let before = cx.now().plus(-i64::from(WAITS) * Timestamp::DAY);
        let some: Vec<MatterId> = {
            let mut tx = cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(ENDING)
                .bind(before)
                .bind(after)
                .fetch_all(c)
                .await)?
        };
        let Some(last) = some.last() else { return Ok(ended) };
        after = *last;
        for id in some {
            let mut tx = cx.write().await?;
            let Some(matter) = store::hold_id(&mut tx, id).await? else {
                continue;
            };
            let clock = clocks::clock(&mut tx, matter.unit_id).await?;
            let now = tx.now();
            let waited = matter
                .answered_at
                .is_some_and(|at| clock.plus_working_days(at, WAITS).at <= now);
            if !waited {
                continue;
            }
            let action = if matter.state == State::Rated {
                Action::Close
            } else {
                Action::CloseUnrated
            };
            match act::by_itself(cx, &mut tx, &matter, action, waited).await {
                Ok(()) => {
                    ended += 1;
                    tx.commit().await?;
                }
                // Nobody has called twice yet where there is somebody to call, or it has moved on.
                Err(AppError::Conflict(_) | AppError::Forbidden) => {
                    waits::calls(&mut tx, &matter).await?;
                    tx.commit().await?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
