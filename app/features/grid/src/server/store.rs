//! Borders in the database, as imports read and write them; what pages show is in [`super::shown`].

use db::{DbError, EngineSql, Json, Tx, execute, on, rows};
use orgs::model::Code;
use serde::Serialize;
use shared::{Date, NodeId, RecordId};

use super::geo::{check, morton::Cell, write};
use crate::model::{Bounds, draft::DraftId};

/// Rows of one statement: a border has some hundred bytes, a large one some hundred kilobytes.
const CHUNK: usize = 500;

/// Whether there is any border at all.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn is_empty(tx: &mut Tx) -> Result<bool, DbError> {
    on!(tx, |c| sqlx::query_scalar(
        "select not exists (select 1 from area where valid_to is null)"
    )
    .fetch_one(c)
    .await)
}

/// The topmost unit that has a border: the one with the shortest code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn topmost(tx: &mut Tx) -> Result<Option<Code>, DbError> {
    const TOP: &str = "select n.code from area a join node n on n.id = a.node_id where a.valid_to is null and n.valid_to is null \
        order by length(n.code), n.code limit 1";
    on!(tx, |c| sqlx::query_scalar(TOP).fetch_optional(c).await)
}

/// A unit as an import needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unit {
    pub id: NodeId,
    pub code: Code,
    pub name: String,
    pub path: String,
    /// Its border, a GeoJSON geometry.
    pub geometry: Option<String>,
    pub synthetic: Option<bool>,
}

impl Unit {
    /// The code of what it is part of, empty for a root.
    pub fn parent(&self) -> &str {
        self.path
            .trim_end_matches('/')
            .rsplit('/')
            .nth(1)
            .unwrap_or_default()
    }
}

const UNITS: EngineSql = rows!(
    "select n.id, n.code, n.name, n.path, a.geometry, a.synthetic from ",
    (code: text),
    " join node n on n.code = r.code and n.valid_to is null left join area a on a.node_id = n.id and a.valid_to is null"
);
const BELOW: EngineSql = rows!(
    "select n.id, n.code, n.name, n.path, a.geometry, a.synthetic from ",
    (code: text),
    " join node p on p.code = r.code and p.valid_to is null join node n on n.parent_id = p.id and n.valid_to is null \
     left join area a on a.node_id = n.id and a.valid_to is null"
);

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a str,
}

/// The units that bear the codes; what is no code finds nothing.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn units<'a>(tx: &mut Tx, codes: impl IntoIterator<Item = &'a str>) -> Result<Vec<Unit>, DbError> {
    units_by(tx, UNITS, codes).await
}

/// The parts of the units that bear the codes.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn below<'a>(tx: &mut Tx, codes: impl IntoIterator<Item = &'a str>) -> Result<Vec<Unit>, DbError> {
    units_by(tx, BELOW, codes).await
}

async fn units_by<'a>(
    tx: &mut Tx,
    sql: EngineSql,
    codes: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Unit>, DbError> {
    let list: Vec<CodeRow<'a>> = codes.into_iter().map(|code| CodeRow { code }).collect();
    let sql = tx.sql(sql);
    on!(tx, |c| sqlx::query_as::<_, Unit>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

/// A border to be stored for a unit.
#[derive(Clone, Copy, Debug)]
pub struct NewArea<'a> {
    pub node: NodeId,
    pub area: &'a check::Area,
}

#[derive(Serialize)]
struct AreaRow {
    id: RecordId,
    node: NodeId,
    geometry: String,
    min_lon: i32,
    min_lat: i32,
    max_lon: i32,
    max_lat: i32,
    label_lon: i32,
    label_lat: i32,
    cell: i64,
    metres: i64,
}

const FORGET_TODAYS: EngineSql = rows!(
    "delete from area where valid_to is null and valid_from >= $2 and node_id in (select r.node from ",
    (node: uuid),
    ")"
);
const END: EngineSql = rows!(
    "update area set valid_to = $2 where valid_to is null and node_id in (select r.node from ",
    (node: uuid),
    ")"
);
const INSERT: EngineSql = rows!(
    "insert into area (id, node_id, valid_from, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, cell, square_metres, \
     synthetic, import_id, draft_id, created_at) select id, node, $2, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, \
     cell, metres, $3, $4, $5, $6 from ",
    (
        id: uuid, node: uuid, geometry: text, min_lon: bigint, min_lat: bigint, max_lon: bigint, max_lat: bigint, label_lon: bigint,
        label_lat: bigint, cell: bigint, metres: bigint
    ),
    ""
);

/// What brought a border.
#[derive(Clone, Copy, Debug)]
pub enum By {
    Import(RecordId),
    Draft(DraftId),
}

/// From where borders come, and from when on they are in force.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub by: By,
    pub synthetic: bool,
    pub from: Date,
}

/// Stores borders, ending those that were in force. One that began today is replaced: it was in force for no whole day.
/// Returns how many were stored.
///
/// # Errors
/// [`DbError::Sql`]; a unique violation if somebody else stores a border for the same unit.
pub async fn replace(tx: &mut Tx, areas: &[NewArea<'_>], source: Source) -> Result<u64, DbError> {
    let now = tx.now();
    let mut stored = 0;
    for chunk in areas.chunks(CHUNK) {
        let list: Vec<AreaRow> = chunk.iter().map(|new| row(tx, new)).collect();
        for sql in [FORGET_TODAYS, END] {
            let sql = tx.sql(sql);
            execute!(tx, sql, Json(&list), source.from)?;
        }
        let sql = tx.sql(INSERT);
        let Source { by, synthetic, from } = source;
        let (import, draft) = match by {
            By::Import(import) => (Some(import), None),
            By::Draft(draft) => (None, Some(draft)),
        };
        stored += execute!(tx, sql, Json(&list), from, synthetic, import, draft, now)?;
    }
    Ok(stored)
}

/// Ends the borders of units that are no more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(tx: &mut Tx, nodes: &[NodeId], on: Date) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Ending {
        node: NodeId,
    }
    let list: Vec<Ending> = nodes.iter().map(|node| Ending { node: *node }).collect();
    for sql in [FORGET_TODAYS, END] {
        let sql = tx.sql(sql);
        execute!(tx, sql, Json(&list), on)?;
    }
    Ok(())
}

fn row(tx: &Tx, new: &NewArea<'_>) -> AreaRow {
    let NewArea { node, area } = new;
    let Bounds { min, max } = area.bounds;
    AreaRow {
        id: tx.id(),
        node: *node,
        geometry: write::geometry(&area.border),
        min_lon: min.lon,
        min_lat: min.lat,
        max_lon: max.lon,
        max_lat: max.lat,
        label_lon: area.label.lon,
        label_lat: area.label.lat,
        cell: Cell::around(area.bounds).key(),
        metres: area.square_metres.round() as i64,
    }
}
