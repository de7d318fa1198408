//! What is held about somebody here, for the export of their data.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::{Cx, on};
use serde_json::{Value, json};
use shared::{AppError, Timestamp};

use super::{
    delivery, inbox, push, setting,
    store::{self, Reader},
};
use crate::model::{NoticeId, Topic, View};

/// Notices read at a time.
const BATCH: i64 = 500;

/// Of what left beside the inbox, so many at most: they are kept for half a year.
const EXPORTED: i64 = 10_000;

const CHOICES: &str = "select topic, texted from notice_choice where user_id = $1 order by topic";

/// Every notice that somebody has, what they chose, and what left beside the inbox.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "收到的消息",
        "告诉您事情办到哪一步、要您做什么",
        Basis::Service,
        "2026-11",
    );
    Holding::new(
        "notices.json",
        "消息，和怎么提醒您的设置、记录",
        |cx| async move { gather(&cx).await },
    )
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let reader = Reader { user, own: true };
    let mut before = (Timestamp(i64::MAX), NoticeId(uuid::Uuid::max()));
    let mut told = Vec::new();
    loop {
        let batch = store::list(&mut tx, reader, View::All, before, BATCH).await?;
        let Some(last) = batch.last() else { break };
        before = (last.created_at, last.id);
        for stored in batch {
            let (read, texted) = (stored.read_at, stored.texted_at);
            let row = inbox::row(cx, stored)?;
            told.push(json!({
                "at": row.at.rfc3339(), "about": row.label, "words": row.words, "importance": row.importance.label(),
                "page": row.href, "read_at": read.map(Timestamp::rfc3339), "texted_at": texted.map(Timestamp::rfc3339),
            }));
        }
    }
    let choices: Vec<(String, bool)> = on!(tx, |c| sqlx::query_as(CHOICES).bind(user).fetch_all(c).await)?;
    let choices: Vec<Value> = choices
        .into_iter()
        .map(|(topic, texted)| json!({ "topic": topic, "texted": texted }))
        .collect();
    let setting = setting::of(&mut tx, user).await?;
    let times = setting.times();
    let unpushed: Vec<&str> = Topic::ALL
        .iter()
        .filter(|topic| !setting.pushes(**topic))
        .map(|topic| topic.code())
        .collect();
    let devices: Vec<String> = push::subscription::since(&mut tx, user)
        .await?
        .into_iter()
        .map(Timestamp::rfc3339)
        .collect();
    let sent: Vec<Value> = delivery::store::recent(&mut tx, user, Some(EXPORTED))
        .await?
        .into_iter()
        .map(|sent| {
            json!({
                "at": sent.created_at.rfc3339(), "by": sent.channel, "kind": sent.kind, "counted": sent.counted,
                "state": sent.message_state.unwrap_or(sent.state), "reason": sent.reason,
            })
        })
        .collect();
    Ok(json!({
        "notices": told, "choices": choices,
        "settings": {
            "quiet": times.quiet, "digest": times.digest, "large_print": setting.early, "not_pushed": unpushed,
            "devices_pushed_to_since": devices,
        },
        "sent": sent,
    }))
}
