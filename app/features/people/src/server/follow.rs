//! Following what other pillars tell of by events: a registration that was confirmed, an account that was erased; and what the
//! organisation changed: grids that moved, or were merged into another.
//!
//! A process that hears of such an event runs this at once, and a job runs it now and then, so that none is missed; the number of
//! the last event is kept, under a lock, so that none is followed twice.

use std::time::Duration;

use accounts::{
    model::{Phone, ResidencyState},
    server::{account, residency},
};
use db::{Audit, Cx, DbError, Tx, crypt::Field, execute, job::Registry, on};
use orgs::model::NodeKind;
use shared::{AppError, Date, NodeId, RecordId, Timestamp, UserId};

use super::{
    household, places, rehouse, unmask,
    write::{self, NewBuilding, NewEstate, NewHousehold, NewPerson, NewResidence, Source},
};
use crate::model::{Address, BuildingId, EstateId, HouseholdId, PersonId, ResidenceKind, RoomId, estate_key};

/// The job's kind.
pub const JOB: &str = "people.follow";
/// The kinds of events that are followed, and `orgs.` as a whole.
const RESIDENCY: &str = "accounts.residency.decided";
const ERASED: &str = "accounts.account.erased";
/// How long the numbers of somebody who has gone are kept, in case that they move in elsewhere.
const KEPT: i64 = 365 * Timestamp::DAY;
/// How long a file that nobody applied is kept.
const FILE_KEPT: i64 = Timestamp::DAY;

/// Whether an event of this kind is one to run for.
pub fn hears(kind: &str) -> bool {
    kind == RESIDENCY || kind == ERASED || kind.starts_with("orgs.")
}

/// Adds this pillar's handler.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.every(Duration::from_secs(10 * 60), JOB, |cx| async move {
        run(&cx).await?;
        sweep(&cx).await?;
        Ok(())
    })
}

const LOCK: &str = "insert into people_followed (name, seq) values ('events', 0) on conflict (name) do update set seq = people_followed.seq returning seq";
const NEXT: &str =
    "select seq, kind, topic, subject from event where seq > $1 and kind in ($2, $3) order by seq limit 200";
const REACHED: &str = "select coalesce(max(seq), 0) from event";
const DONE: &str = "update people_followed set seq = $1 where name = 'events' and seq < $1";

/// Follows what is new. Returns how much was.
///
/// # Errors
/// What the database answers.
pub async fn run(cx: &Cx) -> Result<usize, AppError> {
    let mut done = 0;
    loop {
        let mut tx = cx.write().await?;
        let after: i64 = on!(tx, |c| sqlx::query_scalar(LOCK).fetch_one(c).await)?;
        let reached: Option<i64> = on!(tx, |c| sqlx::query_scalar(REACHED).fetch_one(c).await)?;
        type Event = (i64, String, String, Option<RecordId>);
        let events: Vec<Event> = on!(tx, |c| sqlx::query_as(NEXT)
            .bind(after)
            .bind(RESIDENCY)
            .bind(ERASED)
            .fetch_all(c)
            .await)?;
        let last = events.len() < 200;
        let upto = if last {
            reached
        } else {
            events.last().map(|event| event.0)
        };
        for (_, kind, topic, subject) in events {
            match (kind.as_str(), subject) {
                (ERASED, Some(user)) => erased(&mut tx, UserId(user.0)).await?,
                (RESIDENCY, _) => {
                    let user = topic.strip_prefix("user/").and_then(|user| user.parse().ok());
                    if let Some(user) = user {
                        settle(cx, &mut tx, user).await?;
                    }
                }
                _ => {}
            }
            done += 1;
        }
        let organised = organisation(cx, &mut tx).await?;
        done += organised;
        execute!(tx, DONE, upto.unwrap_or(after))?;
        tx.commit().await?;
        // A grid has more than one transaction should hold, and one that others merged into may have merged into another.
        if last && organised == 0 {
            return Ok(done);
        }
    }
}

/// An account is no more: the person stays, as the committee's duty has it, without what rested on the account or consent.
async fn erased(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    const UNLINK: &str = "update person set user_id = null, phone = null, phone_blind = null, confirmed_at = null, confirmed_by = null, \
        version = version + 1, updated_at = $2 where id = $1";
    const FORGET_WORDS: &str =
        "delete from audit_words where audit_id in (select id from audit_entry where record_id = $1)";
    let Some(person) = super::mine::person_of(tx, user).await? else {
        return Ok(());
    };
    for kind in crate::model::Consent::ALL {
        super::consent::withdraw(tx, person, *kind).await?;
    }
    // Words beside a reason to look tell of the person; the log keeps its codes.
    execute!(tx, FORGET_WORDS, person)?;
    household::forget_entries(tx, person).await?;
    household::clear_stated(tx, person).await?;
    let now = tx.now();
    execute!(tx, UNLINK, person, now)?;
    tx.audit(Audit::new("people.person.unlink", "person", person.0))
        .await?;
    Ok(())
}

/// A confirmed registration: the account's person is found in the household that the door names, or noted there.
async fn settle(cx: &Cx, tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    let Some(home) = residency::of_user(tx, cx, user).await? else {
        return Ok(());
    };
    if home.state != ResidencyState::Confirmed {
        return Ok(());
    }
    let Some(account) = account::by_id(tx, user).await? else {
        return Ok(());
    };
    let name = account.name(cx.keys())?;
    let phone = account.phone(cx.keys())?;
    let grid = orgs::server::store::by_id(tx, home.node)
        .await?
        .ok_or(AppError::NotFound)?;
    if grid.kind < NodeKind::Grid {
        return Ok(());
    }
    let (room, node) = room_for(tx, &grid, &home.door).await?;
    let linked = super::mine::person_of(tx, user).await?;
    let known = match linked {
        Some(person) => Some(person),
        None => match find(cx, tx, room, &name, phone.as_deref()).await? {
            Some(person) => Some(person),
            None => of_grown_child(tx, room, &name).await?,
        },
    };
    let household = household_in(tx, room, node).await?;
    let home = household::any(tx, household).await?;
    if let Some(id) = known {
        // Known, but gone from everywhere: then there is no grid to find them by.
        adopt(tx, id, &home).await?;
        let person = unmask::any(tx, id).await?;
        let today = tx.now().date();
        household::move_in(tx, &person, &home, ResidenceKind::Living, None, today).await?;
        link(tx, id, user).await?;
    } else {
        let id: PersonId = tx.id();
        let new = NewPerson {
            id,
            name,
            sex: None,
            birth_year: None,
            adult_from: None,
            phone: phone.and_then(|phone| Phone::parse("phone", &phone).ok()),
            identity: None,
            care: Vec::new(),
            user_id: Some(user),
            node_id: home.node_id,
            path: home.path.clone(),
            source: Source::Registration,
            confirmed_at: None,
        };
        write::persons(cx, tx, &[new]).await?;
        let residence = NewResidence {
            id: tx.id(),
            person_id: id,
            household_id: household,
            kind: ResidenceKind::Living,
            relation: None,
            valid_from: tx.now().date(),
        };
        write::residences(tx, &[residence]).await?;
    }
    let audit = Audit::new("people.person.register", "household", household.0).about(user);
    household::tell(tx, "people.household.changed", household, &home.path, audit).await?;
    Ok(())
}

async fn adopt(tx: &mut Tx, id: PersonId, home: &household::Household) -> Result<(), DbError> {
    const ADOPT: &str = "update person set node_id = $2 where id = $1 and node_id is null";
    execute!(tx, ADOPT, id, home.node_id)?;
    Ok(())
}

async fn link(tx: &mut Tx, id: PersonId, user: UserId) -> Result<(), DbError> {
    const LINK: &str = "update person set user_id = $2, version = version + 1, updated_at = $3 where id = $1 and user_id is null";
    let now = tx.now();
    execute!(tx, LINK, id, user, now)?;
    Ok(())
}

/// The one person that a registration can mean: by number, or by name among those who live in the room.
async fn find(
    cx: &Cx,
    tx: &mut Tx,
    room: RoomId,
    name: &str,
    phone: Option<&str>,
) -> Result<Option<PersonId>, DbError> {
    const BY_PHONE: &str =
        "select id from person where phone_blind = $1 and name = $2 and user_id is null limit 2";
    const BY_NAME: &str = "select p.id from household h join residence x on x.household_id = h.id and x.valid_to is null \
        join person p on p.id = x.person_id where h.room_id = $1 and p.name = $2 and p.user_id is null limit 2";
    if let Some(phone) = phone {
        let found: Vec<PersonId> = on!(tx, |c| sqlx::query_scalar(BY_PHONE)
            .bind(cx.keys().blind(Field::Phone, phone))
            .bind(name)
            .fetch_all(c)
            .await)?;
        if let [one] = found.as_slice() {
            return Ok(Some(*one));
        }
    }
    let found: Vec<PersonId> = on!(tx, |c| sqlx::query_scalar(BY_NAME)
        .bind(room)
        .bind(name)
        .fetch_all(c)
        .await)?;
    // Two of one name: which of them it is, only somebody who knows them can say.
    Ok(match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    })
}

/// The record of somebody who was registered here as a child, by a guardian whose part has ended: whoever then registers with a number
/// of their own at the same door under the same name takes it over from the account without one, into which nobody can sign in.
async fn of_grown_child(tx: &mut Tx, room: RoomId, name: &str) -> Result<Option<PersonId>, DbError> {
    const CHILD: &str = "select p.id from household h join residence x on x.household_id = h.id and x.valid_to is null \
        join person p on p.id = x.person_id join user_account u on u.id = p.user_id \
        where h.room_id = $1 and p.name = $2 and u.phone is null and exists (select 1 from guardian g where g.child_id = u.id) \
        and not exists (select 1 from guardian g where g.child_id = u.id and g.withdrawn_at is null) limit 2";
    const UNLINK: &str = "update person set user_id = null where id = $1";
    let found: Vec<PersonId> = on!(tx, |c| sqlx::query_scalar(CHILD)
        .bind(room)
        .bind(name)
        .fetch_all(c)
        .await)?;
    let [one] = found.as_slice() else {
        return Ok(None);
    };
    execute!(tx, UNLINK, *one)?;
    tx.audit(Audit::new("people.person.unlink", "person", one.0))
        .await?;
    Ok(Some(*one))
}

/// The household in a room that is lived in, or a new one.
async fn household_in(tx: &mut Tx, room: RoomId, node: NodeId) -> Result<HouseholdId, DbError> {
    const CURRENT: &str =
        "select id from household where room_id = $1 and valid_to is null order by id limit 1";
    let known: Option<HouseholdId> = on!(tx, |c| sqlx::query_scalar(CURRENT)
        .bind(room)
        .fetch_optional(c)
        .await)?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id: HouseholdId = tx.id();
    let new = NewHousehold {
        id,
        room_id: room,
        node_id: node,
        group_id: None,
        valid_from: tx.now().date(),
    };
    write::households(tx, &[new]).await?;
    Ok(id)
}

/// The room that a door names in a grid, found or noted, with the grid that answers for it.
///
/// A door as it was typed in a registration need not name the estate, or anything that can be read: then it becomes a room
/// of an estate that bears the grid's name, where the worker finds it and puts it together with the right one
/// (`places::merge_room`).
async fn room_for(tx: &mut Tx, grid: &orgs::model::Node, door: &str) -> Result<(RoomId, NodeId), AppError> {
    const BUILDINGS: &str = "select b.id, e.key, b.valid_to is not null from building b join estate e on e.id = b.estate_id \
        where b.node_id = $1 and b.number in ($2, $3) order by e.key, b.id";
    let said = Address::read(door);
    let number = said.building.clone().unwrap_or_default();
    let unit = said.unit.clone().unwrap_or_default();
    let room_door = said.door.clone().unwrap_or_default();
    type Row = (BuildingId, String, bool);
    let buildings: Vec<Row> = on!(tx, |c| sqlx::query_as(BUILDINGS)
        .bind(grid.id)
        .bind(&number)
        .bind(format!("{number}号"))
        .fetch_all(c)
        .await)?;
    let key = estate_key(&said.estate);
    let (gone, there): (Vec<&Row>, Vec<&Row>) = buildings
        .iter()
        .filter(|(_, known, _)| key.is_empty() || known.starts_with(&key) || key.ends_with(known.as_str()))
        .partition(|(.., ended)| *ended);
    let (building, node) = match (there.as_slice(), gone.as_slice()) {
        ([one], _) => (one.0, grid.id),
        // A grid that is no more gets nothing back.
        ([], [one]) if grid.valid_to.is_none() => (one.0, grid.id),
        _ => building_noted(tx, grid, &said, door).await?,
    };
    // Whoever was confirmed lives there: what was said to be no more is there after all.
    places::reopen(tx, building).await?;
    let room = places::room_in(tx, building, &unit, &room_door).await?;
    Ok((room, node))
}

/// A building that nobody noted yet.
async fn building_noted(
    tx: &mut Tx,
    grid: &orgs::model::Node,
    said: &Address,
    door: &str,
) -> Result<(BuildingId, NodeId), AppError> {
    const ESTATE: &str = "select id from estate where node_id = $1 and key = $2";
    const BUILDING: &str = "select id, node_id from building where estate_id = $1 and number = $2";
    let community = places::community_of(tx, grid).await?;
    let name = if said.estate.is_empty() || !said.is_inside() {
        grid.name.clone()
    } else {
        said.estate.clone()
    };
    let known: Option<EstateId> = on!(tx, |c| sqlx::query_scalar(ESTATE)
        .bind(community.id)
        .bind(estate_key(&name))
        .fetch_optional(c)
        .await)?;
    let estate = match known {
        Some(id) => id,
        None => {
            let id: EstateId = tx.id();
            let new = NewEstate {
                id,
                node_id: community.id,
                name,
                service_area: None,
            };
            write::estates(tx, &[new]).await?;
            id
        }
    };
    let number = said
        .building
        .clone()
        .unwrap_or_else(|| door.chars().filter(|c| c.is_alphanumeric()).take(10).collect());
    let known: Option<(BuildingId, NodeId)> = on!(tx, |c| sqlx::query_as(BUILDING)
        .bind(estate)
        .bind(&number)
        .fetch_optional(c)
        .await)?;
    if let Some(found) = known {
        return Ok(found);
    }
    let id: BuildingId = tx.id();
    let new = NewBuilding {
        id,
        estate_id: estate,
        node_id: grid.id,
        number,
        lon: None,
        lat: None,
    };
    write::buildings(tx, &[new]).await?;
    Ok((id, grid.id))
}

/// What the organisation changed: the buildings of a grid that was merged, and what is registered there, go to the one that took over;
/// and where a grid's path is another by now, the search terms of its people are made anew.
async fn organisation(cx: &Cx, tx: &mut Tx) -> Result<usize, AppError> {
    const ENDED: &str = "select b.id, s.to_node, s.on_date from building b join node n on n.id = b.node_id \
        join node_succession s on s.from_node = n.id where n.valid_to is not null and s.kind = 'merged' order by b.id limit 200";
    const MOVED: &str = "select k.node_id, n.path from people_place k join node n on n.id = k.node_id where n.path <> k.path limit 200";
    const PEOPLE: &str = "select id, name from person where node_id = $1";
    const NOTE: &str = "update people_place set path = $2 where node_id = $1";
    let ended: Vec<(BuildingId, NodeId, Date)> = on!(tx, |c| sqlx::query_as(ENDED).fetch_all(c).await)?;
    let mut days: Vec<Date> = ended.iter().map(|(.., on)| *on).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        let given: Vec<(BuildingId, NodeId)> = ended
            .iter()
            .filter(|(.., on)| *on == day)
            .map(|(building, node, _)| (*building, *node))
            .collect();
        rehouse::buildings(cx, tx, &given, day).await?;
    }
    // What means no building that is known.
    let registered = residency::follow::merged(cx, tx).await?;
    let moved: Vec<(NodeId, String)> = on!(tx, |c| sqlx::query_as(MOVED).fetch_all(c).await)?;
    for (node, path) in &moved {
        let people: Vec<(PersonId, String)> =
            on!(tx, |c| sqlx::query_as(PEOPLE).bind(node).fetch_all(c).await)?;
        let people: Vec<(PersonId, String, String)> = people
            .into_iter()
            .map(|(id, name)| (id, name, path.clone()))
            .collect();
        write::index(tx, &people).await?;
        execute!(tx, NOTE, node, path)?;
    }
    Ok(ended.len() + registered + moved.len())
}

/// Forgets the numbers of those who have long gone, files that nobody applied, and what residents told and nobody needs any more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(cx: &Cx) -> Result<u64, DbError> {
    const GONE: &str = "update person set phone = null, phone_blind = null, identity = null, identity_blind = null, care = null, \
        version = version + 1 where node_id is null and updated_at < $1 and (phone is not null or identity is not null or care is not null)";
    const PARTS: &str = "delete from people_import_part where file_id in (select file_id from people_import where created_at < $1)";
    const FILES: &str = "delete from people_import where created_at < $1 and applied_at is null";
    let mut tx = cx.write().await?;
    let now = tx.now();
    let gone = execute!(tx, GONE, now.plus(-KEPT))?;
    execute!(tx, PARTS, now.plus(-FILE_KEPT))?;
    execute!(tx, FILES, now.plus(-FILE_KEPT))?;
    household::sweep_entries(&mut tx).await?;
    tx.commit().await?;
    Ok(gone)
}
