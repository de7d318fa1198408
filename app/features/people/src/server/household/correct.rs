//! Correcting what is noted of somebody, and how they belong to the household.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, Date};

use super::{Ended, Residence, about, clear_stated, end_unfit, leave::END_RESIDENCE, residence, tell, touch};
use crate::{
    model::{Born, HouseholdId, PersonForm, PersonId, Relation, ResidenceKind},
    server::{
        mine, places,
        unmask::{self, Person},
        write::{self, NewResidence},
    },
};

const RETURN_RESIDENCE: &str =
    "update residence set kind = $2, relation = $3 where id = $1 and valid_to is null";
const UPDATE: &str = "update person set name = $3, pinyin = $4, initials = $5, sex = $6, birth_year = $7, adult_from = $8, \
    phone = $9, phone_blind = $10, version = version + 1, updated_at = $11, confirmed_at = $12, confirmed_by = $13 where id = $1 and version = $2";

/// Who corrects, and whether that confirms the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Worker,
    Oneself,
}

/// Writes what a form says of somebody; what it leaves empty stays.
pub async fn correct_in(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    version: i64,
    form: &PersonForm,
    by: By,
) -> Result<(), AppError> {
    const BORN: &str = "select birth_year, adult_from from person where id = $1";
    let name = form.name.clone().unwrap_or_else(|| person.name.clone());
    let spelled = shared::text::pinyin(&name);
    let (known_year, known_adult): (Option<i64>, Option<Date>) =
        on!(tx, |c| sqlx::query_as(BORN).bind(person.id).fetch_one(c).await)?;
    let (year, adult) = match form.born {
        // The year of a day that is known says nothing new.
        Some(born) if Some(born.year()) != known_year || matches!(born, Born::Day(_)) => {
            (Some(born.year()), born.adult_from())
        }
        _ => (known_year, known_adult),
    };
    let (phone, blind) = match &form.phone {
        Some(phone) => (
            Some(cx.keys().seal_for(Field::Phone, person.id.0, phone.as_str())),
            Some(cx.keys().blind(Field::Phone, phone.as_str())),
        ),
        None => (person.phone.clone(), person.phone_blind.clone()),
    };
    let now = tx.now();
    let confirmed = (by == By::Oneself).then_some(now);
    let touched = execute!(
        tx,
        UPDATE,
        person.id,
        version,
        &name,
        &spelled.full,
        &spelled.initials,
        form.sex.or(person.sex),
        year,
        adult,
        phone,
        blind,
        now,
        confirmed,
        mine::instead(cx).filter(|_| by == By::Oneself)
    )?;
    if touched != 1 {
        return Err(places::conflict());
    }
    if name != person.name {
        write::index(tx, &[(person.id, name, person.path.clone())]).await?;
    }
    Ok(())
}

/// How somebody belongs to the household from today on; what it was before stays known.
pub(super) async fn change_residence(
    tx: &mut Tx,
    current: &Residence,
    person: PersonId,
    kind: ResidenceKind,
    relation: Option<Relation>,
) -> Result<(), DbError> {
    let today = tx.now().date();
    let relation = relation.or(current.relation);
    // Only how somebody lives here counts in the roll, so only that has a history.
    if kind == current.kind || current.valid_from >= today {
        execute!(tx, RETURN_RESIDENCE, current.id, kind, relation)?;
        return Ok(());
    }
    execute!(tx, END_RESIDENCE, current.id, today, "changed")?;
    let next = NewResidence {
        id: tx.id(),
        person_id: person,
        household_id: current.household_id,
        kind,
        relation,
        valid_from: today,
    };
    write::residences(tx, &[next]).await
}

/// Corrects what is noted of somebody, and ends what they may be no longer after that.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile.
pub async fn correct(
    cx: &Cx,
    id: PersonId,
    version: i64,
    form: &PersonForm,
) -> Result<(HouseholdId, Ended), AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    correct_in(cx, &mut tx, &person, version, form, By::Worker).await?;
    clear_stated(&mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    change_residence(&mut tx, &current, id, form.kind, form.relation).await?;
    let ended = end_unfit(&mut tx, id, &person.path, form.kind).await?;
    touch(&mut tx, current.household_id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.correct", id),
    )
    .await?;
    tx.commit().await?;
    Ok((current.household_id, ended))
}
