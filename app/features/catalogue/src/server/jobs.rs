//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::{photo, round};

/// How often rounds are opened that have become due, in places where something is arranged, and photos go that nobody can look at any more.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(EVERY, "catalogue.rounds", |cx| async move {
            round::run(&cx).await?;
            Ok(())
        })
        .every(EVERY, "catalogue.photos", |cx| async move {
            photo::forget(&cx).await?;
            Ok(())
        })
}
