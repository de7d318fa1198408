//! What is held about somebody here, for the export of their data.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::{Cx, on};
use serde_json::{Value, json};
use shared::{AppError, Timestamp};

use super::{
    inbox,
    store::{self, Reader},
};
use crate::model::{NoticeId, View};

/// Notices read at a time.
const BATCH: i64 = 500;

const CHOICES: &str = "select topic, texted from notice_choice where user_id = $1 order by topic";

/// Every notice that somebody has, and what they chose.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "收到的消息",
        "告诉您事情办到哪一步、要您做什么",
        Basis::Service,
        "2026-11",
    );
    Holding::new("notices.json", "消息，和哪些消息也发短信", |cx| async move {
        gather(&cx).await
    })
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
    Ok(json!({ "notices": told, "choices": choices }))
}
