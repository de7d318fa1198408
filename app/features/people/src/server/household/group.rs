//! The residents' group that a household belongs to.

use db::{Audit, Cx, Tx, execute};
use orgs::model::BodyId;
use shared::{AppError, Date, RecordId};

use super::{Household, open, tell};
use crate::{
    model::{HouseholdId, since},
    server::{places, roll},
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
    // The span in which the day lies is cut; what came later, in another grid perhaps, is of the new group as well.
    const NEXT: &str = "insert into household_span (household_id, valid_from, valid_to, node_id, group_id) \
        select household_id, $2, valid_to, node_id, $3 from household_span \
        where household_id = $1 and valid_from < $2 and (valid_to is null or valid_to > $2)";
    const CUT: &str = "update household_span set valid_to = $2 \
        where household_id = $1 and valid_from < $2 and (valid_to is null or valid_to > $2)";
    const LATER: &str =
        "update household_span set group_id = $3 where household_id = $1 and valid_from >= $2";
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
        execute!(tx, NEXT, id, on, group)?;
        execute!(tx, CUT, id, on)?;
        execute!(tx, LATER, id, on, group)?;
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
