//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::drafts;

/// How often it is looked whether a draft's day has come.
const EVERY: Duration = Duration::from_secs(60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.every(EVERY, "grid.drafts", |cx| async move {
        drafts::put_due(&cx).await?;
        Ok(())
    })
}
