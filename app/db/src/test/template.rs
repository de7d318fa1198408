//! Migrated databases that each test gets a copy of: to migrate anew takes longer than most tests.

use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

use super::with_database;
use crate::{Db, migrate};

/// A migrated file of SQLite, made once a process.
pub(super) async fn file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("template.db");
        migrated(&format!("sqlite:{}", path.display())).await;
        std::fs::read(path).expect("the migrated file")
    })
    .await
}

/// The name of a migrated database on `server`, made by the first process that asks.
///
/// It is named for what the migrations say and stays: a server that serves for longer than one run of tests keeps one a
/// state of the migrations, of no use to anybody else.
pub(super) async fn database(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(|| make(server)).await
}

async fn make(server: &str) -> String {
    let name = format!("linli_template_{}", migrate::fingerprint());
    let unfinished = format!("{name}_unfinished");
    let mut admin = PgConnection::connect(server)
        .await
        .expect("the PostgreSQL server");
    // One process makes it, the others wait; a half-made one of a process that was killed goes.
    admin
        .execute("select pg_advisory_lock(hashtext('linli_template'))")
        .await
        .expect("the lock");
    let there: bool = sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut admin)
        .await
        .expect("the databases");
    if !there {
        for statement in [
            format!("drop database if exists {unfinished} with (force)"),
            format!("create database {unfinished}"),
        ] {
            admin
                .execute(sqlx::AssertSqlSafe(statement))
                .await
                .expect("a fresh database");
        }
        migrated(&with_database(server, &unfinished)).await;
        admin
            .execute(sqlx::AssertSqlSafe(format!(
                "alter database {unfinished} rename to {name}"
            )))
            .await
            .expect("its name");
    }
    name
}

async fn migrated(url: &str) {
    let db = Db::connect(url).await.expect("an empty database");
    db.migrate()
        .await
        .unwrap_or_else(|error| panic!("migrating {}: {error}", db.engine().name()));
    db.close().await;
}
