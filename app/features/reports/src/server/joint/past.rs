//! Meetings of before, with what came of them: for the demonstration. Nobody has anything to do with them any more.

use db::Tx;
use shared::{AppError, NodeId};

use super::store::{self, New, NewPromise, PromiseTold, Told};
use crate::model::{Joint, JointId, MatterId, PromiseId, PromiseState};

/// A meeting that was held, with what came of each of its promises.
#[derive(Debug)]
pub struct Past<'a> {
    pub code: &'a str,
    pub node: NodeId,
    pub joint: &'a Joint,
    pub about: &'a [MatterId],
    pub results: &'a [(PromiseState, &'a str)],
    pub public: Option<&'a str>,
}

/// Writes it down, without tasks and without telling anybody.
///
/// # Errors
/// What the database answers.
pub async fn note(tx: &mut Tx, past: &Past<'_>) -> Result<(), AppError> {
    let id: JointId = tx.id();
    let told = Told {
        place: past.joint.place.clone(),
        present: past.joint.present.clone(),
        words: past.joint.words.clone(),
    };
    let new = New {
        id,
        code: past.code,
        node: past.node,
        title: &past.joint.title,
        on: past.joint.on,
        told: &told,
        by: None,
    };
    store::insert(tx, &new).await?;
    for matter in past.about {
        store::attach(tx, id, *matter).await?;
    }
    for (number, (_, promise)) in (1..).zip(&past.joint.promises) {
        let told = PromiseTold {
            who: promise.who.clone(),
            what: promise.what.clone(),
            result: String::new(),
        };
        let promise_id: PromiseId = tx.id();
        let new = NewPromise {
            id: promise_id,
            joint: id,
            number,
            party: promise.party,
            told: &told,
            post: None,
            due: promise.due,
            task: None,
        };
        store::add_promise(tx, &new).await?;
    }
    let promises = store::promises(tx, id).await?;
    for (promise, (state, result)) in promises.iter().zip(past.results) {
        if *state == PromiseState::Open {
            continue;
        }
        let whole = past.joint.promises.iter().zip(1_i64..);
        let mut said = whole.filter(|(_, number)| *number == promise.number);
        let told = said.next().map(|((_, said), _)| PromiseTold {
            who: said.who.clone(),
            what: said.what.clone(),
            result: (*result).to_owned(),
        });
        if let Some(told) = told {
            store::end_promise(tx, promise, *state, &told).await?;
        }
    }
    store::set_public(tx, id, past.public).await?;
    Ok(())
}
