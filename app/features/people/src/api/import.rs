//! Importing a file of places, households and persons.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::Preview;

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::server::import::staged;

/// Whether one may import.
#[server(prefix = "/api/v1", endpoint = "people/import/allowed", input = GetUrl, output = Json)]
pub async fn may_import() -> Result<(), AppError> {
    db::access::require(Permission::PeopleImport).await?;
    Ok(())
}

/// What a file that was sent would change.
#[server(prefix = "/api/v1", endpoint = "people/import/preview", input = GetUrl, output = Json)]
pub async fn preview_import(id: String) -> Result<Preview, AppError> {
    let cx = db::access::require(Permission::PeopleImport).await?;
    staged::preview(&cx, read::id(&id)?).await
}

/// Stops whoever applies a file. Returns the id under which it waits on.
#[server(prefix = "/api/v1", endpoint = "people/import/stop", output = Json)]
pub async fn stop_import(id: String) -> Result<String, AppError> {
    let cx = db::access::require(Permission::PeopleImport).await?;
    Ok(staged::stop(&cx, read::id(&id)?).await?.to_string())
}
