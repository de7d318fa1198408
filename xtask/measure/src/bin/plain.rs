//! The baseline of the bench of people: what somebody would write who has the database, a place and a name, and neither rights,
//! masks, pages nor history to think of. Ends with one JSON object: p50 and p95 in ms.

use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use sqlx::{Connection, PgConnection, SqliteConnection};

#[derive(Parser)]
struct Options {
    /// `sqlite:PATH` or `postgres://…`
    #[arg(long)]
    database: String,
    /// The code of a community.
    #[arg(long)]
    community: String,
    /// `2026-01-31`
    #[arg(long)]
    on: String,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    #[arg(value_enum)]
    what: What,
    /// What is looked for: the beginning of a name, its initials, or of an estate's name with a door after a slash.
    asked: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Search,
    Roll,
}

const PATH: &str = "select path from node where code = $1 order by valid_from desc limit 1";
const BY_NAME: &str = "select p.name, e.name, b.number, m.unit, m.door from node n join person p on p.node_id = n.id \
    join residence x on x.person_id = p.id and x.valid_to is null join household h on h.id = x.household_id \
    join room m on m.id = h.room_id join building b on b.id = m.building_id join estate e on e.id = b.estate_id \
    where n.path >= $1 and n.path < $2 and (p.name like $3 || '%' or p.initials like $3 || '%') order by p.pinyin limit 31";
const BY_DOOR: &str = "select p.name, e.name, b.number, m.unit, m.door from node n join building b on b.node_id = n.id \
    join estate e on e.id = b.estate_id join room m on m.building_id = b.id join household h on h.room_id = m.id \
    join residence x on x.household_id = h.id and x.valid_to is null join person p on p.id = x.person_id \
    where n.path >= $1 and n.path < $2 and e.name like $3 || '%' and m.door = $4 order by p.pinyin limit 31";
const ROLL: &str = "select count(distinct s.household_id), count(x.id), \
    sum(case when p.adult_from <= $3 and x.kind in ('registered', 'living') then 1 else 0 end) \
    from node n join household_span s on s.node_id = n.id and s.valid_from <= $3 and (s.valid_to is null or s.valid_to > $3) \
    join residence x on x.household_id = s.household_id and x.valid_from <= $3 and (x.valid_to is null or x.valid_to > $3) \
    join person p on p.id = x.person_id where n.path >= $1 and n.path < $2";

type Found = (String, String, String, String, String);
type Counted = (i64, i64, Option<i64>);

/// Runs the same calls on either engine's connection.
macro_rules! measured {
    ($db:expr, $options:expr) => {{
        let (db, options) = ($db, $options);
        let lo: String = sqlx::query_scalar(PATH)
            .bind(&options.community)
            .fetch_one(&mut *db)
            .await
            .context("the community")?;
        // Below the path and nothing else: the character after the slash that ends it.
        let hi = format!("{}0", lo.trim_end_matches('/'));
        let mut times = Vec::new();
        for round in 0..=options.rounds {
            let mut one = |from: Instant| {
                if round > 0 {
                    times.push(from.elapsed().as_secs_f64() * 1_000.0);
                }
            };
            match options.what {
                What::Search => {
                    for asked in &options.asked {
                        let from = Instant::now();
                        match asked.split_once('/') {
                            Some((estate, door)) => {
                                sqlx::query_as::<_, Found>(BY_DOOR)
                                    .bind(&lo)
                                    .bind(&hi)
                                    .bind(estate)
                                    .bind(door)
                                    .fetch_all(&mut *db)
                                    .await?
                            }
                            None => {
                                sqlx::query_as::<_, Found>(BY_NAME)
                                    .bind(&lo)
                                    .bind(&hi)
                                    .bind(asked)
                                    .fetch_all(&mut *db)
                                    .await?
                            }
                        };
                        one(from);
                    }
                }
                What::Roll => {
                    let from = Instant::now();
                    sqlx::query_as::<_, Counted>(ROLL)
                        .bind(&lo)
                        .bind(&hi)
                        .bind(&options.on)
                        .fetch_one(&mut *db)
                        .await?;
                    one(from);
                }
            }
        }
        measure::shares(times)?
    }};
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let shares = if options.database.starts_with("sqlite:") {
        let mut db = SqliteConnection::connect(&options.database).await?;
        measured!(&mut db, &options)
    } else {
        let mut db = PgConnection::connect(&options.database).await?;
        measured!(&mut db, &options)
    };
    println!("{shares}");
    Ok(())
}
