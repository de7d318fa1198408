//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::upkeep;

/// How often it is looked whose accounts are no more.
const FORGETS: Duration = Duration::from_secs(60 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.every(FORGETS, "mediation.forget", |cx| async move {
        upkeep::forget(&cx).await?;
        Ok(())
    })
}
