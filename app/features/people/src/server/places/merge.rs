//! Rooms that are put together, where one door was noted as two.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::{AppError, Date, NodeId, RecordId};

use super::{
    room::{room, room_in},
    tell,
};
use crate::{
    model::{Address, BuildingId, HouseholdId, PersonId, Relation, ResidenceKind, RoomId, estate_key},
    server::{
        household, rehouse,
        write::{self, NewResidence},
    },
};

const WHICH: &str = "请写到哪一幢哪一室，如 花园浜3幢2单元501。";

/// A building that an address may mean: its id, its grid and the key of its estate.
type Meant = (BuildingId, NodeId, String, String);

/// The building of the community that an address names.
async fn building_meant(cx: &Cx, tx: &mut Tx, community: NodeId, said: &Address) -> Result<Meant, AppError> {
    const BUILDINGS: &str = "select b.id, b.node_id, n.path, e.key from building b join estate e on e.id = b.estate_id \
        join node n on n.id = b.node_id where e.node_id = $1 and b.number in ($2, $3) and b.valid_to is null \
        and n.valid_to is null order by b.id";
    let number = said.building.as_deref().unwrap_or_default();
    if number.is_empty() {
        return Err(AppError::invalid("to", WHICH));
    }
    let found: Vec<Meant> = on!(tx, |c| sqlx::query_as(BUILDINGS)
        .bind(community)
        .bind(number)
        .bind(format!("{number}号"))
        .fetch_all(c)
        .await)?;
    let key = estate_key(&said.estate);
    let within: Vec<Meant> = found
        .into_iter()
        .filter(|(.., path, _)| cx.scope.covers(path))
        .collect();
    // The very name first: 花园浜 is also how 花园浜二村 begins.
    let same: Vec<&Meant> = within.iter().filter(|(.., known)| *known == key).collect();
    let near: Vec<&Meant> = within
        .iter()
        .filter(|(.., known)| key.is_empty() || known.starts_with(&key) || key.ends_with(known.as_str()))
        .collect();
    match (same.as_slice(), near.as_slice()) {
        ([one], _) | ([], [one]) => Ok((*one).clone()),
        ([], []) => Err(AppError::invalid(
            "to",
            "您负责的范围里没有登记这一幢。请核对小区和幢号，或者先登记这一幢。",
        )),
        _ => Err(AppError::invalid("to", "有几幢都可能是，请写全小区名和幢号。")),
    }
}

/// Whether a building is one room, or has one that bears no door: else an address without a door means none of its rooms.
async fn is_whole(tx: &mut Tx, building: BuildingId, unit: &str) -> Result<bool, DbError> {
    const WHOLE: &str = "select count(*) from building b where b.id = $1 and (b.number like '%号' or exists \
        (select 1 from room m where m.building_id = b.id and m.unit = $2 and m.door = '' and m.valid_to is null))";
    let found: i64 = on!(tx, |c| sqlx::query_scalar(WHOLE)
        .bind(building)
        .bind(unit)
        .fetch_one(c)
        .await)?;
    Ok(found > 0)
}

/// What came of putting two rooms together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// That of the room that is left.
    pub building: BuildingId,
    /// The household there, if somebody may be noted in it twice now.
    pub twins: Option<HouseholdId>,
}

/// Puts a room together with the one that an address names, in the same community: who lives or lived in it, and who owns it, go
/// there, and the room itself is no more. Where somebody lives there already, they become one household from today on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] on `to`.
pub async fn merge_room(cx: &Cx, id: RoomId, version: i64, to: &str) -> Result<Merged, AppError> {
    const HOUSEHOLDS: &str = "select id, valid_to from household where room_id = $1 order by valid_from, id";
    const CURRENT: &str =
        "select id from household where room_id = $1 and valid_to is null order by valid_from, id limit 1";
    const MOVE: &str =
        "update household set room_id = $2, version = version + 1, updated_at = $3 where room_id = $1";
    const OWN: &str = "update ownership set room_id = $2 where room_id = $1 and (valid_to is not null or not exists \
        (select 1 from ownership o where o.room_id = $2 and o.person_id = ownership.person_id and o.valid_to is null))";
    // Of who is noted as an owner there already.
    const OWN_TWICE: &str = "delete from ownership where room_id = $1";
    const DELETE: &str = "delete from room where id = $1";
    let mut tx = cx.write().await?;
    let room = room(cx, &mut tx, id, version).await?;
    let said = Address::read(to);
    let (building, node, path, _) = building_meant(cx, &mut tx, room.community, &said).await?;
    let (unit, door) = (said.unit.unwrap_or_default(), said.door.unwrap_or_default());
    if door.is_empty() && !is_whole(&mut tx, building, &unit).await? {
        return Err(AppError::invalid("to", WHICH));
    }
    let target = room_in(&mut tx, building, &unit, &door).await?;
    if target == id {
        return Err(AppError::invalid("to", "这就是这一室，请写另一室。"));
    }
    let now = tx.now();
    let there: Option<HouseholdId> = on!(tx, |c| sqlx::query_scalar(CURRENT)
        .bind(target)
        .fetch_optional(c)
        .await)?;
    let own: Vec<(HouseholdId, Option<Date>)> =
        on!(tx, |c| sqlx::query_as(HOUSEHOLDS).bind(id).fetch_all(c).await)?;
    if let Some(there) = there {
        for (household, _) in own.iter().filter(|(_, ended)| ended.is_none()) {
            join(&mut tx, *household, there, now.date()).await?;
        }
    }
    execute!(tx, MOVE, id, target, now)?;
    execute!(tx, OWN, id, target)?;
    execute!(tx, OWN_TWICE, id)?;
    execute!(tx, DELETE, id)?;
    // Whoever came from another grid is that building's grid's now.
    rehouse::buildings(cx, &mut tx, &[(building, node)], now.date()).await?;
    let changed: Vec<HouseholdId> = match there {
        Some(there) => vec![there],
        None => own
            .iter()
            .filter(|(_, ended)| ended.is_none())
            .map(|(id, _)| *id)
            .collect(),
    };
    for household in changed {
        let audit = Audit::new("people.household.rehouse", "household", household.0);
        household::tell(&mut tx, "people.household.changed", household, &path, audit).await?;
    }
    tell(&mut tx, "people.room.merge", "room", id.0, &room.path).await?;
    let joined = there.filter(|_| own.iter().any(|(_, ended)| ended.is_none()));
    let twins = match joined {
        Some(household) if !household::twins(&mut tx, household).await?.is_empty() => Some(household),
        _ => None,
    };
    tx.commit().await?;
    Ok(Merged { building, twins })
}

/// Makes one household of two, from today on.
async fn join(tx: &mut Tx, from: HouseholdId, into: HouseholdId, today: Date) -> Result<(), DbError> {
    const LIVING: &str = "select id, person_id, kind, relation, valid_from from residence \
        where household_id = $1 and valid_to is null order by id";
    const TAKE: &str = "update residence set household_id = $2 where id = $1";
    const CLOSE: &str = "update residence set valid_to = $2, ended_by = 'changed' where id = $1";
    const END_REPRESENTATION: &str =
        "update representation set valid_to = $2 where household_id = $1 and valid_to is null";
    const END: &str = "update household set valid_to = $2 where id = $1";
    const END_SPAN: &str =
        "update household_span set valid_to = $2 where household_id = $1 and valid_to is null";
    // What was handled or refused too: whoever wrote it looks for it where they live.
    const CORRECTIONS: &str = "update household_correction set household_id = $2 where household_id = $1";
    const ENTRIES: &str = "update household_entry set household_id = $2 where household_id = $1";
    type Living = (RecordId, PersonId, ResidenceKind, Option<Relation>, Date);
    let living: Vec<Living> = on!(tx, |c| sqlx::query_as(LIVING).bind(from).fetch_all(c).await)?;
    for (id, person_id, kind, relation, since) in living {
        // What began today has no past to keep.
        if since >= today {
            execute!(tx, TAKE, id, into)?;
            continue;
        }
        execute!(tx, CLOSE, id, today)?;
        let next = NewResidence {
            id: tx.id(),
            person_id,
            household_id: into,
            kind,
            relation,
            valid_from: today,
        };
        write::residences(tx, &[next]).await?;
    }
    execute!(tx, END_REPRESENTATION, from, today)?;
    execute!(tx, END, from, today)?;
    execute!(tx, END_SPAN, from, today)?;
    execute!(tx, CORRECTIONS, from, into)?;
    execute!(tx, ENTRIES, from, into)?;
    Ok(())
}
