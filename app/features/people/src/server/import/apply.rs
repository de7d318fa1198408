//! Applying a plan: all of it, or nothing.

mod besides;

use accounts::model::Phone;
use axum::body::Bytes;
use db::{Audit, Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, rows};
use orgs::server::sent::Steps;
use serde::Serialize;
use shared::{AppError, Date, FieldError, NodeId, RecordId, datum::Datum};
use ui::sending::Phase;

use super::{
    known::Person,
    line::Who,
    plan::{self, Change, How, Lines, Plan, born_differs},
};
use crate::{
    model::{
        Born, Consent, Counts, HouseholdId, IdentityNumber, PersonId, Relation, ResidenceKind, RoomId, SHOWN,
        Sex,
    },
    server::write::{
        self, NewBuilding, NewConsent, NewEstate, NewHousehold, NewOwnership, NewPerson, NewRepresentation,
        NewResidence, NewRoom, Source,
    },
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

async fn people(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    let today = tx.now().date();
    let mut new = Vec::new();
    let mut residences = Vec::new();
    let mut consents = Vec::new();
    let mut owners = Vec::new();
    for change in &plan.people {
        let Some(who) = who(plan, change) else { continue };
        let lives = NewResidence {
            id: tx.id(),
            person_id: change.id,
            household_id: change.household,
            kind: who.kind.unwrap_or(ResidenceKind::Living),
            relation: who.relation,
            valid_from: today,
        };
        match &change.how {
            How::New => {
                new.push(person(plan, change, who));
                residences.push(lives);
            }
            How::Moved(_) => residences.push(lives),
            How::Same(_) | How::Changed(_) => {}
        }
        let holds = change.identity_blind.is_some() || (change.apart && matches!(change.how, How::New));
        if holds {
            consents.push(NewConsent {
                person_id: change.id,
                kind: Consent::Identity,
                age: who.born.map(|born| today.year() - born.year()),
            });
        }
        if change.own {
            owners.push(NewOwnership {
                id: tx.id(),
                room_id: change.room,
                person_id: change.id,
                valid_from: today,
            });
        }
    }
    let taken = |error: DbError| {
        if error.is_unique_violation() {
            AppError::Conflict("登记在这期间变过了，请看过新的差异后再导入。".into())
        } else {
            error.into()
        }
    };
    leave(tx, plan, today).await?;
    write::persons(cx, tx, &new).await.map_err(taken)?;
    besides::hold_apart(cx, tx, plan).await?;
    update(cx, tx, plan).await.map_err(taken)?;
    write::residences(tx, &residences).await.map_err(taken)?;
    arrive(tx, plan).await?;
    change_residences(tx, plan, today).await?;
    represent(tx, plan, today).await?;
    write::ownerships(tx, &owners).await?;
    write::consents(tx, &consents, cx.who().user).await?;
    Ok(())
}

fn person(plan: &Plan, change: &Change, who: &Who) -> NewPerson {
    NewPerson {
        id: change.id,
        name: who.name.clone(),
        sex: who.sex,
        birth_year: who.born.map(Born::year),
        adult_from: who.born.and_then(Born::adult_from),
        phone: who.phone.clone(),
        identity: who.identity.clone().filter(|_| !change.apart),
        care: Vec::new(),
        user_id: None,
        node_id: change.node,
        path: plan.paths.get(&change.node).cloned().unwrap_or_default(),
        source: Source::Import,
        confirmed_at: None,
    }
}

// What the line leaves empty stays: the row holds what is to be in the end, sealed anew only where it is new.
const UPDATE: EngineSql = rows!(
    "update person set name = r.name, pinyin = r.pinyin, initials = r.initials, sex = r.sex, birth_year = r.birth_year, \
     adult_from = r.adult_from, phone = coalesce(r.phone, person.phone), phone_blind = coalesce(r.phone_blind, person.phone_blind), \
     identity = coalesce(r.identity, person.identity), identity_blind = coalesce(r.identity_blind, person.identity_blind), \
     confirmed_at = null, version = person.version + 1, updated_at = $2 from ",
    (id: uuid, name: text, pinyin: text, initials: text, sex: text, birth_year: bigint, adult_from: text, phone: text,
     phone_blind: text, identity: text, identity_blind: text),
    " where person.id = r.id"
);

async fn update(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: PersonId,
        name: &'a str,
        pinyin: String,
        initials: String,
        sex: Option<Sex>,
        birth_year: Option<i64>,
        adult_from: Option<Date>,
        phone: Option<String>,
        phone_blind: Option<&'a str>,
        identity: Option<String>,
        identity_blind: Option<&'a str>,
    }
    let keys = cx.keys();
    let (mut list, mut renamed) = (Vec::new(), Vec::new());
    for change in &plan.people {
        let (How::Changed(known) | How::Moved(known)) = &change.how else {
            continue;
        };
        let Some(who) = who(plan, change) else { continue };
        let (birth_year, adult_from) = match who.born.filter(|born| born_differs(known, *born)) {
            Some(born) => (Some(born.year()), born.adult_from()),
            None => (known.birth_year, known.adult_from),
        };
        let spelled = shared::text::pinyin(&who.name);
        let new_phone = change
            .phone_blind
            .as_deref()
            .filter(|blind| known.phone_blind.as_deref() != Some(blind));
        let new_identity = change
            .identity_blind
            .as_deref()
            .filter(|_| known.identity_blind.is_none());
        let phone = who
            .phone
            .as_ref()
            .filter(|_| new_phone.is_some())
            .map(Phone::as_str);
        let identity = who
            .identity
            .as_ref()
            .filter(|_| new_identity.is_some())
            .map(IdentityNumber::as_str);
        if who.name != known.name {
            let path = plan.paths.get(&change.node).cloned().unwrap_or_default();
            renamed.push((change.id, who.name.clone(), path));
        }
        list.push(Row {
            id: change.id,
            name: &who.name,
            pinyin: spelled.full,
            initials: spelled.initials,
            sex: who.sex.or(known.sex),
            birth_year,
            adult_from,
            phone: phone.map(|phone| keys.seal_for(Field::Phone, change.id.0, phone)),
            phone_blind: new_phone,
            identity: identity.map(|number| keys.seal_for(Field::IdentityNumber, change.id.0, number)),
            identity_blind: new_identity,
        });
    }
    let (sql, now) = (tx.sql(UPDATE), tx.now());
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    write::index(tx, &renamed).await
}

#[derive(Serialize)]
struct Leaver {
    person: PersonId,
    household: Option<HouseholdId>,
}

const END_RESIDENCES: EngineSql = rows!(
    "update residence set valid_to = $2, ended_by = 'moved' from ",
    (person: uuid, household: uuid),
    " where residence.person_id = r.person and residence.valid_to is null"
);
const END_REPRESENTATIONS: EngineSql = rows!(
    "update representation set valid_to = $2 from ",
    (person: uuid, household: uuid),
    " where representation.person_id = r.person and representation.household_id = r.household and representation.valid_to is null"
);
const END_DEPUTIES: EngineSql = rows!(
    "update deputy set valid_to = $2 from ",
    (person: uuid, household: uuid),
    " where deputy.person_id = r.person and deputy.valid_to is null"
);
const END_HOUSEHOLDS: EngineSql = rows!(
    "update household set valid_to = $2, version = household.version + 1, updated_at = $3 from ",
    (person: uuid, household: uuid),
    " where household.id = r.household and household.valid_to is null \
     and not exists (select 1 from residence x where x.household_id = household.id and x.valid_to is null)"
);
const END_SPANS: EngineSql = rows!(
    "update household_span set valid_to = $2 from ",
    (person: uuid, household: uuid),
    " where household_span.household_id = r.household and household_span.valid_to is null \
     and not exists (select 1 from residence x where x.household_id = household_span.household_id and x.valid_to is null)"
);

/// Those who moved belong to where they lived no longer.
async fn leave(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
    let leavers: Vec<Leaver> = plan
        .people
        .iter()
        .filter_map(|change| match &change.how {
            How::Moved(person) => Some(Leaver {
                person: person.id,
                household: person.household_id,
            }),
            _ => None,
        })
        .collect();
    let now = tx.now();
    for chunk in leavers.chunks(2000) {
        let rows = write::raw(chunk)?;
        for sql in [END_RESIDENCES, END_REPRESENTATIONS, END_DEPUTIES] {
            let sql = tx.sql(sql);
            execute!(tx, sql, &rows, today)?;
        }
        let sql = tx.sql(END_HOUSEHOLDS);
        execute!(tx, sql, &rows, today, now)?;
        let sql = tx.sql(END_SPANS);
        execute!(tx, sql, &rows, today)?;
    }
    Ok(())
}

const ARRIVE: EngineSql = rows!(
    "update person set node_id = r.node from ",
    (person: uuid, node: uuid),
    " where person.id = r.person"
);

/// Those who moved are known to their new grid.
async fn arrive(tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Row {
        person: PersonId,
        node: NodeId,
    }
    let (mut list, mut terms) = (Vec::new(), Vec::new());
    for change in &plan.people {
        if let How::Moved(_) = change.how {
            let path = plan.paths.get(&change.node).cloned().unwrap_or_default();
            terms.push((
                change.id,
                who(plan, change).map(|who| who.name.clone()).unwrap_or_default(),
                path,
            ));
            list.push(Row {
                person: change.id,
                node: change.node,
            });
        }
    }
    let sql = tx.sql(ARRIVE);
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk))?;
    }
    let places = list
        .iter()
        .filter_map(|row| Some((row.node, plan.paths.get(&row.node)?.as_str())));
    write::places(tx, places).await?;
    write::index(tx, &terms).await?;
    Ok(())
}

#[derive(Serialize)]
struct Living {
    id: RecordId,
    kind: ResidenceKind,
    relation: Option<Relation>,
}

const CORRECT_RESIDENCES: EngineSql = rows!(
    "update residence set kind = r.kind, relation = r.relation from ",
    (id: uuid, kind: text, relation: text),
    " where residence.id = r.id"
);
const CLOSE_RESIDENCES: EngineSql = rows!(
    "update residence set valid_to = $2, ended_by = 'changed' from ",
    (id: uuid, kind: text, relation: text),
    " where residence.id = r.id"
);

/// How somebody lives here from today on; what it was before stays known.
async fn change_residences(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
    let (mut correct, mut close, mut begin) = (Vec::new(), Vec::new(), Vec::new());
    for change in &plan.people {
        let (How::Changed(known), Some(who)) = (&change.how, who(plan, change)) else {
            continue;
        };
        let Person {
            residence_id: Some(id),
            since: Some(since),
            kind: Some(was),
            ..
        } = **known
        else {
            continue;
        };
        let kind = who.kind.unwrap_or(was);
        let relation = who.relation.or(known.relation);
        if kind == was && relation == known.relation {
            continue;
        }
        let row = Living { id, kind, relation };
        if kind == was || since >= today {
            correct.push(row);
        } else {
            close.push(row);
            begin.push(NewResidence {
                id: tx.id(),
                person_id: change.id,
                household_id: change.household,
                kind,
                relation,
                valid_from: today,
            });
        }
    }
    let sql = tx.sql(CORRECT_RESIDENCES);
    for chunk in correct.chunks(2000) {
        execute!(tx, sql, Json(chunk))?;
    }
    let sql = tx.sql(CLOSE_RESIDENCES);
    for chunk in close.chunks(2000) {
        execute!(tx, sql, Json(chunk), today)?;
    }
    write::residences(tx, &begin).await?;
    Ok(())
}

const END_FORMER: EngineSql = rows!(
    "update representation set valid_to = $2 from ",
    (household_id: uuid),
    " where representation.household_id = r.household_id and representation.valid_to is null"
);

async fn represent(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
    let list: Vec<NewRepresentation> = plan
        .people
        .iter()
        .filter(|change| change.represent)
        .map(|change| NewRepresentation {
            id: tx.id(),
            household_id: change.household,
            person_id: change.id,
            valid_from: today,
        })
        .collect();
    let sql = tx.sql(END_FORMER);
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk), today)?;
    }
    write::representations(tx, &list).await?;
    Ok(())
}
