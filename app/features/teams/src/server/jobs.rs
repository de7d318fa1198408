//! This pillar's background work.

use db::job::{GiveUp, Registry};

use super::{beside::Beside, passing};

/// Carries out a handover on its day.
pub const JOB: &str = "teams.handover";

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry, beside: Beside) -> Registry {
    registry.on(JOB, move |cx, payload| {
        let beside = beside.clone();
        async move {
            let id = serde_json::from_value(payload).map_err(|error| GiveUp(error.to_string()))?;
            passing::run(&cx, &beside, id).await?;
            Ok(())
        }
    })
}
