//! The server's part of accounts: one file an aggregate, each with its SQL.

pub mod account;
pub mod act;
pub mod audit;
pub mod basis;
pub mod child;
pub mod code;
pub mod cookie;
mod deeds;
pub mod delegation;
pub mod directory;
pub mod erasure;
pub mod export;
pub mod factor;
pub mod finder;
pub mod jobs;
pub mod limit;
pub mod looks;
pub mod message;
pub mod my_data;
pub mod news;
pub mod password;
pub mod register;
pub mod relative;
pub mod residency;
pub mod role;
pub mod routes;
pub mod service;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod staff_import;
pub mod staffing;
pub mod succession;
#[cfg(test)]
mod tests;

pub use cookie::{in_hand, picking};
pub use deeds::DEEDS;
pub use export::{Holding, Holdings, grounds};
pub use finder::GridFinder;
pub use routes::routes;
pub use settings::Settings;

use db::crypt::{EncryptedColumn, Field};

/// Every sealed column of this pillar, for the rotation of keys.
pub const ENCRYPTED: &[EncryptedColumn] = &[
    EncryptedColumn {
        table: "user_account",
        id: "id",
        column: "name",
        field: Field::Name,
        bound: true,
    },
    EncryptedColumn {
        table: "user_account",
        id: "id",
        column: "phone",
        field: Field::Phone,
        bound: true,
    },
    EncryptedColumn {
        table: "user_account",
        id: "id",
        column: "totp",
        field: Field::TotpSecret,
        bound: true,
    },
    EncryptedColumn {
        table: "user_account",
        id: "id",
        column: "totp_pending",
        field: Field::TotpSecret,
        bound: true,
    },
    EncryptedColumn {
        table: "residency",
        id: "id",
        column: "door",
        field: Field::Address,
        bound: true,
    },
    EncryptedColumn {
        table: "residency",
        id: "id",
        column: "words",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "sign_in_code",
        id: "id",
        column: "phone",
        field: Field::Phone,
        bound: true,
    },
    EncryptedColumn {
        table: "message",
        id: "id",
        column: "phone",
        field: Field::Phone,
        bound: true,
    },
    EncryptedColumn {
        table: "message",
        id: "id",
        column: "params",
        field: Field::Note,
        bound: true,
    },
];
