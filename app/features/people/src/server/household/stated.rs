//! What registering did not ask: when somebody was born, and how they live here. They say it themselves, it counts from then on, and
//! the grid worker is shown it until it was checked.

use db::{Cx, DbError, Tx, execute, on};
use shared::{AppError, Timestamp, mask};

use super::{By, about, correct::change_residence, correct_in, end_unfit, residence, tell};
use crate::{
    model::{HouseholdId, PersonForm, PersonId, ResidenceKind, Stated},
    server::{mine, unmask},
};

const OF_HOUSEHOLD: &str = "select p.id, p.name, p.birth_year, x.kind, p.stated_at, \
    (select a.shown_name from user_account a where a.id = p.stated_by) as acted from residence x join person p on p.id = x.person_id \
    where x.household_id = $1 and x.valid_to is null and p.stated_at is not null order by p.stated_at, p.id";
const STATE: &str = "update person set stated_at = $2, stated_by = $3 where id = $1";
const CLEAR: &str = "update person set stated_at = null where id = $1 and stated_at is not null";

/// Says of oneself what registering did not ask.
///
/// # Errors
/// [`AppError::NotFound`] if one lives in no household that is known, [`AppError::Conflict`] if it is known already, or the record was
/// changed meanwhile.
pub async fn state(cx: &Cx, version: i64, form: &PersonForm) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (person, current) = mine::must(cx, &mut tx).await?;
    if person.birth_year.is_some() {
        return Err(AppError::Conflict(
            "已经登记了出生年份。要改的话，请用“更正我的登记”，或者告诉网格员。".into(),
        ));
    }
    correct_in(cx, &mut tx, &person, version, form, By::Oneself).await?;
    change_residence(&mut tx, &current, person.id, form.kind, None).await?;
    end_unfit(&mut tx, person.id, &person.path, form.kind).await?;
    let now = tx.now();
    execute!(tx, STATE, person.id, now, mine::instead(cx))?;
    mine::tell(&mut tx, &person, &current, "people.person.state").await?;
    tx.commit().await?;
    Ok(())
}

/// What members of a household said of themselves that nobody has checked.
pub async fn stated(tx: &mut Tx, household: HouseholdId) -> Result<Vec<Stated>, DbError> {
    type Row = (
        PersonId,
        String,
        Option<i64>,
        ResidenceKind,
        Timestamp,
        Option<String>,
    );
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OF_HOUSEHOLD)
        .bind(household)
        .fetch_all(c)
        .await)?;
    let told = |(person, name, born, kind, at, acted): Row| Stated {
        person,
        name: mask::name(&name),
        born,
        kind,
        at,
        acted,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// What somebody said of themselves was checked, and is so.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if somebody did so before.
pub async fn check(cx: &Cx, id: PersonId) -> Result<HouseholdId, AppError> {
    let mut tx = cx.write().await?;
    let person = unmask::person(cx, &mut tx, id).await?;
    let current = residence(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if !clear(&mut tx, id).await? {
        return Err(AppError::Conflict("这一条已经核对过了。".into()));
    }
    tell(
        &mut tx,
        "people.household.changed",
        current.household_id,
        &person.path,
        about("people.person.check", id),
    )
    .await?;
    tx.commit().await?;
    Ok(current.household_id)
}

/// Nothing waits to be checked any more: it was, or corrected, or the account went that said it. Returns whether something did.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn clear(tx: &mut Tx, id: PersonId) -> Result<bool, DbError> {
    Ok(execute!(tx, CLEAR, id)? > 0)
}
