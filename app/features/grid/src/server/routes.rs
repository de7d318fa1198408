//! The data that the live map draws.

use std::fmt::Write;

use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::access::Request;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::AppError;

use super::{page, settings, tiles};

/// The pillar's routes beside its pages, its server functions and the [`upload`](super::upload) of files.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/map/data/{file}", get(data))
        .merge(tiles::routes())
}

#[derive(Deserialize)]
struct Asked {
    /// Present, whatever it says: a file to keep.
    download: Option<String>,
    /// Present, whatever it says: the unit's own border without its parts, which come as tiles.
    whole: Option<String>,
    #[serde(default)]
    on: String,
}

/// `/map/data/CODE.geojson`: a unit and its parts, of the day `on`; only the unit with `whole`.
async fn data(
    Extension(request): Extension<Request>,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let answer = async {
        let code = file.strip_suffix(".geojson").ok_or(AppError::NotFound)?;
        let code = code.parse().map_err(|_| AppError::NotFound)?;
        let settings = settings::of(&extensions);
        let cx = request.public();
        let made = match asked.whole {
            Some(_) => page::outline(&cx, &settings, &code, &asked.on).await?,
            None => page::geojson(&cx, &settings, &code, &asked.on).await?,
        };
        made.ok_or(AppError::NotFound)
    };
    match answer.await {
        Ok((text, everybodys)) => {
            let download = asked.download.map(|_| file.as_str());
            send(text, everybodys, download, &headers)
        }
        Err(error) => refuse(&error),
    }
}

/// The same viewer asks again for what has not changed: then the answer is three words long. What everybody is shown may
/// be kept by caches between us, anything else only on the viewer's own device.
fn send(text: String, everybodys: bool, download: Option<&str>, asked: &HeaderMap) -> Response {
    let tag = Sha256::digest(&text)
        .iter()
        .take(12)
        .fold(String::new(), |mut tag, byte| {
            let _ = write!(tag, "{byte:02x}");
            tag
        });
    let tag = format!("\"{tag}\"");
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    // A proxy that compresses on the way makes the tag a weak one.
    let same = known.is_some_and(|known| {
        known
            .split(',')
            .any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        text.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/geo+json"),
    );
    let cache = if everybodys {
        "public, max-age=60"
    } else {
        "private, no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(file) = download
        && let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""))
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn refuse(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}
