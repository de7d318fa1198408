//! The bare SQL of what is asked for, over the same pool: the same predicate, the same rows, and nothing around them.

use db::{Cx, EngineSql, Json, Tx, on, rows};
use reports::{
    model::MatterId,
    server::reading::sql::{PUBLISHED_TOLD, TOLD},
};
use serde::Serialize;
use shared::{NodeId, Timestamp, scope::PathRange};

use crate::Outcome;

/// All that is told of these matters, as it comes; how many there are.
async fn rows_of(tx: &mut Tx, sql: EngineSql, which: &[MatterId]) -> Outcome<usize> {
    let sql = tx.sql(sql);
    Ok(on!(tx, |c| sqlx::query(sql)
        .bind(Json(which))
        .fetch_all(c)
        .await
        .map(|rows| rows.len()))?)
}

pub async fn told(tx: &mut Tx, which: &[MatterId]) -> Outcome<usize> {
    rows_of(tx, TOLD, which).await
}

pub async fn published_told(tx: &mut Tx, which: &[MatterId]) -> Outcome<usize> {
    rows_of(tx, PUBLISHED_TOLD, which).await
}

/// As `reports::server::figures::read` has it, for somebody who works nowhere that is complained about.
macro_rules! tally {
    ($select:expr, $rest:expr) => {
        rows!(
            concat!($select, " t.month >= $3 and t.month <= $4 and t.accused_id not in (select r.id from "),
            (id: uuid),
            concat!(") ", $rest)
        )
    };
}
const SUM: EngineSql = tally!(
    "select t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and",
    "group by t.what"
);
const MONTHS: EngineSql = tally!(
    "select t.month, t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and t.what in ('all', 'first.of', 'first.in', \
     'due.of', 'due.in', 'ended.of', 'ended.solved', 'rated:satisfied', 'rated:fair', 'rated:unhappy', 'again') and",
    "group by t.month, t.what"
);
const PARTS: EngineSql = tally!(
    "select t.path, t.what, cast(sum(t.n) as bigint) from node c join matter_tally t on t.path = c.path \
     join node p on p.id = c.parent_id where p.path = $2 and c.valid_to is null and t.what in ('all', 'first.of', 'first.in', 'due.of', \
     'due.in', 'ended.of', 'ended.solved', 'rated:satisfied', 'rated:fair', 'rated:unhappy') and",
    "group by t.path, t.what"
);
const GRIDS: EngineSql = tally!(
    "select t.path, cast(sum(t.n) as bigint) as many from node n cross join matter_tally t where t.path = n.path and t.what = 'all' \
     and n.path >= $2 and n.path < $5 and n.kind = 'grid' and n.valid_to is null and",
    "group by t.path order by many desc, t.path limit 10"
);
const ABOUT: EngineSql = tally!(
    "select t.what, cast(sum(t.n) as bigint) from matter_tally t where t.path = $2 and t.what >= 'category:' and t.what < 'category;' and",
    "group by t.what"
);
const OPEN: &str = "select count(case when m.created_at > $3 then 1 end), count(case when m.created_at <= $3 then 1 end), \
    count(case when t.due_at < $4 then 1 end) from node n join matter m on m.node_id = n.id \
    left join task t on t.id = m.task_id and t.ended_at is null where n.path >= $1 and n.path < $2 and m.ended_at is null";

#[derive(Serialize)]
struct IdRow {
    id: NodeId,
}

/// Of the unit of a path, the months from the first to the last: sums, months, parts, the grids with the most and what that is about, and
/// what is still to be done.
pub async fn figures(cx: &Cx, path: &str, first: i64, last: i64) -> Outcome<usize> {
    let mut tx = cx.read().await?;
    let without: Vec<IdRow> = Vec::new();
    let range = PathRange::below(path);
    let mut rows = 0;
    for sql in [SUM, MONTHS, PARTS] {
        let sql = tx.sql(sql);
        rows += on!(tx, |c| sqlx::query(sql)
            .bind(Json(&without))
            .bind(path)
            .bind(first)
            .bind(last)
            .fetch_all(c)
            .await
            .map(|rows| rows.len()))?;
    }
    let sql = tx.sql(GRIDS);
    let grids: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&without))
        .bind(path)
        .bind(first)
        .bind(last)
        .bind(&range.hi)
        .fetch_all(c)
        .await)?;
    let sql = tx.sql(ABOUT);
    for (grid, _) in &grids {
        rows += on!(tx, |c| sqlx::query(sql)
            .bind(Json(&without))
            .bind(grid)
            .bind(first)
            .bind(last)
            .fetch_all(c)
            .await
            .map(|rows| rows.len()))?;
    }
    let now = tx.now();
    let open: (i64, i64, i64) = on!(tx, |c| sqlx::query_as(OPEN)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(now.plus(-7 * Timestamp::DAY))
        .bind(now)
        .fetch_one(c)
        .await)?;
    Ok(rows + grids.len() + usize::from(open.0 > 0))
}
