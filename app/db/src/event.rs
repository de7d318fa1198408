//! Events, seen if and only if their transaction commits: a transactional outbox.
//!
//! Insert order is not commit order, so an event has no number until the [`relay`], alone under a lock, gives it one
//! after its commit. Numbers are consecutive. [`stream::Hub`] reads numbered events, once a process, and hands them
//! to subscribers, who resume after a number without gap or repetition.

pub mod relay;
pub mod stream;
pub mod topic;

use serde::Serialize;
use serde_json::Value;
use shared::{RecordId, Timestamp};

use crate::{Conn, Cx, DbError, Json, Tx, execute, on};

pub use stream::{Hub, Next, Subscription};
pub use topic::Topic;

/// How long events are kept for those who resume.
pub const KEPT: i64 = 7 * Timestamp::DAY;

/// Something that happened. Holds ids and codes, never personal text.
#[derive(Clone, Debug)]
pub struct Event {
    /// What a browser subscribes to, e.g. `orgs`, `user/0192…`, `path/32/3205/`: see [`Topic`].
    pub topic: String,
    /// `pillar.noun.verb`, e.g. `orgs.node.renamed`.
    pub kind: &'static str,
    pub subject: Option<RecordId>,
    pub data: Value,
}

/// An event that has its number.
#[derive(Clone, Debug, PartialEq, Serialize, sqlx::FromRow)]
pub struct Numbered {
    pub seq: i64,
    pub topic: String,
    pub kind: String,
    pub subject: Option<RecordId>,
    pub data: Json<Value>,
    pub created_at: Timestamp,
}

/// The channel on which PostgreSQL tells of a commit that published, or of new numbers.
pub(crate) const CHANNEL: &str = "linli_event";

const INSERT: &str =
    "insert into event (id, topic, kind, subject, data, created_at) values ($1, $2, $3, $4, $5, $6)";
const POSITION: &str = "select coalesce((select value from lease where name = 'event-relay'), 0)";
const SWEEP: &str = "delete from event where seq is not null and created_at < $1";

impl Tx {
    /// Publishes `event` with this transaction.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn publish(&mut self, event: Event) -> Result<(), DbError> {
        // Every store test that publishes finds out; this crate's own need no meaning in their topics.
        debug_assert!(
            cfg!(test) || Topic::read(&event.topic).is_some(),
            "an event on “{}” could be heard by nobody",
            event.topic
        );
        let id: RecordId = self.id();
        execute!(
            self,
            INSERT,
            id,
            event.topic.as_str(),
            event.kind,
            event.subject,
            Json(&event.data),
            self.now
        )?;
        if !self.published {
            notify(self).await?;
            self.published = true;
        }
        Ok(())
    }
}

impl Tx {
    /// Publishes `event` unless this transaction has published one of its kind in this way: for what says no more than "look again".
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn publish_once(&mut self, event: Event) -> Result<(), DbError> {
        if self.once.contains(&event.kind) {
            return Ok(());
        }
        self.once.push(event.kind);
        self.publish(event).await
    }
}

/// Wakes the other nodes once this transaction has committed. SQLite has only this one.
pub(crate) async fn notify(tx: &mut Tx) -> Result<(), DbError> {
    if let Conn::Postgres(t) = &mut tx.conn {
        sqlx::query("select pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&mut **t)
            .await?;
    }
    Ok(())
}

/// The number of the last event that this snapshot has seen: what a page embeds to resume from.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn position(tx: &mut Tx) -> Result<i64, DbError> {
    on!(tx, |c| sqlx::query_scalar(POSITION).fetch_one(c).await)
}

/// Deletes numbered events older than [`KEPT`]; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(cx: &Cx) -> Result<u64, DbError> {
    let mut tx = cx.write().await?;
    let swept = execute!(tx, SWEEP, cx.now().plus(-KEPT))?;
    tx.commit().await?;
    Ok(swept)
}
