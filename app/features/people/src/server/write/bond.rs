//! What binds a person to a household, a room, a community and a branch, and what they consented to.

use db::{DbError, EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{Date, NodeId, RecordId, UserId};

use super::{CHUNK, plain};
use crate::model::{Consent, HouseholdId, PersonId, Relation, ResidenceKind, RoomId, Standing};

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
