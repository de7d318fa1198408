//! Who may stand for a household, or be a deputy, and what ends when somebody no longer may.

use db::{Audit, DbError, Tx, execute, on};
use shared::Date;

use crate::model::{PersonId, ResidenceKind};

/// Whether somebody is certainly of age on a day.
pub async fn of_age(tx: &mut Tx, person: PersonId, on: Date) -> Result<bool, DbError> {
    const OF_AGE: &str = "select coalesce(adult_from <= $2, false) from person where id = $1";
    on!(tx, |c| sqlx::query_scalar(OF_AGE)
        .bind(person)
        .bind(on)
        .fetch_one(c)
        .await)
}

/// Whether somebody is known not to be of age on a day.
pub async fn under_age(tx: &mut Tx, person: PersonId, on: Date) -> Result<bool, DbError> {
    const UNDER_AGE: &str = "select coalesce(adult_from > $2, false) from person where id = $1";
    on!(tx, |c| sqlx::query_scalar(UNDER_AGE)
        .bind(person)
        .bind(on)
        .fetch_one(c)
        .await)
}

/// What ended with a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub representative: bool,
    pub deputy: bool,
}

impl Ended {
    /// How the page is told: see `pages::frame::Done`.
    pub const fn done(self) -> &'static str {
        match (self.representative, self.deputy) {
            (true, true) => "ended-both",
            (true, false) => "ended-representative",
            (false, true) => "ended-deputy",
            (false, false) => "saved",
        }
    }
}

/// Ends from today on that somebody represents the household who lives elsewhere or is known to be under age, and that somebody is a
/// deputy who does not live here for good.
pub async fn end_unfit(
    tx: &mut Tx,
    person: PersonId,
    path: &str,
    kind: ResidenceKind,
) -> Result<Ended, DbError> {
    const REPRESENTATION: &str = end_from!("representation", "person_id = $1");
    const DEPUTY: &str = end_from!("deputy", "person_id = $1");
    let today = tx.now().date();
    let under_age = under_age(tx, person, today).await?;
    let mut ended = Ended::default();
    if under_age || !kind.lives_here() {
        ended.representative = execute!(tx, REPRESENTATION, person, today)? > 0;
    }
    if under_age || !kind.is_counted() {
        ended.deputy = execute!(tx, DEPUTY, person, today)? > 0;
    }
    for (did, action) in [
        (ended.representative, "people.household.unrepresent"),
        (ended.deputy, "people.deputy.end"),
    ] {
        if did {
            tx.audit(Audit::new(action, "person", person.0).at(path)).await?;
        }
    }
    Ok(ended)
}
