//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::{clock, upkeep};

/// How often it is looked what is late.
const LATE: Duration = Duration::from_secs(5 * 60);
/// How often it is looked what ends by itself, and what is nobody's any more.
const ENDS: Duration = Duration::from_secs(60 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(LATE, "reports.escalate", |cx| async move {
            clock::escalate(&cx).await?;
            Ok(())
        })
        .every(ENDS, "reports.end", |cx| async move {
            clock::end(&cx).await?;
            Ok(())
        })
        .every(ENDS, "reports.forget", |cx| async move {
            upkeep::forget(&cx).await?;
            Ok(())
        })
}
