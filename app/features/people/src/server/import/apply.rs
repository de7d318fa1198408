//! Applying a plan: all of it, or nothing.

mod besides;
mod living;
mod people;

use axum::body::Bytes;
use db::{Audit, Cx, EngineSql, Json, Tx, execute, rows};
use orgs::server::sent::Steps;
use serde::Serialize;
use shared::{AppError, FieldError, datum::Datum};
use ui::sending::Phase;

use self::people::people;
use super::{
    line::Who,
    plan::{self, Change, Lines, Plan},
};
use crate::{
    model::{Counts, RoomId, SHOWN},
    server::write::{self, NewBuilding, NewEstate, NewHousehold, NewRoom},
};

/// Applies what was read, provided that it changes just what `seen` counted.
///
/// # Errors
/// [`AppError::Invalid`] with the faults if there are any, [`AppError::Conflict`] if something has changed since the preview, or
/// what the database answers.
pub async fn apply(
    cx: &Cx,
    bytes: impl Into<Bytes>,
    datum: Option<Datum>,
    seen: Option<Counts>,
) -> Result<Counts, AppError> {
    let lines = plan::read(cx, bytes.into(), datum).await?;
    let mut tx = cx.write().await?;
    let counts = within(cx, &mut tx, lines, seen, &Steps::default()).await?;
    tx.commit().await?;
    Ok(counts)
}

pub(super) async fn within(
    cx: &Cx,
    tx: &mut Tx,
    lines: Lines,
    seen: Option<Counts>,
    steps: &Steps,
) -> Result<Counts, AppError> {
    let plan = plan::against(cx, tx, lines).await?;
    if !plan.faults.is_empty() {
        let faults = plan.faults.into_iter().take(SHOWN).map(FieldError::from);
        return Err(AppError::Invalid(faults.collect()));
    }
    if seen.is_some_and(|seen| seen != plan.counts) {
        return Err(AppError::Conflict(
            "登记在这期间变过了，请看过新的差异后再导入。".into(),
        ));
    }
    if plan.counts.changes() > 0 {
        steps.at(Phase::Write);
        places(tx, &plan).await?;
        people(cx, tx, &plan).await?;
        besides::tell(tx, &plan).await?;
        besides::ask(cx, tx, &plan).await?;
    }
    tx.audit(Audit::new("people.import", "import", None)).await?;
    Ok(plan.counts)
}

const AREAS: EngineSql = rows!(
    "update room set area = r.area, version = room.version + 1, updated_at = $2 from ",
    (id: uuid, area: bigint),
    " where room.id = r.id"
);

async fn places(tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Area {
        id: RoomId,
        area: i64,
    }
    let estates: Vec<NewEstate> = plan
        .estates
        .iter()
        .map(|(id, node, name)| NewEstate {
            id: *id,
            node_id: *node,
            name: name.clone(),
            service_area: plan.estate_services.get(id).copied(),
        })
        .collect();
    write::estates(tx, &estates).await?;
    let buildings: Vec<NewBuilding> = plan
        .buildings
        .iter()
        .map(|(id, estate, node, number)| {
            let place = plan.building_places.get(id);
            NewBuilding {
                id: *id,
                estate_id: *estate,
                node_id: *node,
                number: number.clone(),
                lon: place.map(|(lon, _)| *lon),
                lat: place.map(|(_, lat)| *lat),
            }
        })
        .collect();
    write::buildings(tx, &buildings).await?;
    let rooms: Vec<NewRoom> = plan
        .rooms
        .iter()
        .map(|(id, building, unit, at)| {
            let line = &plan.lines[*at];
            NewRoom {
                id: *id,
                building_id: *building,
                unit: unit.clone(),
                door: line.door.clone(),
                floor: line.floor,
                area: plan.room_areas.get(id).copied(),
            }
        })
        .collect();
    write::rooms(tx, &rooms).await?;
    let areas: Vec<Area> = plan
        .areas
        .iter()
        .map(|(id, area)| Area { id: *id, area: *area })
        .collect();
    let (sql, now) = (tx.sql(AREAS), tx.now());
    for chunk in areas.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    let today = now.date();
    let households: Vec<NewHousehold> = plan
        .households
        .iter()
        .map(|(id, room, node)| NewHousehold {
            id: *id,
            room_id: *room,
            node_id: *node,
            group_id: plan.household_groups.get(id).copied(),
            valid_from: today,
        })
        .collect();
    write::households(tx, &households).await?;
    besides::correct(tx, plan).await
}

/// The person of a change's line.
fn who<'a>(plan: &'a Plan, change: &Change) -> Option<&'a Who> {
    plan.lines[change.line].person.as_ref()
}
