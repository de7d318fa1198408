//! The pillar's server functions: authorise, call one service, return.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use shared::{AppError, wire::Json};
#[cfg(feature = "ssr")]
use shared::{Permission, RecordId};

use crate::model::{self, Found, ImportPreview, MapPage, MapSettings};

/// What is no code leads nowhere.
#[cfg(feature = "ssr")]
fn read_code(text: &str) -> Result<orgs::model::Code, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(feature = "ssr")]
fn read_id(text: &str) -> Result<RecordId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// A unit's map, coloured by `figure` unless that is empty, of the day `on`, of today if that is empty.
#[server(prefix = "/api/v1", endpoint = "grid/map", input = GetUrl, output = Json)]
pub async fn map(code: String, figure: String, on: String) -> Result<MapPage, AppError> {
    use crate::{
        model::Figure,
        server::{Settings, page},
    };
    let cx = db::access::public().await?;
    page::map(
        &cx,
        &Settings::current(),
        &read_code(&code)?,
        Figure::parse(&figure),
        &on,
    )
    .await
}

/// What is told beside the map of a chosen unit; nothing if none is chosen.
#[server(prefix = "/api/v1", endpoint = "grid/panel", input = GetUrl, output = Json)]
pub async fn panel(code: String, on: String) -> Result<Option<model::Panel>, AppError> {
    use crate::server::{Settings, page};
    let cx = db::access::public().await?;
    if code.is_empty() {
        return Ok(None);
    }
    page::panel(&cx, &Settings::current(), &read_code(&code)?, &on)
        .await
        .map(Some)
}

/// The grid that the viewer lives in, and who works for it; nothing for who lives in none.
#[server(prefix = "/api/v1", endpoint = "grid/own", input = GetUrl, output = Json)]
pub async fn own_grid() -> Result<Option<model::OwnGrid>, AppError> {
    let cx = db::access::signed_in().await?;
    crate::server::workers::of_resident(&cx).await
}

/// Whose map to begin with.
#[server(prefix = "/api/v1", endpoint = "grid/home", input = GetUrl, output = Json)]
pub async fn home() -> Result<Option<String>, AppError> {
    use crate::server::{Settings, page};
    let cx = db::access::public().await?;
    page::home(&cx, &Settings::current()).await
}

/// The smallest unit at a place, in degrees. A POST: where somebody is must stand in no address, log or cache.
#[server(prefix = "/api/v1", endpoint = "grid/at", output = Json)]
pub async fn at(lon: f64, lat: f64) -> Result<Option<Found>, AppError> {
    use crate::{
        model::Place,
        server::{Settings, page},
    };
    let cx = db::access::public().await?;
    let place = Place::from_degrees(lon, lat).ok_or_else(|| AppError::invalid("", "这个位置不是经纬度。"))?;
    page::at(&cx, &Settings::current(), place).await
}

/// Whether the caller may import at all: the page asks before it shows its form.
#[server(prefix = "/api/v1", endpoint = "grid/import/allowed", input = GetUrl, output = Json)]
pub async fn may_import() -> Result<(), AppError> {
    db::access::require(Permission::MapImport).await?;
    Ok(())
}

/// What a file that was sent would change, or has changed.
#[server(prefix = "/api/v1", endpoint = "grid/import/preview", input = GetUrl, output = Json)]
pub async fn preview(id: String) -> Result<ImportPreview, AppError> {
    let cx = db::access::require(Permission::MapImport).await?;
    crate::server::staged::preview(&cx, read_id(&id)?).await
}

/// Stops an import that is under way; answers with the id under which the file is found now.
#[server(prefix = "/api/v1", endpoint = "grid/import/stop", output = Json)]
pub async fn stop_import(id: String) -> Result<String, AppError> {
    let cx = db::access::require(Permission::MapImport).await?;
    let id = crate::server::staged::stop(&cx, read_id(&id)?).await?;
    Ok(id.to_string())
}

/// What is set for the deployment's maps.
#[server(prefix = "/api/v1", endpoint = "grid/settings", input = GetUrl, output = Json)]
pub async fn settings() -> Result<MapSettings, AppError> {
    use crate::server::{Settings, settings};
    let cx = db::access::require(Permission::MapSettings).await?;
    settings::shown(&cx, &Settings::current()).await
}

/// Sets it. The shares are per cent as typed.
#[server(prefix = "/api/v1", endpoint = "grid/settings/save", output = Json)]
pub async fn save_settings(
    review_number: String,
    gap: String,
    overlap: String,
    outside: String,
) -> Result<(), AppError> {
    use crate::server::settings;
    let cx = db::access::require(Permission::MapSettings).await?;
    settings::save(
        &cx,
        &settings::Typed {
            review_number,
            gap,
            overlap,
            outside,
        },
    )
    .await
}
