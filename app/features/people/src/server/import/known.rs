//! What the database already knows of the places and people that a file names, read in bulk.

use std::collections::HashMap;

use db::{DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::{Code, Node};
use serde::Serialize;
use shared::{Date, NodeId, RecordId};

use crate::model::{BuildingId, EstateId, HouseholdId, PersonId, Relation, ResidenceKind, RoomId, Sex};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Estate {
    pub id: EstateId,
    pub node_id: NodeId,
    pub key: String,
    pub service_area: Option<i64>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Building {
    pub id: BuildingId,
    pub estate_id: EstateId,
    pub number: String,
    pub node_id: NodeId,
    pub path: String,
    /// Whether its grid is no more.
    pub ended: bool,
    /// Whether it is itself no more.
    pub gone: bool,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    pub outlined: bool,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Room {
    pub id: RoomId,
    pub building_id: BuildingId,
    pub unit: String,
    pub door: String,
    pub area: Option<i64>,
    /// Whether it is no more.
    pub gone: bool,
    pub household_id: Option<HouseholdId>,
    /// That household's residents' group.
    pub group_id: Option<RecordId>,
}

/// Somebody who lives in one of the rooms, or is found by number elsewhere.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: PersonId,
    pub household_id: Option<HouseholdId>,
    pub residence_id: Option<RecordId>,
    pub since: Option<Date>,
    pub name: String,
    pub sex: Option<Sex>,
    pub birth_year: Option<i64>,
    pub adult_from: Option<Date>,
    pub phone_blind: Option<String>,
    pub identity_blind: Option<String>,
    pub kind: Option<ResidenceKind>,
    pub relation: Option<Relation>,
    pub representative: bool,
    pub owns: Option<RoomId>,
    /// Of the grid that answers for them; none of who has gone from everywhere.
    pub path: Option<String>,
}

#[derive(Serialize)]
struct Key<'a> {
    key: &'a str,
}

#[derive(Serialize)]
struct One {
    id: uuid::Uuid,
}

fn keys<'a>(list: impl Iterator<Item = &'a str>) -> Vec<Key<'a>> {
    let mut list: Vec<&str> = list.collect();
    list.sort_unstable();
    list.dedup();
    list.into_iter().map(|key| Key { key }).collect()
}

/// Which node took over from one that is no more, for a sentence.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn ended(tx: &mut Tx, code: &Code) -> Result<Option<(Node, Vec<String>)>, DbError> {
    let Some(node) = orgs::server::store::latest_by_code(tx, code).await? else {
        return Ok(None);
    };
    let successors = orgs::server::history::successions(tx, node.id).await?;
    let names = successors
        .into_iter()
        .filter(|s| s.from_code == node.code)
        .map(|s| format!("{}（{}）", s.to_name, s.to_code))
        .collect();
    Ok(Some((node, names)))
}

const ESTATES: EngineSql = rows!(
    "select e.id, e.node_id, e.key, e.service_area from ",
    (key: text),
    " join estate e on e.key = r.key order by e.id"
);

/// The estates of these names, wherever.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn estates<'a>(tx: &mut Tx, names: impl Iterator<Item = &'a str>) -> Result<Vec<Estate>, DbError> {
    let (list, sql) = (keys(names), tx.sql(ESTATES));
    on!(tx, |c| sqlx::query_as::<_, Estate>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

const BUILDINGS: EngineSql = rows!(
    "select b.id, b.estate_id, b.number, b.node_id, n.path, n.valid_to is not null as ended, b.valid_to is not null as gone, \
     b.lon, b.lat, b.shape is not null as outlined from ",
    (id: uuid),
    " join building b on b.estate_id = r.id join node n on n.id = b.node_id order by b.id"
);

/// # Errors
/// [`DbError::Sql`].
pub async fn buildings(tx: &mut Tx, estates: &[Estate]) -> Result<Vec<Building>, DbError> {
    let list: Vec<One> = estates.iter().map(|estate| One { id: estate.id.0 }).collect();
    let sql = tx.sql(BUILDINGS);
    on!(tx, |c| sqlx::query_as::<_, Building>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

// A room with several households is taken with the one that was there first.
const ROOMS: EngineSql = rows!(
    "select m.id, m.building_id, m.unit, m.door, m.area, m.valid_to is not null as gone, \
     (select h.id from household h where h.room_id = m.id and h.valid_to is null order by h.valid_from, h.id limit 1) as household_id, \
     (select s.group_id from household h join household_span s on s.household_id = h.id and s.valid_to is null \
      where h.room_id = m.id and h.valid_to is null order by h.valid_from, h.id limit 1) as group_id from ",
    (id: uuid),
    " join room m on m.building_id = r.id order by m.id"
);

/// # Errors
/// [`DbError::Sql`].
pub async fn rooms(tx: &mut Tx, buildings: impl Iterator<Item = BuildingId>) -> Result<Vec<Room>, DbError> {
    let mut list: Vec<BuildingId> = buildings.collect();
    list.sort_unstable();
    list.dedup();
    let list: Vec<One> = list.into_iter().map(|id| One { id: id.0 }).collect();
    let sql = tx.sql(ROOMS);
    on!(tx, |c| sqlx::query_as::<_, Room>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

macro_rules! person {
    ($before:expr, ($($column:ident : $type:ident),+), $join:expr) => {
        rows!(
            concat!(
                $before,
                "select p.id, x.household_id, x.id as residence_id, x.valid_from as since, p.name, p.sex, p.birth_year, p.adult_from, \
                 p.phone_blind, p.identity_blind, x.kind, x.relation, \
                 exists (select 1 from representation t where t.household_id = x.household_id and t.person_id = p.id and t.valid_to is null) as representative, \
                 (select o.room_id from ownership o join household h on h.room_id = o.room_id \
                  where h.id = x.household_id and o.person_id = p.id and o.valid_to is null limit 1) as owns, \
                 (select n.path from node n where n.id = p.node_id) as path from "
            ),
            ($($column : $type),+),
            $join
        )
    };
}

const RESIDENTS: EngineSql = person!(
    "",
    (id: uuid),
    " join residence x on x.household_id = r.id and x.valid_to is null join person p on p.id = x.person_id order by p.id"
);
const BY_IDENTITY: EngineSql = person!(
    "",
    (key: text),
    " join person p on p.identity_blind = r.key left join residence x on x.person_id = p.id and x.valid_to is null order by p.id"
);
const BY_PHONE: EngineSql = person!(
    "",
    (key: text),
    " join person p on p.phone_blind = r.key left join residence x on x.person_id = p.id and x.valid_to is null order by p.id"
);

/// Who lives in these households.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn residents(
    tx: &mut Tx,
    households: impl Iterator<Item = HouseholdId>,
) -> Result<Vec<Person>, DbError> {
    let list: Vec<One> = households.map(|id| One { id: id.0 }).collect();
    let sql = tx.sql(RESIDENTS);
    on!(tx, |c| sqlx::query_as::<_, Person>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

/// Who is found by an identity number or a phone number, by its blind index.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn by_numbers<'a>(
    tx: &mut Tx,
    identities: impl Iterator<Item = &'a str>,
    phones: impl Iterator<Item = &'a str>,
) -> Result<(HashMap<String, Person>, HashMap<(String, String), Person>), DbError> {
    let (identities, phones) = (keys(identities), keys(phones));
    let sql = tx.sql(BY_IDENTITY);
    let found = on!(tx, |c| sqlx::query_as::<_, Person>(sql)
        .bind(Json(&identities))
        .fetch_all(c)
        .await)?;
    let by_identity = found
        .into_iter()
        .filter_map(|person| Some((person.identity_blind.clone()?, person)))
        .collect();
    let sql = tx.sql(BY_PHONE);
    let found = on!(tx, |c| sqlx::query_as::<_, Person>(sql)
        .bind(Json(&phones))
        .fetch_all(c)
        .await)?;
    // A number that a family shares means nobody alone; with the name it does.
    let by_phone = found
        .into_iter()
        .filter_map(|person| Some(((person.phone_blind.clone()?, person.name.clone()), person)))
        .collect();
    Ok((by_identity, by_phone))
}
