//! Giving buildings, with those who live in them and their accounts, to another grid from a day on. Who belonged where before stays
//! known.

use std::collections::BTreeSet;

use accounts::server::residency::follow as registrations;
use db::{Cx, EngineSql, Tx, execute, on, rows};
use shared::{AppError, Date, NodeId, UserId};

use super::{
    registered, spans,
    write::{self, Given},
};
use crate::model::{BuildingId, HouseholdId, PersonId};

const BUILDINGS: EngineSql = rows!(
    "update building set node_id = r.node, version = building.version + 1, updated_at = $2 from ",
    (id: uuid, node: uuid),
    " where building.id = r.id and building.node_id <> r.node"
);
// Whose span is another grid's.
const BELONGING: EngineSql = rows!(
    "select s.household_id, r.node from ",
    (id: uuid, node: uuid),
    " join room m on m.building_id = r.id join household h on h.room_id = m.id \
     join household_span s on s.household_id = h.id and s.valid_to is null where s.node_id <> r.node"
);
const HOUSEHOLDS: EngineSql = rows!(
    "update household set node_id = r.node, version = household.version + 1, updated_at = $2 from room m, ",
    (id: uuid, node: uuid),
    " where m.building_id = r.id and household.room_id = m.id and household.valid_to is null and household.node_id <> r.node"
);
// Who lives there, and who owns a room there and lives in no household.
const PERSONS: EngineSql = rows!(
    "with given as (select id, node from ",
    (id: uuid, node: uuid),
    ") \
     select p.id, p.name, n.path, n.id, p.user_id, p.node_id from given r join node n on n.id = r.node join room m on m.building_id = r.id \
     join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
     join person p on p.id = x.person_id where p.node_id is null or p.node_id <> r.node \
     union \
     select p.id, p.name, n.path, n.id, p.user_id, p.node_id from given r join node n on n.id = r.node join room m on m.building_id = r.id \
     join ownership o on o.room_id = m.id and o.valid_to is null join person p on p.id = o.person_id \
     where p.node_id <> r.node and not exists (select 1 from residence y where y.person_id = p.id and y.valid_to is null)"
);
const GIVE: EngineSql = rows!(
    "update person set node_id = r.node, version = person.version + 1, updated_at = $2 from ",
    (id: uuid, node: uuid),
    " where person.id = r.id"
);

/// Gives each building to its node from `on` on. The caller publishes and audits.
///
/// # Errors
/// What the database answers.
pub async fn buildings(
    cx: &Cx,
    tx: &mut Tx,
    list: &[(BuildingId, NodeId)],
    on: Date,
) -> Result<(), AppError> {
    /// Whom it is about, with the path and id of the new node, their account, and the old node.
    type Moved = (PersonId, String, String, NodeId, Option<UserId>, Option<NodeId>);
    let going = registered::going(cx, tx, list).await?;
    let (rows, now) = (write::raw(&Given::all(list))?, tx.now());
    let sql = tx.sql(BUILDINGS);
    execute!(tx, sql, &rows, now)?;
    let sql = tx.sql(BELONGING);
    let belonging: Vec<(HouseholdId, NodeId)> =
        on!(tx, |c| sqlx::query_as(sql).bind(&rows).fetch_all(c).await)?;
    let changes: Vec<spans::Change> = belonging
        .into_iter()
        .map(|(household, node)| spans::Change::grid(household, node))
        .collect();
    spans::change(tx, &changes, on).await?;
    let sql = tx.sql(HOUSEHOLDS);
    execute!(tx, sql, &rows, now)?;
    let sql = tx.sql(PERSONS);
    let moved: Vec<Moved> = on!(tx, |c| sqlx::query_as(sql).bind(&rows).fetch_all(c).await)?;
    let given: Vec<Given<PersonId>> = moved
        .iter()
        .map(|(id, _, _, node, ..)| Given { id: *id, node: *node })
        .collect();
    let sql = tx.sql(GIVE);
    for chunk in given.chunks(write::CHUNK) {
        execute!(tx, sql, write::raw(chunk)?, now)?;
    }
    write::places(
        tx,
        moved.iter().map(|(_, _, path, node, ..)| (*node, path.as_str())),
    )
    .await?;
    let homes: Vec<registrations::Moved> = moved
        .iter()
        .filter_map(|(.., to, user, from)| {
            Some(registrations::Moved {
                user: (*user)?,
                from: (*from)?,
                to: *to,
            })
        })
        .collect();
    let anew: Vec<(PersonId, String, String)> = moved
        .into_iter()
        .map(|(id, name, path, ..)| (id, name, path))
        .collect();
    write::index(tx, &anew).await?;
    registrations::persons(cx, tx, &homes).await?;
    registrations::go(cx, tx, going).await?;
    Ok(())
}

/// A grid is no more: what is registered there without a building that has gone elsewhere goes to the one that goes on for it. Who is
/// known to live in a building that waits to be given to somebody stays with that.
///
/// # Errors
/// What the database answers.
pub async fn ended(cx: &Cx, tx: &mut Tx, from: NodeId, to: NodeId) -> Result<(), AppError> {
    const STAYING: &str = "select user_id from person where node_id = $1 and user_id is not null";
    let staying: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(STAYING).bind(from).fetch_all(c).await)?;
    let staying: BTreeSet<UserId> = staying.into_iter().collect();
    registrations::succeed(cx, tx, from, to, &staying).await
}
