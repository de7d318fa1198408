//! Points, as they are stored.

use db::{DbError, EngineSql, Json, Tx, execute, on, rows};
use grid::{
    model::{Bounds, Place},
    server::geo::morton::Cell,
};
use orgs::model::Code;
use serde::Serialize;
use shared::{Cursor, Date, NodeId, Timestamp, scope::PathRange, text};

use crate::model::{Access, Checked, Kind, PointId};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: PointId,
    pub kind: Kind,
    pub name: String,
    pub pinyin: String,
    pub lon: i64,
    pub lat: i64,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub access: Json<Vec<Access>>,
    pub remark: String,
    pub version: i64,
    pub valid_to: Option<Date>,
    pub updated_at: Timestamp,
    pub code: Code,
    pub unit: String,
    pub path: String,
}

impl Stored {
    pub fn place(&self) -> Place {
        place(self.lon, self.lat)
    }
}

fn place(lon: i64, lat: i64) -> Place {
    // Stored from such a pair.
    let number = |n: i64| i32::try_from(n).unwrap_or_default();
    Place {
        lon: number(lon),
        lat: number(lat),
    }
}

/// A point that is there, as far as it follows the ground.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Standing {
    pub id: PointId,
    pub node_id: NodeId,
    pub kind: Kind,
    lon: i64,
    lat: i64,
    version: i64,
}

impl Standing {
    pub fn place(&self) -> Place {
        place(self.lon, self.lat)
    }
}

macro_rules! point_sql {
    ($rest:expr) => {
        concat!(
            "select p.id, p.kind, p.name, p.pinyin, p.lon, p.lat, p.address, p.hours, p.phone, p.access, p.remark, p.version, \
             p.valid_to, p.updated_at, n.code, n.name as unit, n.path from poi p join node n on n.id = p.node_id ",
            $rest
        )
    };
}

// A camera needs `$3`: whether the viewer works at the place that is listed.
const LIST: &str = point_sql!(
    "where p.valid_to is null and n.path >= $1 and n.path < $2 and (p.kind <> 'camera' or $3) and ($4 = '' or p.kind = $4) \
     and ($5 = '' or p.name like $6 escape '!' or p.address like $6 escape '!' or p.pinyin like $7 escape '!') \
     and (p.pinyin > $8 or (p.pinyin = $8 and p.id > $9)) order by p.pinyin, p.id limit $10"
);
const KINDS: &str = "select p.kind, count(*) from poi p join node n on n.id = p.node_id \
    where p.valid_to is null and n.path >= $1 and n.path < $2 and (p.kind <> 'camera' or $3) group by p.kind";
const BELOW: &str = "select n.path, count(*) from poi p join node n on n.id = p.node_id \
    where p.valid_to is null and p.kind <> 'camera' and n.path >= $1 and n.path < $2 group by n.path";
/// As many as [`nearest`] answers with at most.
pub const NEAREST: usize = 20;
// By the square of the distance from $6, $7 in whole numbers, so that both engines come to the same; $8 is how long a degree of longitude is
// there. Of ten kilometres, in units of 1e-7 degrees and 2048 of them, it stays far below 2^63.
const NEAREST_IN: &str = point_sql!(
    "where p.valid_to is null and p.kind <> 'camera' and p.lat between $1 and $2 and p.lon between $3 and $4 \
     and ($5 = '' or p.kind = $5) order by (p.lat - $6) * 2048 * ((p.lat - $6) * 2048) + (p.lon - $7) * $8 * ((p.lon - $7) * $8), p.id \
     limit 20"
);
const BY_ID: &str = point_sql!("where p.id = $1");
const INSERT: &str = "insert into poi (id, node_id, kind, name, pinyin, lon, lat, cell, address, hours, phone, access, remark, version, valid_from, \
    updated_at, updated_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $16)";
const CHANGE: &str = "update poi set node_id = $3, kind = $4, name = $5, pinyin = $6, lon = $7, lat = $8, cell = $9, address = $10, hours = $11, \
    phone = $12, access = $13, remark = $14, version = version + 1, updated_at = $15, updated_by = $16 \
    where id = $1 and version = $2 and valid_to is null";
const END: &str = "update poi set valid_to = $3, version = version + 1, updated_at = $4, updated_by = $5 \
    where id = $1 and version = $2 and valid_to is null";
// Parts that have gone to another unit since are left alone.
const STANDING: EngineSql = rows!(
    "select p.id, p.node_id, p.kind, p.lon, p.lat, p.version from ",
    (node: uuid),
    " join node n on n.id = r.node and (n.id = $2 or n.parent_id = $2) \
     join poi p on p.node_id = n.id and p.valid_to is null order by p.id"
);
// The version stays: what was said of the point is what it was.
const GIVE: &str = "update poi set node_id = $3 where id = $1 and version = $2 and valid_to is null";

/// What a list is of.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub path: &'a str,
    pub cameras: bool,
    pub kind: Option<Kind>,
    pub q: &'a str,
    pub after: Option<Cursor>,
    pub limit: i64,
}

/// Any text with `q` in it; what `like` would read as a sign of its own is meant as it is.
fn containing(q: &str) -> String {
    let mut pattern = String::from("%");
    for c in q.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// # Errors
/// [`DbError::Sql`].
pub async fn list(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Vec<Stored>, DbError> {
    let range = PathRange::below(wanted.path);
    let (kind, q) = (wanted.kind.map_or("", Kind::code), wanted.q.trim());
    let (name, pinyin) = (containing(q), containing(&q.to_lowercase()));
    let (key, id) = wanted
        .after
        .as_ref()
        .map_or((String::new(), uuid::Uuid::nil()), |after| {
            (after.key.clone(), after.id)
        });
    on!(tx, |c| sqlx::query_as(LIST)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(wanted.cameras)
        .bind(kind)
        .bind(q)
        .bind(&name)
        .bind(&pinyin)
        .bind(&key)
        .bind(PointId(id))
        .bind(wanted.limit)
        .fetch_all(c)
        .await)
}

/// How many there are of each kind.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn kinds(tx: &mut Tx, path: &str, cameras: bool) -> Result<Vec<(Kind, i64)>, DbError> {
    let range = PathRange::below(path);
    on!(tx, |c| sqlx::query_as(KINDS)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(cameras)
        .fetch_all(c)
        .await)
}

/// How many public points there are at each unit at and below `path`, by the unit's path.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn below(tx: &mut Tx, path: &str) -> Result<Vec<(String, i64)>, DbError> {
    let range = PathRange::below(path);
    on!(tx, |c| sqlx::query_as(BELOW)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)
}

/// The public points in a rectangle that are nearest to `at`, the nearest first; `shrunk` is the length of a degree of longitude there, of
/// one of latitude. The rectangle is no wider than some ten kilometres.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn nearest(
    tx: &mut Tx,
    at: Place,
    shrunk: f64,
    within: Bounds,
    kind: Option<Kind>,
) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(NEAREST_IN)
        .bind(i64::from(within.min.lat))
        .bind(i64::from(within.max.lat))
        .bind(i64::from(within.min.lon))
        .bind(i64::from(within.max.lon))
        .bind(kind.map_or("", Kind::code))
        .bind(i64::from(at.lat))
        .bind(i64::from(at.lon))
        .bind((2048.0 * shrunk).round() as i64)
        .fetch_all(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: PointId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)
}

fn pinyin(name: &str) -> String {
    let pinyin = text::pinyin(name);
    format!("{} {}", pinyin.full, pinyin.initials)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn insert(
    tx: &mut Tx,
    node: NodeId,
    point: &Checked,
    by: Option<shared::UserId>,
) -> Result<PointId, DbError> {
    let (id, now): (PointId, Timestamp) = (tx.id(), tx.now());
    execute!(
        tx,
        INSERT,
        id,
        node,
        point.kind,
        &point.name,
        pinyin(&point.name),
        i64::from(point.place.lon),
        i64::from(point.place.lat),
        Cell::of(point.place).key(),
        &point.address,
        &point.hours,
        &point.phone,
        Json(&point.access),
        &point.note,
        now.date(),
        now,
        by
    )?;
    Ok(id)
}

/// Whether it was still at `version`, and there.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn change(
    tx: &mut Tx,
    id: PointId,
    version: i64,
    node: NodeId,
    point: &Checked,
    by: Option<shared::UserId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    let rows = execute!(
        tx,
        CHANGE,
        id,
        version,
        node,
        point.kind,
        &point.name,
        pinyin(&point.name),
        i64::from(point.place.lon),
        i64::from(point.place.lat),
        Cell::of(point.place).key(),
        &point.address,
        &point.hours,
        &point.phone,
        Json(&point.access),
        &point.note,
        now,
        by
    )?;
    Ok(rows == 1)
}

/// Whether it was still at `version`, and there.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(
    tx: &mut Tx,
    id: PointId,
    version: i64,
    by: Option<shared::UserId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, END, id, version, now.date(), now, by)? == 1)
}

/// The points at `nodes`, which are `unit` itself or parts of it.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn standing(tx: &mut Tx, unit: NodeId, nodes: &[NodeId]) -> Result<Vec<Standing>, DbError> {
    #[derive(Serialize)]
    struct Row {
        node: NodeId,
    }
    let nodes: Vec<Row> = nodes.iter().map(|node| Row { node: *node }).collect();
    let sql = tx.sql(STANDING);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&nodes))
        .bind(unit)
        .fetch_all(c)
        .await)
}

/// Gives a point to another unit, unless somebody has changed it since it was read: then its unit followed from its place anew.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn give(tx: &mut Tx, point: &Standing, node: NodeId) -> Result<bool, DbError> {
    Ok(execute!(tx, GIVE, point.id, point.version, node)? == 1)
}
