//! The residents' group that a household belongs to.

use db::{Audit, Cx, Tx};
use orgs::model::BodyId;
use shared::{AppError, Date, RecordId};

use super::{Household, open, tell};
use crate::{
    model::{HouseholdId, since},
    server::{places, roll, spans},
};

/// The residents' groups that the community of the household had on a day.
pub async fn groups_for(
    tx: &mut Tx,
    household: &Household,
    on: Date,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let grid = orgs::server::store::by_id(tx, household.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = places::community_of(tx, &grid).await?;
    Ok(roll::groups(tx, community.id, on).await?)
}

/// Puts a household into a residents' group from a day on, or into none.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `group` if the community had none such on that day, or on `on`.
pub async fn group(
    cx: &Cx,
    id: HouseholdId,
    group: Option<BodyId>,
    on: Option<Date>,
) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    let today = tx.now().date();
    let on = since(on, household.valid_from, today, "这一户的登记")?;
    let known = groups_for(&mut tx, &household, on).await?;
    let group = group.map(|group| RecordId(group.0));
    if group.is_some_and(|group| !known.iter().any(|(id, _)| *id == group)) {
        return Err(AppError::invalid(
            "group",
            "这个社区那一天没有这个居民小组，请从列表里选，或者换一天。",
        ));
    }
    // Nothing new, and nothing is cut for it.
    if on < today || group != household.group_id {
        spans::change(&mut tx, &[spans::Change::group(id, group)], on).await?;
    }
    tell(
        &mut tx,
        "people.household.changed",
        id,
        &household.path,
        Audit::new("people.household.group", "household", id.0),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
