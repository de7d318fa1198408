//! Matters on the map. Those who handle them see each where it is pinned, as the list beside the map has it; everybody sees how many are
//! published in each unit, where its name stands: a pin may be somebody's door.

mod sql;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{Cx, DbError, EngineSql, Json, Tx, access::Request, on, rows};
use grid::{
    model::{Bounds, Place},
    server::{
        Settings,
        geo::morton::{self, Cell},
        tiles::{Audience, Labelled, Sheet, Tag, Tile, TileCache, answered, labelled},
    },
};
use orgs::server::store as units;
use serde::Serialize;
use shared::{AppError, NodeId, Permission, Role, Timestamp, scope::PathRange};

use super::{
    list,
    reading::{Asked, FEW_PLACES, PLACES, Way, are_few, bind_narrow, by_index, words},
    search::Query as Words,
};
use crate::{
    LAYER, PUBLIC_LAYER,
    model::{Filter, PublicFilter, State, Urgency},
};

/// Matters that a tile has room for, each by itself; on the last level, which a browser enlarges, there is more.
const SINGLE: usize = 250;
const SINGLE_LAST: usize = 2_000;
/// Levels between a cell as wide as the tile and one of those whose matters are counted together.
const FINER: u32 = 4;
/// From this level on a tile is hardly larger than a community, and its cells are read; above it, the units of who looks, if they are few.
const NEAR: u8 = 13;

/// Where the map has matters from.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/reports/tiles/{file}", get(tile))
        .route("/reports/public-tiles/{file}", get(public_tile))
}

/// `/reports/tiles/Z-X-Y.mvt`, layer `points`: what the work list shows with the same filter.
async fn tile(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Response {
    let cx = match request.require(Permission::ReportHandle) {
        Ok(cx) => cx,
        Err(error) => return refused(&error),
    };
    let answer = async {
        let tile: Tile = file.parse()?;
        let of = seen_by(&cx, &filter)?;
        kept.tile_of(
            LAYER.code,
            &of,
            None,
            tile,
            &cx.scope,
            handled(&cx, tile, &filter),
        )
        .await
    };
    answered(answer.await, Audience::Viewer, &headers)
}

/// `/reports/public-tiles/Z-X-Y.mvt`, layer `points`: how many are published in each unit, of what the filter says.
async fn public_tile(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    settings: Option<Extension<Arc<Settings>>>,
    Path(file): Path<String>,
    Query(filter): Query<PublicFilter>,
    headers: HeaderMap,
) -> Response {
    let cx = request.public();
    let scope = grid::server::tiles::workplace(&cx);
    let answer = async {
        let tile: Tile = file.parse()?;
        let settings = settings.map(|Extension(settings)| settings).unwrap_or_default();
        let made = published(&cx, &settings, tile, &filter);
        kept.tile_of(PUBLIC_LAYER.code, &filter.only(), None, tile, &scope, made)
            .await
    };
    answered(answer.await, Audience::of(&scope), &headers)
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}

/// What tells one viewer's tiles from another's within the same scope: the filter, and who looks, for a complaint is hidden from those who
/// work where it is about, and a matter from whoever stepped aside.
fn seen_by(cx: &Cx, filter: &Filter) -> Result<String, AppError> {
    let posts = cx.actor.iter().flat_map(|actor| &actor.grants);
    let posts: Vec<&str> = posts
        .filter(|grant| grant.role != Role::Resident)
        .map(|grant| grant.path.as_str())
        .collect();
    let filter = Filter {
        after: String::new(),
        ..filter.clone()
    };
    serde_json::to_string(&(cx.user()?, posts, filter)).map_err(|error| db::internal(&error))
}

/// A matter that stands by itself.
#[derive(Debug, sqlx::FromRow)]
pub struct Single {
    pub code: String,
    pub title: String,
    pub urgency: Urgency,
    pub state: State,
    pub lon: i64,
    pub lat: i64,
    pub due_at: Option<Timestamp>,
}

/// How many lie together, and where their middle is.
#[derive(Debug, sqlx::FromRow)]
pub struct Together {
    pub points: i64,
    pub lon: i64,
    pub lat: i64,
}

/// What a tile is asked for.
#[derive(Clone, Debug)]
pub struct Where<'a> {
    pub bounds: Bounds,
    pub asked: Asked<'a>,
    /// Whether cells are read, or the units of who looks.
    pub cells: bool,
}

impl Where<'_> {
    fn candidates(&self) -> Result<serde_json::Value, AppError> {
        let told = if self.cells {
            let cells = morton::touched(self.bounds);
            let ranges: Vec<(i64, i64)> = cells
                .into_iter()
                .map(|cell: Cell| cell.range().into_inner())
                .collect();
            serde_json::to_value(ranges)
        } else {
            serde_json::to_value(self.asked.places())
        };
        told.map_err(|error| db::internal(&error))
    }
}

/// Binds what every query of `lying!` has.
macro_rules! bound {
    ($query:expr, $at:expr, $candidates:expr, $here:expr, $words:expr) => {
        bind_narrow!(
            $query
                .bind(Json(&$at.asked.scope))
                .bind($at.asked.user)
                .bind($at.asked.today)
                .bind(Json($candidates))
                .bind(i64::from($at.bounds.min.lon))
                .bind(i64::from($at.bounds.min.lat))
                .bind(i64::from($at.bounds.max.lon))
                .bind(i64::from($at.bounds.max.lat))
                .bind(&$here.lo)
                .bind(&$here.hi)
                .bind($at.asked.state)
                .bind($at.asked.kind)
                .bind($at.asked.category)
                .bind($at.asked.late)
                .bind($at.asked.now)
                .bind($words),
            $at.asked.narrow
        )
    };
}

/// Those in a rectangle, at most 2,001 of them.
///
/// # Errors
/// What the database answers.
pub async fn singles(tx: &mut Tx, at: &Where<'_>) -> Result<Vec<Single>, AppError> {
    let everywhere = PathRange::below("");
    let here = at.asked.here.as_ref().unwrap_or(&everywhere);
    let candidates = at.candidates()?;
    let sql = tx.sql(match (at.asked.open, at.cells) {
        (true, true) => sql::SINGLES_CELLS,
        (true, false) => sql::SINGLES_PLACES,
        (false, _) => sql::SINGLES_ANY,
    });
    let said = words(tx, Way::Places, at.asked.words.as_ref());
    Ok(on!(tx, |c| bound!(
        sqlx::query_as(sql),
        at,
        &candidates,
        here,
        &said
    )
    .fetch_all(c)
    .await)?)
}

/// How many of a rectangle lie together in each of its cells.
///
/// # Errors
/// What the database answers.
pub async fn together(tx: &mut Tx, at: &Where<'_>) -> Result<Vec<Together>, AppError> {
    let everywhere = PathRange::below("");
    let here = at.asked.here.as_ref().unwrap_or(&everywhere);
    let (candidates, shift) = (at.candidates()?, morton::shift(at.bounds, FINER));
    let sql = tx.sql(match (at.asked.open, at.cells) {
        (true, true) => sql::TOGETHER_CELLS,
        (true, false) => sql::TOGETHER_PLACES,
        (false, _) => sql::TOGETHER_ANY,
    });
    let said = words(tx, Way::Places, at.asked.words.as_ref());
    Ok(on!(tx, |c| bound!(
        sqlx::query_as(sql),
        at,
        &candidates,
        here,
        &said
    )
    .bind(shift)
    .fetch_all(c)
    .await)?)
}

/// How a tile is asked for: whoever works in a few units has few, whatever the tile holds; of a small tile it is the other way round.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn place<'a>(tx: &mut Tx, asked: Asked<'a>, tile: Tile) -> Result<Where<'a>, DbError> {
    let most = if !asked.open || tile.level() >= NEAR {
        None
    } else if tile.level() + 1 == NEAR {
        Some(FEW_PLACES)
    } else {
        Some(PLACES)
    };
    let cells = match most {
        Some(most) => !are_few(tx, &asked.places(), most).await?,
        None => true,
    };
    by_index(tx, Way::Places).await?;
    Ok(Where {
        bounds: tile.bounds(0.0),
        asked,
        cells,
    })
}

/// The matters of a tile that the viewer handles, as a filter of the work list has them.
///
/// # Errors
/// [`AppError::NotFound`] for a unit that is none, [`AppError::Invalid`] for words that are too many, or what the database answers.
pub async fn handled(cx: &Cx, tile: Tile, filter: &Filter) -> Result<Vec<u8>, AppError> {
    let mut tx = cx.read().await?;
    let category = filter.category.replace('\0', "");
    let here = match filter.node.trim() {
        "" => None,
        code => {
            let code = code.parse().map_err(|_| AppError::NotFound)?;
            let node = units::latest_by_code(&mut tx, &code).await?;
            Some(PathRange::below(&node.ok_or(AppError::NotFound)?.path))
        }
    };
    let now = tx.now();
    let asked = Asked {
        here,
        words: Words::read(&filter.q)?,
        ..list::asked(cx, filter, &category, now)
    };
    let mut sheet = Sheet::new(tile);
    if asked.words.as_ref().is_some_and(Words::is_empty) {
        return sheet.bytes();
    }
    let at = place(&mut tx, asked, tile).await?;
    let mut layer = sheet.layer("points");
    let found = singles(&mut tx, &at).await?;
    if has_room(tile, found.len()) {
        for matter in &found {
            let tags = [
                ("id", Tag::Text(&matter.code)),
                ("name", Tag::Text(&matter.title)),
                ("kind", Tag::Text(matter.state.label())),
                ("mark", Tag::Text(mark(matter, now))),
            ];
            layer = layer.point(pin(matter.lon, matter.lat), &tags)?;
        }
    } else {
        for together in together(&mut tx, &at).await? {
            let tags = [("points", Tag::Number(together.points))];
            layer = layer.point(pin(together.lon, together.lat), &tags)?;
        }
    }
    drop(tx);
    sheet.put(layer)?;
    sheet.bytes()
}

/// Whether so many stand on a tile each by itself.
pub fn has_room(tile: Tile, many: usize) -> bool {
    let last = tile.level() == *Tile::LEVELS.end();
    many <= if last { SINGLE_LAST } else { SINGLE }
}

/// How it stands, in a character.
fn mark(matter: &Single, now: Timestamp) -> &'static str {
    let late = matter.due_at.is_some_and(|due| due < now) && matter.state.counts();
    match matter.state {
        _ if late => "超",
        State::Reported if matter.urgency.runs_in_hours() => "急",
        State::Reported => "新",
        State::Paused => "停",
        State::Answered | State::Checked | State::Rated => "答",
        state if state.has_ended() => "完",
        _ if matter.urgency.runs_in_hours() => "急",
        _ => "办",
    }
}

fn pin(lon: i64, lat: i64) -> Place {
    // Stored from such a pair, or between two of them.
    let number = |n: i64| i32::try_from(n).unwrap_or_default();
    Place {
        lon: number(lon),
        lat: number(lat),
    }
}

#[derive(Serialize)]
struct UnitRow {
    id: NodeId,
}

const PUBLISHED: EngineSql = rows!(
    "select r.id, count(*) from ",
    (id: uuid),
    " join node k on k.id = r.id join node n on n.path >= k.path and n.path < substr(k.path, 1, length(k.path) - 1) || '0' \
     join matter m on m.node_id = n.id where m.published_at is not null and ($2 = '' or m.category = $2) \
     and (case when $3 = '' then true else (m.ended_at is null) = ($3 = 'open') end) and ($4 = '' or m.kind = $4) group by r.id"
);

pub(super) async fn count_published(
    tx: &mut Tx,
    units: &[Labelled],
    filter: &PublicFilter,
) -> Result<Vec<(NodeId, i64)>, DbError> {
    let rows: Vec<UnitRow> = units.iter().map(|unit| UnitRow { id: unit.node }).collect();
    let sql = tx.sql(PUBLISHED);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&rows))
        .bind(filter.category())
        .bind(filter.state())
        .bind(filter.kind())
        .fetch_all(c)
        .await)
}

/// How many are published in each unit of a tile whose border the viewer may see, of what a filter says; its place and words are the list's.
///
/// # Errors
/// What the database answers.
pub async fn published(
    cx: &Cx,
    settings: &Settings,
    tile: Tile,
    filter: &PublicFilter,
) -> Result<Vec<u8>, AppError> {
    let units = labelled(cx, settings, tile).await?;
    let mut tx = cx.read().await?;
    let counts = count_published(&mut tx, &units, filter).await?;
    drop(tx);
    let mut sheet = Sheet::new(tile);
    let mut layer = sheet.layer("points");
    for unit in &units {
        let Some((_, many)) = counts.iter().find(|(node, _)| *node == unit.node) else {
            continue;
        };
        let tags = [
            ("id", Tag::Text(unit.code.as_str())),
            ("name", Tag::Text(&unit.name)),
            ("points", Tag::Number(*many)),
        ];
        layer = layer.point(unit.place, &tags)?;
    }
    sheet.put(layer)?;
    sheet.bytes()
}
