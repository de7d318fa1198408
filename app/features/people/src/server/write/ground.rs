//! Estates, buildings, rooms and households.

use db::{DbError, EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{Date, NodeId, RecordId, text};

use super::{CHUNK, raw};
use crate::model::{BuildingId, EstateId, HouseholdId, RoomId, estate_key};

#[derive(Clone, Debug)]
pub struct NewEstate {
    pub id: EstateId,
    pub node_id: NodeId,
    pub name: String,
    pub service_area: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewBuilding {
    pub id: BuildingId,
    pub estate_id: EstateId,
    pub node_id: NodeId,
    pub number: String,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewRoom {
    pub id: RoomId,
    pub building_id: BuildingId,
    pub unit: String,
    pub door: String,
    pub floor: Option<i64>,
    pub area: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewHousehold {
    pub id: HouseholdId,
    pub room_id: RoomId,
    pub node_id: NodeId,
    pub group_id: Option<RecordId>,
    pub valid_from: Date,
}

const ESTATES: EngineSql = rows!(
    "insert into estate (id, node_id, name, key, pinyin, initials, service_area, version, created_at, updated_at) \
     select id, node_id, name, key, pinyin, initials, service_area, 1, $2, $2 from ",
    (id: uuid, node_id: uuid, name: text, key: text, pinyin: text, initials: text, service_area: bigint),
    ""
);

/// # Errors
/// [`DbError::Sql`]; a unique violation if the node has an estate of that name.
pub async fn estates(tx: &mut Tx, list: &[NewEstate]) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: EstateId,
        node_id: NodeId,
        name: &'a str,
        key: String,
        pinyin: String,
        initials: String,
        service_area: Option<i64>,
    }
    let (sql, now) = (tx.sql(ESTATES), tx.now());
    for chunk in list.chunks(CHUNK) {
        let rows: Vec<Row<'_>> = chunk
            .iter()
            .map(|estate| {
                let spelled = text::pinyin(&estate.name);
                Row {
                    id: estate.id,
                    node_id: estate.node_id,
                    name: &estate.name,
                    key: estate_key(&estate.name),
                    pinyin: spelled.full,
                    initials: spelled.initials,
                    service_area: estate.service_area,
                }
            })
            .collect();
        execute!(tx, sql, Json(&rows), now)?;
    }
    Ok(())
}

const BUILDINGS: EngineSql = rows!(
    "insert into building (id, estate_id, node_id, number, lon, lat, version, created_at, updated_at) \
     select id, estate_id, node_id, number, lon, lat, 1, $2, $2 from ",
    (id: uuid, estate_id: uuid, node_id: uuid, number: text, lon: bigint, lat: bigint),
    ""
);

/// # Errors
/// [`DbError::Sql`]; a unique violation if the estate has a building of that number.
pub async fn buildings(tx: &mut Tx, list: &[NewBuilding]) -> Result<(), DbError> {
    let (sql, now) = (tx.sql(BUILDINGS), tx.now());
    for chunk in list.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    Ok(())
}

const ROOMS: EngineSql = rows!(
    "insert into room (id, building_id, unit, door, floor, area, version, updated_at) \
     select id, building_id, unit, door, floor, area, 1, $2 from ",
    (id: uuid, building_id: uuid, unit: text, door: text, floor: bigint, area: bigint),
    ""
);

/// # Errors
/// [`DbError::Sql`]; a unique violation if the building has a room of that door.
pub async fn rooms(tx: &mut Tx, list: &[NewRoom]) -> Result<(), DbError> {
    let (sql, now) = (tx.sql(ROOMS), tx.now());
    for chunk in list.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    Ok(())
}

const HOUSEHOLDS: EngineSql = rows!(
    "insert into household (id, room_id, node_id, valid_from, version, created_at, updated_at) \
     select id, room_id, node_id, valid_from, 1, $2, $2 from ",
    (id: uuid, room_id: uuid, node_id: uuid, valid_from: text),
    ""
);
const SPANS: EngineSql = rows!(
    "insert into household_span (household_id, valid_from, node_id, group_id) select id, valid_from, node_id, group_id from ",
    (id: uuid, valid_from: text, node_id: uuid, group_id: uuid),
    ""
);

/// Stores households with the beginning of their history.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn households(tx: &mut Tx, list: &[NewHousehold]) -> Result<(), DbError> {
    let (households, spans, now) = (tx.sql(HOUSEHOLDS), tx.sql(SPANS), tx.now());
    for chunk in list.chunks(CHUNK) {
        let rows = raw(chunk)?;
        execute!(tx, households, &rows, now)?;
        execute!(tx, spans, &rows)?;
    }
    Ok(())
}
