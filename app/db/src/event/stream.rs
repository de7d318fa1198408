//! Hands numbered events to those who listen on this node.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use shared::RecordId;
use sqlx::postgres::PgListener;
use tokio::{
    sync::{Notify, broadcast},
    task::JoinSet,
};

use super::{CHANNEL, Numbered, position, relay};
use crate::{Cx, Db, DbError, House, access, on};

/// Looks by itself this often, in case that a wake-up was lost.
const POLL: Duration = Duration::from_millis(400);
/// After a fault of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Events that a slow subscriber may be behind before it reads from the table again.
const BUFFER: usize = 1024;
const PAGE: i64 = 500;

/// A bare `limit $2` is part of SQLite's plan, which it would make anew at each run.
const AFTER: &str =
    "select seq, topic, kind, subject, data, created_at from event where seq > $1 order by seq limit 0 + $2";
const OLDEST: &str = "select min(seq) from event where seq is not null";

/// The one place of a process that relays and reads events. Dropping the last clone ends its tasks.
#[derive(Clone, Debug)]
pub struct Hub {
    core: Arc<Core>,
    _tasks: Arc<JoinSet<()>>,
}

#[derive(Debug)]
struct Core {
    cx: Cx,
    node: RecordId,
    sender: broadcast::Sender<Arc<Numbered>>,
    last: AtomicI64,
    /// Wakes the relay.
    published: Notify,
    /// Wakes the reader.
    numbered: Notify,
}

/// What a subscriber sees next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    Event(Arc<Numbered>),
    /// What followed the position is no longer kept: load afresh, and go on from this position.
    Reset(i64),
}

impl Hub {
    /// Begins to relay and read as a node of its own.
    ///
    /// # Errors
    /// [`DbError::Sql`] if the database cannot be read.
    pub async fn start(house: &House) -> Result<Self, DbError> {
        let cx = access::system(house, "core.events");
        let node = cx.id();
        relay::prepare(&cx, node).await?;
        let last = position(&mut cx.read().await?).await?;
        let core = Arc::new(Core {
            node,
            cx,
            sender: broadcast::Sender::new(BUFFER),
            last: AtomicI64::new(last),
            published: Notify::new(),
            numbered: Notify::new(),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&core).relay());
        tasks.spawn(Arc::clone(&core).read());
        tasks.spawn(Arc::clone(&core).listen());
        Ok(Self {
            core,
            _tasks: Arc::new(tasks),
        })
    }

    /// The number of the last event that this node has seen. Taken before a page is read from the database, it is a
    /// position that the page can resume from.
    pub fn position(&self) -> i64 {
        self.core.last.load(Ordering::Acquire)
    }

    /// Everything after `after`, or from now on; the caller shows to whom it may.
    pub fn subscribe(&self, after: Option<i64>) -> Subscription {
        // Listening begins before the backlog is read, so nothing falls between the two.
        let receiver = self.core.sender.subscribe();
        let last = after.unwrap_or_else(|| self.position());
        Subscription {
            core: Arc::clone(&self.core),
            receiver,
            last,
            backlog: Vec::new().into_iter(),
            state: State::Asked,
        }
    }
}

impl Core {
    async fn relay(self: Arc<Self>) {
        loop {
            match relay::turn(&self.cx, self.node).await {
                Ok(relay::Turn::Numbered(_)) => {
                    self.numbered.notify_one();
                    continue;
                }
                Ok(relay::Turn::Idle) => wait(&self.published).await,
                // It numbers what had committed when it began; look again soon for what came after.
                Ok(relay::Turn::NotMine) => tokio::time::sleep(POLL / 4).await,
                Err(error) => pause("relay", &error).await,
            }
        }
    }

    async fn read(self: Arc<Self>) {
        loop {
            let last = self.last.load(Ordering::Acquire);
            match page(&self.cx, last).await {
                Ok(events) if events.is_empty() => wait(&self.numbered).await,
                Ok(events) => {
                    for event in events {
                        let seq = event.seq;
                        // Without subscribers there is nobody to send to.
                        let _nobody = self.sender.send(Arc::new(event));
                        self.last.store(seq, Ordering::Release);
                    }
                }
                Err(error) => pause("reader", &error).await,
            }
        }
    }

    /// Passes on what the engine tells: a commit here (SQLite), or on any node (PostgreSQL).
    async fn listen(self: Arc<Self>) {
        let pool = match self.cx.db() {
            Db::Sqlite { published, .. } => loop {
                published.notified().await;
                self.published.notify_one();
            },
            Db::Postgres(pool) => pool,
        };
        loop {
            let heard = async {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen(CHANNEL).await?;
                loop {
                    listener.recv().await?;
                    self.published.notify_one();
                    self.numbered.notify_one();
                }
            };
            let outcome: Result<std::convert::Infallible, sqlx::Error> = heard.await;
            let Err(error) = outcome;
            pause("listener", &error.into()).await;
        }
    }
}

async fn wait(notify: &Notify) {
    // Woken or not, the loop looks.
    let _either = tokio::time::timeout(POLL, notify.notified()).await;
}

async fn pause(what: &str, error: &DbError) {
    tracing::warn!(what, %error, "events: trying again");
    tokio::time::sleep(PAUSE).await;
}

async fn page(cx: &Cx, after: i64) -> Result<Vec<Numbered>, DbError> {
    let mut tx = cx.look().await?;
    on!(tx, |c| sqlx::query_as(AFTER)
        .bind(after)
        .bind(PAGE)
        .fetch_all(c)
        .await)
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Whether its position is still kept has to be looked up.
    Asked,
    /// Reading from the table.
    Behind,
    /// Reading from the hub.
    Live,
}

/// One listener's place in the stream.
#[derive(Debug)]
pub struct Subscription {
    core: Arc<Core>,
    receiver: broadcast::Receiver<Arc<Numbered>>,
    last: i64,
    backlog: std::vec::IntoIter<Numbered>,
    state: State,
}

impl Subscription {
    /// The next event, in order, each once. Waits until there is one. May be dropped and called again.
    ///
    /// # Errors
    /// [`DbError::Sql`] if the table cannot be read; calling again goes on where it was.
    pub async fn next(&mut self) -> Result<Next, DbError> {
        loop {
            if let Some(event) = self.backlog.next() {
                self.last = event.seq;
                return Ok(Next::Event(Arc::new(event)));
            }
            match self.state {
                State::Asked => {
                    let now = self.reset_to().await?;
                    self.state = State::Behind;
                    if let Some(now) = now {
                        self.last = now;
                        return Ok(Next::Reset(now));
                    }
                }
                State::Behind => {
                    let events = page(&self.core.cx, self.last).await?;
                    if events.is_empty() {
                        self.state = State::Live;
                    } else if events[0].seq == self.last + 1 {
                        self.backlog = events.into_iter();
                    } else {
                        self.state = State::Asked;
                    }
                }
                State::Live => match self.receiver.recv().await {
                    Ok(event) if event.seq <= self.last => {}
                    Ok(event) if event.seq == self.last + 1 => {
                        self.last = event.seq;
                        return Ok(Next::Event(event));
                    }
                    // Some were missed: the table has them. The hub itself is in `core`, so it cannot be closed.
                    Ok(_) | Err(_) => self.state = State::Behind,
                },
            }
        }
    }

    /// Where to begin afresh, if what follows `last` is no longer (or, after a restore, not yet) there.
    async fn reset_to(&self) -> Result<Option<i64>, DbError> {
        let mut tx = self.core.cx.read().await?;
        let now = position(&mut tx).await?;
        let oldest: Option<i64> = on!(tx, |c| sqlx::query_scalar(OLDEST).fetch_one(c).await)?;
        let first_kept = oldest.unwrap_or(now + 1);
        Ok((self.last > now || self.last + 1 < first_kept).then_some(now))
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod store;
