//! The residents' group that a household belongs to.

use db::{Audit, Cx, Tx, execute, on};
use orgs::model::BodyId;
use shared::{AppError, Date, RecordId};

use super::{Household, leave::END_SPAN, open, tell};
use crate::{
    model::HouseholdId,
    server::{places, roll},
};

/// The residents' groups of the community that the household is part of.
pub async fn groups_for(tx: &mut Tx, household: &Household) -> Result<Vec<(RecordId, String)>, AppError> {
    let grid = orgs::server::store::by_id(tx, household.node_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let community = places::community_of(tx, &grid).await?;
    let today = tx.now().date();
    Ok(roll::groups(tx, community.id, today).await?)
}

/// Puts a household into a residents' group from today on, or into none.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] on `group` if the community has none such.
pub async fn group(cx: &Cx, id: HouseholdId, group: Option<BodyId>) -> Result<(), AppError> {
    const AGAIN: &str =
        "update household_span set group_id = $2 where household_id = $1 and valid_to is null";
    const NEXT: &str =
        "insert into household_span (household_id, valid_from, node_id, group_id) values ($1, $2, $3, $4)";
    const BEGUN: &str = "select valid_from from household_span where household_id = $1 and valid_to is null";
    let mut tx = cx.write().await?;
    let household = open(cx, &mut tx, id).await?;
    let known = groups_for(&mut tx, &household).await?;
    let group = group.map(|group| RecordId(group.0));
    if group.is_some_and(|group| !known.iter().any(|(id, _)| *id == group)) {
        return Err(AppError::invalid(
            "group",
            "这个社区没有这个居民小组，请从列表里选。",
        ));
    }
    let today = tx.now().date();
    let begun: Date = on!(tx, |c| sqlx::query_scalar(BEGUN).bind(id).fetch_one(c).await)?;
    if begun >= today {
        execute!(tx, AGAIN, id, group)?;
    } else if group != household.group_id {
        execute!(tx, END_SPAN, id, today)?;
        execute!(tx, NEXT, id, today, household.node_id, group)?;
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
