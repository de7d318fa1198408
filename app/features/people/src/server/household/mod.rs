//! A household: who belongs to it, and what the grid worker changes.

/// SQL that ends from `$2` on what `$which` names of `$table`. What would have begun later never was, so that nothing earlier counts on
/// beside it.
macro_rules! end_from {
    ($table:literal, $which:literal) => {
        concat!(
            "update ",
            $table,
            " set valid_to = case when valid_from > $2 then valid_from else $2 end where ",
            $which,
            " and (valid_to is null or valid_to > $2)"
        )
    };
}

// For those beside this module; those below have it by its place.
pub(super) use end_from;

mod correct;
mod corrections;
mod enter;
mod entries;
mod fit;
mod group;
mod leave;
mod mark;
mod moving;
mod owner;
mod page;
mod stated;
mod twins;

use db::{Audit, Cx, DbError, Event, Tx, execute, on};
use orgs::model::Code;
use shared::{AppError, Date, NodeId, RecordId, Timestamp, UserId};

use super::search;
use crate::model::{BuildingId, HouseholdId, PersonId, Relation, ResidenceKind, RoomId};

pub use self::{
    correct::correct,
    corrections::{corrections_below, handle, list as list_corrections, waiting as corrections_waiting},
    enter::{Arrival, add, found},
    entries::{name_one, note as note_entry, refuse as refuse_entry, take_back, to_check, to_check_below},
    fit::Ended,
    group::group,
    leave::leave,
    mark::{care, identify, represent},
    moving::move_here,
    owner::{end_owner, own, set_owner},
    page::page,
    stated::{check as check_stated, state},
};
pub(super) use self::{
    correct::{By, correct_in},
    corrections::Written,
    entries::{forget_entries, own_entries, sweep_entries},
    fit::{end_unfit, of_age},
    leave::settle,
    mark::set_care,
    moving::move_in,
    owner::owners,
    stated::clear as clear_stated,
    twins::twins,
};

const ONE: &str = "select h.id, h.version, h.room_id, h.node_id, h.valid_from, h.valid_to, h.confirmed_at, n.valid_from as grid_since, \
    b.id as building_id, b.number, e.name as estate, m.unit, m.door, m.area, n.code, n.name as grid, n.path, s.group_id, g.name as group_name \
    from household h join room m on m.id = h.room_id join building b on b.id = m.building_id join estate e on e.id = b.estate_id \
    join node n on n.id = h.node_id left join household_span s on s.household_id = h.id and s.valid_to is null \
    left join body g on g.id = s.group_id where h.id = $1";
const CURRENT: &str = "select id, household_id, kind, relation, valid_from from residence where person_id = $1 and valid_to is null";
const TOUCH: &str =
    "update household set version = version + 1, updated_at = $2, confirmed_at = null where id = $1";

/// A household as stored, with where it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Household {
    pub id: HouseholdId,
    pub version: i64,
    pub room_id: RoomId,
    pub node_id: NodeId,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub confirmed_at: Option<Timestamp>,
    /// Since when there is its grid.
    pub grid_since: Date,
    pub building_id: BuildingId,
    number: String,
    estate: String,
    unit: String,
    door: String,
    pub area: Option<i64>,
    pub code: Code,
    pub grid: String,
    pub path: String,
    pub group_id: Option<RecordId>,
    group_name: Option<String>,
}

impl Household {
    pub fn address(&self) -> String {
        search::address(
            Some(&self.estate),
            Some(&self.number),
            Some(&self.unit),
            Some(&self.door),
        )
    }
}

/// A household, whoever asks.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn any(tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    on!(tx, |c| sqlx::query_as::<_, Household>(ONE)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)
}

/// A household that the viewer may see.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn visible(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    let household = any(tx, id).await?;
    cx.must_cover(&household.path)?;
    Ok(household)
}

/// One that is to be changed: visible, and not ended.
async fn open(cx: &Cx, tx: &mut Tx, id: HouseholdId) -> Result<Household, AppError> {
    let household = visible(cx, tx, id).await?;
    if household.valid_to.is_some() {
        return Err(AppError::Conflict(
            "这一户已经没有人了，不能再改。请在房号下登记新的一户。".into(),
        ));
    }
    Ok(household)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Residence {
    pub id: RecordId,
    pub household_id: HouseholdId,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
    pub valid_from: Date,
}

pub(super) async fn residence(tx: &mut Tx, person: PersonId) -> Result<Option<Residence>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Residence>(CURRENT)
        .bind(person)
        .fetch_optional(c)
        .await)
}

/// Tells the grid's pages, and each member with an account, that something changed.
pub(super) async fn tell(
    tx: &mut Tx,
    action: &'static str,
    household: HouseholdId,
    path: &str,
    audited: Audit,
) -> Result<(), DbError> {
    const USERS: &str = "select p.user_id from residence x join person p on p.id = x.person_id \
        where x.household_id = $1 and x.valid_to is null and p.user_id is not null";
    tx.audit(audited.at(path)).await?;
    let users: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(USERS)
        .bind(household)
        .fetch_all(c)
        .await)?;
    let topics =
        std::iter::once(format!("path/{path}")).chain(users.iter().map(|user| format!("user/{user}")));
    for topic in topics {
        tx.publish(Event {
            topic,
            kind: action,
            subject: Some(RecordId(household.0)),
            data: serde_json::json!({}),
        })
        .await?;
    }
    Ok(())
}

fn about(action: &'static str, person: PersonId) -> Audit {
    Audit::new(action, "person", person.0)
}

/// The household was changed by hand: what a member confirmed is to be confirmed anew.
async fn touch(tx: &mut Tx, id: HouseholdId) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, TOUCH, id, now)?;
    Ok(())
}
