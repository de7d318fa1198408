//! The data layer's own recurring jobs.

use std::time::Duration;

use shared::Timestamp;

use super::Registry;
use crate::{Cx, DbError, audit, event, execute, idempotency, throttle, upload};

/// How long jobs that are done stay.
const DONE_KEPT: i64 = 7 * Timestamp::DAY;
const SWEEP: &str = "delete from job where state = 'done' and finished_at < $1";

const MINUTES: u64 = 60;

/// Adds them to `registry`.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(
            Duration::from_secs(5 * MINUTES),
            "core.audit.close",
            |cx| async move {
                audit::chain::close_all(&cx).await?;
                Ok(())
            },
        )
        .every(
            Duration::from_secs(10 * MINUTES),
            "core.throttle.sweep",
            |cx| async move {
                throttle::sweep(&cx).await?;
                Ok(())
            },
        )
        .every(Duration::from_secs(60 * MINUTES), "core.sweep", |cx| async move {
            sweep_done(&cx).await?;
            event::sweep(&cx).await?;
            idempotency::sweep(&cx).await?;
            upload::sweep(&cx).await?;
            Ok(())
        })
        .on(upload::ERASE, |cx, payload| async move {
            upload::erase(&cx, &payload).await
        })
}

async fn sweep_done(cx: &Cx) -> Result<u64, DbError> {
    let mut tx = cx.write().await?;
    let before = tx.now().plus(-DONE_KEPT);
    let swept = execute!(tx, SWEEP, before)?;
    tx.commit().await?;
    Ok(swept)
}
