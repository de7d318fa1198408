//! What runs on the server only.

pub mod choice;
mod delivery;
pub mod follow;
mod holding;
pub mod inbox;
pub mod jobs;
pub mod push;
mod send;
pub mod setting;
mod store;
#[cfg(test)]
mod store_tests;

use db::crypt::{EncryptedColumn, Field};

pub use holding::holding;
pub use send::{Notice, send, settle};

/// Every sealed column of this pillar, for the rotation of keys.
pub const ENCRYPTED: &[EncryptedColumn] = &[
    EncryptedColumn {
        table: "notice",
        id: "id",
        column: "params",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "push_subscription",
        id: "id",
        column: "sealed",
        field: Field::Note,
        bound: true,
    },
];
