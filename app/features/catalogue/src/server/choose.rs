//! Which place a menu can be of: the viewer's own, or one that is looked for by name.

use accounts::{model::ResidencyState, server::residency};
use db::{Cx, Tx};
use orgs::server::search;
use shared::AppError;

use crate::model::{FoundPlace, Place};

/// Where the viewer lives or works, the closest first. Who has registered and still waits lives there as far as a menu goes.
///
/// # Errors
/// What the database answers.
pub async fn own(cx: &Cx, tx: &mut Tx) -> Result<Vec<Place>, AppError> {
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Vec::new());
    };
    let mut own: Vec<Place> = Vec::new();
    for grant in actor.home().into_iter().chain(&actor.grants) {
        if own.iter().all(|place| place.code != grant.code) {
            own.push(Place {
                code: grant.code.clone(),
                name: grant.node_name.clone(),
            });
        }
    }
    if own.is_empty() {
        let home = residency::of_user(tx, cx, actor.user).await?;
        let lives =
            home.filter(|home| matches!(home.state, ResidencyState::Waiting | ResidencyState::Confirmed));
        own.extend(lives.map(|home| Place {
            code: home.node_code,
            name: home.node_name,
        }));
    }
    Ok(own)
}

/// The places that `q` may mean, best first.
///
/// # Errors
/// What the database answers.
pub async fn found(tx: &mut Tx, q: &str) -> Result<Vec<FoundPlace>, AppError> {
    let q: String = q.chars().take(search::LONGEST_QUERY).collect();
    let hits = search::search(tx, &q, "").await?;
    Ok(hits
        .into_iter()
        .map(|hit| FoundPlace {
            place: Place {
                code: hit.code.to_string(),
                name: hit.name,
            },
            above: hit.place,
        })
        .collect())
}
