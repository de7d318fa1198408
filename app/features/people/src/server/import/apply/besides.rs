//! What goes with the lines: where known buildings stand, 服务用房, residents' groups; and telling all whom it concerns.

use std::collections::BTreeSet;

use db::{Audit, Cx, DbError, EngineSql, Event, Json, Tx, crypt::Field, execute, rows};
use serde::Serialize;
use shared::{AppError, RecordId};

use super::who;
use crate::{
    model::{BuildingId, CorrectionId, EstateId, HouseholdId, IdentityNumber, PersonId},
    server::{
        import::plan::{How, Plan},
        spans,
    },
};

const PLACES: EngineSql = rows!(
    "update building set lon = r.lon, lat = r.lat, version = building.version + 1, updated_at = $2 from ",
    (id: uuid, lon: bigint, lat: bigint),
    " where building.id = r.id and building.shape is null"
);
const SERVICES: EngineSql = rows!(
    "update estate set service_area = r.area, version = estate.version + 1, updated_at = $2 from ",
    (id: uuid, area: bigint),
    " where estate.id = r.id"
);

/// Corrects known places and households.
pub(super) async fn correct(tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Place {
        id: BuildingId,
        lon: i64,
        lat: i64,
    }
    #[derive(Serialize)]
    struct Service {
        id: EstateId,
        area: i64,
    }
    let now = tx.now();
    let places = plan.places.iter();
    let places: Vec<Place> = places
        .map(|(id, (lon, lat))| Place {
            id: *id,
            lon: *lon,
            lat: *lat,
        })
        .collect();
    let sql = tx.sql(PLACES);
    for chunk in places.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    let services = plan.services.iter();
    let services: Vec<Service> = services
        .map(|(id, area)| Service { id: *id, area: *area })
        .collect();
    let sql = tx.sql(SERVICES);
    for chunk in services.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    let groups: Vec<spans::Change> = plan
        .groups
        .iter()
        .map(|(household, group)| spans::Change::group(*household, Some(*group)))
        .collect();
    spans::change(tx, &groups, now.date()).await?;
    Ok(())
}

const HOLD: EngineSql = rows!(
    "update person set identity = r.identity from ",
    (id: uuid, identity: text),
    " where person.id = r.id"
);

/// Identity numbers by which other records are found: they are held, and find nobody here.
pub(super) async fn hold_apart(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row {
        id: PersonId,
        identity: String,
    }
    let apart = plan
        .people
        .iter()
        .filter(|change| change.apart && matches!(change.how, How::New));
    let list: Vec<Row> = apart
        .filter_map(|change| {
            let number = who(plan, change)?.identity.as_ref().map(IdentityNumber::as_str)?;
            Some(Row {
                id: change.id,
                identity: cx.keys().seal_for(Field::IdentityNumber, change.id.0, number),
            })
        })
        .collect();
    let sql = tx.sql(HOLD);
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

/// Tells the pages of every grid that something came to or went from; who went is in the log of where they lived.
pub(super) async fn tell(tx: &mut Tx, plan: &Plan) -> Result<(), DbError> {
    for path in plan.paths.values() {
        tx.publish(Event {
            topic: format!("path/{path}"),
            kind: "people.imported",
            subject: None,
            data: serde_json::json!({}),
        })
        .await?;
    }
    let mut left: BTreeSet<(&str, HouseholdId)> = BTreeSet::new();
    for change in &plan.people {
        let (person, action) = match (&change.how, &change.elsewhere) {
            (How::Moved(person), _) => (&**person, "people.person.leave"),
            (_, Some(elsewhere)) => (&elsewhere.person, "people.person.elsewhere"),
            _ => continue,
        };
        let Some(path) = person.path.as_deref() else {
            continue;
        };
        tx.audit(Audit::new(action, "person", person.id.0).at(path))
            .await?;
        if let Some(household) = person.household_id {
            left.insert((path, household));
        }
    }
    for (path, household) in left {
        tx.publish(Event {
            topic: format!("path/{path}"),
            kind: "people.household.changed",
            subject: Some(RecordId(household.0)),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}

const ASK: EngineSql = rows!(
    "insert into household_correction (id, household_id, person_id, words, created_at) \
     select id, household_id, person_id, words, $2 from ",
    (id: uuid, household_id: uuid, person_id: uuid, words: text),
    ""
);

/// Asks who keeps the record of somebody that was noted here as well: it stays where it is until they say that it is left.
pub(super) async fn ask(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row {
        id: CorrectionId,
        household_id: HouseholdId,
        /// Nobody: no one of the household wrote it, so it is on nobody's own page.
        person_id: PersonId,
        words: String,
    }
    let mut list = Vec::new();
    for elsewhere in plan.people.iter().filter_map(|change| change.elsewhere.as_ref()) {
        let Some(household_id) = elsewhere.person.household_id else {
            continue;
        };
        let id: CorrectionId = tx.id();
        list.push(Row {
            id,
            household_id,
            person_id: PersonId(uuid::Uuid::nil()),
            words: cx.keys().seal_for(Field::Note, id.0, &elsewhere.words),
        });
    }
    let (sql, now) = (tx.sql(ASK), tx.now());
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    Ok(())
}
