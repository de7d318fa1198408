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

/// The buildings of a place, a part of its estates at a time; all of one estate; or the chart of one building.
#[server(prefix = "/api/v1", endpoint = "people/buildings", input = GetUrl, output = Json)]
pub async fn buildings(
    #[server(default)] node: String,
    #[server(default)] building: String,
    #[server(default)] estate: String,
    #[server(default)] room: String,
    #[server(default)] after: String,
) -> Result<BuildingsPage, AppError> {
    let cx = db::access::require(Permission::PeopleView).await?;
    let may_edit = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.may(Permission::PeopleEdit));
    let (node, after) = (read::code(&node)?, read::cursor(&after)?);
    let asked = places::Asked {
        node: node.as_ref(),
        building: read::id_or_none(&building)?,
        estate: read::id_or_none(&estate)?,
        // An address that names no room shows none.
        room: room.parse().ok(),
        after: after.as_ref(),
        may_edit,
    };
    places::page(&cx, asked).await
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

/// Corrects a building, or gives it to another grid or estate.
#[server(prefix = "/api/v1", endpoint = "people/building/edit", output = Json)]
pub async fn edit_building(
    id: String,
    version: i64,
    #[server(default)] grid: String,
    #[server(default)] name: String,
    number: String,
    #[server(default)] lon: String,
    #[server(default)] lat: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    let form = BuildingForm::read(&number, &lon, &lat)?.of_estate(&name)?;
    places::edit_building(&cx, id, version, &grid, &form).await?;
    lead_to(id, "saved");
    Ok(())
}

/// Takes a building out of the list in which nobody lives.
#[server(prefix = "/api/v1", endpoint = "people/building/remove", output = Json)]
pub async fn remove_building(id: String, version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let grid = places::remove_building(&cx, read::id(&id)?, version).await?;
    leptos_axum::redirect(&format!("/people/buildings?node={grid}&done=removed"));
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

/// Corrects a room.
#[server(prefix = "/api/v1", endpoint = "people/room/edit", output = Json)]
pub async fn edit_room(
    id: String,
    version: i64,
    #[server(default)] unit: String,
    #[server(default)] door: String,
    #[server(default)] floor: String,
    #[server(default)] area: String,
) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let id = read::id(&id)?;
    let form = RoomForm::corrected(&unit, &door, &floor, &area)?;
    lead_to(places::edit_room(&cx, id, version, &form).await?, "saved");
    Ok(())
}

/// Puts a room together with another one, which an address names.
#[server(prefix = "/api/v1", endpoint = "people/room/merge", output = Json)]
pub async fn merge_room(id: String, version: i64, #[server(default)] to: String) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    let merged = places::merge_room(&cx, read::id(&id)?, version, &to).await?;
    match merged.twins {
        Some(household) => leptos_axum::redirect(&format!("/people/households/{household}?done=merged")),
        None => lead_to(merged.building, "merged"),
    }
    Ok(())
}

/// Takes a room out of the list in which nobody lives.
#[server(prefix = "/api/v1", endpoint = "people/room/remove", output = Json)]
pub async fn remove_room(id: String, version: i64) -> Result<(), AppError> {
    let cx = db::access::require(Permission::PeopleEdit).await?;
    lead_to(
        places::remove_room(&cx, read::id(&id)?, version).await?,
        "removed",
    );
    Ok(())
}
