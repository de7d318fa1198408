//! Scatters made-up points over the grids of a database, as many in each, for `cargo xtask bench tiles`; prints how many there are and
//! then, for a secretary whom it puts at the unit `CODE`, the token of a session with the second factor shown.
//!
//! `scatter DATABASE_URL POINTS CODE`, with the database's keys in `LINLI_KEYS`

use std::{error::Error, sync::Arc};

use accounts::server::{service, session};
use db::{Cx, Db, House, Json, SystemClock, access, crypt::Keyring, execute, on, rows};
use grid::{model::Place, server::geo::morton::Cell};
use poi::model::{Kind, PointId};
use serde::Serialize;
use shared::{NodeId, Role};

/// Rows of one statement.
const CHUNK: usize = 5_000;

const GRIDS: &str = "select a.node_id, a.min_lon, a.min_lat, a.max_lon, a.max_lat from area a join node n on n.id = a.node_id \
    where a.valid_to is null and n.kind = 'grid' order by n.code";

const INSERT: db::EngineSql = rows!(
    "insert into poi (id, node_id, kind, name, pinyin, lon, lat, cell, address, hours, phone, access, remark, version, valid_from, updated_at) \
     select r.id, r.node, r.kind, r.name, r.name, r.lon, r.lat, r.cell, '', '', '', '[]', '', 1, '2026-01-01', 0 from ",
    (id: uuid, node: uuid, kind: text, name: text, lon: bigint, lat: bigint, cell: bigint),
    ""
);

#[derive(Serialize)]
struct Row {
    id: PointId,
    node: NodeId,
    kind: &'static str,
    name: String,
    lon: i32,
    lat: i32,
    cell: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, points, code] = arguments.as_slice() else {
        return Err("scatter DATABASE_URL POINTS CODE".into());
    };
    let points: usize = points.parse()?;
    let house = House::new(
        Db::connect(url).await?,
        Arc::new(SystemClock),
        Arc::new(Keyring::load(&std::env::var("LINLI_KEYS")?)?),
    );
    let cx = access::system(&house, "scatter");
    let mut tx = cx.write().await?;
    let grids: Vec<(NodeId, i64, i64, i64, i64)> = on!(tx, |c| sqlx::query_as(GRIDS).fetch_all(c).await)?;
    let kinds: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.is_public())
        .collect();
    let mut rows = Vec::with_capacity(points);
    for n in 0..points {
        let (node, west, south, east, north) = grids[n * grids.len() / points];
        // Spread evenly by the golden ratio and its like, the same at every run.
        let along =
            |low: i64, high: i64, step: f64| low + ((high - low) as f64 * (n as f64 * step).fract()) as i64;
        let place = Place {
            lon: i32::try_from(along(west, east, 0.754_877_67))?,
            lat: i32::try_from(along(south, north, 0.569_840_29))?,
        };
        let kind = kinds[n % kinds.len()];
        rows.push(Row {
            id: tx.id(),
            node,
            kind: kind.code(),
            name: format!("{}{n}号", kind.label()),
            lon: place.lon,
            lat: place.lat,
            cell: Cell::of(place).key(),
        });
    }
    let mut stored = 0;
    let sql = tx.sql(INSERT);
    for chunk in rows.chunks(CHUNK) {
        stored += execute!(tx, sql, Json(chunk))?;
    }
    tx.commit().await?;
    println!("{stored}");
    println!("{}", secretary(&cx, code).await?);
    Ok(())
}

async fn secretary(cx: &Cx, code: &str) -> Result<String, Box<dyn Error>> {
    const PHONE: &str = "13900000001";
    let user = service::add_user(cx, "某人", PHONE, None).await?;
    service::grant(cx, PHONE, Role::Secretary, code, None, None).await?;
    let mut tx = cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(opened.token)
}
