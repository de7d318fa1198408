//! This pillar's background work.

use std::{sync::Arc, time::Duration};

use db::{
    Cx, execute,
    job::{GiveUp, Registry},
};
use serde_json::Value;
use shared::{AppError, RecordId, Timestamp};

use super::{
    account, child, erasure,
    message::{self, MessagePort},
    staffing,
};

/// How long ended sessions and old codes are kept, in microseconds.
const KEPT: i64 = 30 * Timestamp::DAY;
/// How long sent messages are kept, without their words.
const MESSAGES_KEPT: i64 = 180 * Timestamp::DAY;

const SESSIONS: &str = "delete from session where expires_at < $1 or revoked_at < $1";
const CODES: &str = "delete from sign_in_code where created_at < $1";
const TICKETS: &str =
    "update sign_in_code set ticket_hash = null where ticket_hash is not null and used_at < $1";
const LAPSED: &str = "select distinct user_id from role_grant where valid_to = $1 and role <> 'resident'";

/// Adds this pillar's handlers; messages go through `port`.
#[must_use]
pub fn register(registry: Registry, port: Arc<dyn MessagePort>) -> Registry {
    registry
        .on(message::JOB, move |cx, payload| {
            let port = Arc::clone(&port);
            async move {
                message::deliver(&cx, &port, id(&payload)?).await?;
                Ok(())
            }
        })
        .on(erasure::JOB, |cx, payload| async move {
            erasure::run(&cx, id(&payload)?).await?;
            Ok(())
        })
        .on(staffing::JOB, |cx, _payload| async move {
            staffing::turn(&cx).await?;
            Ok(())
        })
        .every(Duration::from_secs(60 * 60), "accounts.sweep", |cx| async move {
            sweep(&cx).await?;
            Ok(())
        })
}

fn id(payload: &Value) -> Result<RecordId, GiveUp> {
    let text = payload["id"].as_str().unwrap_or_default();
    text.parse().map_err(|_| GiveUp(format!("no id in {payload}")))
}

/// Forgets what is no longer needed, masks the names of those whose post ended yesterday, and ends the guardians' part for those
/// who have turned 14.
///
/// # Errors
/// As the database fails.
pub async fn sweep(cx: &Cx) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, SESSIONS, now.plus(-KEPT))?;
    execute!(tx, CODES, now.plus(-KEPT))?;
    execute!(tx, TICKETS, now.plus(-super::code::TICKET_LIFE))?;
    message::sweep(&mut tx, MESSAGES_KEPT).await?;
    child::end_grown(&mut tx).await?;
    let yesterday = now.date().plus_days(-1);
    let lapsed: Vec<shared::UserId> = db::on!(tx, |c| sqlx::query_scalar(LAPSED)
        .bind(yesterday)
        .fetch_all(c)
        .await)?;
    for user in lapsed {
        match account::refresh_shown_name(&mut tx, cx.keys(), user).await {
            Ok(()) | Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    tx.commit().await?;
    Ok(())
}
