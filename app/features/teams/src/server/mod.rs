//! What runs on the server only.

mod beside;
mod deeds;
pub mod entries;
mod follow;
pub mod handover;
pub mod holding;
pub mod jobs;
pub mod keeping;
mod ordered;
mod overview;
pub mod passing;
mod sight;
mod store;
#[cfg(test)]
mod store_tests;
mod team;

use db::crypt::{EncryptedColumn, Field};

pub use beside::{Beside, Counted, Drafts, Neighbours};
pub use deeds::DEEDS;
pub use follow::follow;
pub use holding::holding;
pub use keeping::posts;
pub use overview::empty_posts;
pub use team::page;

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
    sealed("team_post", "name", Field::Name),
    sealed("team_post", "phone", Field::Phone),
    sealed("grid_handover", "words", Field::Note),
];
