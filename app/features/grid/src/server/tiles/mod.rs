//! Vector tiles: what the map draws where there are more shapes than a browser should be sent at once. Made from the database, kept by
//! what the viewer may see, dropped by events.

mod address;
pub(super) mod borders;
mod buildings;
mod cache;
mod sheet;
#[cfg(test)]
mod store_tests;

use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{Cx, access::Request};
use orgs::model::Code;
use serde::Deserialize;
use shared::{AppError, Date, Permission, Scope};

pub use address::{MARGIN, Tile};
pub use borders::{Labelled, labelled};
pub use cache::{Kept, TileCache};
pub use sheet::{Drawn, Sheet, Tag};

use super::{scene, settings};

/// For whom a tile was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody is shown the same: caches between us may keep it.
    Everybody,
    /// Those who may see more than everybody, and this viewer among them: nobody but their own device keeps it.
    Viewer,
}

impl Audience {
    /// Of a tile that shows everybody the same, and more to who works somewhere: `scope`.
    pub fn of(scope: &Scope) -> Self {
        if scope.is_empty() {
            Self::Everybody
        } else {
            Self::Viewer
        }
    }

    // Of a day that has passed it is the same: what was drawn then stays, but whether everybody may see it is asked of today.
    const fn cache_control(self) -> &'static str {
        match self {
            Self::Everybody => "public, max-age=60",
            Self::Viewer => "private, no-cache",
        }
    }
}

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/map/areas/{file}", get(areas))
        .route("/map/staff/{file}", get(staff))
        .route("/map/building-tiles/{file}", get(buildings))
        .route("/map/parts/{code}/{file}", get(parts))
}

/// The day that the address of a tile may name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct OfDay {
    #[serde(default)]
    on: String,
}

impl OfDay {
    /// That day, none for today.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is no day, or one that is still to come.
    pub fn day(&self, cx: &Cx) -> Result<Option<Date>, AppError> {
        scene::day(&self.on, cx.now().date()).map_err(|_| AppError::NotFound)
    }
}

/// `/map/areas/Z-X-Y.mvt`: borders, of the day `on`.
async fn areas(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    Query(of): Query<OfDay>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let cx = request.public();
    let scope = workplace(&cx);
    let answer = async {
        let (tile, settings) = (file.parse()?, settings::of(&extensions));
        let on = of.day(&cx)?;
        let made = borders::areas(&cx, &settings, tile, on);
        kept.tile_on("areas", on, tile, &scope, made).await
    };
    answered(answer.await, Audience::of(&scope), &headers)
}

/// `/map/staff/Z-X-Y.mvt`: how many people work where.
async fn staff(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let cx = request.public();
    let scope = workplace(&cx);
    let answer = async {
        let (tile, settings) = (file.parse()?, settings::of(&extensions));
        let made = borders::staff(&cx, &settings, tile);
        kept.tile("staff", tile, &scope, made).await
    };
    answered(answer.await, Audience::of(&scope), &headers)
}

/// `/map/parts/CODE/Z-X-Y.mvt`: the parts of a unit, of the day `on`.
async fn parts(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path((code, file)): Path<(String, String)>,
    Query(of): Query<OfDay>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let cx = request.public();
    let scope = workplace(&cx);
    let answer = async {
        let (tile, settings) = (file.parse()?, settings::of(&extensions));
        let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
        let on = of.day(&cx)?;
        let made = borders::parts(&cx, &settings, &code, tile, on);
        kept.tile_of("areas", code.as_str(), on, tile, &scope, made).await
    };
    answered(answer.await, Audience::of(&scope), &headers)
}

/// `/map/building-tiles/Z-X-Y.mvt`: buildings, where the viewer may see who lives in them. Nobody else is told of any.
async fn buildings(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cx = match request.require(Permission::PeopleView) {
        Ok(cx) => cx,
        Err(error) => return refused(&error),
    };
    let scope = cx.scope.clone();
    let answer = async {
        let tile = file.parse()?;
        let made = buildings::buildings(&cx, &scope, tile);
        kept.tile("buildings", tile, &scope, made).await
    };
    answered(answer.await, Audience::Viewer, &headers)
}

/// Where the viewer works, and sees more on a map than anybody does.
pub fn workplace(cx: &Cx) -> Scope {
    let actor = cx.actor.as_ref();
    actor.map_or_else(Scope::default, |actor| actor.scope_of(Permission::StaffView))
}

/// A tile on its way to a browser.
pub fn answered(tile: Result<Kept, AppError>, audience: Audience, asked: &HeaderMap) -> Response {
    let tile = match tile {
        Ok(tile) => tile,
        Err(error) => return refused(&error),
    };
    let said = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let known = said(header::IF_NONE_MATCH).is_some_and(|known| {
        known
            .split(',')
            .any(|one| one.trim().as_bytes() == tile.tag.as_bytes())
    });
    let packed = said(header::ACCEPT_ENCODING).is_some_and(|all| all.contains("gzip"));
    let mut response = match (known, packed) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, true) => tile.gzip.into_response(),
        (false, false) => tile.plain.into_response(),
    };
    let headers = response.headers_mut();
    if packed && !known {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.mapbox-vector-tile"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(audience.cache_control()),
    );
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-encoding"));
    headers.insert(header::ETAG, tile.tag);
    response
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}
