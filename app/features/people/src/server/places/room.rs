//! Rooms: noted, corrected, and taken out of the list.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Date, NodeId};

use super::{conflict, standing, taken, tell};
use crate::{
    model::{BuildingId, PersonId, RoomForm, RoomId, floor_of},
    server::{
        household,
        write::{self, NewRoom},
    },
};

const REOPEN: &str = "update room set valid_to = null, version = version + 1, updated_at = $2 where id = $1 and valid_to is not null";

fn twice() -> AppError {
    AppError::invalid("door", "这一幢已经有这个室号了。是同一室的，请用“并到另一室”。")
}

/// Refuses a door of a building that another room bears, in the chart or as one that is no more.
async fn free(tx: &mut Tx, building: BuildingId, form: &RoomForm, id: RoomId) -> Result<(), AppError> {
    const OTHER: &str =
        "select valid_to from room where building_id = $1 and unit = $2 and door = $3 and id <> $4";
    let other: Option<Option<Date>> = on!(tx, |c| sqlx::query_scalar(OTHER)
        .bind(building)
        .bind(&form.unit)
        .bind(&form.door)
        .bind(id)
        .fetch_optional(c)
        .await)?;
    taken(other, twice, "door", ["这个室号", "楼栋图", "登记一室"])
}

/// A room that is to be changed.
#[derive(sqlx::FromRow)]
pub(super) struct Room {
    id: RoomId,
    version: i64,
    building_id: BuildingId,
    pub path: String,
    /// The community that its estate belongs to.
    pub community: NodeId,
}

pub(super) async fn room(cx: &Cx, tx: &mut Tx, id: RoomId, version: i64) -> Result<Room, AppError> {
    const ROOM: &str = "select m.id, m.version, m.building_id, n.path, e.node_id as community from room m \
        join building b on b.id = m.building_id join estate e on e.id = b.estate_id join node n on n.id = b.node_id \
        where m.id = $1 and m.valid_to is null";
    let room = on!(tx, |c| sqlx::query_as::<_, Room>(ROOM)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    cx.must_cover(&room.path)?;
    if room.version != version {
        return Err(conflict());
    }
    Ok(room)
}

/// Notes a room in a building; one that was said to be no more is there again.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the building is no more, [`AppError::Invalid`] by field.
pub async fn add_room(cx: &Cx, id: BuildingId, form: &RoomForm) -> Result<RoomId, AppError> {
    const KNOWN: &str = "select id, valid_to from room where building_id = $1 and unit = $2 and door = $3";
    const AGAIN: &str = "update room set floor = $2, area = coalesce($3, area) where id = $1";
    let mut tx = cx.write().await?;
    let building = standing(cx, &mut tx, id).await?;
    let known: Option<(RoomId, Option<Date>)> = on!(tx, |c| sqlx::query_as(KNOWN)
        .bind(id)
        .bind(&form.unit)
        .bind(&form.door)
        .fetch_optional(c)
        .await)?;
    let room = match known {
        Some((_, None)) => return Err(AppError::invalid("door", "这一幢已经有这个室号了。")),
        Some((room, Some(_))) => {
            let now = tx.now();
            execute!(tx, REOPEN, room, now)?;
            execute!(tx, AGAIN, room, form.floor, form.area)?;
            room
        }
        None => {
            let room: RoomId = tx.id();
            let new = NewRoom {
                id: room,
                building_id: id,
                unit: form.unit.clone(),
                door: form.door.clone(),
                floor: form.floor,
                area: form.area,
            };
            match write::rooms(&mut tx, &[new]).await {
                Err(error) if error.is_unique_violation() => {
                    return Err(AppError::invalid("door", "这一幢已经有这个室号了。"));
                }
                other => other?,
            }
            room
        }
    };
    tell(&mut tx, "people.room.add", "room", room.0, &building.path).await?;
    tx.commit().await?;
    Ok(room)
}

/// Corrects a room's unit, door, floor and area. Answers with its building.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] by field.
pub async fn edit_room(cx: &Cx, id: RoomId, version: i64, form: &RoomForm) -> Result<BuildingId, AppError> {
    const UPDATE: &str = "update room set unit = $3, door = $4, floor = $5, area = $6, version = version + 1, updated_at = $7 \
        where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let room = room(cx, &mut tx, id, version).await?;
    free(&mut tx, room.building_id, form, id).await?;
    let now = tx.now();
    match execute!(
        tx, UPDATE, id, version, &form.unit, &form.door, form.floor, form.area, now
    ) {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => return Err(twice()),
        Err(error) => return Err(error.into()),
    }
    tell(&mut tx, "people.room.edit", "room", id.0, &room.path).await?;
    tx.commit().await?;
    Ok(room.building_id)
}

/// Takes a room out of the list: for good if nobody ever lived in it or owned it, else it is no more from today on. Answers with
/// its building.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile or somebody lives there.
pub async fn remove_room(cx: &Cx, id: RoomId, version: i64) -> Result<BuildingId, AppError> {
    const LIVED_IN: &str = "select count(*) from household where room_id = $1 and valid_to is null";
    let mut tx = cx.write().await?;
    let room = room(cx, &mut tx, id, version).await?;
    let lived_in: i64 = on!(tx, |c| sqlx::query_scalar(LIVED_IN).bind(id).fetch_one(c).await)?;
    if lived_in > 0 {
        return Err(AppError::Conflict(
            "这一室还有住户，不能去掉。请先记下住户搬走，或者把他们并到另一室。".into(),
        ));
    }
    let action = if forget_or_end(&mut tx, room.id).await? {
        "people.room.remove"
    } else {
        "people.room.end"
    };
    tell(&mut tx, action, "room", id.0, &room.path).await?;
    tx.commit().await?;
    Ok(room.building_id)
}

/// Deletes a room without a past, and ends one with a past, and who owns it. Whether it was deleted.
pub(super) async fn forget_or_end(tx: &mut Tx, id: RoomId) -> Result<bool, DbError> {
    const DELETE: &str = "delete from room where id = $1 and not exists (select 1 from household h where h.room_id = $1) \
        and not exists (select 1 from ownership o where o.room_id = $1)";
    const END: &str = "update room set valid_to = $2, version = version + 1, updated_at = $3 where id = $1 and valid_to is null";
    const OWNERS: &str = "select person_id from ownership where room_id = $1 and valid_to is null";
    const END_OWNERSHIP: &str = "update ownership set valid_to = $2 where room_id = $1 and valid_to is null";
    if execute!(tx, DELETE, id)? == 1 {
        return Ok(true);
    }
    let now = tx.now();
    execute!(tx, END, id, now.date(), now)?;
    let owners: Vec<PersonId> = on!(tx, |c| sqlx::query_scalar(OWNERS).bind(id).fetch_all(c).await)?;
    execute!(tx, END_OWNERSHIP, id, now.date())?;
    for owner in owners {
        if household::residence(tx, owner).await?.is_none() {
            household::settle(tx, owner).await?;
        }
    }
    Ok(false)
}

/// The room of a building that a door means: found, also where its unit was not said or was said where there is none; else noted. One
/// that was said to be no more is there again.
pub(in crate::server) async fn room_in(
    tx: &mut Tx,
    building: BuildingId,
    unit: &str,
    door: &str,
) -> Result<RoomId, DbError> {
    const ROOM: &str = "select id from room where building_id = $1 and unit = $2 and door = $3";
    const BY_DOOR: &str = "select id from room where building_id = $1 and door = $2 and ($3 = '' or unit = '') \
        and valid_to is null order by id limit 2";
    let known: Option<RoomId> = on!(tx, |c| sqlx::query_scalar(ROOM)
        .bind(building)
        .bind(unit)
        .bind(door)
        .fetch_optional(c)
        .await)?;
    if let Some(room) = known {
        let now = tx.now();
        execute!(tx, REOPEN, room, now)?;
        return Ok(room);
    }
    let near: Vec<RoomId> = on!(tx, |c| sqlx::query_scalar(BY_DOOR)
        .bind(building)
        .bind(door)
        .bind(unit)
        .fetch_all(c)
        .await)?;
    if let [one] = near.as_slice() {
        return Ok(*one);
    }
    let id: RoomId = tx.id();
    let new = NewRoom {
        id,
        building_id: building,
        unit: unit.to_owned(),
        floor: floor_of(door),
        door: door.to_owned(),
        area: None,
    };
    write::rooms(tx, &[new]).await?;
    Ok(id)
}
