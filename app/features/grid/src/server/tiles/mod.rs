//! Vector tiles: what the map draws where there are more shapes than a browser should be sent at once. Made from the database, kept by
//! what the viewer may see, dropped by events.

mod address;
pub(super) mod borders;
mod cache;
mod sheet;
#[cfg(test)]
mod store_tests;

use axum::{
    Extension, Router,
    extract::Path,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{Cx, access::Request};
use shared::{AppError, Permission, Scope};

pub use address::{MARGIN, Tile};
pub use cache::{Kept, TileCache};
pub use sheet::{Drawn, Sheet, Tag};

use super::settings;

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/map/areas/{file}", get(areas))
        .route("/map/staff/{file}", get(staff))
}

/// `/map/areas/Z-X-Y.mvt`: borders.
async fn areas(
    Extension(request): Extension<Request>,
    Extension(kept): Extension<TileCache>,
    Path(file): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let cx = request.public();
    let answer = async {
        let (tile, settings) = (file.parse()?, settings::of(&extensions));
        let made = borders::areas(&cx, &settings, tile);
        kept.tile("areas", tile, &workplace(&cx), made).await
    };
    answered(answer.await, &cx, &headers)
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
    let answer = async {
        let (tile, settings) = (file.parse()?, settings::of(&extensions));
        let made = borders::staff(&cx, &settings, tile);
        kept.tile("staff", tile, &workplace(&cx), made).await
    };
    answered(answer.await, &cx, &headers)
}

/// Where the viewer works, and sees more on a map than anybody does.
pub fn workplace(cx: &Cx) -> Scope {
    let actor = cx.actor.as_ref();
    actor.map_or_else(Scope::default, |actor| actor.scope_of(Permission::StaffView))
}

/// A tile on its way to a browser. What everybody is shown may be kept by caches between us, anything else on the viewer's own device.
pub fn answered(tile: Result<Kept, AppError>, cx: &Cx, asked: &HeaderMap) -> Response {
    let tile = match tile {
        Ok(tile) => tile,
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, error.message()).into_response();
        }
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
    let everybodys = workplace(cx).is_empty();
    let cache = if everybodys {
        "public, max-age=60"
    } else {
        "private, no-cache"
    };
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.mapbox-vector-tile"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-encoding"));
    headers.insert(header::ETAG, tile.tag);
    response
}
