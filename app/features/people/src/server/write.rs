//! Writing places, households and persons in bulk; one is a list of one. Beside each person stand the search terms.

use std::collections::BTreeMap;

use accounts::model::Phone;
use db::{Cx, DbError, Engine, EngineSql, Json, Tx, crypt::Field, execute, rows};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use shared::{Date, NodeId, RecordId, Timestamp, UserId, text};

use super::search;
use crate::model::{
    BuildingId, Care, Consent, EstateId, HouseholdId, IdentityNumber, PersonId, Relation, ResidenceKind,
    RoomId, Sex, Standing, estate_key,
};

/// Rows of one statement: few enough that their JSON stays small, many enough that its cost does not count.
const CHUNK: usize = 2000;

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

/// How a person's record came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Import,
    Registration,
    Worker,
    Demo,
}

impl Source {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Registration => "registration",
            Self::Worker => "worker",
            Self::Demo => "demo",
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewPerson {
    pub id: PersonId,
    pub name: String,
    pub sex: Option<Sex>,
    pub birth_year: Option<i64>,
    pub adult_from: Option<Date>,
    pub phone: Option<Phone>,
    pub identity: Option<IdentityNumber>,
    pub care: Vec<Care>,
    pub user_id: Option<UserId>,
    pub node_id: NodeId,
    /// The node's path, for the search terms.
    pub path: String,
    pub source: Source,
    pub confirmed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewResidence {
    pub id: RecordId,
    pub person_id: PersonId,
    pub household_id: HouseholdId,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
    pub valid_from: Date,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewRepresentation {
    pub id: RecordId,
    pub household_id: HouseholdId,
    pub person_id: PersonId,
    pub valid_from: Date,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewOwnership {
    pub id: RecordId,
    pub room_id: RoomId,
    pub person_id: PersonId,
    pub valid_from: Date,
}

/// 居民代表
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewDeputy {
    pub id: RecordId,
    /// The community.
    pub node_id: NodeId,
    pub person_id: PersonId,
    pub term_id: Option<RecordId>,
    pub group_id: Option<RecordId>,
    pub valid_from: Date,
}

/// A party member.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewMember {
    pub id: RecordId,
    pub person_id: PersonId,
    /// The branch.
    pub body_id: RecordId,
    pub standing: Standing,
    pub valid_from: Date,
}

#[derive(Clone, Copy, Debug)]
pub struct NewConsent {
    pub person_id: PersonId,
    pub kind: Consent,
    /// For the basis: below 14 it is the guardian's.
    pub age: Option<i64>,
}

/// Rows as JSON, serialised once for several statements.
pub(super) fn raw<T: Serialize>(list: &[T]) -> Result<Json<Box<RawValue>>, DbError> {
    to_raw_value(list)
        .map(Json)
        .map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
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

/// A person as it is stored.
#[derive(Serialize)]
struct PersonJson<'a> {
    id: PersonId,
    name: &'a str,
    pinyin: String,
    initials: String,
    sex: Option<Sex>,
    birth_year: Option<i64>,
    adult_from: Option<Date>,
    phone: Option<String>,
    phone_blind: Option<String>,
    identity: Option<String>,
    identity_blind: Option<String>,
    care: Option<String>,
    user_id: Option<UserId>,
    node_id: NodeId,
    source: &'static str,
    confirmed_at: Option<Timestamp>,
    terms: String,
}

impl<'a> PersonJson<'a> {
    fn of(cx: &Cx, person: &'a NewPerson) -> Self {
        let keys = cx.keys();
        let spelled = text::pinyin(&person.name);
        let phone = person.phone.as_ref().map(Phone::as_str);
        let identity = person.identity.as_ref().map(IdentityNumber::as_str);
        Self {
            id: person.id,
            name: &person.name,
            terms: search::terms(&person.name, &spelled, &person.path),
            pinyin: spelled.full,
            initials: spelled.initials,
            sex: person.sex,
            birth_year: person.birth_year,
            adult_from: person.adult_from,
            phone: phone.map(|phone| keys.seal_for(Field::Phone, person.id.0, phone)),
            phone_blind: phone.map(|phone| keys.blind(Field::Phone, phone)),
            identity: identity.map(|number| keys.seal_for(Field::IdentityNumber, person.id.0, number)),
            identity_blind: identity.map(|number| keys.blind(Field::IdentityNumber, number)),
            care: seal_care(cx, person.id, &person.care),
            user_id: person.user_id,
            node_id: person.node_id,
            source: person.source.code(),
            confirmed_at: person.confirmed_at,
        }
    }
}

/// What care was asked for, sealed; nothing if none was.
pub(super) fn seal_care(cx: &Cx, id: PersonId, care: &[Care]) -> Option<String> {
    let codes: Vec<&str> = care.iter().map(|care| care.code()).collect();
    (!codes.is_empty()).then(|| cx.keys().seal_for(Field::Care, id.0, &codes.join(",")))
}

// SQLite keeps its terms in a table of FTS5's own, PostgreSQL in a column: hence two texts.
const PERSONS: EngineSql = EngineSql {
    sqlite: rows!(
        "insert into person (id, name, pinyin, initials, sex, birth_year, adult_from, phone, phone_blind, identity, identity_blind, \
         care, user_id, node_id, source, confirmed_at, version, created_at, updated_at) \
         select id, name, pinyin, initials, sex, birth_year, adult_from, phone, phone_blind, identity, identity_blind, \
         care, user_id, node_id, source, confirmed_at, 1, $2, $2 from ",
        (id: uuid, name: text, pinyin: text, initials: text, sex: text, birth_year: bigint, adult_from: text, phone: text,
         phone_blind: text, identity: text, identity_blind: text, care: text, user_id: uuid, node_id: uuid, source: text,
         confirmed_at: bigint),
        ""
    )
    .sqlite,
    postgres: rows!(
        "insert into person (id, name, pinyin, initials, sex, birth_year, adult_from, phone, phone_blind, identity, identity_blind, \
         care, user_id, node_id, source, confirmed_at, version, created_at, updated_at, tsv) \
         select id, name, pinyin, initials, sex, birth_year, adult_from, phone, phone_blind, identity, identity_blind, \
         care, user_id, node_id, source, confirmed_at, 1, $2, $2, array_to_tsvector(string_to_array(terms, ' ')) from ",
        (id: uuid, name: text, pinyin: text, initials: text, sex: text, birth_year: bigint, adult_from: text, phone: text,
         phone_blind: text, identity: text, identity_blind: text, care: text, user_id: uuid, node_id: uuid, source: text,
         confirmed_at: bigint, terms: text),
        ""
    )
    .postgres,
};
const TERMS: EngineSql =
    rows!("insert into person_fts (terms, person_id) select terms, id from ", (id: uuid, terms: text), "");
const PLACES: EngineSql = rows!(
    "insert into people_place (node_id, path) select node_id, path from ",
    (node_id: uuid, path: text),
    " where true on conflict (node_id) do nothing"
);

/// Stores persons, and what finds them.
///
/// # Errors
/// [`DbError::Sql`]; a unique violation if an identity number or an account is somebody else's already.
pub async fn persons(cx: &Cx, tx: &mut Tx, list: &[NewPerson]) -> Result<(), DbError> {
    let (persons, terms, now) = (tx.sql(PERSONS), tx.sql(TERMS), tx.now());
    for chunk in list.chunks(CHUNK) {
        let rows: Vec<PersonJson<'_>> = chunk.iter().map(|person| PersonJson::of(cx, person)).collect();
        let rows = raw(&rows)?;
        execute!(tx, persons, &rows, now)?;
        if tx.engine() == Engine::Sqlite {
            execute!(tx, terms, &rows)?;
        }
    }
    places(
        tx,
        list.iter().map(|person| (person.node_id, person.path.as_str())),
    )
    .await
}

/// Notes with which paths search terms were made.
pub(super) async fn places<'a>(
    tx: &mut Tx,
    list: impl Iterator<Item = (NodeId, &'a str)>,
) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row<'a> {
        node_id: NodeId,
        path: &'a str,
    }
    let distinct: BTreeMap<NodeId, &str> = list.collect();
    let rows: Vec<Row<'_>> = distinct
        .into_iter()
        .map(|(node_id, path)| Row { node_id, path })
        .collect();
    let sql = tx.sql(PLACES);
    execute!(tx, sql, Json(&rows))?;
    Ok(())
}

const FORGET_TERMS: &str = "delete from person_fts where rowid in (select f.id from person_fts_content f \
    where f.c1 in (select value ->> '$.id' from json_each($1)))";
const SET_TERMS: &str = "update person set tsv = array_to_tsvector(string_to_array(r.terms, ' ')) \
    from jsonb_to_recordset($1) as r(id uuid, terms text) where person.id = r.id";

/// Makes the search terms of persons anew: their id, name and the path of their grid.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn index(tx: &mut Tx, list: &[(PersonId, String, String)]) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row {
        id: PersonId,
        terms: String,
    }
    for chunk in list.chunks(CHUNK) {
        let rows: Vec<Row> = chunk
            .iter()
            .map(|(id, name, path)| Row {
                id: *id,
                terms: search::terms(name, &text::pinyin(name), path),
            })
            .collect();
        let rows = raw(&rows)?;
        match tx.engine() {
            Engine::Sqlite => {
                execute!(tx, FORGET_TERMS, &rows)?;
                execute!(tx, TERMS.sqlite, &rows)?;
            }
            Engine::Postgres => {
                execute!(tx, SET_TERMS, &rows)?;
            }
        }
    }
    Ok(())
}

const RESIDENCES: EngineSql = rows!(
    "insert into residence (id, person_id, household_id, kind, relation, valid_from) \
     select id, person_id, household_id, kind, relation, valid_from from ",
    (id: uuid, person_id: uuid, household_id: uuid, kind: text, relation: text, valid_from: text),
    ""
);
const REPRESENTATIONS: EngineSql = rows!(
    "insert into representation (id, household_id, person_id, valid_from) select id, household_id, person_id, valid_from from ",
    (id: uuid, household_id: uuid, person_id: uuid, valid_from: text),
    ""
);
const OWNERSHIPS: EngineSql = rows!(
    "insert into ownership (id, room_id, person_id, valid_from) select id, room_id, person_id, valid_from from ",
    (id: uuid, room_id: uuid, person_id: uuid, valid_from: text),
    " where true on conflict do nothing"
);

const DEPUTIES: EngineSql = rows!(
    "insert into deputy (id, node_id, person_id, term_id, group_id, valid_from) \
     select id, node_id, person_id, term_id, group_id, valid_from from ",
    (id: uuid, node_id: uuid, person_id: uuid, term_id: uuid, group_id: uuid, valid_from: text),
    ""
);
const MEMBERS: EngineSql = rows!(
    "insert into party_member (id, person_id, body_id, standing, valid_from) select id, person_id, body_id, standing, valid_from from ",
    (id: uuid, person_id: uuid, body_id: uuid, standing: text, valid_from: text),
    ""
);

async fn plain<T: Serialize>(tx: &mut Tx, sql: EngineSql, list: &[T]) -> Result<(), DbError> {
    let sql = tx.sql(sql);
    for chunk in list.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

/// # Errors
/// [`DbError::Sql`]; a unique violation if somebody would live in two households.
pub async fn residences(tx: &mut Tx, list: &[NewResidence]) -> Result<(), DbError> {
    plain(tx, RESIDENCES, list).await
}

/// # Errors
/// [`DbError::Sql`]; a unique violation if a household would have two representatives.
pub async fn representations(tx: &mut Tx, list: &[NewRepresentation]) -> Result<(), DbError> {
    plain(tx, REPRESENTATIONS, list).await
}

/// # Errors
/// [`DbError::Sql`].
pub async fn ownerships(tx: &mut Tx, list: &[NewOwnership]) -> Result<(), DbError> {
    plain(tx, OWNERSHIPS, list).await
}

/// # Errors
/// [`DbError::Sql`]; a unique violation if somebody would be deputy of a community twice.
pub async fn deputies(tx: &mut Tx, list: &[NewDeputy]) -> Result<(), DbError> {
    plain(tx, DEPUTIES, list).await
}

/// # Errors
/// [`DbError::Sql`]; a unique violation if somebody would be a member of two branches.
pub async fn members(tx: &mut Tx, list: &[NewMember]) -> Result<(), DbError> {
    plain(tx, MEMBERS, list).await
}

const CONSENTS: EngineSql = rows!(
    "insert into person_consent (id, person_id, kind, basis, version, given_by, given_at) \
     select id, person_id, kind, basis, version, $2, $3 from ",
    (id: uuid, person_id: uuid, kind: text, basis: text, version: text),
    " where true on conflict do nothing"
);

/// Notes consents; `by` is the worker who wrote them down. Given twice, the first stands.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn consents(tx: &mut Tx, list: &[NewConsent], by: Option<UserId>) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row {
        id: RecordId,
        person_id: PersonId,
        kind: Consent,
        basis: &'static str,
        version: &'static str,
    }
    let (sql, now) = (tx.sql(CONSENTS), tx.now());
    for chunk in list.chunks(CHUNK) {
        let rows: Vec<Row> = chunk
            .iter()
            .map(|consent| Row {
                id: tx.id(),
                person_id: consent.person_id,
                kind: consent.kind,
                basis: consent.kind.basis(consent.age).code(),
                version: consent.kind.version(),
            })
            .collect();
        execute!(tx, sql, Json(&rows), by, now)?;
    }
    Ok(())
}
