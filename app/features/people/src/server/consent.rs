//! Consents for what is sensitive: given, recorded, withdrawn, and acted upon at once.

use db::{Audit, Cx, DbError, Tx, execute, on};
use shared::AppError;

use super::write::{self, NewConsent};
use crate::model::{Consent, PersonId};

const GIVEN: &str = "select kind from person_consent where person_id = $1 and withdrawn_at is null";
const WITHDRAW: &str =
    "update person_consent set withdrawn_at = $3 where person_id = $1 and kind = $2 and withdrawn_at is null";
const FORGET_IDENTITY: &str = "update person set identity = null, identity_blind = null, version = version + 1, updated_at = $2 where id = $1";
const FORGET_CARE: &str =
    "update person set care = null, version = version + 1, updated_at = $2 where id = $1";

/// What a person has consented to.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn given(tx: &mut Tx, person: PersonId) -> Result<Vec<Consent>, DbError> {
    on!(tx, |c| sqlx::query_scalar(GIVEN).bind(person).fetch_all(c).await)
}

/// Notes a consent; the caller stores the data.
///
/// # Errors
/// What the database answers.
pub async fn give(
    cx: &Cx,
    tx: &mut Tx,
    person: PersonId,
    kind: Consent,
    age: Option<i64>,
) -> Result<(), AppError> {
    let new = NewConsent {
        person_id: person,
        kind,
        age,
    };
    write::consents(tx, &[new], cx.who().user).await?;
    tx.audit(Audit::new("people.consent.give", "person", person.0).because(kind.code(), None))
        .await?;
    Ok(())
}

/// Withdraws a consent, and deletes what rested on it.
///
/// # Errors
/// What the database answers.
pub async fn withdraw(tx: &mut Tx, person: PersonId, kind: Consent) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, WITHDRAW, person, kind, now)? == 0 {
        return Ok(());
    }
    match kind {
        Consent::Identity => execute!(tx, FORGET_IDENTITY, person, now)?,
        Consent::Care => execute!(tx, FORGET_CARE, person, now)?,
        // The membership is the branch's; it is only no longer shown.
        Consent::PartyShown => 0,
    };
    tx.audit(Audit::new("people.consent.withdraw", "person", person.0).because(kind.code(), None))
        .await?;
    Ok(())
}
