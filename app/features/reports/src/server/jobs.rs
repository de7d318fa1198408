//! This pillar's background work.

use std::time::Duration;

use db::job::{GiveUp, Registry};
use serde_json::Value;

use super::{clock, figures, news, pressed, share, upkeep, waits};

/// How often it is looked what is late, and what lies with somebody who is on leave.
const LATE: Duration = Duration::from_secs(5 * 60);
/// How often it is looked what ends by itself, and what is nobody's any more.
const ENDS: Duration = Duration::from_secs(60 * 60);

/// How often the figures follow what has happened.
const FIGURES: Duration = Duration::from_secs(60);

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .every(LATE, "reports.escalate", |cx| async move {
            clock::escalate(&cx).await?;
            clock::pass_up(&cx).await?;
            Ok(())
        })
        .every(LATE, "reports.share", |cx| async move {
            share::again(&cx).await?;
            Ok(())
        })
        .every(ENDS, "reports.end", |cx| async move {
            clock::end(&cx).await?;
            Ok(())
        })
        .every(ENDS, "reports.remind", |cx| async move {
            waits::remind(&cx).await?;
            Ok(())
        })
        // By itself: a failure of the one must not keep the other untold.
        .every(ENDS, "reports.urged", |cx| async move {
            pressed::overdue(&cx).await?;
            Ok(())
        })
        .on(news::JOB, |cx, payload| async move {
            news::run(&cx, field(&payload, "id")?, field(&payload, "action")?).await?;
            Ok(())
        })
        .every(ENDS, "reports.forget", |cx| async move {
            upkeep::forget(&cx).await?;
            Ok(())
        })
        .every(FIGURES, "reports.figures", |cx| async move {
            figures::gather(&cx).await?;
            Ok(())
        })
        .every(ENDS, "reports.figures.moved", |cx| async move {
            figures::moved(&cx).await?;
            Ok(())
        })
}

/// What a job says of its matter.
fn field<T: std::str::FromStr>(payload: &Value, name: &str) -> Result<T, GiveUp> {
    let text = payload[name].as_str().unwrap_or_default();
    text.parse()
        .map_err(|_| GiveUp(format!("no {name} in {payload}")))
}
