//! Points on the map: each by itself where there is room, else how many there are together.

use axum::{Extension, Router, extract::Path, http::HeaderMap, response::Response, routing::get};
use db::{Cx, DbError, EngineSql, Json, Tx, access::Request, on};
use grid::{
    model::{Bounds, Place},
    server::{
        geo::morton::{self, Cell},
        tiles::{Sheet, Tag, Tile, TileCache, answered, workplace},
    },
};
use shared::{AppError, Scope};

use crate::model::{Kind, PointId};

/// Points that a tile has room for, each by itself; on the last level, which a browser enlarges, there is more.
const SINGLE: i64 = 250;
const SINGLE_LAST: i64 = 2000;
/// Levels between a cell as wide as the tile and one of those whose points are counted together.
const FINER: u32 = 4;

/// The pillar's routes beside its pages and its server functions.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/places/tiles/{file}", get(tile))
}

/// `/places/tiles/Z-X-Y.mvt`, layer `points`.
async fn tile(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cx = request.public();
    let scope = workplace(&cx);
    let answer = async {
        let tile = file.parse()?;
        kept.tile("points", tile, &scope, points(&cx, tile, &scope)).await
    };
    answered(answer.await, &cx, &headers)
}

// In the cells $1 and the rectangle $2 to $5; a camera, where the viewer works: $6.
macro_rules! lying {
    ($what:literal, $rest:literal) => {
        EngineSql {
            sqlite: concat!(
                "select ", $what, " from json_each($1) c cross join poi p \
                 where p.cell between c.value ->> 0 and c.value ->> 1 and p.valid_to is null \
                 and p.lon >= $2 and p.lon < $4 and p.lat >= $3 and p.lat < $5 \
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
}

/// Binds what every query of [`lying!`] has.
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
    let sql = tx.sql(COUNT);
    on!(tx, |c| bound!(sqlx::query_scalar(sql), at).fetch_one(c).await)
}

async fn singles(tx: &mut Tx, at: &Where<'_>, most: i64) -> Result<Vec<Single>, DbError> {
    let sql = tx.sql(SINGLES);
    on!(tx, |c| bound!(sqlx::query_as(sql), at)
        .bind(most)
        .fetch_all(c)
        .await)
}

async fn together(tx: &mut Tx, at: &Where<'_>) -> Result<Vec<Together>, DbError> {
    let (sql, shift) = (tx.sql(TOGETHER), morton::shift(at.bounds, FINER));
    on!(tx, |c| bound!(sqlx::query_as(sql), at)
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

/// The points of a tile.
///
/// # Errors
/// What the database answers.
pub async fn points(cx: &Cx, tile: Tile, scope: &Scope) -> Result<Vec<u8>, AppError> {
    let bounds = tile.bounds(0.0);
    let at = Where {
        cells: morton::touched(bounds)
            .into_iter()
            .map(|cell: Cell| cell.range().into_inner())
            .collect(),
        bounds,
        scope,
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
