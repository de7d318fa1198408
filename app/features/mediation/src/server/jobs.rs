//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::{untaken, upkeep};

/// How often it is looked whose accounts are no more, and what nobody takes.
const LOOKS: Duration = Duration::from_secs(60 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(LOOKS, "mediation.forget", |cx| async move {
            upkeep::forget(&cx).await?;
            Ok(())
        })
        .every(LOOKS, "mediation.untaken", |cx| async move {
            untaken::tell(&cx).await?;
            Ok(())
        })
}
