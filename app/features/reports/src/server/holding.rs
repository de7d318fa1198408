//! What is held about somebody here, for the export of their data: what they reported, and what they followed. The photos are among the
//! files that they handed in.

use std::collections::BTreeMap;

use accounts::server::Holding;
use db::{Cx, on};
use serde_json::{Value, json};
use shared::{AppError, Timestamp};

use super::store;
use crate::model::{By, MatterId, PETITION, Seen, is_petition};

const OWN: &str = "select id from matter where reporter_id = $1 order by id";
const FOLLOWED: &str = "select m.title, f.since_at from matter_follower f join matter m on m.id = f.matter_id where f.user_id = $1 \
    order by f.since_at, m.id";

/// Every matter that somebody reported, with their own words and what they were told, and those that they follow.
pub fn holding() -> Holding {
    Holding::new(
        "reports.json",
        "您反映的事、办理的经过，和您关注的事",
        |cx| async move { gather(&cx).await },
    )
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let ids: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(OWN).bind(user).fetch_all(c).await)?;
    let mut matters = Vec::new();
    for id in ids {
        let Some(matter) = store::by_id(&mut tx, id).await? else {
            continue;
        };
        let told = matter.open(cx)?;
        let answers: BTreeMap<String, String> = if told.asked.is_empty() {
            told.answers
        } else {
            told.asked.into_iter().collect()
        };
        let mut steps = Vec::new();
        for step in store::steps(&mut tx, id).await? {
            if step.seen == Seen::Staff && step.capacity != By::Reporter {
                continue;
            }
            // As on its page.
            let petition = is_petition(step.action, step.elsewhere);
            let (what, words) = if petition {
                (PETITION, None)
            } else {
                (step.action.label(), step.open(cx)?)
            };
            steps.push(json!({
                "what": what, "at": step.at.rfc3339(), "by": step.capacity.label(), "words": words,
            }));
        }
        matters.push(json!({
            "number": matter.shown_number(), "what": matter.title, "kind": matter.kind.label(), "state": matter.state.said(matter.petition),
            "at": matter.created_at.rfc3339(), "words": told.words, "address": told.address, "door": told.door,
            "answers": answers, "rating": matter.rating.map(|rating| rating.label()), "steps": steps,
        }));
    }
    let followed: Vec<(String, Timestamp)> =
        on!(tx, |c| sqlx::query_as(FOLLOWED).bind(user).fetch_all(c).await)?;
    let followed: Vec<Value> = followed
        .into_iter()
        .map(|(title, since)| json!({ "what": title, "since": since.rfc3339() }))
        .collect();
    Ok(json!({ "reports": matters, "followed": followed }))
}
