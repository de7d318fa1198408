//! Who of a household may be noted twice, as where two rooms were put together. Two records are never made one unasked: an account,
//! consents and offices hang on each, and only somebody who knows them can say that it is one person. So they are shown to the worker.

use std::collections::BTreeSet;

use db::{DbError, Tx, on};

use crate::{
    model::{HouseholdId, PersonId},
    server::alike::Marked,
};

/// Those of a household of whom another one there may be a second record.
pub async fn twins(tx: &mut Tx, id: HouseholdId) -> Result<BTreeSet<PersonId>, DbError> {
    const LIVING: &str = "select p.id, p.name, p.birth_year, p.phone_blind, p.identity_blind from residence x \
        join person p on p.id = x.person_id where x.household_id = $1 and x.valid_to is null order by p.id";
    let living: Vec<Marked> = on!(tx, |c| sqlx::query_as(LIVING).bind(id).fetch_all(c).await)?;
    let twice = living.iter().filter(|one| {
        living
            .iter()
            .any(|other| other.id != one.id && one.marks().may_be(other.marks()))
    });
    Ok(twice.map(|one| one.id).collect())
}
