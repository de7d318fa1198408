//! The audit log: who, as whom, what, on which record, why, from which device.
//!
//! Entries hold ids and codes; the words that somebody gave as a reason lie in `audit_words`, which can be deleted.
//! The database refuses to change or delete an entry. A job closes batches: it numbers the entries and chains them by
//! hash ([`chain`]), so that what was changed past the database's refusal is found.

pub mod chain;
mod deeds;
pub mod export;
pub mod query;

use shared::{RecordId, UserId};

use crate::{DbError, Tx, execute};

pub use deeds::{DEEDS, Deed};
pub use query::{Entry, Filter};

/// One entry. Who, as whom and from which device come from the transaction.
#[derive(Clone, Debug)]
pub struct Audit {
    /// `pillar.noun.verb`, e.g. `orgs.node.rename`; the pillar's `DEEDS` say what it is called.
    pub action: &'static str,
    /// The kind of record, e.g. `node`.
    pub kind: &'static str,
    pub record: Option<RecordId>,
    /// Whose data it is about: they can see who looked, and why.
    pub subject: Option<UserId>,
    /// Where in the organisation the record lies; without it, where the actor belongs.
    pub path: Option<String>,
    /// The reason's code, where one was asked for.
    pub reason: Option<String>,
    /// The reason's words.
    pub words: Option<String>,
}

impl Audit {
    pub fn new(action: &'static str, kind: &'static str, record: impl Into<Option<uuid::Uuid>>) -> Self {
        let record = record.into().map(RecordId);
        Self {
            action,
            kind,
            record,
            subject: None,
            path: None,
            reason: None,
            words: None,
        }
    }

    #[must_use]
    pub fn because(mut self, reason: &str, words: Option<&str>) -> Self {
        self.reason = Some(reason.to_owned());
        self.words = words.map(ToOwned::to_owned);
        self
    }

    /// Whose data it is about.
    #[must_use]
    pub const fn about(mut self, subject: UserId) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Where in the organisation the record lies.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }
}

const INSERT: &str = "insert into audit_entry \
    (id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, path, reason) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const INSERT_WORDS: &str = "insert into audit_words (audit_id, words) values ($1, $2)";

impl Tx {
    /// Notes what this transaction does.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn audit(&mut self, entry: Audit) -> Result<(), DbError> {
        let id: RecordId = self.id();
        let who = std::sync::Arc::clone(&self.who);
        let path = entry.path.as_deref().or(who.path.as_deref());
        execute!(
            self,
            INSERT,
            id,
            self.now,
            who.user,
            who.acting_for,
            who.device,
            who.system,
            who.trace.as_str(),
            entry.action,
            entry.kind,
            entry.record,
            entry.subject,
            path,
            entry.reason.as_deref()
        )?;
        if let Some(words) = &entry.words {
            execute!(self, INSERT_WORDS, id, words)?;
        }
        Ok(())
    }
}
