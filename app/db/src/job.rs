//! Background jobs: a job is enqueued with the transaction that wants it, and run once its time has come.
//!
//! Each due job is claimed by one worker of one node, under a lease that it renews while the handler runs. A handler
//! that fails is tried again later and later; after [`ATTEMPTS`] attempts the job is dead, and an administrator sees
//! it. A node that dies leaves its jobs to the others when the lease runs out: a handler may then run a second
//! time, so what it does must bear repetition.
//!
//! Why no library: the job must be enqueued in the caller's own transaction on either engine. apalis 1.0 is the one
//! that speaks sqlx 0.9, but it enqueues through a pool of its own and brings a schema an engine; underway is
//! for PostgreSQL only; fang brings diesel or an older sqlx; sqlxmq is for PostgreSQL and an older sqlx.

pub mod admin;
mod registry;
mod runner;
mod store;
pub mod upkeep;

use serde_json::Value;
use shared::{RecordId, Timestamp};

use crate::{DbError, Json, Tx, execute};

pub use registry::{GiveUp, Outcome, Registry};
pub use runner::Runner;

/// After this many attempts a job is dead.
pub const ATTEMPTS: i64 = 8;

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
        let rows = execute!(
            self,
            INSERT,
            id,
            job.kind,
            Json(&job.payload),
            job.due,
            job.key.as_deref(),
            self.now
        )?;
        Ok(rows == 1)
    }
}

#[cfg(test)]
#[path = "job/job_tests.rs"]
mod tests;
