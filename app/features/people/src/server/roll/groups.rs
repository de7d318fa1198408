//! The residents' groups and branches of a place, with how many each of them has.

use db::{DbError, EngineSql, Tx, on};
use orgs::model::Node;
use shared::{Date, NodeId, RecordId};

use super::is_whole;
use crate::{model::RollGroup, server::standing::in_office};

const GROUPS: &str = "select b.id, b.name from body b where b.node_id = $1 and b.kind = 'residents_group' \
    and b.valid_from <= $2 and (b.valid_to is null or b.valid_to > $2) order by b.name, b.id";
const GROUPS_HERE: EngineSql = on_day!(
    "select distinct b.id, b.name from span join body b on b.id = span.group_id order by b.name, b.id"
);
const GROUP_HOUSEHOLDS: EngineSql = on_day!(
    "select span.group_id, count(distinct span.household_id), count(x.id) from span \
     left join residence x on x.household_id = span.household_id and x.valid_from <= $2 and (x.valid_to is null or x.valid_to > $2) \
     and x.kind <> 'away' where span.group_id is not null group by span.group_id"
);
const GROUP_DEPUTIES: &str = concat!(
    "select d.group_id, count(*) from deputy d where d.node_id = $1 and d.group_id is not null and ",
    in_office!("$2"),
    " group by d.group_id"
);
const GROUP_DEPUTIES_HERE: EngineSql = on_day!(living!(
    "select d.group_id, count(distinct d.id)",
    concat!(
        "join deputy d on d.person_id = x.person_id and d.group_id is not null and ",
        in_office!("$2")
    ),
    "group by d.group_id"
));
const BRANCHES: &str = "select g.id, g.name, sum(case when t.standing = 'full' then 1 else 0 end), count(t.id) from body g \
    join party_member t on t.body_id = g.id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
    where g.node_id = $1 group by g.id, g.name order by g.name, g.id";
const BRANCHES_HERE: EngineSql = on_day!(living!(
    "select g.id, g.name, sum(case when t.standing = 'full' then 1 else 0 end), count(t.id)",
    "join party_member t on t.person_id = x.person_id and t.valid_from <= $2 and (t.valid_to is null or t.valid_to > $2) \
     join body g on g.id = t.body_id",
    "and x.kind <> 'away' group by g.id, g.name order by g.name, g.id"
));

/// The residents' groups of a community on a day.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn groups(tx: &mut Tx, community: NodeId, on: Date) -> Result<Vec<(RecordId, String)>, DbError> {
    on!(tx, |c| sqlx::query_as(GROUPS)
        .bind(community)
        .bind(on)
        .fetch_all(c)
        .await)
}

/// How many each residents' group has.
pub async fn group_counts(tx: &mut Tx, place: &Node, on: Date) -> Result<Vec<RollGroup>, DbError> {
    let node = place.id;
    let (groups, deputies) = if is_whole(place) {
        (GROUPS, GROUP_DEPUTIES)
    } else {
        (tx.sql(GROUPS_HERE), tx.sql(GROUP_DEPUTIES_HERE))
    };
    let held = tx.sql(GROUP_HOUSEHOLDS);
    let households: Vec<(RecordId, i64, i64)> = on!(tx, |c| sqlx::query_as(held)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    let deputies: Vec<(RecordId, i64)> = on!(tx, |c| sqlx::query_as(deputies)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    let groups: Vec<(RecordId, String)> = on!(tx, |c| sqlx::query_as(groups)
        .bind(node)
        .bind(on)
        .fetch_all(c)
        .await)?;
    Ok(groups
        .into_iter()
        .map(|(id, name)| {
            let here = households.iter().find(|(group, ..)| *group == id);
            RollGroup {
                id,
                name,
                households: here.map_or(0, |(_, n, _)| *n),
                persons: here.map_or(0, |(.., n)| *n),
                deputies: deputies
                    .iter()
                    .find(|(group, _)| *group == id)
                    .map_or(0, |(_, n)| *n),
            }
        })
        .collect())
}

/// How many each branch has: full members, and all.
pub async fn branch_counts(tx: &mut Tx, place: &Node, on: Date) -> Result<Vec<RollGroup>, DbError> {
    let sql = if is_whole(place) {
        BRANCHES
    } else {
        tx.sql(BRANCHES_HERE)
    };
    let rows: Vec<(RecordId, String, i64, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(place.id)
        .bind(on)
        .fetch_all(c)
        .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, full, all)| RollGroup {
            id,
            name,
            households: full,
            persons: all,
            deputies: 0,
        })
        .collect())
}
