//! What runs on the server only.

pub mod act;
mod around;
pub mod bulk;
pub mod category;
pub mod client;
pub mod clock;
mod concerned;
mod deadline;
mod deeds;
pub mod figures;
pub mod follow;
mod ground;
pub mod hand;
mod holding;
pub mod jobs;
pub mod joint;
pub mod limit;
pub mod list;
mod located;
pub mod many;
mod markup;
pub mod mediated;
mod merging;
pub mod near;
mod news;
mod once;
mod open;
mod open311;
mod opendata;
pub mod orders;
pub mod page;
mod part;
mod part_rows;
mod personal;
pub mod photo;
mod posts;
mod pressed;
pub mod public;
pub mod reading;
mod reclass;
mod recusal;
pub mod report;
pub mod routing;
pub mod rules;
pub mod running;
pub mod search;
mod share;
mod shown;
mod sight;
pub mod spots;
pub mod standard;
mod store;
#[cfg(test)]
mod store_tests;
mod tell;
pub mod tiles;
pub mod track;
pub mod tryout;
pub mod unmask;
mod upkeep;
pub mod views;
pub mod voice;
pub mod waiting;
mod waits;
pub mod whose;

pub use deeds::DEEDS;
pub use ground::follow as follow_the_ground;
pub use holding::holding;
pub use open311::{PublicAddress, speak};
pub use opendata::Embeddable;
pub use photo::{routes, uploads};

use axum::Router;
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
    EncryptedColumn {
        table: "report_platform",
        id: "id",
        column: "secret",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "report_order",
        id: "id",
        column: "caller",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "report_order_import",
        id: "id",
        column: "content",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "report_joint",
        id: "id",
        column: "told",
        field: Field::Note,
        bound: true,
    },
    EncryptedColumn {
        table: "report_promise",
        id: "id",
        column: "told",
        field: Field::Note,
        bound: true,
    },
];

/// What programs and other sites are told: Open311, open data, pages to embed. All of it is the same for everybody.
pub fn open_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    open311::routes().merge(opendata::routes())
}
