//! A transaction on either engine.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use shared::Timestamp;
use sqlx::{Database, PgPool, Postgres, Sqlite, Transaction, pool::PoolConnection};

use crate::{Db, DbError, Engine, House, access::Who, crypt::Keyring, rows::EngineSql};

/// The engine's own connection.
#[derive(Debug)]
pub enum Conn {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A connection in a transaction or, for a single statement, outside of any.
#[derive(Debug)]
pub enum Held<D: Database> {
    In(Transaction<'static, D>),
    Out(PoolConnection<D>),
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::In(transaction) => transaction,
            Self::Out(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::In(transaction) => transaction,
            Self::Out(connection) => connection,
        }
    }
}

impl<D: Database> Held<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::In(transaction) => transaction.commit().await,
            Self::Out(_) => Ok(()),
        }
    }
}

/// Begins a transaction of PostgreSQL to its end, even if who asked for it has gone meanwhile.
///
/// sqlx 0.9 counts a transaction when the server has answered, and rolls back only what it has counted: of a `begin`
/// that is dropped half way the connection goes back into the pool inside a transaction, perhaps a read-only one, and
/// fails whoever is given it next.
async fn begin(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    match tokio::spawn(async move { pool.begin_with(statement).await }).await {
        Ok(begun) => begun,
        Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        Err(_) => Err(sqlx::Error::PoolClosed),
    }
}

/// A transaction that knows on whose behalf it runs. Dropped without [`Tx::commit`], it changes nothing.
#[derive(Debug)]
pub struct Tx {
    pub conn: Conn,
    pub(crate) who: Arc<Who>,
    pub(crate) now: Timestamp,
    /// Whether it has published an event.
    pub(crate) published: bool,
    /// The kinds of events that it publishes once only.
    pub(crate) once: Vec<&'static str>,
    house: House,
}

impl Tx {
    pub(crate) async fn read(house: &House, who: Arc<Who>) -> Result<Self, DbError> {
        let conn = match &house.db {
            Db::Sqlite { read, .. } => Conn::Sqlite(Held::In(read.begin().await?)),
            Db::Postgres(pool) => Conn::Postgres(Held::In(
                begin(pool, "begin isolation level repeatable read read only").await?,
            )),
        };
        Ok(Self::new(house, conn, who))
    }

    pub(crate) async fn look(house: &House, who: Arc<Who>) -> Result<Self, DbError> {
        let conn = match &house.db {
            Db::Sqlite { read, .. } => Conn::Sqlite(Held::Out(read.acquire().await?)),
            Db::Postgres(pool) => Conn::Postgres(Held::Out(pool.acquire().await?)),
        };
        Ok(Self::new(house, conn, who))
    }

    pub(crate) async fn write(house: &House, who: Arc<Who>) -> Result<Self, DbError> {
        let conn = match &house.db {
            // Taking the writer's lock at once means that a later write cannot fail with "busy".
            Db::Sqlite { write, .. } => Conn::Sqlite(Held::In(write.begin_with("begin immediate").await?)),
            Db::Postgres(pool) => Conn::Postgres(Held::In(begin(pool, "begin").await?)),
        };
        Ok(Self::new(house, conn, who))
    }

    /// The time is read once the transaction has begun: waiting for the writer must not make it old.
    fn new(house: &House, conn: Conn, who: Arc<Who>) -> Self {
        Self {
            conn,
            who,
            now: house.clock.now(),
            published: false,
            once: Vec::new(),
            house: house.clone(),
        }
    }

    /// # Errors
    /// [`DbError::Sql`] if the engine refuses; then nothing was changed.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.conn {
            Conn::Sqlite(t) => t.commit().await?,
            Conn::Postgres(t) => t.commit().await?,
        }
        if let (Db::Sqlite { published, .. }, true) = (&self.house.db, self.published) {
            published.notify_one();
        }
        Ok(())
    }

    /// The keys that fields are encrypted with and found by.
    pub fn keys(&self) -> &Keyring {
        &self.house.keys
    }

    pub const fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(_) => Engine::Postgres,
        }
    }

    /// The text of `sql` for this engine; see [`crate::rows!`].
    pub const fn sql(&self, sql: EngineSql) -> &'static str {
        match self.conn {
            Conn::Sqlite(_) => sql.sqlite,
            Conn::Postgres(_) => sql.postgres,
        }
    }

    /// When the operation began.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A fresh id of this operation's time.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.house.new_id(self.now).into()
    }
}

/// Runs one body of sqlx code on whichever engine the transaction is on.
///
/// `on!(tx, |c| sqlx::query_as::<_, Row>(SQL).bind(id).fetch_one(c).await)?`
///
/// The value is a `Result` whose error is [`DbError`].
#[macro_export]
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match &mut $tx.conn {
            $crate::Conn::Sqlite(transaction) => {
                let $c = &mut **transaction;
                $body
            }
            $crate::Conn::Postgres(transaction) => {
                let $c = &mut **transaction;
                $body
            }
        }
        .map_err($crate::DbError::from)
    };
}

/// Like [`on!`] for a statement without rows: the value is how many rows it touched.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut $tx.conn {
            $crate::Conn::Sqlite(transaction) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **transaction).await.map(|r| r.rows_affected())
            }
            $crate::Conn::Postgres(transaction) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **transaction).await.map(|r| r.rows_affected())
            }
        }
        .map_err($crate::DbError::from)
    };
}

#[cfg(test)]
mod store {
    use std::pin::pin;

    use crate::{counter, test::on_both};

    #[tokio::test]
    async fn who_gives_up_while_a_transaction_begins_leaves_none_behind() {
        on_both(|t| async move {
            let node = t.cx.id();
            for steps in 0..12 {
                {
                    let mut beginning = pin!(t.cx.read());
                    for _ in 0..steps {
                        if futures::poll!(&mut beginning).is_ready() {
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                }
                // More than the pool has connections: whichever was left in a transaction would be among them.
                for _ in 0..20 {
                    let mut tx = t.cx.write().await?;
                    counter::next(&mut tx, "report", node, 2026).await?;
                    tx.commit().await?;
                }
            }
            Ok(())
        })
        .await;
    }
}
