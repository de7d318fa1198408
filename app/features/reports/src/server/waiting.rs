//! How much waits for those who handle matters: for the card of their home page.

use db::{Cx, EngineSql, Json, on, rows};
use serde::Serialize;
use shared::{AppError, NodeId, Timestamp, UserId};

use super::sight::visible_sql;
use crate::model::Waiting;

// Lies there and is not answered; a complaint about where the viewer works is nothing of theirs.
const HELD: EngineSql = rows!(
    "select count(*) from matter m left join node a on a.id = m.accused_id where m.ended_at is null \
     and m.state in ('reported', 'accepted', 'dispatched', 'handling') and exists (select 1 from ",
    (node: uuid, role: text),
    " where r.node = m.unit_id and r.role = m.holder_role) and (m.accused_id is null or not exists (select 1 from role_grant g \
     join node gn on gn.id = g.node_id where g.user_id = $2 and g.role <> 'resident' and g.valid_from <= $3 \
     and (g.valid_to is null or g.valid_to >= $3) and substr(gn.path, 1, length(a.path)) = a.path))"
);
const COUNTS: EngineSql = visible_sql!(
    "select count(case when m.state = 'reported' then 1 end), \
     count(case when m.state in ('reported', 'accepted', 'dispatched', 'handling') and t.due_at < $4 then 1 end), \
     count(case when m.state = 'answered' then 1 end) from matter m join node n on n.id = m.node_id join node u on u.id = m.unit_id \
     left join node a on a.id = m.accused_id left join task t on t.id = m.task_id and t.ended_at is null where m.ended_at is null and",
    ""
);

#[derive(Serialize)]
struct PostRow {
    node: NodeId,
    role: &'static str,
}

/// # Errors
/// What the database answers.
pub async fn count(cx: &Cx) -> Result<Waiting, AppError> {
    let posts: Vec<PostRow> = cx
        .actor
        .iter()
        .flat_map(|actor| {
            let shown = actor.second_factor;
            let grants = actor.grants.iter();
            grants.filter(move |grant| shown || !grant.role.needs_second_factor())
        })
        .map(|grant| PostRow {
            node: grant.node,
            role: grant.role.code(),
        })
        .collect();
    let mut tx = cx.read().await?;
    let (user, now): (Option<UserId>, Timestamp) = (cx.who().user, tx.now());
    let sql = tx.sql(HELD);
    let held: i64 = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(&posts))
        .bind(user)
        .bind(now.date())
        .fetch_one(c)
        .await)?;
    let sql = tx.sql(COUNTS);
    let (reported, late, answered): (i64, i64, i64) = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(user)
        .bind(now.date())
        .bind(now)
        .fetch_one(c)
        .await)?;
    Ok(Waiting {
        held,
        reported,
        late,
        answered,
    })
}
