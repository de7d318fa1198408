//! One or the other engine's pools.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

use crate::DbError;

/// How long somebody waits for a connection, or for SQLite's one writer, before the answer is "busy".
const WAIT: Duration = Duration::from_secs(10);

/// A machine that loses power in the middle of a transaction says no goodbye. The server's own default waits two hours
/// for it, with its rows locked for the other nodes; so asked, it waits half a minute.
const KEEPALIVE: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "4"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The database: SQLite (one writer, several readers, WAL) or PostgreSQL. Cloning shares the pools.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
        /// Told of each commit that published an event; PostgreSQL has NOTIFY for it.
        published: Arc<Notify>,
    },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:PATH` (made if it is not there) or `postgres://…`.
    ///
    /// # Errors
    /// [`DbError::Address`] if the URL is of neither kind, [`DbError::NotADatabase`] if the file is something else,
    /// [`DbError::Sql`] if the server cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| DbError::Address(url.to_owned()))?
                .application_name("linli")
                .options(KEEPALIVE);
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(WAIT)
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let path = url
            .strip_prefix("sqlite:")
            .ok_or_else(|| DbError::Address(url.to_owned()))?;
        Self::open_file(path.trim_start_matches("//")).await
    }

    async fn open_file(path: &str) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(WAIT)
            .pragma("cache_size", "-32768")
            .pragma("temp_store", "memory")
            .optimize_on_close(true, 400);
        // A file does not hang up: to ask each connection whether it still lives would double the way to its thread.
        // A single writer turns "database is locked" into waiting one's turn.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(WAIT)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .map_err(|error| DbError::open(error, path))?;
        let read = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(WAIT)
            .test_before_acquire(false)
            .connect_with(
                options
                    .read_only(true)
                    .create_if_missing(false)
                    .optimize_on_close(false, None),
            )
            .await
            .map_err(|error| DbError::open(error, path))?;
        Ok(Self::Sqlite {
            read,
            write,
            published: Arc::default(),
        })
    }

    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Ends the pools, letting statements under way finish.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
