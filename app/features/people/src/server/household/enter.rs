//! Households that are noted, and those who come to one.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::{AppError, Date, NodeId, RecordId};

use super::{Household, about, any, fit::under_age, mark::represent_in, moving, open, tell, touch};
use crate::{
    model::{Born, Elsewhere, HouseholdId, PersonForm, PersonId, RoomId, since},
    server::{
        places,
        write::{self, NewHousehold, NewPerson, NewResidence, Source},
    },
};

/// The grid of a room.
pub struct Ground {
    pub node: NodeId,
    pub path: String,
    pub since: Date,
}

/// The grid of a room in which something is to be noted: it has to be in force.
pub async fn ground(cx: &Cx, tx: &mut Tx, id: RoomId) -> Result<Ground, AppError> {
    const ROOM: &str = "select n.id, n.path, n.valid_from, n.valid_to is not null, m.valid_to is not null or b.valid_to is not null from room m join building b on b.id = m.building_id \
        join node n on n.id = b.node_id where m.id = $1";
    let found: Option<(NodeId, String, Date, bool, bool)> =
        on!(tx, |c| sqlx::query_as(ROOM).bind(id).fetch_optional(c).await)?;
    let (node, path, since, ended, gone) = found.ok_or(AppError::NotFound)?;
    cx.must_cover(&path)?;
    if gone {
        return Err(AppError::Conflict(
            "这一室已经不在了，不能再登记。请刷新楼栋图看看。".into(),
        ));
    }
    if ended {
        return Err(AppError::Conflict(
            "这一幢原来的网格已经撤销，请先把这一幢划到新的网格。".into(),
        ));
    }
    Ok(Ground { node, path, since })
}

/// How somebody comes to a household.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arrival {
    /// Today, unless it is said.
    pub on: Option<Date>,
    /// What to do about somebody of the same name and number who is noted elsewhere.
    pub elsewhere: Option<Elsewhere>,
}

/// Notes a household in a room. Its first member represents it, unless they live elsewhere or are known to be under age: returns
/// whether they do.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the room or the grid is no more, [`AppError::Invalid`] on `room`
/// if somebody lives there, on `on`, or on `elsewhere` if the person is noted elsewhere and nothing was said of that, or what the database answers.
pub async fn found(
    cx: &Cx,
    room_id: RoomId,
    form: &PersonForm,
    arrival: Arrival,
) -> Result<(HouseholdId, bool), AppError> {
    let mut tx = cx.write().await?;
    let Ground {
        node,
        path,
        since: earliest,
    } = ground(cx, &mut tx, room_id).await?;
    let on = since(arrival.on, earliest, tx.now().date(), "这个网格")?;
    vacant(&mut tx, room_id, on).await?;
    let known = moving::elsewhere(cx, &mut tx, form, arrival.elsewhere).await?;
    let id: HouseholdId = tx.id();
    let new = NewHousehold {
        id,
        room_id,
        node_id: node,
        group_id: group_of_building(&mut tx, room_id).await?,
        valid_from: on,
    };
    write::households(&mut tx, &[new]).await?;
    let person = match known {
        Some(person) => {
            let home = any(&mut tx, id).await?;
            moving::move_from(&mut tx, &person, &home, form.kind, form.relation, on).await?;
            person.id
        }
        None => insert_person(cx, &mut tx, id, node, &path, form, on).await?,
    };
    let represents = form.kind.lives_here() && !under_age(&mut tx, person, on).await?;
    if represents {
        represent_in(&mut tx, id, person, on).await?;
    }
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &path,
        Audit::new("people.household.add", "household", id.0),
    )
    .await?;
    tx.commit().await?;
    Ok((id, represents))
}

/// Refuses a room in which somebody lives on a day, or after it: a room has one household at a time.
async fn vacant(tx: &mut Tx, room: RoomId, on: Date) -> Result<(), AppError> {
    // Of two who note one at once, the second waits here for the first.
    const LOCK: &str = "update room set version = version where id = $1";
    // What ended on the day it began never was.
    const LATER: &str = "select valid_to from household where room_id = $1 \
        and (valid_to is null or (valid_to > $2 and valid_to > valid_from)) \
        order by case when valid_to is null then 0 else 1 end, valid_to desc limit 1";
    execute!(tx, LOCK, room)?;
    let later: Option<Option<Date>> = on!(tx, |c| sqlx::query_scalar(LATER)
        .bind(room)
        .bind(on)
        .fetch_optional(c)
        .await)?;
    match later {
        None => Ok(()),
        Some(None) => Err(AppError::invalid(
            "room",
            "这一室已经登记了一户。请打开那一户，登记到那里；那一户搬走了的，请先记下搬走。",
        )),
        Some(Some(day)) => Err(AppError::invalid(
            "on",
            format!("这一室在 {} 以前登记着别的住户，请填那天或以后的日期。", day.zh()),
        )),
    }
}

/// The group to which the neighbours in the building belong.
async fn group_of_building(tx: &mut Tx, room_id: RoomId) -> Result<Option<RecordId>, DbError> {
    const GROUP: &str = "select s.group_id from room o join room m on m.building_id = o.building_id join household h on h.room_id = m.id \
        join household_span s on s.household_id = h.id and s.valid_to is null \
        where o.id = $1 and s.group_id is not null group by s.group_id order by count(*) desc, s.group_id limit 1";
    on!(tx, |c| sqlx::query_scalar(GROUP)
        .bind(room_id)
        .fetch_optional(c)
        .await)
}

async fn insert_person(
    cx: &Cx,
    tx: &mut Tx,
    household: HouseholdId,
    node_id: NodeId,
    path: &str,
    form: &PersonForm,
    on: Date,
) -> Result<PersonId, AppError> {
    let id: PersonId = tx.id();
    let new = NewPerson {
        id,
        name: form.name.clone().unwrap_or_default(),
        sex: form.sex,
        birth_year: form.born.map(Born::year),
        adult_from: form.born.and_then(Born::adult_from),
        phone: form.phone.clone(),
        identity: None,
        care: Vec::new(),
        user_id: None,
        node_id,
        path: path.to_owned(),
        source: Source::Worker,
        confirmed_at: None,
    };
    write::persons(cx, tx, &[new]).await?;
    let residence = NewResidence {
        id: tx.id(),
        person_id: id,
        household_id: household,
        kind: form.kind,
        relation: form.relation,
        valid_from: on,
    };
    write::residences(tx, &[residence]).await?;
    Ok(id)
}

/// Adds somebody to a household.
///
/// # Errors
/// As [`found`]; [`AppError::Conflict`] if the household was changed meanwhile.
pub async fn add(
    cx: &Cx,
    id: HouseholdId,
    version: i64,
    form: &PersonForm,
    arrival: Arrival,
) -> Result<PersonId, AppError> {
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    if household.version != version {
        return Err(places::conflict());
    }
    let person = add_in(cx, &mut tx, &household, form, arrival).await?;
    tx.commit().await?;
    Ok(person)
}

/// As [`add`], in the caller's transaction.
pub(super) async fn add_in(
    cx: &Cx,
    tx: &mut Tx,
    household: &Household,
    form: &PersonForm,
    arrival: Arrival,
) -> Result<PersonId, AppError> {
    const SAME: &str = "select count(*) from residence x join person p on p.id = x.person_id \
        where x.household_id = $1 and x.valid_to is null and p.name = $2 and (p.birth_year is null or $3 = 0 or p.birth_year = $3)";
    let id = household.id;
    let on = since(arrival.on, household.valid_from, tx.now().date(), "这一户的登记")?;
    let name = form.name.clone().unwrap_or_default();
    let year = form.born.map_or(0, Born::year);
    let same: i64 = on!(tx, |c| sqlx::query_scalar(SAME)
        .bind(id)
        .bind(&name)
        .bind(year)
        .fetch_one(c)
        .await)?;
    if same > 0 {
        return Err(AppError::invalid(
            "name",
            "这一户已经登记了同名的人。确实是两个人的，请填出生年份区分。",
        ));
    }
    let person = match moving::elsewhere(cx, tx, form, arrival.elsewhere).await? {
        Some(person) => {
            moving::move_from(tx, &person, household, form.kind, form.relation, on).await?;
            person.id
        }
        None => insert_person(cx, tx, id, household.node_id, &household.path, form, on).await?,
    };
    touch(tx, id).await?;
    tell(
        tx,
        "people.household.changed",
        id,
        &household.path,
        about("people.person.add", person),
    )
    .await?;
    Ok(person)
}
