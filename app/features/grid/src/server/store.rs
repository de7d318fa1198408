//! Borders in the database. What a page may show is filtered by [`Sight`] in SQL, in one place.

use db::{DbError, EngineSql, Json, Tx, execute, on, rows};
use orgs::model::{Code, NodeKind};
use serde::Serialize;
use shared::{Date, NodeId, RecordId, Timestamp};

use super::geo::{check, morton::Cell, write};
use super::sight::Sight;
use crate::model::{Bounds, Place};

/// Rows of one statement: a border has some hundred bytes, a large one some hundred kilobytes.
const CHUNK: usize = 500;

/// A border that the viewer may see, with its unit.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Shown {
    pub node_id: NodeId,
    pub code: Code,
    pub kind: NodeKind,
    pub name: String,
    pub path: String,
    /// A GeoJSON geometry.
    pub geometry: String,
    label_lon: i64,
    label_lat: i64,
    pub square_metres: i64,
    pub synthetic: bool,
    /// Whether parts of it have borders too.
    pub has_map: bool,
    pub created_at: Timestamp,
}

impl Shown {
    /// Where its label goes.
    pub fn label(&self) -> Place {
        place(self.label_lon, self.label_lat)
    }
}

fn place(lon: i64, lat: i64) -> Place {
    let unit = |value: i64| i32::try_from(value).unwrap_or_default();
    Place {
        lon: unit(lon),
        lat: unit(lat),
    }
}

// $1 is the viewer's scope, $2 whether anybody may see everything. Staff see what they work below too, for their own part
// needs something around it.
macro_rules! visible {
    ($which:literal) => {
        rows!(
            concat!(
                "select a.node_id, n.code, n.kind, n.name, n.path, a.geometry, a.label_lon, a.label_lat, a.square_metres, a.synthetic, ",
                "exists (select 1 from node m join area b on b.node_id = m.id and b.valid_to is null ",
                "where m.parent_id = n.id and m.valid_to is null) as has_map, a.created_at ",
                "from node n join area a on a.node_id = n.id and a.valid_to is null ",
                "where n.valid_to is null and ", $which, " and (a.synthetic or $2 or exists (select 1 from "
            ),
            (lo: text, hi: text),
            " where (n.path >= r.lo and n.path < r.hi) or substr(r.lo, 1, length(n.path)) = n.path)) order by n.code"
        )
    };
}

const PARTS: EngineSql = visible!("n.parent_id = $3");
const OF_NODE: EngineSql = visible!("n.id = $3");
const AT_SQLITE: EngineSql = visible!(
    "a.cell in (select value from json_each($3)) and a.min_lon <= $4 and a.max_lon >= $4 and a.min_lat <= $5 and a.max_lat >= $5"
);
const AT_POSTGRES: EngineSql = visible!(
    "a.cell in (select value::bigint from jsonb_array_elements_text($3)) and a.min_lon <= $4 and a.max_lon >= $4 \
     and a.min_lat <= $5 and a.max_lat >= $5"
);

// As `visible`, of the day $4: names and parts are those of that day too. Whom it is shown is asked of where the unit stands now.
macro_rules! visible_then {
    ($which:literal) => {
        rows!(
            concat!(
                "select a.node_id, v.code, v.kind, v.name, n.path, a.geometry, a.label_lon, a.label_lat, a.square_metres, a.synthetic, ",
                "exists (select 1 from node_version m join area b on b.node_id = m.node_id and b.valid_from <= $4 ",
                "and (b.valid_to is null or b.valid_to > $4) where m.parent_id = v.node_id and m.valid_from <= $4 ",
                "and (m.valid_to is null or m.valid_to > $4)) as has_map, a.created_at ",
                "from node_version v join node n on n.id = v.node_id join area a on a.node_id = v.node_id and a.valid_from <= $4 ",
                "and (a.valid_to is null or a.valid_to > $4) ",
                "where v.valid_from <= $4 and (v.valid_to is null or v.valid_to > $4) and ", $which,
                " and (a.synthetic or $2 or exists (select 1 from "
            ),
            (lo: text, hi: text),
            " where (n.path >= r.lo and n.path < r.hi) or substr(r.lo, 1, length(n.path)) = n.path)) order by v.code"
        )
    };
}

const PARTS_THEN: EngineSql = visible_then!("v.parent_id = $3");
const OF_NODE_THEN: EngineSql = visible_then!("v.node_id = $3");

/// The borders of the parts directly below a unit, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts(tx: &mut Tx, sight: &Sight, parent: NodeId) -> Result<Vec<Shown>, DbError> {
    by_id(tx, sight, PARTS, parent).await
}

/// A unit's border.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_node(tx: &mut Tx, sight: &Sight, node: NodeId) -> Result<Option<Shown>, DbError> {
    Ok(by_id(tx, sight, OF_NODE, node).await?.pop())
}

/// As [`parts`], as it was on `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts_on(tx: &mut Tx, sight: &Sight, parent: NodeId, day: Date) -> Result<Vec<Shown>, DbError> {
    by_id_on(tx, sight, PARTS_THEN, parent, day).await
}

/// As [`of_node`], as it was on `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_node_on(
    tx: &mut Tx,
    sight: &Sight,
    node: NodeId,
    day: Date,
) -> Result<Option<Shown>, DbError> {
    Ok(by_id_on(tx, sight, OF_NODE_THEN, node, day).await?.pop())
}

async fn by_id_on(
    tx: &mut Tx,
    sight: &Sight,
    sql: EngineSql,
    id: NodeId,
    day: Date,
) -> Result<Vec<Shown>, DbError> {
    let (sql, ranges, all) = (tx.sql(sql), sight.scope.ranges(), sight.reviewed.is_some());
    on!(tx, |c| sqlx::query_as::<_, Shown>(sql)
        .bind(Json(&ranges))
        .bind(all)
        .bind(id)
        .bind(day)
        .fetch_all(c)
        .await)
}

async fn by_id(tx: &mut Tx, sight: &Sight, sql: EngineSql, id: NodeId) -> Result<Vec<Shown>, DbError> {
    let (sql, ranges, all) = (tx.sql(sql), sight.scope.ranges(), sight.reviewed.is_some());
    on!(tx, |c| sqlx::query_as::<_, Shown>(sql)
        .bind(Json(&ranges))
        .bind(all)
        .bind(id)
        .fetch_all(c)
        .await)
}

/// Borders whose rectangle holds the place.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn around(tx: &mut Tx, sight: &Sight, at: Place) -> Result<Vec<Shown>, DbError> {
    let sql = EngineSql {
        sqlite: AT_SQLITE.sqlite,
        postgres: AT_POSTGRES.postgres,
    };
    let (sql, ranges, all) = (tx.sql(sql), sight.scope.ranges(), sight.reviewed.is_some());
    let cells: Vec<i64> = Cell::of(at).and_above().map(Cell::key).collect();
    on!(tx, |c| sqlx::query_as::<_, Shown>(sql)
        .bind(Json(&ranges))
        .bind(all)
        .bind(Json(&cells))
        .bind(i64::from(at.lon))
        .bind(i64::from(at.lat))
        .fetch_all(c)
        .await)
}

/// Whether a unit or a part of it has a border, seen or not.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn has_any(tx: &mut Tx, node: NodeId) -> Result<bool, DbError> {
    const ANY: &str = "select exists (select 1 from node n join area a on a.node_id = n.id and a.valid_to is null \
        where n.valid_to is null and (n.id = $1 or n.parent_id = $1))";
    on!(tx, |c| sqlx::query_scalar(ANY).bind(node).fetch_one(c).await)
}

/// As [`has_any`], as it was on `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn has_any_on(tx: &mut Tx, node: NodeId, day: Date) -> Result<bool, DbError> {
    const ANY: &str = "select exists (select 1 from node_version v join area a on a.node_id = v.node_id \
        and a.valid_from <= $2 and (a.valid_to is null or a.valid_to > $2) \
        where v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) and (v.node_id = $1 or v.parent_id = $1))";
    on!(tx, |c| sqlx::query_scalar(ANY)
        .bind(node)
        .bind(day)
        .fetch_one(c)
        .await)
}

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
     synthetic, import_id, created_at) select id, node, $2, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, cell, metres, \
     $3, $4, $5 from ",
    (
        id: uuid, node: uuid, geometry: text, min_lon: bigint, min_lat: bigint, max_lon: bigint, max_lat: bigint, label_lon: bigint,
        label_lat: bigint, cell: bigint, metres: bigint
    ),
    ""
);

/// From where borders come, and from when on they are in force.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub import: RecordId,
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
        let Source {
            import,
            synthetic,
            from,
        } = source;
        stored += execute!(tx, sql, Json(&list), from, synthetic, import, now)?;
    }
    Ok(stored)
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
