//! Households that are noted, and those who come to one.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::{AppError, NodeId, RecordId};

use super::{Household, about, leave::leave_in, mark::represent_in, open, residence, tell, touch};
use crate::{
    model::{Born, HouseholdId, Leaving, PersonForm, PersonId, Relation, ResidenceKind, RoomId},
    server::{
        places,
        unmask::Person,
        write::{self, NewHousehold, NewPerson, NewResidence, Source},
    },
};

/// A room that a household is to be noted in, with its grid, which has to be in force.
async fn room(cx: &Cx, tx: &mut Tx, id: RoomId) -> Result<(NodeId, String), AppError> {
    const ROOM: &str = "select n.id, n.path, n.valid_to is not null from room m join building b on b.id = m.building_id \
        join node n on n.id = b.node_id where m.id = $1";
    let found: Option<(NodeId, String, bool)> =
        on!(tx, |c| sqlx::query_as(ROOM).bind(id).fetch_optional(c).await)?;
    let (node, path, ended) = found.ok_or(AppError::NotFound)?;
    cx.must_cover(&path)?;
    if ended {
        return Err(AppError::Conflict(
            "这一幢原来的网格已经撤销，请先把这一幢划到新的网格。".into(),
        ));
    }
    Ok((node, path))
}

/// Notes a household in a room, with its first member as representative.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the grid is no more, or what the database answers.
pub async fn found(cx: &Cx, room_id: RoomId, form: &PersonForm) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let (node, path) = room(cx, &mut tx, room_id).await?;
    let today = tx.now().date();
    let id: HouseholdId = tx.id();
    let new = NewHousehold {
        id,
        room_id,
        node_id: node,
        group_id: group_of_building(&mut tx, room_id).await?,
        valid_from: today,
    };
    write::households(&mut tx, &[new]).await?;
    let person = insert_person(cx, &mut tx, id, node, &path, form).await?;
    represent_in(&mut tx, id, person, today).await?;
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &path,
        Audit::new("people.household.add", "household", id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
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
        valid_from: tx.now().date(),
    };
    write::residences(tx, &[residence]).await?;
    Ok(id)
}

/// Adds somebody to a household.
///
/// # Errors
/// As [`found`]; [`AppError::Conflict`] if the household was changed meanwhile.
pub async fn add(cx: &Cx, id: HouseholdId, version: i64, form: &PersonForm) -> Result<PersonId, AppError> {
    const SAME: &str = "select count(*) from residence x join person p on p.id = x.person_id \
        where x.household_id = $1 and x.valid_to is null and p.name = $2 and (p.birth_year is null or $3 = 0 or p.birth_year = $3)";
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    if household.version != version {
        return Err(places::conflict());
    }
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
    let person = insert_person(cx, &mut tx, id, household.node_id, &household.path, form).await?;
    touch(&mut tx, id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &household.path,
        about("people.person.add", person),
    )
    .await?;
    tx.commit().await?;
    Ok(person)
}

/// Moves somebody with their record to another household; used where they are found by number.
pub async fn move_in(
    tx: &mut Tx,
    person: &Person,
    to: &Household,
    kind: ResidenceKind,
    relation: Option<Relation>,
) -> Result<(), DbError> {
    const GIVE: &str = "update person set node_id = $2, version = version + 1, updated_at = $3 where id = $1";
    let today = tx.now().date();
    if let Some(current) = residence(tx, person.id).await? {
        if current.household_id == to.id {
            return Ok(());
        }
        leave_in(tx, &current, person.id, Leaving::Moved, today).await?;
    }
    let new = NewResidence {
        id: tx.id(),
        person_id: person.id,
        household_id: to.id,
        kind,
        relation,
        valid_from: today,
    };
    write::residences(tx, &[new]).await?;
    let now = tx.now();
    execute!(tx, GIVE, person.id, to.node_id, now)?;
    write::places(tx, std::iter::once((to.node_id, to.path.as_str()))).await?;
    write::index(tx, &[(person.id, person.name.clone(), to.path.clone())]).await
}
