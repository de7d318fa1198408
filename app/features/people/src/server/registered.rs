//! Which registrations of accounts mean a building that goes to another grid: told by the door as it was typed, for nobody has linked
//! them to a person yet.

use std::collections::{BTreeSet, HashMap};

use accounts::server::residency::follow::{self as registrations, Going, Registered};
use db::{Cx, DbError, EngineSql, Tx, on, rows};
use serde::Serialize;
use shared::{AppError, NodeId, UserId, scope::PathRange};

use super::write::{self, Given};
use crate::model::{Address, BuildingId, estate_key};

// From where buildings go.
const LEFT: EngineSql = rows!(
    "select distinct n.path from ",
    (id: uuid, node: uuid),
    " join building b on b.id = r.id join node n on n.id = b.node_id where b.node_id <> r.node order by n.path"
);
const LINKED: EngineSql = rows!(
    "select p.user_id from ",
    (user_id: uuid),
    " join person p on p.user_id = r.user_id"
);
const BUILDINGS: &str = "select b.id, e.key, b.number from building b join estate e on e.id = b.estate_id \
    join node n on n.id = b.node_id where n.path >= $1 and n.path < $2 and b.valid_to is null order by b.id";

/// A building: its id, its estate's key, its number.
type Known = (BuildingId, String, String);

/// The registrations that go along with these buildings. Asked before the buildings go.
///
/// # Errors
/// What the database answers.
pub(super) async fn going(
    cx: &Cx,
    tx: &mut Tx,
    list: &[(BuildingId, NodeId)],
) -> Result<Vec<Going>, AppError> {
    let given: HashMap<BuildingId, NodeId> = list.iter().copied().collect();
    let (sql, rows) = (tx.sql(LEFT), write::raw(&Given::all(list))?);
    let left: Vec<String> = on!(tx, |c| sqlx::query_scalar(sql).bind(&rows).fetch_all(c).await)?;
    let mut going = Vec::new();
    for path in left {
        let registered = registrations::below(cx, tx, &path).await?;
        if registered.is_empty() {
            continue;
        }
        let linked = linked(tx, &registered).await?;
        let range = PathRange::below(&path);
        let there: Vec<Known> = on!(tx, |c| sqlx::query_as(BUILDINGS)
            .bind(&range.lo)
            .bind(&range.hi)
            .fetch_all(c)
            .await)?;
        // Where a confirmed one lives is known, and may have been corrected since it was typed.
        let open = registered
            .into_iter()
            .filter(|one| one.waits || !linked.contains(&one.user));
        going.extend(open.filter_map(|one| {
            Some(Going {
                id: one.id,
                from: one.node,
                to: *given.get(&meant(&there, &one.door)?)?,
            })
        }));
    }
    Ok(going)
}

/// Who of these is a person of the roll.
async fn linked(tx: &mut Tx, registered: &[Registered]) -> Result<BTreeSet<UserId>, DbError> {
    #[derive(Serialize)]
    struct Row {
        user_id: UserId,
    }
    let rows: Vec<Row> = registered.iter().map(|one| Row { user_id: one.user }).collect();
    let (sql, rows) = (tx.sql(LINKED), write::raw(&rows)?);
    let found: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(sql).bind(&rows).fetch_all(c).await)?;
    Ok(found.into_iter().collect())
}

/// The one building that a door can mean.
fn meant(there: &[Known], door: &str) -> Option<BuildingId> {
    let said = Address::read(door);
    let number = said.building?;
    let house = format!("{number}号");
    let key = estate_key(&said.estate);
    let of_number: Vec<&Known> = there
        .iter()
        .filter(|(_, _, known)| *known == number || *known == house)
        .collect();
    // The very name first: 花园浜 is also how 花园浜二村 begins.
    let same: Vec<BuildingId> = of_number
        .iter()
        .filter(|(_, known, _)| *known == key)
        .map(|(id, ..)| *id)
        .collect();
    let near: Vec<BuildingId> = of_number
        .iter()
        .filter(|(_, known, _)| key.is_empty() || known.starts_with(&key) || key.ends_with(known.as_str()))
        .map(|(id, ..)| *id)
        .collect();
    match (same.as_slice(), near.as_slice()) {
        ([one], _) | ([], [one]) => Some(*one),
        _ => None,
    }
}
