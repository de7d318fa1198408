//! What runs on the server only.

pub mod act;
pub(crate) mod bulk;
pub mod category;
pub mod clock;
mod deadline;
mod deeds;
pub mod follow;
mod ground;
mod holding;
pub mod jobs;
pub mod list;
pub mod page;
pub mod photo;
pub mod report;
pub mod routing;
mod sight;
mod store;
#[cfg(test)]
mod store_tests;
mod tell;
pub mod unmask;
mod upkeep;
pub mod waiting;

pub use deeds::DEEDS;
pub use ground::follow as follow_the_ground;
pub use holding::holding;
pub use photo::{routes, uploads};

use db::crypt::{EncryptedColumn, Field};

/// Every sealed column of this pillar, for the rotation of keys.
pub const ENCRYPTED: &[EncryptedColumn] = &[
    EncryptedColumn {
        table: "matter",
        id: "id",
        column: "told",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "matter",
        id: "id",
        column: "phone",
        field: Field::Phone,
        bound: true,
    },
    EncryptedColumn {
        table: "matter_step",
        id: "id",
        column: "words",
        field: Field::Note,
        bound: true,
    },
];
