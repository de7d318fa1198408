//! Giving buildings, with those who live in them, to another grid from a day on. Who belonged where before stays known.

use db::{DbError, EngineSql, Tx, execute, on, rows};
use serde::Serialize;
use shared::{Date, NodeId};

use super::write;
use crate::model::{BuildingId, PersonId};

#[derive(Clone, Copy, Debug, Serialize)]
struct Row {
    building: BuildingId,
    node: NodeId,
}

const BUILDINGS: EngineSql = rows!(
    "update building set node_id = r.node, version = building.version + 1, updated_at = $2 from ",
    (building: uuid, node: uuid),
    " where building.id = r.building and building.node_id <> r.node"
);
// A span that began today would be empty: it is given over whole.
const SPANS_OF_TODAY: EngineSql = rows!(
    "update household_span set node_id = r.node from room m, household h, ",
    (building: uuid, node: uuid),
    " where m.building_id = r.building and h.room_id = m.id and h.id = household_span.household_id \
     and household_span.valid_to is null and household_span.valid_from >= $2 and household_span.node_id <> r.node"
);
const NEW_SPANS: EngineSql = rows!(
    "insert into household_span (household_id, valid_from, node_id, group_id) \
     select s.household_id, $2, r.node, s.group_id from ",
    (building: uuid, node: uuid),
    " join room m on m.building_id = r.building join household h on h.room_id = m.id \
     join household_span s on s.household_id = h.id and s.valid_to is null where s.node_id <> r.node and s.valid_from < $2"
);
const OLD_SPANS: EngineSql = rows!(
    "update household_span set valid_to = $2 from room m, household h, ",
    (building: uuid, node: uuid),
    " where m.building_id = r.building and h.room_id = m.id and h.id = household_span.household_id \
     and household_span.valid_to is null and household_span.valid_from < $2 and household_span.node_id <> r.node"
);
const HOUSEHOLDS: EngineSql = rows!(
    "update household set node_id = r.node, version = household.version + 1, updated_at = $2 from room m, ",
    (building: uuid, node: uuid),
    " where m.building_id = r.building and household.room_id = m.id and household.valid_to is null and household.node_id <> r.node"
);
// Who lives there, and who owns a room there and lives in no household.
const PERSONS: EngineSql = rows!(
    "with given as (select building, node from ",
    (building: uuid, node: uuid),
    ") \
     select p.id, p.name, n.path, n.id from given r join node n on n.id = r.node join room m on m.building_id = r.building \
     join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
     join person p on p.id = x.person_id where p.node_id is null or p.node_id <> r.node \
     union \
     select p.id, p.name, n.path, n.id from given r join node n on n.id = r.node join room m on m.building_id = r.building \
     join ownership o on o.room_id = m.id and o.valid_to is null join person p on p.id = o.person_id \
     where p.node_id <> r.node and not exists (select 1 from residence y where y.person_id = p.id and y.valid_to is null)"
);
const GIVE: EngineSql = rows!(
    "update person set node_id = r.node, version = person.version + 1, updated_at = $2 from ",
    (person: uuid, node: uuid),
    " where person.id = r.person"
);

/// Gives each building to its node from `on` on. The caller publishes and audits.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn buildings(tx: &mut Tx, list: &[(BuildingId, NodeId)], on: Date) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Given {
        person: PersonId,
        node: NodeId,
    }
    let rows: Vec<Row> = list
        .iter()
        .map(|(building, node)| Row {
            building: *building,
            node: *node,
        })
        .collect();
    let (rows, now) = (write::raw(&rows)?, tx.now());
    let sql = tx.sql(BUILDINGS);
    execute!(tx, sql, &rows, now)?;
    let sql = tx.sql(SPANS_OF_TODAY);
    execute!(tx, sql, &rows, on)?;
    // Told apart by their first day: the old ones end where the new ones begin.
    let (new, old) = (tx.sql(NEW_SPANS), tx.sql(OLD_SPANS));
    execute!(tx, new, &rows, on)?;
    execute!(tx, old, &rows, on)?;
    let sql = tx.sql(HOUSEHOLDS);
    execute!(tx, sql, &rows, now)?;
    let sql = tx.sql(PERSONS);
    let moved: Vec<(PersonId, String, String, NodeId)> =
        on!(tx, |c| sqlx::query_as(sql).bind(&rows).fetch_all(c).await)?;
    let given: Vec<Given> = moved
        .iter()
        .map(|(person, _, _, node)| Given {
            person: *person,
            node: *node,
        })
        .collect();
    let sql = tx.sql(GIVE);
    for chunk in given.chunks(2000) {
        execute!(tx, sql, write::raw(chunk)?, now)?;
    }
    write::places(tx, moved.iter().map(|(_, _, path, node)| (*node, path.as_str()))).await?;
    let anew: Vec<(PersonId, String, String)> = moved
        .into_iter()
        .map(|(id, name, path, _)| (id, name, path))
        .collect();
    write::index(tx, &anew).await
}
