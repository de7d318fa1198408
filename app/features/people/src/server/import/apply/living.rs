//! Where persons live: those who moved leave and arrive, others live there in another way, or come to stand for the household.

use db::{EngineSql, Json, Tx, execute, rows};
use serde::Serialize;
use shared::{AppError, Date, RecordId};

use super::who;
use crate::{
    model::{HouseholdId, PersonId, Relation, ResidenceKind},
    server::{
        import::{
            known::Person,
            plan::{How, Plan},
        },
        write::{self, Given, NewRepresentation, NewResidence},
    },
};

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
pub(super) async fn leave(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
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
    (id: uuid, node: uuid),
    " where person.id = r.id"
);

/// Those who moved are known to their new grid.
pub(super) async fn arrive(tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    let (mut list, mut terms) = (Vec::new(), Vec::new());
    for change in &plan.people {
        if let How::Moved(_) = change.how {
            let path = plan.paths.get(&change.node).cloned().unwrap_or_default();
            terms.push((
                change.id,
                who(plan, change).map(|who| who.name.clone()).unwrap_or_default(),
                path,
            ));
            list.push(Given {
                id: change.id,
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
pub(super) async fn change_residences(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
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

pub(super) async fn represent(tx: &mut Tx, plan: &Plan, today: Date) -> Result<(), AppError> {
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
