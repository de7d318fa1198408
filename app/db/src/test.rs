//! The harness that runs a store test on both engines, each time on a fresh, migrated database.

mod template;

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::Arc,
    sync::atomic::{AtomicU32, Ordering},
};

use futures::FutureExt;
use shared::Timestamp;
use sqlx::{Connection, Executor, PgConnection};

use crate::{Cx, Db, DbError, Engine, House, access, clock::FixedClock, crypt::Keyring, on, upload::Files};

/// What a test is given.
#[derive(Clone, Debug)]
pub struct TestDb {
    pub db: Db,
    /// Stands at 2026-11-23 14:05 in Shanghai until the test moves it.
    pub clock: FixedClock,
    /// The database, that clock, and keys that are the same in every test.
    pub house: House,
    /// The system's access token.
    pub cx: Cx,
    url: String,
}

/// The keys of every test: they protect nothing.
const KEYS: &str = "index AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n\
    key test AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

impl TestDb {
    fn new(db: Db, url: &str) -> Self {
        let clock = FixedClock::at(Timestamp(1_795_413_900 * Timestamp::SECOND));
        let keys = Keyring::load(KEYS).expect("well-formed keys");
        let house =
            House::new(db.clone(), Arc::new(clock.clone()), Arc::new(keys)).with_files(Files::memory());
        let cx = access::system(&house, "test");
        Self {
            db,
            clock,
            house,
            cx,
            url: url.to_owned(),
        }
    }

    /// The same database, clock and keys as another node has them: with pools of its own.
    ///
    /// # Panics
    /// If the database cannot be reached.
    pub async fn node(&self) -> Self {
        let db = Db::connect(&self.url).await.expect("the same database again");
        let mut house = self.house.clone();
        house.db = db.clone();
        Self {
            cx: access::system(&house, "test"),
            db,
            house,
            ..self.clone()
        }
    }

    /// A request as the middleware would make it for `actor`.
    pub fn request(&self, actor: Option<shared::Actor>) -> access::Request {
        access::Request {
            house: self.house.clone(),
            actor: actor.map(Arc::new),
            address: None,
            trace: "test".into(),
        }
    }
}

/// A signed-in person without a role, a new one each time.
pub fn person(t: &TestDb) -> shared::Actor {
    shared::Actor {
        user: t.cx.id(),
        name: "测试".into(),
        session: t.cx.id(),
        device: t.cx.id(),
        second_factor: false,
        grants: Vec::new(),
        acting_for: None,
    }
}

/// The error of a test body: anything.
pub type TestResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Runs `body` on SQLite, then on PostgreSQL (`LINLI_TEST_POSTGRES`, which `cargo xtask test` sets).
///
/// # Panics
/// If the body fails on either engine, or no PostgreSQL is given: a store test never skips one.
pub async fn on_both<F, Fut>(body: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = TestResult>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("test.db");
    std::fs::write(&file, template::file().await).expect("a copy of the migrated file");
    let url = format!("sqlite:{}", file.display());
    let db = Db::connect(&url).await.expect("a SQLite database");
    run(&db, &url, &body).await;

    let server = std::env::var("LINLI_TEST_POSTGRES").expect(
        "LINLI_TEST_POSTGRES is not set: run `cargo xtask test store`, which starts a PostgreSQL, or name one yourself",
    );
    let name = fresh_name();
    let migrated = template::database(&server).await;
    let mut admin = PgConnection::connect(&server)
        .await
        .expect("the PostgreSQL server");
    admin
        .execute(sqlx::AssertSqlSafe(format!(
            "create database {name} template {migrated}"
        )))
        .await
        .expect("a fresh database");
    let url = with_database(&server, &name);
    let db = Db::connect(&url).await.expect("the fresh database");
    let outcome = AssertUnwindSafe(run(&db, &url, &body)).catch_unwind().await;
    db.close().await;
    admin
        .execute(sqlx::AssertSqlSafe(format!("drop database {name} with (force)")))
        .await
        .expect("dropping it again");
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn run<F, Fut>(db: &Db, url: &str, body: &F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = TestResult>,
{
    let engine = db.engine();
    if let Err(error) = body(TestDb::new(db.clone(), url)).await {
        panic!("on {}: {error}", engine.name());
    }
    if engine == Engine::Sqlite {
        db.close().await;
    }
}

fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "linli_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// `url` with its database replaced by `name`.
pub fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let host_end = base.find("://").map_or(0, |i| i + 3);
    let base = base[host_end..].find('/').map_or(base, |i| &base[..host_end + i]);
    query.map_or_else(
        || format!("{base}/{name}"),
        |query| format!("{base}/{name}?{query}"),
    )
}

/// A small photo, as a browser sends one.
///
/// # Panics
/// If it cannot be encoded.
pub fn photo() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(8, 6, image::Rgb([200, 60, 40]));
    picture
        .write_to(&mut out, image::ImageFormat::Png)
        .expect("a picture in memory");
    out.into_inner()
}

/// The same, with a header that claims another size: little to send, and more to unfold than there is memory.
pub fn photo_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bomb = photo();
    bomb[16..20].copy_from_slice(&width.to_be_bytes());
    bomb[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = !bomb[12..29].iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    });
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    bomb
}

/// `(table, column, nullable)` of every table, in one order.
pub type Schema = Vec<(String, String, bool)>;

/// The schema as this engine has it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn schema(t: &TestDb) -> Result<Schema, DbError> {
    let sql = match t.db.engine() {
        Engine::Sqlite => {
            "select m.name, c.name, c.\"notnull\" = 0 and c.pk = 0 from sqlite_master m, pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\\_%' escape '\\' \
             and m.name not like '%\\_fts%' escape '\\' order by m.name, c.name"
        }
        Engine::Postgres => {
            "select table_name::text collate \"C\", column_name::text collate \"C\", is_nullable = 'YES' from information_schema.columns \
             where table_schema = 'public' and table_name not like '\\_%' order by 1, 2"
        }
    };
    let mut tx = t.cx.read().await?;
    on!(tx, |c| sqlx::query_as(sql).fetch_all(c).await)
}

#[cfg(test)]
mod store {
    use super::*;

    #[tokio::test]
    async fn both_engines_have_the_same_tables_and_columns() {
        let seen: Arc<std::sync::Mutex<Vec<Schema>>> = Arc::default();
        let sink = Arc::clone(&seen);
        on_both(move |t| {
            let sink = Arc::clone(&sink);
            async move {
                let rows = schema(&t).await?;
                sink.lock().unwrap().push(
                    rows.into_iter()
                        .filter(|(_, column, _)| column != "tsv")
                        .collect(),
                );
                Ok(())
            }
        })
        .await;
        let schemas = seen.lock().unwrap();
        assert!(schemas[0].len() > 20, "the schema was read");
        for (sqlite, postgres) in schemas[0].iter().zip(&schemas[1]) {
            assert_eq!(sqlite, postgres);
        }
        assert_eq!(schemas[0].len(), schemas[1].len());
    }

    #[test]
    fn replaces_the_database_of_an_address() {
        assert_eq!(
            with_database("postgres://u@127.0.0.1:5/postgres?a=b", "x"),
            "postgres://u@127.0.0.1:5/x?a=b"
        );
        assert_eq!(
            with_database("postgres://u@127.0.0.1:5", "x"),
            "postgres://u@127.0.0.1:5/x"
        );
    }
}
