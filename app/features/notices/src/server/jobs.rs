//! This pillar's background work.

use std::time::Duration;

use accounts::server::news;
use db::job::{GiveUp, Registry};

use super::{follow, store};

/// How often what has ended is deleted.
const DAILY: Duration = Duration::from_secs(24 * 60 * 60);

/// Adds this pillar's handlers: its own, and the one for what accounts has to tell.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .on(news::JOB, |cx, payload| async move {
            let told = serde_json::from_value(payload).map_err(|error| GiveUp(error.to_string()))?;
            follow::run(&cx, &told).await?;
            Ok(())
        })
        .every(DAILY, "notices.sweep", |cx| async move {
            let mut tx = cx.write().await?;
            let swept = store::sweep(&mut tx).await?;
            tx.commit().await?;
            tracing::debug!(swept, "notices that have ended");
            Ok(())
        })
}
