//! Finding buildings and rooms by an address as people say it.

use db::{DbError, Engine, EngineSql, Json, Tx, on};
use shared::Scope;

use crate::{
    model::{Address, BuildingId, HouseholdId, PlaceHit, building_label, estate_key, room_label},
    server::sight::visible_to,
};

/// Places that an address leads to.
const PLACES: i64 = 20;

/// `花园浜3幢2单元501室`
pub fn address(estate: Option<&str>, number: Option<&str>, unit: Option<&str>, door: Option<&str>) -> String {
    format!(
        "{}{}{}",
        estate.unwrap_or_default(),
        number.map(building_label).unwrap_or_default(),
        room_label(unit.unwrap_or_default(), door.unwrap_or_default())
    )
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    building: BuildingId,
    household: Option<HouseholdId>,
    estate: String,
    number: String,
    unit: Option<String>,
    door: Option<String>,
    persons: i64,
}

impl PlaceRow {
    fn shown(self) -> PlaceHit {
        PlaceHit {
            words: address(
                Some(&self.estate),
                Some(&self.number),
                self.unit.as_deref(),
                self.door.as_deref(),
            ),
            building: self.building,
            household: self.household,
            persons: self.persons,
        }
    }
}

// $2 the estate's key or '', $3 after its end, $4 the building's number or '', $5 the unit or '', $6 the door or '', $7 how many.
const ROOMS: EngineSql = visible_to!(
    "select b.id as building, h.id as household, e.name as estate, b.number, m.unit, m.door, \
     (select count(*) from residence x where x.household_id = h.id and x.valid_to is null) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id join room m on m.building_id = b.id \
     left join household h on h.room_id = m.id and h.valid_to is null \
     where b.valid_to is null and m.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and ($5 = '' or m.unit = $5) and m.door = $6",
    "order by e.pinyin, length(b.number), b.number, m.unit limit $7"
);
const BUILDINGS: EngineSql = visible_to!(
    "select b.id as building, null as household, e.name as estate, b.number, null as unit, null as door, \
     (select count(*) from room m join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
      where m.building_id = b.id) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id \
     where b.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and $5 = '' and $6 = ''",
    "order by e.pinyin, length(b.number), b.number limit $7"
);
const BUILDINGS_POSTGRES: EngineSql = visible_to!(
    "select b.id as building, null::uuid as household, e.name as estate, b.number, null::text as unit, null::text as door, \
     (select count(*) from room m join household h on h.room_id = m.id join residence x on x.household_id = h.id and x.valid_to is null \
      where m.building_id = b.id) as persons \
     from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id \
     where b.valid_to is null and ($2 = '' or (e.key >= $2 and e.key < $3)) and ($4 = '' or b.number in ($4, $4 || '号')) and $5 = '' and $6 = ''",
    "order by e.pinyin, length(b.number), b.number limit $7"
);

/// The buildings and rooms in `scope` that `q` may mean, if it can be an address.
///
/// # Errors
/// What the database answers.
pub async fn addresses(tx: &mut Tx, scope: &Scope, q: &str) -> Result<Vec<PlaceHit>, DbError> {
    let said = Address::read(q);
    let key = estate_key(&said.estate);
    // One character, or a person's two or three, would find half of all estates, or none.
    if key.chars().count() < 2 && !said.is_inside() {
        return Ok(Vec::new());
    }
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let (number, unit, door) = (part(&said.building), part(&said.unit), part(&said.door));
    let sql = match (door.is_empty() && unit.is_empty(), tx.engine()) {
        (true, Engine::Postgres) => BUILDINGS_POSTGRES.postgres,
        (true, Engine::Sqlite) => BUILDINGS.sqlite,
        (false, _) => tx.sql(ROOMS),
    };
    let end = format!("{key}\u{10ffff}");
    let found = on!(tx, |c| sqlx::query_as::<_, PlaceRow>(sql)
        .bind(Json(scope.ranges()))
        .bind(&key)
        .bind(&end)
        .bind(&number)
        .bind(&unit)
        .bind(&door)
        .bind(PLACES)
        .fetch_all(c)
        .await)?;
    Ok(found.into_iter().map(PlaceRow::shown).collect())
}
