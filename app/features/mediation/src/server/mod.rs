//! What runs on the server only.

pub mod act;
pub mod apply;
mod deadline;
mod deeds;
pub(crate) mod demo;
mod desk;
mod effect;
mod holding;
pub mod jobs;
pub mod list;
pub mod page;
mod people;
mod record;
pub mod scan;
mod sight;
mod store;
#[cfg(test)]
mod store_tests;
mod tell;
mod untaken;
mod upkeep;

pub use deeds::DEEDS;
pub use holding::holding;
pub use scan::{routes, uploads};

use db::crypt::{EncryptedColumn, Field};

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
    sealed("mediation", "told", Field::Note),
    sealed("mediation", "agreement", Field::Note),
    sealed("mediation_person", "name", Field::Name),
    sealed("mediation_person", "phone", Field::Phone),
    sealed("mediation_person", "address", Field::Address),
    sealed("mediation_session", "told", Field::Note),
    sealed("mediation_step", "words", Field::Note),
];
