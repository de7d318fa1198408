//! Estates, buildings and rooms.

use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use shared::Permission;
use shared::{AppError, wire::Json};

use crate::model::BuildingsPage;

#[cfg(feature = "ssr")]
use super::read;
#[cfg(feature = "ssr")]
use crate::{
    model::{BuildingForm, BuildingId, EstateForm, RoomForm},
    server::places,
};

/// The buildings of a place, and the chart of one.
#[server(prefix = "/api/v1", endpoint = "people/buildings", input = GetUrl, output = Json)]
pub async fn buildings(
    #[server(default)] node: String,
    #[server(default)] building: String,
) -> Result<BuildingsPage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    let may_edit = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.may(Permission::PeopleEdit));
    places::page(
        &cx,
        read::code(&node)?.as_ref(),
        read::id_or_none(&building)?,
        may_edit,
    )
    .await
}

#[cfg(feature = "ssr")]
fn lead_to(building: BuildingId, done: &str) {
    leptos_axum::redirect(&format!("/people/buildings?building={building}&done={done}"));
}

/// Notes a building, of an estate that may be new.
#[server(prefix = "/api/v1", endpoint = "people/building/add", output = Json)]
pub async fn add_building(
    #[server(default)] grid: String,
    name: String,
    number: String,
    #[server(default)] lon: String,
    #[server(default)] lat: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let mut errors = shared::FieldErrors::default();
    let (estate, form) = (
        EstateForm::read(&name, ""),
        BuildingForm::read(&number, &lon, &lat),
    );
    for fault in [estate.as_ref().err(), form.as_ref().err()].into_iter().flatten() {
        if let AppError::Invalid(faults) = fault {
            errors.0.extend(faults.iter().cloned());
        }
    }
    errors.finish()?;
    let id = places::add_building(&cx, &grid, &estate?, &form?).await?;
    lead_to(id, "building");
    Ok(())
}

/// Corrects a building, or gives it to another grid.
#[server(prefix = "/api/v1", endpoint = "people/building/edit", output = Json)]
pub async fn edit_building(
    id: String,
    version: i64,
    #[server(default)] grid: String,
    number: String,
    #[server(default)] lon: String,
    #[server(default)] lat: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    let form = BuildingForm::read(&number, &lon, &lat)?;
    places::edit_building(&cx, id, version, &grid, &form).await?;
    lead_to(id, "saved");
    Ok(())
}

/// Corrects an estate.
#[server(prefix = "/api/v1", endpoint = "people/estate/edit", output = Json)]
pub async fn edit_estate(
    id: String,
    version: i64,
    #[server(default)] node: String,
    name: String,
    #[server(default)] service_area: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    places::edit_estate(&cx, id, version, &EstateForm::read(&name, &service_area)?).await?;
    let node = read::code(&node)?
        .map(|code| format!("node={code}&"))
        .unwrap_or_default();
    leptos_axum::redirect(&format!("/people/buildings?{node}done=saved"));
    Ok(())
}

/// Notes a room.
#[server(prefix = "/api/v1", endpoint = "people/room/add", output = Json)]
pub async fn add_room(
    building: String,
    #[server(default)] unit: String,
    #[server(default)] door: String,
    #[server(default)] area: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&building)?;
    places::add_room(&cx, id, &RoomForm::read(&unit, &door, &area)?).await?;
    lead_to(id, "room");
    Ok(())
}
