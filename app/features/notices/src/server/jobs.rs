//! This pillar's background work.

use std::{sync::Arc, time::Duration};

use accounts::server::news;
use db::job::{GiveUp, Registry};
use serde_json::Value;
use shared::Timestamp;

use super::{
    delivery::{self, digest},
    follow,
    push::{self, Push},
    store,
};

/// How often what has ended is deleted.
const DAILY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often devices are forgotten whose session has ended. Nothing is pushed to them in between.
const HOURLY: Duration = Duration::from_secs(60 * 60);
/// How long what left beside the inbox is kept, in microseconds: as long as the messages that it became.
const KEPT: i64 = 180 * Timestamp::DAY;

/// Adds this pillar's handlers: its own, and the one for what accounts has to tell. Pushes go through `push`, where it is set up.
#[must_use]
pub fn register(registry: Registry, push: Option<Arc<Push>>) -> Registry {
    registry
        .on(news::JOB, |cx, payload| async move {
            let told = serde_json::from_value(payload).map_err(|error| GiveUp(error.to_string()))?;
            follow::run(&cx, &told).await?;
            Ok(())
        })
        .every(DAILY, "notices.sweep", |cx| async move {
            let mut tx = cx.write().await?;
            let swept = store::sweep(&mut tx).await?;
            delivery::store::sweep(&mut tx, KEPT).await?;
            tx.commit().await?;
            tracing::debug!(swept, "notices that have ended");
            Ok(())
        })
        .every(HOURLY, "notices.push.sweep", |cx| async move {
            let mut tx = cx.write().await?;
            let swept = push::subscription::sweep(&mut tx).await?;
            tx.commit().await?;
            tracing::debug!(swept, "devices that are pushed to no more");
            Ok(())
        })
        .on(delivery::JOB, move |cx, payload| {
            let push = push.clone();
            async move { delivery::run(&cx, push.as_ref(), id(&payload, "id")?).await }
        })
        .on(digest::JOB, |cx, payload| async move {
            let hour = payload["hour"].as_u64().and_then(|hour| u8::try_from(hour).ok());
            let hour = hour.ok_or_else(|| GiveUp(format!("no hour in {payload}")))?;
            digest::run(&cx, id(&payload, "user")?, hour).await?;
            Ok(())
        })
}

fn id<T: std::str::FromStr>(payload: &Value, name: &str) -> Result<T, GiveUp> {
    let text = payload[name].as_str().unwrap_or_default();
    text.parse()
        .map_err(|_| GiveUp(format!("no {name} in {payload}")))
}
