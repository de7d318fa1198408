//! The audit log: who, as whom, what, on which record, why, from which device.
//!
//! Entries hold ids and codes; the words that somebody gave as a reason lie in `audit_words`, which can be deleted.

use shared::RecordId;

use crate::{DbError, Tx, execute};

/// One entry. Who, as whom and from which device come from the transaction.
#[derive(Clone, Debug)]
pub struct Audit {
    /// `pillar.noun.verb`, e.g. `orgs.node.rename`.
    pub action: &'static str,
    /// The kind of record, e.g. `node`.
    pub kind: &'static str,
    pub record: Option<RecordId>,
    /// The reason's code, where one was asked for.
    pub reason: Option<String>,
    /// The reason's words.
    pub words: Option<String>,
}

impl Audit {
    pub fn new(action: &'static str, kind: &'static str, record: impl Into<Option<uuid::Uuid>>) -> Self {
        Self { action, kind, record: record.into().map(RecordId), reason: None, words: None }
    }

    #[must_use]
    pub fn because(mut self, reason: &str, words: Option<&str>) -> Self {
        self.reason = Some(reason.to_owned());
        self.words = words.map(ToOwned::to_owned);
        self
    }
}

const INSERT: &str = "insert into audit_entry \
    (id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, reason) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const INSERT_WORDS: &str = "insert into audit_words (audit_id, words) values ($1, $2)";

impl Tx {
    /// Notes what this transaction does.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn audit(&mut self, entry: Audit) -> Result<(), DbError> {
        let id: RecordId = self.id();
        let who = std::sync::Arc::clone(&self.who);
        execute!(
            self, INSERT, id, self.now, who.user, who.acting_for, who.device, who.system, who.trace.as_str(), entry.action,
            entry.kind, entry.record, entry.reason.as_deref()
        )?;
        if let Some(words) = &entry.words {
            execute!(self, INSERT_WORDS, id, words)?;
        }
        Ok(())
    }
}
