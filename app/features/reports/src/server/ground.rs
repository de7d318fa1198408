//! Matters follow the ground: when borders have changed, each that has not ended belongs to the part in which it lies now, and to somebody
//! there.

use std::collections::BTreeSet;

use db::{Audit, Cx, DbError, Tx, execute, on};
use grid::server::drafts::{Moved, parts_at};
use orgs::{
    model::Node,
    server::{history, store as units},
};
use shared::{AppError, NodeId};

use super::{
    deadline, part, routing, share,
    store::{self, Stored},
};
use crate::model::MatterId;

// What lies in a part, and what a part has that is no more.
const LYING: &str =
    "select id from matter where ended_at is null and (node_id = $1 or unit_id = $1) order by id";
// Figures count it where it lies now.
const GIVE: &str = "update matter set node_id = $2, figured = -1 where id = $1";

/// Gives each matter of the parts that changed to the part whose border holds its pin now; without a pin it stays, or goes to what took
/// over from a part that is no more. Whoever had it at such a part hands it to the first on the way up from there. Run twice, it changes
/// nothing the second time.
///
/// Returns how many were given away.
///
/// # Errors
/// What the database answers.
pub async fn follow(cx: &Cx, moved: &Moved) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    let (mut lies, mut held) = (BTreeSet::new(), BTreeSet::new());
    for part in moved.touched.iter().chain([&moved.unit]) {
        lies.extend(lying(&mut tx, *part).await?);
    }
    for ended in moved.ended.keys() {
        held.extend(part::at(&mut tx, *ended).await?);
    }
    // All are held, in the order of their ids: of two who hold several, neither waits for the other for ever.
    let mut given = 0;
    for id in lies.union(&held) {
        let Some(matter) = store::hold_id(&mut tx, *id).await? else {
            continue;
        };
        if lies.contains(id) && !matter.state.has_ended() {
            given += usize::from(give(cx, &mut tx, &matter, moved).await?);
        }
    }
    for ended in moved.ended.keys() {
        if let Some(heir) = heir(&mut tx, *ended, moved).await? {
            part::inherit(cx, &mut tx, *ended, heir).await?;
        }
    }
    tx.commit().await?;
    Ok(given)
}

async fn lying(tx: &mut Tx, part: NodeId) -> Result<Vec<MatterId>, DbError> {
    on!(tx, |c| sqlx::query_scalar(LYING).bind(part).fetch_all(c).await)
}

/// What went on for a part that is no more; the unit itself where nothing did.
async fn heir(tx: &mut Tx, part: NodeId, moved: &Moved) -> Result<Option<NodeId>, DbError> {
    match moved.ended.get(&part) {
        None => Ok(None),
        Some(None) => Ok(Some(moved.unit)),
        Some(Some(successor)) => {
            let node = history::in_force(tx, *successor).await?;
            Ok(Some(node.map_or(moved.unit, |node| node.id)))
        }
    }
}

async fn give(cx: &Cx, tx: &mut Tx, matter: &Stored, moved: &Moved) -> Result<bool, AppError> {
    let lies_here = moved.touched.contains(&matter.node_id) || matter.node_id == moved.unit;
    let pinned = match matter.pin().filter(|_| lies_here) {
        Some(pin) => parts_at(tx, moved.unit, &[pin])
            .await?
            .into_iter()
            .next()
            .flatten(),
        None => None,
    };
    let place = match pinned {
        Some(part) => part,
        None => heir(tx, matter.node_id, moved).await?.unwrap_or(matter.node_id),
    };
    // Whoever has it where it lay, or at a part that is no more, has it no longer.
    let had = if matter.unit_id == matter.node_id && place != matter.node_id {
        Some(place)
    } else {
        heir(tx, matter.unit_id, moved).await?
    };
    if place == matter.node_id && had.is_none() {
        return Ok(false);
    }
    let node = units::by_id(tx, place).await?.ok_or(AppError::NotFound)?;
    execute!(tx, GIVE, matter.id, place)?;
    if let Some(had) = had {
        pass(cx, tx, matter, had).await?;
    }
    tx.audit(Audit::new("reports.matter.follow", "matter", matter.id.0).at(&node.path))
        .await?;
    Ok(true)
}

async fn pass(cx: &Cx, tx: &mut Tx, matter: &Stored, to: NodeId) -> Result<(), AppError> {
    let unit: Node = units::by_id(tx, to).await?.ok_or(AppError::NotFound)?;
    if let Some((unit, role)) = routing::anybody_but(tx, Some(matter.id), &unit.path).await? {
        share::pass(tx, matter.id, unit.id, role, None).await?;
        deadline::pass(cx, tx, matter, &unit, role).await?;
    }
    Ok(())
}
