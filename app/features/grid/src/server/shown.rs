//! The borders that a viewer is shown. They are filtered by [`Sight`] in SQL, here and nowhere else.

use std::collections::BTreeSet;

use db::{DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::{Code, NodeKind};
use shared::{Date, NodeId, Timestamp};

use super::geo::morton::{self, Cell};
use super::sight::Sight;
use crate::model::{Bounds, Place};

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
    ($which:expr) => {
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

// Found by their cells first, $3, then by their rectangles. Cells are pairs, the first and the last.
macro_rules! touching {
    ($cells:literal, $which:literal) => {
        visible!(concat!(
            $which, " and n.id in (select b.node_id from ", $cells,
            " where b.valid_to is null and b.min_lon <= $6 and b.max_lon >= $4 and b.min_lat <= $7 and b.max_lat >= $5)"
        ))
    };
}

const IN_SQLITE: EngineSql = touching!(
    "json_each($3) c cross join area b on b.cell between c.value ->> 0 and c.value ->> 1",
    "n.kind in (select value from json_each($8))"
);
const IN_POSTGRES: EngineSql = touching!(
    "jsonb_array_elements($3) c join area b on b.cell between (c ->> 0)::bigint and (c ->> 1)::bigint",
    "n.kind in (select value from jsonb_array_elements_text($8))"
);
const PARTS_IN_SQLITE: EngineSql = touching!(
    "json_each($3) c cross join area b on b.cell between c.value ->> 0 and c.value ->> 1",
    "n.parent_id = $8"
);
const PARTS_IN_POSTGRES: EngineSql = touching!(
    "jsonb_array_elements($3) c join area b on b.cell between (c ->> 0)::bigint and (c ->> 1)::bigint",
    "n.parent_id = $8"
);

// As `visible`, of the day $4: names and parts are those of that day too. Whom it is shown is asked of where the unit stands now.
macro_rules! visible_then {
    ($which:expr) => {
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

// As `touching`, of the day $4: borders that still hold and those that ended later, for each have their own index.
macro_rules! touching_then {
    ($cells:literal, $which:literal) => {
        visible_then!(concat!(
            $which, " and v.node_id in (select b.node_id from ", $cells, " where b.valid_to is null and b.valid_from <= $4 ",
            "and b.min_lon <= $7 and b.max_lon >= $5 and b.min_lat <= $8 and b.max_lat >= $6 union all select b.node_id from ", $cells,
            " where b.valid_to > $4 and b.valid_from <= $4 ",
            "and b.min_lon <= $7 and b.max_lon >= $5 and b.min_lat <= $8 and b.max_lat >= $6)"
        ))
    };
}

const IN_THEN_SQLITE: EngineSql = touching_then!(
    "json_each($3) c cross join area b on b.cell between c.value ->> 0 and c.value ->> 1",
    "v.kind in (select value from json_each($9))"
);
const IN_THEN_POSTGRES: EngineSql = touching_then!(
    "jsonb_array_elements($3) c join area b on b.cell between (c ->> 0)::bigint and (c ->> 1)::bigint",
    "v.kind in (select value from jsonb_array_elements_text($9))"
);

const PARTS_IN_THEN_SQLITE: EngineSql = touching_then!(
    "json_each($3) c cross join area b on b.cell between c.value ->> 0 and c.value ->> 1",
    "v.parent_id = $9"
);
const PARTS_IN_THEN_POSTGRES: EngineSql = touching_then!(
    "jsonb_array_elements($3) c join area b on b.cell between (c ->> 0)::bigint and (c ->> 1)::bigint",
    "v.parent_id = $9"
);

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

/// Asks a query of [`touching!`], or of [`touching_then!`] on a day, with what it alone asks for.
macro_rules! asked {
    ($tx:ident, $sight:ident, $sql:expr, $bounds:ident, $own:expr $(, on $day:ident)?) => {{
        let (sql, ranges, all) = ($tx.sql($sql), $sight.scope.ranges(), $sight.reviewed.is_some());
        let cells = stored_in($bounds);
        on!($tx, |c| sqlx::query_as::<_, Shown>(sql)
            .bind(Json(&ranges))
            .bind(all)
            .bind(Json(&cells))
            $(.bind($day))?
            .bind(i64::from($bounds.min.lon))
            .bind(i64::from($bounds.min.lat))
            .bind(i64::from($bounds.max.lon))
            .bind(i64::from($bounds.max.lat))
            .bind($own)
            .fetch_all(c)
            .await)
    }};
}

/// Borders of units of some kinds whose rectangle touches `bounds`, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn within(
    tx: &mut Tx,
    sight: &Sight,
    bounds: Bounds,
    kinds: &[NodeKind],
) -> Result<Vec<Shown>, DbError> {
    let sql = EngineSql {
        sqlite: IN_SQLITE.sqlite,
        postgres: IN_POSTGRES.postgres,
    };
    asked!(tx, sight, sql, bounds, Json(kinds))
}

/// As [`within`], as it was on `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn within_on(
    tx: &mut Tx,
    sight: &Sight,
    bounds: Bounds,
    kinds: &[NodeKind],
    day: Date,
) -> Result<Vec<Shown>, DbError> {
    let sql = EngineSql {
        sqlite: IN_THEN_SQLITE.sqlite,
        postgres: IN_THEN_POSTGRES.postgres,
    };
    asked!(tx, sight, sql, bounds, Json(kinds), on day)
}

/// Borders of the parts of a unit whose rectangle touches `bounds`, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts_within(
    tx: &mut Tx,
    sight: &Sight,
    bounds: Bounds,
    parent: NodeId,
) -> Result<Vec<Shown>, DbError> {
    let sql = EngineSql {
        sqlite: PARTS_IN_SQLITE.sqlite,
        postgres: PARTS_IN_POSTGRES.postgres,
    };
    asked!(tx, sight, sql, bounds, parent)
}

/// As [`parts_within`], as it was on `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts_within_on(
    tx: &mut Tx,
    sight: &Sight,
    bounds: Bounds,
    parent: NodeId,
    day: Date,
) -> Result<Vec<Shown>, DbError> {
    let sql = EngineSql {
        sqlite: PARTS_IN_THEN_SQLITE.sqlite,
        postgres: PARTS_IN_THEN_POSTGRES.postgres,
    };
    asked!(tx, sight, sql, bounds, parent, on day)
}

/// The cells in which a border that touches the rectangle may be stored: those within, and those that hold one of them.
fn stored_in(bounds: Bounds) -> Vec<(i64, i64)> {
    let cells = morton::touched(bounds);
    let above: BTreeSet<i64> = cells
        .iter()
        .flat_map(|cell| cell.and_above().skip(1))
        .map(Cell::key)
        .collect();
    let within = cells.iter().map(|cell| cell.range().into_inner());
    within.chain(above.into_iter().map(|key| (key, key))).collect()
}

/// How many parts of a unit have a border, seen or not.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn count_parts(tx: &mut Tx, parent: NodeId) -> Result<i64, DbError> {
    const COUNT: &str = "select count(*) from node n join area a on a.node_id = n.id and a.valid_to is null \
        where n.parent_id = $1 and n.valid_to is null";
    on!(tx, |c| sqlx::query_scalar(COUNT).bind(parent).fetch_one(c).await)
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
