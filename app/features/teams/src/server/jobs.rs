//! This pillar's background work.

use std::time::Duration;

use db::job::{GiveUp, Registry};

use super::{beside::Beside, keeping, passing};

/// Carries out a handover on its day.
pub const JOB: &str = "teams.handover";
/// Keeps posts no longer than they may be.
pub const KEEP: &str = "teams.keep";
const KEEP_EVERY: Duration = Duration::from_secs(10 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry, beside: Beside) -> Registry {
    let registry = registry.every(KEEP_EVERY, KEEP, |cx| async move {
        keeping::keep(&cx).await?;
        Ok(())
    });
    registry.on(JOB, move |cx, payload| {
        let beside = beside.clone();
        async move {
            let id = serde_json::from_value(payload).map_err(|error| GiveUp(error.to_string()))?;
            passing::run(&cx, &beside, id).await?;
            Ok(())
        }
    })
}
