//! What is still to be done, by how long ago it was reported: of now, so read from the matters themselves.

use db::{DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::Node;
use shared::{Timestamp, scope::PathRange};

use super::sees::Sees;
use crate::model::figures::AgeFigures;

/// Up to how many days, and how that is told; what is older comes last.
const AGES: [(i64, &str); 4] = [
    (2, "2 天以内"),
    (7, "3 到 7 天"),
    (15, "8 到 15 天"),
    (30, "16 到 30 天"),
];
const OLDER: &str = "30 天以上";

const OPEN: EngineSql = rows!(
    "select count(case when m.created_at > $4 then 1 end), count(case when m.created_at <= $4 and m.created_at > $5 then 1 end), \
     count(case when m.created_at <= $5 and m.created_at > $6 then 1 end), \
     count(case when m.created_at <= $6 and m.created_at > $7 then 1 end), count(case when m.created_at <= $7 then 1 end), \
     count(case when m.state in ('reported', 'accepted', 'dispatched', 'handling') and t.due_at < $8 then 1 end) \
     from node n join matter m on m.node_id = n.id left join task t on t.id = m.task_id and t.ended_at is null \
     where n.path >= $2 and n.path < $3 and m.ended_at is null and m.created_at <= $8 and (m.accused_id is null or ($9 and m.accused_id not in (select r.id from ",
    (id: uuid),
    ")))"
);

/// Backlog by age (在办的事): what has not ended, by the days since its report, counted day and night; and of it what is past the time to its answer.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, sees: &Sees, node: &Node) -> Result<AgeFigures, DbError> {
    let (range, now) = (PathRange::below(&node.path), tx.now());
    let before = |at: usize| now.plus(-AGES[at].0 * Timestamp::DAY);
    let sql = tx.sql(OPEN);
    let counts: (i64, i64, i64, i64, i64, i64) = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(sees.without()))
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(before(0))
        .bind(before(1))
        .bind(before(2))
        .bind(before(3))
        .bind(now)
        .bind(sees.narrow)
        .fetch_one(c)
        .await)?;
    let by_age = [counts.0, counts.1, counts.2, counts.3, counts.4];
    let words = AGES.iter().map(|(_, words)| *words).chain([OLDER]);
    let told = |(words, n): (&str, i64)| (words.to_owned(), sees.told.count(n));
    Ok(AgeFigures {
        ages: words.zip(by_age).map(told).collect(),
        late: sees.told.count(counts.5),
    })
}
