//! Open data: what is published, as GeoJSON, CSV and RSS, and as a page that other sites may show inside of theirs.
//!
//! Nothing personal is in it: the words are those that were made for publication, nobody is named, and where a matter is pinned is not
//! told, for that may be somebody's door; the point that is told is where the name of its unit stands on the map. A matter that is not
//! published is not there, whoever asks.

mod csv;
mod geojson;
mod rss;
mod store;
mod widget;

use std::sync::Arc;

use axum::{
    Router,
    extract::Query,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{Cx, access::Request};
use grid::{
    model::Place,
    server::{Settings, settings::review_number},
};
use leptos_router::location::Url;
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use serde::Deserialize;
use shared::{AppError, Cursor, Timestamp, scope::PathRange};

pub use widget::Embeddable;
#[cfg(test)]
pub(super) use widget::embedded;

use super::open311::{PublicAddress, open_to_all};
use crate::model::{Category, MatterId};
use store::{Published, Wanted};

/// Matters of one file, of a feed, and of an embedded list at most.
const FILE: usize = 5_000;
const FEED: usize = 50;

/// Under what the data may be used.
const LICENCE_NAME: &str = "CC BY 4.0";
const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/deed.zh-hans";
const NOTE: &str = "公开诉求数据 · 使用说明\n\n\
    1. 这里是反映人同意公开、工作人员看过以后公开的诉求，内容是为公开另外写的，不含姓名、电话、门牌。经纬度是所在网格或者社区在地图上标名字的地方，不是事情的准确位置。\n\
    2. 除运营单位另有说明外，可以按 CC BY 4.0（署名 4.0 国际）自由使用、传播和加工，请注明来源是本平台和取数的日期。\n   \
    https://creativecommons.org/licenses/by/4.0/deed.zh-hans\n\
    3. 诉求会变化，也可能撤下公开。撤下的，请在您那里一并删除。\n\
    4. 不得用来识别反映人、承办人，或者同别的数据合起来识别到具体的人。\n\
    5. 经纬度是 CGCS2000/WGS84。时间是 UTC。\n";

/// Where the data, its feed and its embedded pages are.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/open/reports.geojson", get(geojson::data))
        .route("/open/reports.csv", get(csv::data))
        .route("/open/reports.rss", get(rss::feed))
        .route("/open/licence.txt", get(licence))
        .merge(widget::routes())
}

async fn licence() -> Response {
    sent(NOTE.to_owned(), "text/plain; charset=utf-8")
}

/// What is asked for; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Filter {
    /// A unit's code: at and below it.
    node: String,
    category: String,
    /// `open` or `closed`.
    status: String,
    after: String,
}

impl Filter {
    /// # Errors
    /// [`AppError::Invalid`] for a query that cannot be read.
    fn of(parts: &Parts) -> Result<Self, AppError> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(filter)| filter)
            .map_err(|_| AppError::invalid("", "网址里的参数读不出来，请检查后再试。"))
    }

    /// The query that asks for the same, from its beginning.
    fn query(&self) -> String {
        [
            ("node", &self.node),
            ("category", &self.category),
            ("status", &self.status),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}&", Url::escape(value)))
        .collect()
    }
}

/// What was found, and all that is told beside it.
struct Found {
    /// The unit that was asked for.
    here: Option<Node>,
    categories: Vec<Category>,
    rows: Vec<Published>,
    /// Where the next file begins.
    next: Option<String>,
}

impl Found {
    fn category(&self, code: &str) -> &str {
        let known = self.categories.iter().find(|one| one.code == code);
        known.map_or("", |one| one.label.as_str())
    }

    /// The name of what was asked for.
    fn title(&self) -> String {
        match &self.here {
            Some(node) => format!("{} · 公开的诉求", node.name),
            None => "公开的诉求".to_owned(),
        }
    }
}

/// What anybody may ask, signed in or not.
fn visitor(parts: &Parts) -> Result<Cx, AppError> {
    let request = parts.extensions.get::<Request>();
    Ok(request.ok_or(AppError::Unavailable)?.public())
}

fn settings(parts: &Parts) -> Arc<Settings> {
    parts.extensions.get().cloned().unwrap_or_default()
}

/// What is published of all that is asked for, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a unit or a page that is none, [`AppError::Invalid`] for a status that is none.
async fn find(parts: &Parts, filter: &Filter, most: usize) -> Result<Found, AppError> {
    let (cx, settings) = (visitor(parts)?, settings(parts));
    let (before, after) = match filter.after.as_str() {
        "" => (Timestamp(i64::MAX), MatterId(uuid::Uuid::max())),
        text => {
            let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
            let at = cursor.key.parse::<i64>().map_err(|_| AppError::NotFound)?;
            (Timestamp(at), MatterId(cursor.id))
        }
    };
    let (open, closed) = match filter.status.trim() {
        "" => (true, true),
        "open" => (true, false),
        "closed" => (false, true),
        _ => return Err(AppError::invalid("status", "status 只有 open 和 closed。")),
    };
    let mut tx = cx.read().await?;
    let here = match filter.node.trim() {
        "" => None,
        code => {
            let code: Code = code.parse().map_err(|_| AppError::NotFound)?;
            Some(
                units::latest_by_code(&mut tx, &code)
                    .await?
                    .ok_or(AppError::NotFound)?,
            )
        }
    };
    let range = PathRange::below(here.as_ref().map_or("", |node| node.path.as_str()));
    let wanted = Wanted {
        range: &range,
        category: filter.category.trim(),
        open,
        closed,
        before,
        after,
        most: i64::try_from(most + 1).unwrap_or(i64::MAX),
        reviewed: review_number(&mut tx, &settings).await?.is_some(),
    };
    let mut rows = store::published(&mut tx, &wanted).await?;
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more).map(|row| Cursor {
        key: row.published_at.0.to_string(),
        id: row.id.0,
    });
    Ok(Found {
        here,
        categories: super::store::categories(&mut tx).await?,
        next: last.map(|cursor| cursor.to_string()),
        rows,
    })
}

/// Longitude and latitude in degrees.
pub(super) fn degrees(lon: Option<i64>, lat: Option<i64>) -> Option<(f64, f64)> {
    let place = Place {
        lon: i32::try_from(lon?).ok()?,
        lat: i32::try_from(lat?).ok()?,
    };
    Some((place.lon_degrees(), place.lat_degrees()))
}

/// An answer that everybody may have, on other sites too.
fn sent(text: String, kind: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    open_to_all(headers);
    response
}

/// A file of data with what belongs to it: its name, its licence, where it goes on.
fn file(text: String, kind: &'static str, name: &'static str, origin: &str, next: Option<&str>) -> Response {
    let mut response = sent(text, kind);
    let headers = response.headers_mut();
    let licence = format!("<{origin}/open/licence.txt>; rel=\"license\"");
    let links = std::iter::once(licence).chain(next.map(|next| format!("<{next}>; rel=\"next\"")));
    for link in links {
        if let Ok(link) = HeaderValue::from_str(&link) {
            headers.append(header::LINK, link);
        }
    }
    if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// Where a file goes on.
fn onward(origin: &str, name: &str, filter: &Filter, found: &Found) -> Option<String> {
    let next = found.next.as_ref()?;
    Some(format!(
        "{origin}/open/{name}?{}after={}",
        filter.query(),
        Url::escape(next)
    ))
}

/// Why there is nothing, in a sentence.
fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CACHE_CONTROL, "no-store")], error.message()).into_response()
}

/// Data made by `make` of what is found, or why there is none.
async fn answered(
    parts: &Parts,
    name: &'static str,
    kind: &'static str,
    most: usize,
    make: impl FnOnce(&Found, &str, Option<&str>) -> String,
) -> Response {
    let origin = PublicAddress::of(parts);
    let found = async {
        let filter = Filter::of(parts)?;
        let found = find(parts, &filter, most).await?;
        Ok::<_, AppError>((filter, found))
    };
    match found.await {
        Ok((filter, found)) => {
            let next = onward(&origin, name, &filter, &found);
            let text = make(&found, &origin, next.as_deref());
            file(text, kind, name, &origin, next.as_deref())
        }
        Err(error) => refused(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_as_it_was_read() {
        let filter = Filter {
            node: "320581".into(),
            category: "a&b".into(),
            ..Filter::default()
        };
        assert_eq!(filter.query(), "node=320581&category=a%26b&");
        assert_eq!(Filter::default().query(), "");
    }
}
