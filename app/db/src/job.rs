//! Background jobs: a job is enqueued with the transaction that wants it, and run once its time has come.

use serde_json::Value;
use shared::{RecordId, Timestamp};

use crate::{DbError, Json, Tx, execute};

/// A job to be run.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The handler's name, e.g. `accounts.erase`.
    pub kind: &'static str,
    /// Ids and codes that the handler needs; no personal text.
    pub payload: Value,
    pub due: Timestamp,
    /// Where set, a second job of this kind and key is not enqueued while the first still waits.
    pub key: Option<String>,
}

const INSERT: &str = "insert into job (id, kind, payload, due_at, unique_key, state, attempts, created_at) \
    values ($1, $2, $3, $4, $5, 'waiting', 0, $6) on conflict do nothing";

impl Tx {
    /// Enqueues `job` with this transaction. Returns whether it was new.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn enqueue(&mut self, job: NewJob) -> Result<bool, DbError> {
        let id: RecordId = self.id();
        let rows = execute!(self, INSERT, id, job.kind, Json(&job.payload), job.due, job.key.as_deref(), self.now)?;
        Ok(rows == 1)
    }
}
