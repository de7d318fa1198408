//! Buildings: noted, corrected, given to another grid, and taken out of the list.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Date};

use super::{community_of, conflict, estate, grid, room, standing, taken, tell};
use crate::{
    model::{BuildingForm, BuildingId, EstateForm, EstateId, RoomId},
    server::{
        rehouse,
        write::{self, NewBuilding},
    },
};

fn twice() -> AppError {
    AppError::invalid("number", "这个小区已经有这一幢了。")
}

/// Refuses a number of an estate that another building bears, in the list or as one that is no more.
async fn free(tx: &mut Tx, estate: EstateId, number: &str, id: BuildingId) -> Result<(), AppError> {
    const OTHER: &str = "select valid_to from building where estate_id = $1 and number = $2 and id <> $3";
    let other: Option<Option<Date>> = on!(tx, |c| sqlx::query_scalar(OTHER)
        .bind(estate)
        .bind(number)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    taken(other, twice, "number", ["这个小区的这一幢", "列表", "登记一幢"])
}

/// Notes a building in an estate, which is made if the community has none of that name; with the grid that answers for it. One that
/// was said to be no more is there again.
///
/// # Errors
/// [`AppError::Invalid`] by field, or what the database answers.
pub async fn add_building(
    cx: &Cx,
    grid_code: &str,
    estate: &EstateForm,
    form: &BuildingForm,
) -> Result<BuildingId, AppError> {
    const KNOWN: &str = "select id, valid_to from building where estate_id = $1 and number = $2";
    const AGAIN: &str = "update building set node_id = $2, lon = coalesce($3, lon), lat = coalesce($4, lat), valid_to = null, \
        version = version + 1, updated_at = $5 where id = $1";
    let mut tx = cx.write().await?;
    let grid = grid(cx, &mut tx, grid_code).await?;
    let community = community_of(&mut tx, &grid).await?;
    let estate_id = estate::named(&mut tx, community.id, estate).await?;
    let (lon, lat) = (form.place.map(|(lon, _)| lon), form.place.map(|(_, lat)| lat));
    let known: Option<(BuildingId, Option<Date>)> = on!(tx, |c| sqlx::query_as(KNOWN)
        .bind(estate_id)
        .bind(&form.number)
        .fetch_optional(c)
        .await)?;
    let id = match known {
        Some((_, None)) => return Err(twice()),
        Some((id, Some(_))) => {
            // It may have been another's: then it is not the viewer's to bring back.
            super::building(cx, &mut tx, id).await.map_err(|_| {
                AppError::invalid(
                    "number",
                    "这个小区的这一幢记为没有了，原来不归您负责的网格。还在的话，请让社区重新登记。",
                )
            })?;
            let now = tx.now();
            execute!(tx, AGAIN, id, grid.id, lon, lat, now)?;
            id
        }
        None => {
            let id: BuildingId = tx.id();
            let new = NewBuilding {
                id,
                estate_id,
                node_id: grid.id,
                number: form.number.clone(),
                lon,
                lat,
            };
            match write::buildings(&mut tx, &[new]).await {
                Err(error) if error.is_unique_violation() => return Err(twice()),
                other => other?,
            }
            id
        }
    };
    tell(&mut tx, "people.building.add", "building", id.0, &grid.path).await?;
    tx.commit().await?;
    Ok(id)
}

/// Corrects a building's number, estate and place, and gives it to another grid. One whose outline was drawn stays where that is.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] by field.
pub async fn edit_building(
    cx: &Cx,
    id: BuildingId,
    version: i64,
    grid_code: &str,
    form: &BuildingForm,
) -> Result<(), AppError> {
    const UPDATE: &str = "update building set number = $3, estate_id = $4, lon = case when shape is null then $5 else lon end, \
        lat = case when shape is null then $6 else lat end, version = version + 1, updated_at = $7 where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let known = standing(cx, &mut tx, id).await?;
    let grid = grid(cx, &mut tx, grid_code).await?;
    let community = community_of(&mut tx, &grid).await?;
    let name = form.estate.as_ref().unwrap_or(&known.name);
    // An estate is one community's: in another one it is that one's of the same name.
    let estate_id = if *name == known.name && community.id == known.community {
        known.estate_id
    } else {
        let form = EstateForm {
            name: name.clone(),
            service_area: None,
        };
        estate::named(&mut tx, community.id, &form).await?
    };
    free(&mut tx, estate_id, &form.number, id).await?;
    let now = tx.now();
    let (lon, lat) = (form.place.map(|(lon, _)| lon), form.place.map(|(_, lat)| lat));
    match execute!(tx, UPDATE, id, version, &form.number, estate_id, lon, lat, now) {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => return Err(twice()),
        Err(error) => return Err(error.into()),
    }
    if grid.id != known.node_id {
        rehouse::buildings(cx, &mut tx, &[(id, grid.id)], now.date()).await?;
        tell(&mut tx, "people.building.move", "building", id.0, &known.path).await?;
    }
    tell(&mut tx, "people.building.edit", "building", id.0, &grid.path).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a building out of the list: for good if nobody ever lived there, else it is no more from today on. Answers with the
/// code of its grid.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile or somebody lives there.
pub async fn remove_building(cx: &Cx, id: BuildingId, version: i64) -> Result<orgs::model::Code, AppError> {
    const LIVED_IN: &str = "select count(*) from room m join household h on h.room_id = m.id and h.valid_to is null where m.building_id = $1";
    const ROOMS: &str = "select id from room where building_id = $1 order by id";
    const DELETE: &str =
        "delete from building where id = $1 and not exists (select 1 from room m where m.building_id = $1)";
    const END: &str =
        "update building set valid_to = $2, version = version + 1, updated_at = $3 where id = $1";
    // An estate without buildings of which nothing else is known is none.
    const FORGET_ESTATE: &str = "delete from estate where id = $1 and service_area is null \
        and not exists (select 1 from building b where b.estate_id = $1)";
    let mut tx = cx.write().await?;
    let building = standing(cx, &mut tx, id).await?;
    if building.version != version {
        return Err(conflict());
    }
    let lived_in: i64 = on!(tx, |c| sqlx::query_scalar(LIVED_IN).bind(id).fetch_one(c).await)?;
    if lived_in > 0 {
        return Err(AppError::Conflict(
            "这一幢还有住户，不能去掉。请先记下住户搬走，或者把他们并到别的室。".into(),
        ));
    }
    let rooms: Vec<RoomId> = on!(tx, |c| sqlx::query_scalar(ROOMS).bind(id).fetch_all(c).await)?;
    for of in rooms {
        room::forget_or_end(&mut tx, of).await?;
    }
    let action = if execute!(tx, DELETE, id)? == 1 {
        execute!(tx, FORGET_ESTATE, building.estate_id)?;
        "people.building.remove"
    } else {
        let now = tx.now();
        execute!(tx, END, id, now.date(), now)?;
        "people.building.end"
    };
    tell(&mut tx, action, "building", id.0, &building.path).await?;
    tx.commit().await?;
    Ok(building.code)
}

/// A building that was said to be no more is there after all: somebody lives in it.
pub(in crate::server) async fn reopen(tx: &mut Tx, id: BuildingId) -> Result<(), DbError> {
    const REOPEN: &str = "update building set valid_to = null, version = version + 1, updated_at = $2 \
        where id = $1 and valid_to is not null";
    let now = tx.now();
    execute!(tx, REOPEN, id, now)?;
    Ok(())
}
