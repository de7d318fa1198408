//! The pillar's server functions: authorise, call one service, return. A change that succeeds leads back to a page, so that all of
//! it works without script.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::{EditPage, ListPage, Point, Row, WaitingPage};
#[cfg(feature = "ssr")]
use crate::{
    model::{PhotoId, PointForm, PointId},
    server::{self, photo},
};

#[cfg(feature = "ssr")]
fn point_id(text: &str) -> Result<PointId, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn maybe_id(text: &str) -> Result<Option<PointId>, AppError> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        point_id(text).map(Some)
    }
}

#[cfg(feature = "ssr")]
fn cursor(after: &str) -> Result<Option<shared::Cursor>, AppError> {
    if after.is_empty() {
        return Ok(None);
    }
    let read = after.parse::<shared::Cursor>().ok();
    read.filter(|cursor| !cursor.key.contains('\0'))
        .map(Some)
        .ok_or_else(photo::no_page)
}

#[cfg(feature = "ssr")]
fn photo_id(text: &str) -> Result<PhotoId, AppError> {
    text.trim().parse().map_err(|_| AppError::NotFound)
}

/// The points of a place.
#[server(prefix = "/api/v1", endpoint = "poi/list", input = GetUrl, output = Json)]
pub async fn list(
    #[server(default)] node: String,
    #[server(default)] kind: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
) -> Result<ListPage, AppError> {
    let cx = db::access::public().await?;
    let node = match node.trim() {
        "" => None,
        code => Some(code.parse().map_err(|_| AppError::NotFound)?),
    };
    let after = cursor(&after)?;
    let asked = server::Asked {
        node,
        kind: kind.parse().ok(),
        q,
        after,
    };
    server::list(&cx, asked).await
}

/// What is near a place, in degrees. A POST: where somebody is must stand in no address, log or cache.
#[server(prefix = "/api/v1", endpoint = "poi/near", output = Json)]
pub async fn near(lon: f64, lat: f64, #[server(default)] kind: String) -> Result<Vec<Row>, AppError> {
    let cx = db::access::public().await?;
    let place = grid::model::Place::from_degrees(lon, lat)
        .ok_or_else(|| AppError::invalid("", "这个位置不是经纬度。"))?;
    server::near(&cx, place, kind.parse().ok()).await
}

/// A point.
#[server(prefix = "/api/v1", endpoint = "poi/point", input = GetUrl, output = Json)]
pub async fn get_point(#[server(default)] id: String) -> Result<Point, AppError> {
    let cx = db::access::public().await?;
    server::point(&cx, point_id(&id)?).await
}

/// A point to be edited, or an empty form.
#[server(prefix = "/api/v1", endpoint = "poi/edit", input = GetUrl, output = Json)]
pub async fn edit(#[server(default)] id: String) -> Result<EditPage, AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    server::edit(&cx, maybe_id(&id)?).await
}

/// Keeps a point.
#[server(prefix = "/api/v1", endpoint = "poi/save", output = Json)]
pub async fn save(
    #[server(default)] id: String,
    #[server(default)] version: i64,
    #[server(default)] kind: String,
    #[server(default)] name: String,
    #[server(default)] at: String,
    #[server(default)] address: String,
    #[server(default)] hours: String,
    #[server(default)] phone: String,
    #[server(default)] ramp: bool,
    #[server(default)] lift: bool,
    #[server(default)] toilet: bool,
    #[server(default)] parking: bool,
    #[server(default)] hearing: bool,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    let form = PointForm {
        kind,
        name,
        at,
        address,
        hours,
        phone,
        access: [ramp, lift, toilet, parking, hearing],
        note,
    };
    let settings = grid::server::Settings::current();
    let id = server::save(&cx, &settings, maybe_id(&id)?, version, &form).await?;
    leptos_axum::redirect(&format!("/places/point?id={id}&done=saved"));
    Ok(())
}

/// It is there no more.
#[server(prefix = "/api/v1", endpoint = "poi/end", output = Json)]
pub async fn end(#[server(default)] id: String, #[server(default)] version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    let id = point_id(&id)?;
    server::end(&cx, id, version).await?;
    leptos_axum::redirect(&format!("/places/point?id={id}&done=ended"));
    Ok(())
}

/// The photos that wait where one keeps points.
#[server(prefix = "/api/v1", endpoint = "poi/photos", input = GetUrl, output = Json)]
pub async fn waiting_photos(#[server(default)] after: String) -> Result<WaitingPage, AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    photo::waiting(&cx, cursor(&after)?).await
}

/// How many photos wait where one keeps points.
#[server(prefix = "/api/v1", endpoint = "poi/photos/count", input = GetUrl, output = Json)]
pub async fn count_photos() -> Result<i64, AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    photo::count(&cx).await
}

/// Shows a photo that waits.
#[server(prefix = "/api/v1", endpoint = "poi/photos/approve", output = Json)]
pub async fn approve_photo(
    #[server(default)] id: String,
    #[server(default)] alt: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    photo::approve(&cx, photo_id(&id)?, &alt).await?;
    leptos_axum::redirect("/places/photos?done=approved");
    Ok(())
}

/// Refuses a photo that waits.
#[server(prefix = "/api/v1", endpoint = "poi/photos/refuse", output = Json)]
pub async fn refuse_photo(
    #[server(default)] id: String,
    #[server(default)] why: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PoiEdit).await?;
    photo::refuse(&cx, photo_id(&id)?, &why).await?;
    leptos_axum::redirect("/places/photos?done=refused");
    Ok(())
}

/// Deletes a photo.
#[server(prefix = "/api/v1", endpoint = "poi/photos/remove", output = Json)]
pub async fn remove_photo(#[server(default)] id: String) -> Result<(), AppError> {
    let cx = db::access::signed_in().await?;
    let point = photo::remove(&cx, photo_id(&id)?).await?;
    leptos_axum::redirect(&format!("/places/point?id={point}&done=removed"));
    Ok(())
}
