//! What runs on the server only.

mod answer;
mod deeds;
mod holding;
pub mod jobs;
pub mod list;
pub mod opening;
pub mod page;
pub mod proposal;
mod store;
#[cfg(test)]
mod store_tests;
mod taking;

pub use answer::give;
pub use deeds::DEEDS;
pub use holding::holding;

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
    sealed("survey_proposal", "words", Field::Note),
    sealed("survey_said", "words", Field::Note),
];
