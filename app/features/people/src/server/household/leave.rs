//! Leaving a household; with the last one it ends.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Date};

use super::{Residence, about, residence, tell, touch};
use crate::{
    model::{Consent, HouseholdId, Leaving, PersonId},
    server::{consent, places, unmask},
};

pub const END_RESIDENCE: &str =
    "update residence set valid_to = $2, ended_by = $3 where id = $1 and valid_to is null";
const END_OWN_REPRESENTATION: &str =
    "update representation set valid_to = $2 where household_id = $1 and valid_to is null and person_id = $3";
const LEFT: &str = "select count(*) from residence where household_id = $1 and valid_to is null";
const END_HOUSEHOLD: &str = "update household set valid_to = $2, version = version + 1, updated_at = $3 where id = $1 and valid_to is null";
pub const END_SPAN: &str =
    "update household_span set valid_to = $2 where household_id = $1 and valid_to is null";
const END_DEPUTY: &str = "update deputy set valid_to = $2 where person_id = $1 and valid_to is null";
const END_PARTY: &str = "update party_member set valid_to = $2 where person_id = $1 and valid_to is null";
const END_OWNERSHIP: &str = "update ownership set valid_to = $2 where person_id = $1 and valid_to is null";

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
    execute!(tx, END_OWN_REPRESENTATION, current.household_id, on, person)?;
    execute!(tx, END_DEPUTY, person, on)?;
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
        execute!(tx, END_SPAN, current.household_id, end)?;
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
    let now = tx.now();
    execute!(tx, GO, id, now)?;
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
