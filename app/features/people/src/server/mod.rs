//! The server's side: what is stored, what is done with it, and how it is asked for.

mod alike;
pub mod consent;
mod deeds;
pub mod figures;
pub mod follow;
mod holding;
pub mod household;
pub mod import;
pub mod mine;
pub mod places;
mod registered;
pub mod rehouse;
pub mod roll;
pub mod routes;
pub mod search;
pub mod sight;
mod spans;
pub mod standing;
#[cfg(test)]
mod store_tests;
pub mod unmask;
pub mod write;

use db::crypt::{EncryptedColumn, Field};

pub use deeds::DEEDS;
pub use holding::holding;
pub use routes::routes;

const fn sealed(table: &'static str, column: &'static str, field: Field) -> EncryptedColumn {
    EncryptedColumn {
        table,
        id: "id",
        column,
        field,
        bound: true,
    }
}

/// Every sealed column of this pillar, for the rotation of keys.
pub const ENCRYPTED: &[EncryptedColumn] = &[
    sealed("person", "phone", Field::Phone),
    sealed("person", "identity", Field::IdentityNumber),
    sealed("person", "care", Field::Care),
    sealed("household_correction", "words", Field::Note),
    sealed("household_entry", "content", Field::Name),
    sealed("household_entry", "words", Field::Note),
    sealed("household_correction", "answer", Field::Note),
    sealed("people_import_part", "content", Field::Note),
];
