//! What is noted of a member: representative, care, identity number.

use db::{Cx, DbError, Tx, crypt::Field, execute};
use shared::{AppError, Date};

use super::{Ended, about, end_unfit, of_age, open, residence, tell, touch};
use crate::{
    model::{Born, Care, Consent, HouseholdId, IdentityNumber, PersonId, since},
    server::{
        consent,
        unmask::{self, Person},
        write::{self, NewRepresentation},
    },
};

const END_REPRESENTATION: &str = end_from!("representation", "household_id = $1");

pub async fn represent_in(
    tx: &mut Tx,
    household: HouseholdId,
    person: PersonId,
    on: Date,
) -> Result<(), DbError> {
    execute!(tx, END_REPRESENTATION, household, on)?;
    let new = NewRepresentation {
        id: tx.id(),
        household_id: household,
        person_id: person,
        valid_from: on,
    };
    write::representations(tx, &[new]).await
}

/// Makes somebody of age their household's representative from a day on.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for who is not of age or lives elsewhere, [`AppError::Invalid`] on
/// `on`.
pub async fn represent(cx: &Cx, id: PersonId, on: Option<Date>) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    open(cx, &mut tx, current.household_id).await?;
    let today = tx.now().date();
    let on = since(on, current.valid_from, today, "这个人在这一户的登记")?;
    if !of_age(&mut tx, id, on).await? {
        return Err(AppError::Conflict(
            "户代表要年满 18 周岁。请先登记出生日期，或者另选一位。".into(),
        ));
    }
    if !current.kind.lives_here() {
        return Err(AppError::Conflict("户代表要住在这里。请另选一位。".into()));
    }
    represent_in(&mut tx, current.household_id, id, on).await?;
    touch(&mut tx, current.household_id).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.household.represent", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

/// Notes what care somebody asked for, with the consent that the worker was given; none withdraws it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `consent` without it.
pub async fn care(cx: &Cx, id: PersonId, wanted: &[Care], consented: bool) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    set_care(cx, &mut tx, &person, wanted, consented).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.care", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

pub async fn set_care(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    wanted: &[Care],
    consented: bool,
) -> Result<(), AppError> {
    const SET: &str = "update person set care = $2, version = version + 1, updated_at = $3 where id = $1";
    if wanted.is_empty() {
        return consent::withdraw(tx, person.id, Consent::Care).await;
    }
    let given = consent::given(tx, person.id).await?.contains(&Consent::Care);
    if !given {
        if !consented {
            return Err(AppError::invalid(
                "consent",
                "这是敏感信息，要本人（未满 14 周岁的由监护人）单独同意，请打勾。",
            ));
        }
        let age = person.birth_year.map(|born| tx.now().date().year() - born);
        consent::give(cx, tx, person.id, Consent::Care, age).await?;
    }
    let now = tx.now();
    execute!(tx, SET, person.id, write::seal_care(cx, person.id, wanted), now)?;
    Ok(())
}

/// Notes somebody's identity number, with the consent that the worker was given.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] by field.
pub async fn identify(
    cx: &Cx,
    id: PersonId,
    text: &str,
    consented: bool,
) -> Result<(HouseholdId, Ended), AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    set_identity(cx, &mut tx, &person, text, consented).await?;
    // The number says when somebody was born.
    let ended = end_unfit(&mut tx, id, &person.path, current.kind).await?;
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.identify", id),
    )
    .await?;
    tx.commit().await?;
    Ok((current.household_id, ended))
}

async fn set_identity(
    cx: &Cx,
    tx: &mut Tx,
    person: &Person,
    text: &str,
    consented: bool,
) -> Result<(), AppError> {
    const SET: &str = "update person set identity = $2, identity_blind = $3, birth_year = $4, adult_from = $5, sex = $6, \
        version = version + 1, updated_at = $7 where id = $1";
    let today = tx.now().date();
    let number = IdentityNumber::read(text, today).map_err(|fault| AppError::invalid("identity", fault))?;
    let given = consent::given(tx, person.id).await?.contains(&Consent::Identity);
    if !given && !consented {
        return Err(AppError::invalid(
            "consent",
            "这是敏感信息，要本人（未满 14 周岁的由监护人）单独同意，请打勾。",
        ));
    }
    let born = number.birthday().map(Born::Day);
    if !given {
        let age = born.map(|born| today.year() - born.year());
        consent::give(cx, tx, person.id, Consent::Identity, age).await?;
    }
    let now = tx.now();
    execute!(
        tx,
        SET,
        person.id,
        cx.keys()
            .seal_for(Field::IdentityNumber, person.id.0, number.as_str()),
        cx.keys().blind(Field::IdentityNumber, number.as_str()),
        born.map(Born::year),
        born.and_then(Born::adult_from),
        number.sex(),
        now
    )
    .map_err(|error| taken_identity(error, "identity"))?;
    Ok(())
}

fn taken_identity(error: DbError, field: &str) -> AppError {
    if error.is_unique_violation() {
        AppError::invalid(field, "这个身份证号已经登记在另一个人名下。")
    } else {
        error.into()
    }
}
