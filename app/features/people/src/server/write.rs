//! Writing places, households and persons in bulk; one is a list of one. Beside each person stand the search terms.

mod bond;
mod ground;
mod person;

use db::{DbError, EngineSql, Json, Tx, execute};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use shared::NodeId;

pub(super) use self::person::{places, seal_care};
pub use self::{
    bond::{
        NewConsent, NewDeputy, NewMember, NewOwnership, NewRepresentation, NewResidence, consents, deputies,
        members, ownerships, representations, residences,
    },
    ground::{NewBuilding, NewEstate, NewHousehold, NewRoom, buildings, estates, households, rooms},
    person::{NewPerson, Source, index, persons},
};

/// Rows of one statement: few enough that their JSON stays small, many enough that its cost does not count.
pub(super) const CHUNK: usize = 2000;

/// Rows as JSON, serialised once for several statements.
pub(super) fn raw<T: Serialize>(list: &[T]) -> Result<Json<Box<RawValue>>, DbError> {
    to_raw_value(list)
        .map(Json)
        .map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}

/// A building or a person, with the node that it is given to: the columns `id` and `node` of a statement.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Given<I> {
    pub id: I,
    pub node: NodeId,
}

impl<I: Copy> Given<I> {
    pub fn all(list: &[(I, NodeId)]) -> Vec<Self> {
        list.iter()
            .map(|(id, node)| Self { id: *id, node: *node })
            .collect()
    }
}

async fn plain<T: Serialize>(tx: &mut Tx, sql: EngineSql, list: &[T]) -> Result<(), DbError> {
    let sql = tx.sql(sql);
    for chunk in list.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}
