//! What happens by itself: a matter past its time goes up a unit, and what the reporter has had time enough to answer ends.

use db::{Cx, on};
use shared::{AppError, Timestamp};
use tasks::server::clocks;

use super::{act, store};
use crate::model::{Action, MatterId, State, WAITS};

/// After it went up it stays there for so long before it goes up again.
const STAYS: i64 = 2 * Timestamp::DAY;

// Past its time, and not gone up since, or not lately.
const LATE: &str = "select m.id from matter m join task t on t.id = m.task_id where t.state = 'open' and t.due_at < $1 \
    and m.ended_at is null and m.state in ('reported', 'accepted', 'dispatched', 'handling') \
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
                // Nobody has called twice yet, or it has moved on.
                Err(AppError::Conflict(_) | AppError::Forbidden) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
