//! The baseline of the import's bench: the same rows into an empty, migrated database by the engine's own bulk way.
//!
//! That is COPY on PostgreSQL, and on SQLite `insert … select` from the attached file, both with foreign keys off.
//! Prints the seconds that it took.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

#[derive(Parser)]
struct Options {
    /// Where the importer has put the rows: `sqlite:PATH` or `postgres://…`.
    #[arg(long)]
    from: String,
    /// The same engine, migrated, without those rows.
    #[arg(long)]
    to: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let (seconds, rows) = match (
        options.from.strip_prefix("sqlite:"),
        options.to.strip_prefix("sqlite:"),
    ) {
        (Some(from), Some(to)) => sqlite(from, to).await?,
        (None, None) => postgres(&options.from, &options.to).await?,
        _ => bail!("both databases have to be of one engine"),
    };
    println!("{}", serde_json::json!({ "seconds": seconds, "rows": rows }));
    Ok(())
}

/// Names come from the engine's own catalogue; still, quote them.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn sqlite(from: &str, to: &str) -> Result<(f64, u64)> {
    let mut to = SqliteConnection::connect(&format!("sqlite:{to}"))
        .await
        .context("the target")?;
    to.execute("pragma foreign_keys = off").await?;
    to.execute(sqlx::query("attach database $1 as source").bind(from))
        .await
        .context("the source")?;
    // Virtual tables keep their contents in shadow tables of their own, which are filled through them.
    let tables = sqlx::query_scalar::<_, String>(
        "select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual') and name not like 'sqlite_%'",
    )
    .fetch_all(&mut to)
    .await?;
    let mut wanted = Vec::new();
    for name in tables {
        let table = quoted(&name);
        let count = |schema: &str| AssertSqlSafe(format!("select count(*) from {schema}.{table}"));
        let there: i64 = sqlx::query_scalar(count("source")).fetch_one(&mut to).await?;
        let here: i64 = sqlx::query_scalar(count("main")).fetch_one(&mut to).await?;
        if there > 0 && here == 0 {
            wanted.push(table);
        }
    }
    let start = Instant::now();
    let mut rows = 0;
    let mut tx = to.begin().await?;
    for table in wanted {
        let copied = tx
            .execute(AssertSqlSafe(format!(
                "insert into main.{table} select * from source.{table}"
            )))
            .await?;
        rows += copied.rows_affected();
    }
    tx.commit().await?;
    Ok((start.elapsed().as_secs_f64(), rows))
}

async fn postgres(from: &str, to: &str) -> Result<(f64, u64)> {
    let mut from = PgConnection::connect(from).await.context("the source")?;
    let mut to = PgConnection::connect(to).await.context("the target")?;
    to.execute("set session_replication_role = replica").await?;
    let tables = to
        .fetch_all("select quote_ident(relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1")
        .await?;
    let mut wanted = Vec::new();
    for row in tables {
        let table: String = row.try_get(0)?;
        let count = || AssertSqlSafe(format!("select count(*) from {table}"));
        let there: i64 = sqlx::query_scalar(count()).fetch_one(&mut from).await?;
        let here: i64 = sqlx::query_scalar(count()).fetch_one(&mut to).await?;
        if there > 0 && here == 0 {
            // What cannot be written is not copied: generated columns are made anew.
            let columns: String = sqlx::query_scalar(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute \
                 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            )
            .bind(&table)
            .fetch_one(&mut to)
            .await?;
            let mut bytes = Vec::new();
            let mut out = from
                .copy_out_raw(&format!("copy {table} ({columns}) to stdout"))
                .await?;
            while let Some(chunk) = out.try_next().await? {
                bytes.extend_from_slice(&chunk);
            }
            wanted.push((format!("copy {table} ({columns}) from stdin"), bytes));
        }
    }
    let start = Instant::now();
    let mut rows = 0;
    let mut tx = to.begin().await?;
    for (copy, bytes) in wanted {
        let mut into = tx.copy_in_raw(&copy).await?;
        into.send(bytes).await?;
        rows += into.finish().await?;
    }
    tx.commit().await?;
    Ok((start.elapsed().as_secs_f64(), rows))
}
