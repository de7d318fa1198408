//! What is held about somebody here, for the export of their data: the cases in which they are a side. The words of the other side are not
//! among it.

use accounts::server::Holding;
use db::{Cx, on};
use serde_json::{Value, json};
use shared::AppError;

use super::store;
use crate::model::{CaseId, Part};

const OWN: &str = "select m.id, p.part from mediation m join mediation_person p on p.mediation_id = m.id where p.user_id = $1 order by m.id";

/// Every case in which somebody is named, and, of those in which they are a side, what they told and what was agreed.
pub fn holding() -> Holding {
    Holding::new("mediation.json", "您参加的人民调解", |cx| async move {
        gather(&cx).await
    })
}

pub(super) async fn gather(cx: &Cx) -> Result<Value, AppError> {
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let found: Vec<(CaseId, Part)> = on!(tx, |c| sqlx::query_as(OWN).bind(user).fetch_all(c).await)?;
    let mut cases = Vec::new();
    for (id, part) in found {
        let case = store::again(&mut tx, id).await?;
        let told = case.open(cx)?;
        let told = (part == Part::Applicant).then_some(told);
        let agreed = if part == Part::Mediator {
            None
        } else {
            case.agreed(cx)?
        };
        cases.push(json!({
            "number": case.shown_number(), "what": case.title, "part": part.label(), "state": case.state.label(),
            "at": case.created_at.rfc3339(), "words": told.as_ref().map(|told| &told.words),
            "wish": told.as_ref().map(|told| &told.wish), "agreed": agreed, "in_force": case.effective_on,
        }));
    }
    Ok(json!({ "cases": cases }))
}
