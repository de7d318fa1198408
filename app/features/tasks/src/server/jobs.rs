//! This pillar's background work.

use std::time::Duration;

use db::job::Registry;

use super::{reckon, steps};

/// How often steps that are due are looked for.
const EVERY: Duration = Duration::from_secs(60);
/// How often all deadlines are held against what they follow from: a unit may have moved below another with other hours.
const DAILY: Duration = Duration::from_secs(24 * 60 * 60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(EVERY, "tasks.steps", |cx| async move {
            steps::run(&cx).await?;
            Ok(())
        })
        .every(DAILY, "tasks.reckon_all", |cx| async move {
            reckon::run(&cx, &serde_json::json!({ "path": "" })).await
        })
        .on(reckon::JOB, |cx, payload| async move {
            reckon::run(&cx, &payload).await
        })
}
