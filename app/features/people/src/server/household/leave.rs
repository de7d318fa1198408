//! Leaving a household; with the last one it ends.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Date, NodeId};

use super::{Residence, about, residence, tell, touch};
use crate::{
    model::{Consent, HouseholdId, Leaving, PersonId},
    server::{consent, places, unmask, write},
};

pub const END_RESIDENCE: &str =
    "update residence set valid_to = $2, ended_by = $3 where id = $1 and valid_to is null";
const END_OWN_REPRESENTATION: &str = end_from!("representation", "household_id = $1 and person_id = $3");
const LEFT: &str = "select count(*) from residence where household_id = $1 and valid_to is null";
const END_HOUSEHOLD: &str = "update household set valid_to = $2, version = version + 1, updated_at = $3 where id = $1 and valid_to is null";
const END_SPANS: &str = end_from!("household_span", "household_id = $1");
const END_DEPUTY: &str = end_from!("deputy", "person_id = $1");
const END_PARTY: &str = end_from!("party_member", "person_id = $1");
const END_OWNERSHIP: &str = end_from!("ownership", "person_id = $1");

// Whoever still owns a room here stays known to its grid.
const GO: &str = "update person set user_id = null, node_id = (select b.node_id from ownership o join room m on m.id = o.room_id \
    join building b on b.id = m.building_id where o.person_id = $1 and o.valid_to is null order by o.valid_from, o.id limit 1), \
    version = version + 1, updated_at = $2 where id = $1";
const WIPE: &str = "update person set phone = null, phone_blind = null, identity = null, identity_blind = null, care = null, \
    version = version + 1, updated_at = $2 where id = $1";

/// Ends that `person` belongs to a household; with the last one the household ends.
pub async fn leave_in(
    tx: &mut Tx,
    current: &Residence,
    person: PersonId,
    why: Leaving,
    on: Date,
) -> Result<(), DbError> {
    // What was noted by mistake never was.
    let end = if why == Leaving::Mistake {
        current.valid_from
    } else {
        on.max(current.valid_from)
    };
    execute!(tx, END_RESIDENCE, current.id, end, why.code())?;
    execute!(tx, END_OWN_REPRESENTATION, current.household_id, end, person)?;
    execute!(tx, END_DEPUTY, person, end)?;
    if why != Leaving::Moved {
        execute!(tx, END_PARTY, person, on)?;
        execute!(tx, END_OWNERSHIP, person, on)?;
    }
    let left: i64 = on!(tx, |c| sqlx::query_scalar(LEFT)
        .bind(current.household_id)
        .fetch_one(c)
        .await)?;
    if left == 0 {
        let now = tx.now();
        execute!(tx, END_HOUSEHOLD, current.household_id, end, now)?;
        execute!(tx, END_SPANS, current.household_id, end)?;
    }
    Ok(())
}

/// Who lives nowhere here any more is known to the grid of a room that they own, and else to nobody.
pub async fn settle(tx: &mut Tx, person: PersonId) -> Result<(), DbError> {
    const WHERE: &str =
        "select p.name, n.id, n.path from person p join node n on n.id = p.node_id where p.id = $1";
    let now = tx.now();
    execute!(tx, GO, person, now)?;
    let known: Option<(String, NodeId, String)> =
        on!(tx, |c| sqlx::query_as(WHERE).bind(person).fetch_optional(c).await)?;
    if let Some((name, node, path)) = known {
        write::places(tx, std::iter::once((node, path.as_str()))).await?;
        write::index(tx, &[(person, name, path)]).await?;
    }
    Ok(())
}

/// Somebody belongs to the household no longer.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] on `on`.
pub async fn leave(
    cx: &Cx,
    id: PersonId,
    version: i64,
    why: Leaving,
    on: Date,
) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if person.version != version {
        return Err(places::conflict());
    }
    let today = tx.now().date();
    if on > today {
        return Err(AppError::invalid("on", "日期不能晚于今天。"));
    }
    if on < current.valid_from && why != Leaving::Mistake {
        return Err(AppError::invalid(
            "on",
            format!("这个人从 {} 起登记在这一户。", current.valid_from.zh()),
        ));
    }
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.leave", id).because(why.code(), None),
    )
    .await?;
    leave_in(&mut tx, &current, id, why, on).await?;
    settle(&mut tx, id).await?;
    let now = tx.now();
    // The record goes on to the next household with whoever moved; of others the sensitive part is needed no more.
    if why != Leaving::Moved {
        execute!(tx, WIPE, id, now)?;
        for kind in Consent::ALL {
            consent::withdraw(&mut tx, id, *kind).await?;
        }
    }
    touch(&mut tx, current.household_id).await?;
    tx.commit().await?;
    Ok(current.household_id)
}
