//! What is held about somebody here, for the export of their data: what they proposed and supported, and in what they took part. What they
//! answered to a questionnaire is not known to be theirs.

use accounts::{
    model::{Basis, Ground},
    server::Holding,
};
use db::{Cx, on};
use serde_json::{Value, json};
use shared::{AppError, RecordId, Timestamp};

use super::store;
use crate::model::{ProposalId, Verdict};

const PROPOSED: &str = "select p.id, s.title, p.words, p.published, p.verdict, p.reasons, p.created_at from survey_proposal p \
    join survey s on s.id = p.survey_id where p.user_id = $1 order by p.id";
const SUPPORTED: &str = "select s.title, p.number from survey_support u join survey_proposal p on p.id = u.proposal_id \
    join survey s on s.id = p.survey_id where u.user_id = $1 order by s.id, p.number";
const TAKEN: &str = "select s.title from survey_taken t join survey s on s.id = t.survey_id where t.user_id = $1 order by s.id";

type Proposed = (
    ProposalId,
    String,
    Option<String>,
    Option<String>,
    Option<Verdict>,
    Option<String>,
    Timestamp,
);

/// What somebody proposed and supported, and in what they took part.
pub fn holding() -> Holding {
    let ground = Ground::new(
        "意见征集和问卷",
        "收下您的意见、告诉您答复，每人或者每户只收一份",
        Basis::Service,
        "2026-11",
    );
    Holding::new("surveys.json", "您参加的意见征集和问卷", |cx| async move {
        gather(&cx).await
    })
    .resting_on(ground)
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let found: Vec<Proposed> = on!(tx, |c| sqlx::query_as(PROPOSED).bind(user).fetch_all(c).await)?;
    let mut proposed = Vec::with_capacity(found.len());
    for (id, title, words, published, verdict, reasons, at) in found {
        let words = words
            .map(|sealed| store::opened(cx, RecordId(id.0), &sealed))
            .transpose()?;
        proposed.push(json!({
            "survey": title, "words": words, "published": published, "verdict": verdict.map(Verdict::label),
            "reasons": reasons, "at": at.rfc3339(),
        }));
    }
    let supported: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(SUPPORTED).bind(user).fetch_all(c).await)?;
    let supported: Vec<Value> = supported
        .into_iter()
        .map(|(title, number)| json!({ "survey": title, "number": number }))
        .collect();
    let taken: Vec<String> = on!(tx, |c| sqlx::query_scalar(TAKEN).bind(user).fetch_all(c).await)?;
    Ok(json!({ "proposed": proposed, "supported": supported, "took_part": taken }))
}
