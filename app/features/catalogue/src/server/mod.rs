//! What runs on the server only.

mod choose;
mod deeds;
pub mod draft;
mod follow;
pub mod found;
pub mod jobs;
pub mod menu;
pub mod narrow;
pub mod photo;
pub mod plan;
pub mod round;
pub(crate) mod shown;
pub(crate) mod store;
#[cfg(test)]
mod store_tests;
pub mod walk;

pub use deeds::DEEDS;
pub use follow::follow;
pub use photo::{routes, uploads};

use db::{
    Event, Tx,
    crypt::{EncryptedColumn, Field},
};
use orgs::model::Node;
use shared::{AppError, RecordId};

/// Every sealed column of this pillar, for the rotation of keys.
pub const ENCRYPTED: &[EncryptedColumn] = &[EncryptedColumn {
    table: "inspection",
    id: "id",
    column: "words",
    field: Field::Note,
    bound: true,
}];

/// A quarter, in days: how long something goes unneeded before it is proposed for abolition.
pub const QUARTER: i64 = 91;

/// Tells that what holds at and below `node` has changed: everybody may see it.
async fn told(tx: &mut Tx, node: &Node, kind: &'static str) -> Result<(), AppError> {
    tx.publish(Event {
        topic: "catalogue".into(),
        kind,
        subject: Some(RecordId(node.id.0)),
        data: serde_json::json!({ "code": node.code }),
    })
    .await?;
    Ok(())
}
