//! The parts of a matter that other units have, as its page shows them.

use db::{Cx, Tx};
use shared::AppError;

use super::{
    part,
    store::{Step, Stored},
};
use crate::model::{Action, Circumstances, PartRow, Standing};

/// What may be done with a part.
const DOINGS: [Action; 4] = [
    Action::PartDone,
    Action::PartReturn,
    Action::PartKeep,
    Action::PartRelease,
];

/// Every part, with what it was asked for and what the viewer may do with it now; among those who handle it (`inner`), also why it was
/// not taken back.
///
/// # Errors
/// What the database answers.
pub async fn rows(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    steps: &[Step],
    standing: &Standing,
    now: Option<&Circumstances>,
    inner: bool,
) -> Result<Vec<PartRow>, AppError> {
    let mut rows = Vec::new();
    for part in part::of(tx, matter.id).await? {
        let number = part.number;
        let mut asked = steps
            .iter()
            .filter(|step| step.action == Action::Involve && step.part == Some(number));
        let mut kept = steps
            .iter()
            .rev()
            .filter(|step| inner && step.action == Action::PartKeep && step.part == Some(number));
        let may =
            |action: &Action| now.is_some_and(|now| standing.may_with(*action, Some(number), now).is_ok());
        rows.push(PartRow {
            number,
            unit: part.unit(),
            role: part.role(),
            state: part.state,
            asked: match asked.next() {
                Some(step) => step.open(cx)?,
                None => None,
            },
            kept: match kept.next() {
                Some(step) => step.open(cx)?,
                None => None,
            },
            due: part.due().filter(|_| matter.state.counts()),
            offers: DOINGS.into_iter().filter(may).collect(),
        });
    }
    Ok(rows)
}
