//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::drafts;

/// Enqueued when borders have changed, with [`drafts::Moved`]. Pillars that stand after this one follow by it, so its handler is the
/// server's, which knows them all.
pub const GROUND_MOVED: &str = "grid.ground.moved";

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
