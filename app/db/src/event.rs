//! Events, seen if and only if their transaction commits: a transactional outbox.
//!
//! Insert order is not commit order, so an event has no number until a relay, alone under a lease, gives it one after
//! its commit.

use serde_json::Value;
use shared::RecordId;

use crate::{DbError, Json, Tx, execute};

/// Something that happened. Holds ids and codes, never personal text.
#[derive(Clone, Debug)]
pub struct Event {
    /// What a browser subscribes to, e.g. `orgs`, `user/0192…`, `node/320581`.
    pub topic: String,
    /// `pillar.noun.verb`, e.g. `orgs.node.renamed`.
    pub kind: &'static str,
    pub subject: Option<RecordId>,
    pub data: Value,
}

const INSERT: &str =
    "insert into event (id, topic, kind, subject, data, created_at) values ($1, $2, $3, $4, $5, $6)";

impl Tx {
    /// Publishes `event` with this transaction.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn publish(&mut self, event: Event) -> Result<(), DbError> {
        let id: RecordId = self.id();
        execute!(self, INSERT, id, event.topic.as_str(), event.kind, event.subject, Json(&event.data), self.now)?;
        Ok(())
    }
}
