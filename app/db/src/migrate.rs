//! Migrations for both engines, embedded in the binary.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use crate::{Db, DbError};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Short for what the migrations of PostgreSQL say: 16 hexadecimal digits, others if a word of one changes.
#[cfg(any(test, feature = "test"))]
pub(crate) fn fingerprint() -> String {
    use sha2::{Digest, Sha256};
    let all = POSTGRES.iter().fold(Sha256::new(), |hash, migration| {
        hash.chain_update(&migration.checksum)
    });
    hex::encode(&all.finalize()[..8])
}

/// How a database stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// The newest migration applied to the database; 0 for none.
    pub applied: i64,
    /// The newest migration that this program knows.
    pub known: i64,
    /// How many of the known migrations are still to be applied.
    pub pending: usize,
}

impl Db {
    /// Applies what is missing up to the migration `version`: to restore an older backup.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub(crate) async fn migrate_to(&self, version: i64) -> Result<(), DbError> {
        let result = match self {
            Self::Sqlite { write, .. } => SQLITE.run_to(version, write).await,
            Self::Postgres(pool) => POSTGRES.run_to(version, pool).await,
        };
        result.map_err(DbError::Migration)
    }

    /// Applies what is missing.
    ///
    /// # Errors
    /// [`DbError::FromTheFuture`] if the database was made by a newer program, [`DbError::Migration`] if one fails;
    /// each migration is applied whole or not at all.
    pub async fn migrate(&self) -> Result<MigrationState, DbError> {
        let result = match self {
            Self::Sqlite { write, .. } => SQLITE.run(write).await,
            Self::Postgres(pool) => POSTGRES.run(pool).await,
        };
        match result {
            Ok(()) => self.migration_state().await,
            Err(MigrateError::VersionMissing(found) | MigrateError::VersionNotPresent(found)) => {
                Err(DbError::FromTheFuture { found })
            }
            Err(error) => Err(DbError::Migration(error)),
        }
    }

    /// How this database stands to this program.
    ///
    /// # Errors
    /// [`DbError::Migration`] if the table of migrations cannot be read.
    pub async fn migration_state(&self) -> Result<MigrationState, DbError> {
        let (applied, known): (Vec<i64>, Vec<i64>) = match self {
            Self::Sqlite { write, .. } => {
                let mut c = write.acquire().await?;
                (applied(&mut *c, &SQLITE).await?, versions(&SQLITE))
            }
            Self::Postgres(pool) => {
                let mut c = pool.acquire().await?;
                (applied(&mut *c, &POSTGRES).await?, versions(&POSTGRES))
            }
        };
        Ok(MigrationState {
            applied: applied.iter().copied().max().unwrap_or(0),
            known: known.iter().copied().max().unwrap_or(0),
            pending: known.iter().filter(|version| !applied.contains(version)).count(),
        })
    }

    /// # Errors
    /// [`DbError::Behind`] or [`DbError::FromTheFuture`] unless the database is just what this program knows.
    pub async fn must_be_current(&self) -> Result<(), DbError> {
        let state = self.migration_state().await?;
        if state.applied > state.known {
            return Err(DbError::FromTheFuture { found: state.applied });
        }
        if state.pending > 0 {
            Err(DbError::Behind(state.pending))
        } else {
            Ok(())
        }
    }
}

fn versions(migrator: &Migrator) -> Vec<i64> {
    migrator.iter().map(|m| m.version).collect()
}

async fn applied<C: Migrate>(connection: &mut C, migrator: &Migrator) -> Result<Vec<i64>, DbError> {
    let table = &migrator.table_name;
    connection
        .ensure_migrations_table(table)
        .await
        .map_err(DbError::Migration)?;
    let applied = connection
        .list_applied_migrations(table)
        .await
        .map_err(DbError::Migration)?;
    Ok(applied.into_iter().map(|m| m.version).collect())
}
