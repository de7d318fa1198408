//! Who owns a room: one of the household, somebody who lives elsewhere in the scope, or somebody from outside of whom no more is noted.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Date, mask};

use super::{
    about,
    enter::{Ground, ground},
    leave::settle,
    moving, open,
    page::masked_phone,
    residence, tell,
};
use crate::{
    model::{HouseholdId, Number, Owner, PersonForm, PersonId, RoomId, since},
    server::{
        unmask,
        write::{self, NewOwnership, NewPerson, Source},
    },
};

const SINCE: &str =
    "select valid_from from ownership where room_id = $1 and person_id = $2 and valid_to is null";
// Who lives elsewhere is known by the number, who owns the room by the name.
const NAMED: &str = "select p.id from ownership o join person p on p.id = o.person_id \
    where o.room_id = $1 and o.valid_to is null and p.name = $2 order by p.id limit 1";

/// Who owns a room and does not live in it, masked; `household` lives there, if somebody does.
pub async fn owners(
    cx: &Cx,
    tx: &mut Tx,
    room: RoomId,
    household: Option<HouseholdId>,
) -> Result<Vec<Owner>, AppError> {
    const OWNERS: &str = "select p.id, p.name, p.phone from ownership o join person p on p.id = o.person_id \
        where o.room_id = $1 and o.valid_to is null and not exists (select 1 from residence x where x.person_id = p.id \
        and x.household_id = $2 and x.valid_to is null) order by p.pinyin, p.id";
    let owners: Vec<(PersonId, String, Option<String>)> = on!(tx, |c| sqlx::query_as(OWNERS)
        .bind(room)
        .bind(household)
        .fetch_all(c)
        .await)?;
    owners
        .into_iter()
        .map(|(id, name, phone)| {
            Ok(Owner {
                phone: masked_phone(cx, id, phone.as_deref())?,
                name: mask::name(&name),
                id,
            })
        })
        .collect()
}

async fn owned_since(tx: &mut Tx, room: RoomId, person: PersonId) -> Result<Option<Date>, DbError> {
    on!(tx, |c| sqlx::query_scalar(SINCE)
        .bind(room)
        .bind(person)
        .fetch_optional(c)
        .await)
}

async fn begin(tx: &mut Tx, room: RoomId, person: PersonId, on: Date) -> Result<(), DbError> {
    let new = NewOwnership {
        id: tx.id(),
        room_id: room,
        person_id: person,
        valid_from: on,
    };
    write::ownerships(tx, &[new]).await
}

async fn end(tx: &mut Tx, room: RoomId, person: PersonId, on: Option<Date>) -> Result<(), AppError> {
    const END: &str = end_from!(
        "ownership",
        "room_id = $1 and person_id = $3 and valid_to is null"
    );
    let begun = owned_since(tx, room, person).await?.ok_or(AppError::NotFound)?;
    let on = since(on, begun, tx.now().date(), "产权的登记")?;
    execute!(tx, END, room, on, person)?;
    Ok(())
}

/// Notes, or ends, that somebody of the household owns the room from a day on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `on`.
pub async fn own(cx: &Cx, id: PersonId, owns: bool, on: Option<Date>) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let household = open(cx, &mut tx, current.household_id).await?;
    if owns {
        let on = since(on, household.grid_since, tx.now().date(), "这个网格")?;
        begin(&mut tx, household.room_id, id, on).await?;
    } else {
        end(&mut tx, household.room_id, id, on).await?;
    }
    let action = if owns {
        "people.owner.add"
    } else {
        "people.owner.end"
    };
    tell(
        &mut tx,
        "people.household.changed",
        household.id,
        &person.path,
        about(action, id),
    )
    .await?;
    tx.commit().await?;
    Ok(household.id)
}

/// Tells the pages of those who live in the room.
async fn told(
    tx: &mut Tx,
    action: &'static str,
    room: RoomId,
    person: PersonId,
    path: &str,
) -> Result<(), DbError> {
    const HOUSEHOLDS: &str = "select id from household where room_id = $1 and valid_to is null order by id";
    let households: Vec<HouseholdId> = on!(tx, |c| sqlx::query_scalar(HOUSEHOLDS)
        .bind(room)
        .fetch_all(c)
        .await)?;
    if households.is_empty() {
        tx.audit(about(action, person).at(path)).await?;
    }
    for household in households {
        tell(
            tx,
            "people.household.changed",
            household,
            path,
            about(action, person),
        )
        .await?;
    }
    Ok(())
}

/// Notes who owns a room and does not live in it, from a day on. Who is noted in the scope under that name and number is meant, else
/// somebody of whom no more is known.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if the grid is no more, [`AppError::Invalid`] on `name` if they own it
/// already, on `phone` if several bear it, and on `on`.
pub async fn set_owner(cx: &Cx, room: RoomId, form: &PersonForm, on: Option<Date>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let Ground {
        node,
        path,
        since: earliest,
    } = ground(cx, &mut tx, room).await?;
    let on = since(on, earliest, tx.now().date(), "这个网格")?;
    let name = form.name.clone().unwrap_or_default();
    let owner: Option<PersonId> = on!(tx, |c| sqlx::query_scalar(NAMED)
        .bind(room)
        .bind(&name)
        .fetch_optional(c)
        .await)?;
    let mut known: Vec<PersonId> = Vec::new();
    if let Some(phone) = &form.phone {
        known = moving::known(cx, &mut tx, &name, &Number::Phone(phone.clone())).await?;
    }
    // Of a name alone it is taken that it means the same.
    let twice = owner.is_some_and(|owner| form.phone.is_none() || known.contains(&owner));
    if twice {
        return Err(AppError::invalid("name", "这个人已经登记为这一室的产权人了。"));
    }
    let person = match known.as_slice() {
        [one] => *one,
        [] => {
            let id: PersonId = tx.id();
            let new = NewPerson {
                id,
                name,
                sex: None,
                birth_year: None,
                adult_from: None,
                phone: form.phone.clone(),
                identity: None,
                care: Vec::new(),
                user_id: None,
                node_id: node,
                path: path.clone(),
                source: Source::Worker,
                confirmed_at: None,
            };
            write::persons(cx, &mut tx, &[new]).await?;
            id
        }
        _ => {
            return Err(AppError::invalid(
                "phone",
                "同名同手机号的人登记了不止一位，请先核对那几户的登记。",
            ));
        }
    };
    begin(&mut tx, room, person, on).await?;
    told(&mut tx, "people.owner.add", room, person, &path).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends from a day on that somebody owns a room. Who lives nowhere here and owns nothing else is seen by nobody any more.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or if they own it not, [`AppError::Invalid`] on `on`.
pub async fn end_owner(cx: &Cx, room: RoomId, person: PersonId, on: Option<Date>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let Ground { path, .. } = ground(cx, &mut tx, room).await?;
    end(&mut tx, room, person, on).await?;
    if residence(&mut tx, person).await?.is_none() {
        settle(&mut tx, person).await?;
    }
    told(&mut tx, "people.owner.end", room, person, &path).await?;
    tx.commit().await?;
    Ok(())
}
