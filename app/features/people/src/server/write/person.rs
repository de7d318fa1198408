//! Persons, and beside each the search terms.

use std::collections::BTreeMap;

use accounts::model::Phone;
use db::{Cx, DbError, Engine, EngineSql, Json, Tx, crypt::Field, execute, rows};
use serde::Serialize;
use shared::{Date, NodeId, Timestamp, UserId, text};

use super::{CHUNK, raw};
use crate::{
    model::{Care, IdentityNumber, PersonId, Sex},
    server::search,
};

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
pub fn seal_care(cx: &Cx, id: PersonId, care: &[Care]) -> Option<String> {
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
pub async fn places<'a>(tx: &mut Tx, list: impl Iterator<Item = (NodeId, &'a str)>) -> Result<(), DbError> {
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
