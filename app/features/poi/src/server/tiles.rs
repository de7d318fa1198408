//! Points on the map: each by itself where there is room, else how many there are together.

use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use db::{Cx, DbError, EngineSql, Json, Tx, access::Request, on};
use grid::{
    model::{Bounds, Place},
    server::{
        geo::morton::{self, Cell},
        tiles::{Audience, OfDay, Sheet, Tag, Tile, TileCache, answered, workplace},
    },
};
use shared::{AppError, Date, Scope};

use crate::model::{Kind, PointId};

/// Points that a tile has room for, each by itself; on the last level, which a browser enlarges, there is more.
const SINGLE: i64 = 250;
const SINGLE_LAST: i64 = 2000;
/// Levels between a cell as wide as the tile and one of those whose points are counted together.
const FINER: u32 = 4;

/// Where the map has points from.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/places/tiles/{file}", get(tile))
}

/// `/places/tiles/Z-X-Y.mvt`, layer `points`, of the day `on`.
async fn tile(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    Query(of): Query<OfDay>,
    headers: HeaderMap,
) -> Response {
    let cx = request.public();
    let scope = workplace(&cx);
    let answer = async {
        let (tile, on) = (file.parse()?, of.day(&cx)?);
        let made = points(&cx, tile, &scope, on);
        kept.tile_on("points", on, tile, &scope, made).await
    };
    answered(answer.await, Audience::of(&scope), &headers)
}

// In the cells $1 and the rectangle $2 to $5; a camera, where the viewer works: $6. The signs before `lat` keep
// SQLite from looking for each cell through all points of the same latitude.
macro_rules! lying {
    ($what:literal, $rest:literal) => {
        EngineSql {
            sqlite: concat!(
                "select ", $what, " from json_each($1) c cross join poi p \
                 where p.cell between c.value ->> 0 and c.value ->> 1 and p.valid_to is null \
                 and p.lon >= $2 and p.lon < $4 and +p.lat >= $3 and +p.lat < $5 \
                 and (p.kind <> 'camera' or exists (select 1 from node n, json_each($6) s where n.id = p.node_id \
                      and n.path >= s.value ->> 'lo' and n.path < s.value ->> 'hi')) ",
                $rest
            ),
            postgres: concat!(
                "select ", $what, " from jsonb_array_elements($1) c join poi p \
                 on p.cell between (c ->> 0)::bigint and (c ->> 1)::bigint where p.valid_to is null \
                 and p.lon >= $2 and p.lon < $4 and p.lat >= $3 and p.lat < $5 \
                 and (p.kind <> 'camera' or exists (select 1 from node n, jsonb_to_recordset($6) as s(lo text, hi text) \
                      where n.id = p.node_id and n.path >= s.lo and n.path < s.hi)) ",
                $rest
            ),
        }
    };
}

const COUNT: EngineSql = lying!("count(*)", "");
const SINGLES: EngineSql = lying!("p.id, p.kind, p.name, p.lon, p.lat", "order by p.id limit 0 + $7");
const TOGETHER: EngineSql = lying!(
    "count(*) as points, cast(avg(p.lon) as bigint) as lon, cast(avg(p.lat) as bigint) as lat",
    "group by p.cell >> $7 order by 2, 3"
);

// As `lying`, of the day $7: points that are still there and those that ended later, for each have their own index. What a point was called
// and where it stood before it was changed is not kept: it is told as it was noted last. So a camera is one even if it was none then.
macro_rules! lain {
    ($what:literal, $cells:literal, $own:literal, $rest:literal) => {
        concat!(
            "select ", $what, " from (select b.id, b.kind, b.name, b.lon, b.lat, b.cell, b.node_id from ", $cells,
            " where b.valid_to is null and b.valid_from <= $7 and b.lon >= $2 and b.lon < $4 and +b.lat >= $3 and +b.lat < $5 ",
            "union all select b.id, b.kind, b.name, b.lon, b.lat, b.cell, b.node_id from ", $cells,
            " where b.valid_to > $7 and b.valid_from <= $7 and b.lon >= $2 and b.lon < $4 and +b.lat >= $3 and +b.lat < $5) p ",
            "where (p.kind <> 'camera' or exists (select 1 from node n, ", $own, ")) ", $rest
        )
    };
}
macro_rules! lying_then {
    ($what:literal, $rest:literal) => {
        EngineSql {
            sqlite: lain!(
                $what,
                "json_each($1) c cross join poi b on b.cell between c.value ->> 0 and c.value ->> 1",
                "json_each($6) s where n.id = p.node_id and n.path >= s.value ->> 'lo' and n.path < s.value ->> 'hi'",
                $rest
            ),
            postgres: lain!(
                $what,
                "jsonb_array_elements($1) c join poi b on b.cell between (c ->> 0)::bigint and (c ->> 1)::bigint",
                "jsonb_to_recordset($6) as s(lo text, hi text) where n.id = p.node_id and n.path >= s.lo and n.path < s.hi",
                $rest
            ),
        }
    };
}

const COUNT_THEN: EngineSql = lying_then!("count(*)", "");
const SINGLES_THEN: EngineSql =
    lying_then!("p.id, p.kind, p.name, p.lon, p.lat", "order by p.id limit 0 + $8");
const TOGETHER_THEN: EngineSql = lying_then!(
    "count(*) as points, cast(avg(p.lon) as bigint) as lon, cast(avg(p.lat) as bigint) as lat",
    "group by p.cell >> $8 order by 2, 3"
);

#[derive(sqlx::FromRow)]
struct Single {
    id: PointId,
    kind: Kind,
    name: String,
    lon: i64,
    lat: i64,
}

/// How many lie together, and where their middle is.
#[derive(sqlx::FromRow)]
struct Together {
    points: i64,
    lon: i64,
    lat: i64,
}

/// Where a tile looks: which cells may hold what lies in the rectangle, and what the viewer may see.
struct Where<'a> {
    cells: Vec<(i64, i64)>,
    bounds: Bounds,
    scope: &'a Scope,
    /// The day, if it is not today.
    on: Option<Date>,
}

/// Binds what every query of [`lying!`] has, and first of [`lying_then!`].
macro_rules! bound {
    ($query:expr, $at:expr) => {
        $query
            .bind(Json(&$at.cells))
            .bind(i64::from($at.bounds.min.lon))
            .bind(i64::from($at.bounds.min.lat))
            .bind(i64::from($at.bounds.max.lon))
            .bind(i64::from($at.bounds.max.lat))
            .bind(Json($at.scope.ranges()))
    };
}

async fn count(tx: &mut Tx, at: &Where<'_>) -> Result<i64, DbError> {
    let Some(day) = at.on else {
        let sql = tx.sql(COUNT);
        return on!(tx, |c| bound!(sqlx::query_scalar(sql), at).fetch_one(c).await);
    };
    let sql = tx.sql(COUNT_THEN);
    on!(tx, |c| bound!(sqlx::query_scalar(sql), at)
        .bind(day)
        .fetch_one(c)
        .await)
}

async fn singles(tx: &mut Tx, at: &Where<'_>, most: i64) -> Result<Vec<Single>, DbError> {
    let Some(day) = at.on else {
        let sql = tx.sql(SINGLES);
        return on!(tx, |c| bound!(sqlx::query_as(sql), at)
            .bind(most)
            .fetch_all(c)
            .await);
    };
    let sql = tx.sql(SINGLES_THEN);
    on!(tx, |c| bound!(sqlx::query_as(sql), at)
        .bind(day)
        .bind(most)
        .fetch_all(c)
        .await)
}

async fn together(tx: &mut Tx, at: &Where<'_>) -> Result<Vec<Together>, DbError> {
    let shift = morton::shift(at.bounds, FINER);
    let Some(day) = at.on else {
        let sql = tx.sql(TOGETHER);
        return on!(tx, |c| bound!(sqlx::query_as(sql), at)
            .bind(shift)
            .fetch_all(c)
            .await);
    };
    let sql = tx.sql(TOGETHER_THEN);
    on!(tx, |c| bound!(sqlx::query_as(sql), at)
        .bind(day)
        .bind(shift)
        .fetch_all(c)
        .await)
}

fn place(lon: i64, lat: i64) -> Place {
    // Stored from such a pair, or between two of them.
    let number = |n: i64| i32::try_from(n).unwrap_or_default();
    Place {
        lon: number(lon),
        lat: number(lat),
    }
}

/// The points of a tile; those that were there on a day that has passed, if one is named.
///
/// # Errors
/// What the database answers.
pub async fn points(cx: &Cx, tile: Tile, scope: &Scope, on: Option<Date>) -> Result<Vec<u8>, AppError> {
    let bounds = tile.bounds(0.0);
    let at = Where {
        cells: morton::touched(bounds)
            .into_iter()
            .map(|cell: Cell| cell.range().into_inner())
            .collect(),
        bounds,
        scope,
        on,
    };
    let most = if tile.level() == *Tile::LEVELS.end() {
        SINGLE_LAST
    } else {
        SINGLE
    };
    let mut sheet = Sheet::new(tile);
    let mut layer = sheet.layer("points");
    let mut tx = cx.read().await?;
    if count(&mut tx, &at).await? <= most {
        for point in singles(&mut tx, &at, most).await? {
            let id = point.id.to_string();
            let tags = [
                ("id", Tag::Text(&id)),
                ("name", Tag::Text(&point.name)),
                ("kind", Tag::Text(point.kind.label())),
                ("mark", Tag::Text(point.kind.mark())),
            ];
            layer = layer.point(place(point.lon, point.lat), &tags)?;
        }
    } else {
        for together in together(&mut tx, &at).await? {
            layer = layer.point(
                place(together.lon, together.lat),
                &[("points", Tag::Number(together.points))],
            )?;
        }
    }
    drop(tx);
    sheet.put(layer)?;
    sheet.bytes()
}
