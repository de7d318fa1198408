//! What lies on the ground goes with it: buildings with those who live in them, and what runs in a grid.

use std::collections::BTreeMap;

use db::{Audit, Cx, Tx};
use people::{
    model::BuildingId,
    server::{places, rehouse},
};
use shared::{AppError, Date, NodeId, RecordId};
use tasks::server::task;

use super::ground;
use crate::model::Place;

/// The parts of a unit after their borders have changed.
pub(super) struct Parts<'a> {
    pub unit: NodeId,
    /// Those whose ground is no longer what it was.
    pub touched: &'a [NodeId],
    /// Of each that is no more, the part that goes on with what has no place of its own.
    pub successors: &'a BTreeMap<NodeId, NodeId>,
}

/// Gives every building to the part that it lies in now, and every running task to the part of its building; what has no place
/// stays, or goes to the successor. A building without a place in a part that was split up waits for somebody to give it to one.
///
/// # Errors
/// What the database answers.
pub(super) async fn follow(cx: &Cx, tx: &mut Tx, parts: &Parts<'_>, on: Date) -> Result<(), AppError> {
    let given = buildings(tx, parts).await?;
    rehouse::buildings(tx, &given, on).await?;
    for (building, _) in &given {
        tx.audit(Audit::new("people.building.rehouse", "building", building.0))
            .await?;
    }
    let moved: BTreeMap<RecordId, NodeId> = given
        .into_iter()
        .map(|(building, part)| (RecordId(building.0), part))
        .collect();
    for part in parts.touched {
        for running in task::running_at(tx, *part).await? {
            let to = moved.get(&running.subject).or_else(|| parts.successors.get(part));
            if let Some(to) = to {
                task::transfer(cx, tx, running.id, *to).await?;
            }
        }
    }
    Ok(())
}

/// The buildings that lie in another part than the one that answers for them.
async fn buildings(tx: &mut Tx, parts: &Parts<'_>) -> Result<Vec<(BuildingId, NodeId)>, AppError> {
    let (mut asked, mut at) = (Vec::new(), Vec::new());
    for part in parts.touched {
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
    let lies = ground::parts_at(tx, parts.unit, &at).await?;
    Ok(asked
        .into_iter()
        .zip(lies)
        .filter_map(|((building, from), lies)| Some((building, lies.filter(|part| *part != from)?)))
        .collect())
}
