//! What lies on the ground goes with it: buildings with those who live in them and their accounts, and what runs in a grid.

use std::collections::BTreeMap;

use db::{Audit, Cx, Tx};
use people::{
    model::BuildingId,
    server::{places, rehouse},
};
use serde::{Deserialize, Serialize};
use shared::{AppError, Date, NodeId, RecordId};
use tasks::server::task;

use super::ground;
use crate::model::Place;

/// What moved when the borders of a unit's parts changed. Later pillars follow it by a job of kind
/// [`GROUND_MOVED`](crate::server::jobs::GROUND_MOVED), whose payload it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub unit: NodeId,
    /// The parts whose ground is no longer what it was; those that are no more are among them.
    pub touched: Vec<NodeId>,
    /// The parts that are no more, each with the part that goes on with what has no place of its own.
    pub ended: BTreeMap<NodeId, Option<NodeId>>,
    /// From which day.
    pub on: Date,
}

impl Moved {
    /// The part that goes on for one that is no more.
    pub fn successor(&self, part: NodeId) -> Option<NodeId> {
        self.ended.get(&part).copied().flatten()
    }
}

/// Gives every building to the part that it lies in now, and every running task and registration to the part of its building; what has
/// no place stays, or goes to the successor. A building without a place in a part that was split up waits for somebody to give it to one.
///
/// # Errors
/// What the database answers.
pub(super) async fn follow(cx: &Cx, tx: &mut Tx, moved: &Moved) -> Result<(), AppError> {
    let given = buildings(tx, moved).await?;
    rehouse::buildings(cx, tx, &given, moved.on).await?;
    for (building, _) in &given {
        tx.audit(Audit::new("people.building.rehouse", "building", building.0))
            .await?;
    }
    for part in moved.ended.keys() {
        if let Some(to) = moved.successor(*part) {
            rehouse::ended(cx, tx, *part, to).await?;
        }
    }
    let rehoused: BTreeMap<RecordId, NodeId> = given
        .into_iter()
        .map(|(building, part)| (RecordId(building.0), part))
        .collect();
    for part in &moved.touched {
        for running in task::running_at(tx, *part).await? {
            let to = rehoused.get(&running.subject).copied();
            if let Some(to) = to.or_else(|| moved.successor(*part)) {
                task::transfer(cx, tx, running.id, to).await?;
            }
        }
    }
    Ok(())
}

/// The buildings that lie in another part than the one that answers for them.
async fn buildings(tx: &mut Tx, moved: &Moved) -> Result<Vec<(BuildingId, NodeId)>, AppError> {
    let (mut asked, mut at) = (Vec::new(), Vec::new());
    for part in &moved.touched {
        for point in places::points(tx, *part).await? {
            let place = point.lon.zip(point.lat).and_then(|(lon, lat)| {
                Some(Place {
                    lon: i32::try_from(lon).ok()?,
                    lat: i32::try_from(lat).ok()?,
                })
            });
            if let Some(place) = place {
                asked.push((point.id, *part));
                at.push(place);
            }
        }
    }
    let lies = ground::parts_at(tx, moved.unit, &at).await?;
    Ok(asked
        .into_iter()
        .zip(lies)
        .filter_map(|((building, from), lies)| Some((building, lies.filter(|part| *part != from)?)))
        .collect())
}
