//! The bench `import/divisions`: the demonstration's divisions through the real importer, and beside it the same rows by
//! the engine's own bulk way (SQLite: one prepared statement in one transaction; PostgreSQL: COPY).
//!
//! `cargo run --release -p orgs --features ssr --example import_divisions -- --database-url URL [--rows N]` wants an empty
//! database, fills it, and prints one line: `{"value":1.2,"baseline":0.3,"n":23389}` in seconds.

use std::{sync::Arc, time::Instant};

use clap::Parser;
use db::{Db, Engine, House, SystemClock, access, crypt::Keyring};
use orgs::{demo, server::import};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures the import of divisions into an empty database.
#[derive(Parser)]
struct Arguments {
    /// `sqlite:PATH` or `postgres://…`, an empty database.
    #[arg(long)]
    database_url: String,
    /// Only so many of the divisions.
    #[arg(long)]
    rows: Option<usize>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let text = std::str::from_utf8(demo::DIVISIONS)?;
    let bytes: String = text
        .lines()
        .take(arguments.rows.map_or(usize::MAX, |n| n + 1))
        .flat_map(|l| [l, "\n"])
        .collect();
    let db = Db::connect(&arguments.database_url).await?;
    db.migrate().await?;
    let house = House::new(db.clone(), Arc::new(SystemClock), Arc::new(Keyring::generate()));
    let cx = access::system(&house, "bench");

    let begun = Instant::now();
    let plan = import::plan(&cx, bytes.as_bytes()).await?;
    let counts = import::apply(&cx, plan).await?;
    let value = begun.elapsed().as_secs_f64();

    let rows = csv_rows(&bytes);
    let baseline = match db.engine() {
        Engine::Sqlite => sqlite(&db, &rows).await?,
        Engine::Postgres => postgres(&db, &rows).await?,
    };
    db.close().await;
    println!(
        "{}",
        serde_json::json!({ "value": value, "baseline": baseline, "n": counts.new })
    );
    Ok(())
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(ToOwned::to_owned).collect())
        .collect()
}

async fn sqlite(db: &Db, rows: &[Vec<String>]) -> Result<f64, Failure> {
    let Db::Sqlite { write, .. } = db else {
        return Err("not SQLite".into());
    };
    sqlx::query("create table bare (code text primary key not null, name text not null, level text not null, parent text)")
        .execute(write)
        .await?;
    let begun = Instant::now();
    let mut tx = write.begin().await?;
    for row in rows {
        sqlx::query("insert into bare (code, name, level, parent) values ($1, $2, $3, $4)")
            .bind(&row[0])
            .bind(&row[1])
            .bind(&row[2])
            .bind(&row[3])
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    let taken = begun.elapsed().as_secs_f64();
    sqlx::query("drop table bare").execute(write).await?;
    Ok(taken)
}

async fn postgres(db: &Db, rows: &[Vec<String>]) -> Result<f64, Failure> {
    let Db::Postgres(pool) = db else {
        return Err("not PostgreSQL".into());
    };
    sqlx::query("create table bare (code text collate \"C\" primary key, name text not null, level text not null, parent text)")
        .execute(pool)
        .await?;
    let body: String = rows
        .iter()
        .flat_map(|row| [row.join("\t"), "\n".to_owned()])
        .collect();
    let begun = Instant::now();
    let mut connection = pool.acquire().await?;
    let mut copy = connection
        .copy_in_raw("copy bare (code, name, level, parent) from stdin")
        .await?;
    copy.send(body.into_bytes()).await?;
    copy.finish().await?;
    let taken = begun.elapsed().as_secs_f64();
    sqlx::query("drop table bare").execute(pool).await?;
    Ok(taken)
}
