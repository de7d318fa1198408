//! What matters count for, gathered once one has moved on, or one of its times is up: kept beside it, and counted for its place and for all units
//! above by month. What it counted for before is taken off again, as it was kept; so the sums are right whatever happened in between, and
//! whatever the program reckoned when it was another version.
//!
//! A matter whose `figured` is not the number of its steps waits for it. Taking it and gathering are one transaction, which holds the matter
//! against further steps: of two processes each matter is one's.

use std::collections::BTreeMap;

use db::{Cx, DbError, EngineSql, Json, Tx, execute, on, rows};
use orgs::{model::NodeKind, server::store::paths_above};
use serde::Serialize;
use shared::{AppError, Date, NodeId, Timestamp};
use tasks::server::Clocks;
use uuid::Uuid;

use super::cases::{Cases, IdRow};
use crate::model::{MatterId, figures::month_of};

/// Matters of one transaction: others want to write, too.
const BATCH: i64 = 200;
/// Rows of one statement.
const CHUNK: usize = 1_000;
/// Stands where nobody is complained about.
pub(super) const NOBODY: NodeId = NodeId(Uuid::nil());

// SQLite has one writer. On PostgreSQL what somebody is moving on just now waits for the next time: whoever holds several matters, as two that
// are merged, is not waited for while others are held here.
const DUE: EngineSql = EngineSql {
    sqlite: "update matter set figured = -1 where figured = steps and id in (select matter_id from matter_figure where next_at < $1 \
        order by next_at limit $2)",
    postgres: "update matter set figured = -1 where figured = steps and id in (select m.id from matter_figure f \
        join matter m on m.id = f.matter_id where f.next_at < $1 order by f.next_at limit $2 for update of m skip locked)",
};
const TAKE: EngineSql = EngineSql {
    sqlite: "update matter set figured = steps where figured <> steps and id in (select id from matter where figured <> steps \
        order by id limit $1) returning id",
    postgres: "update matter set figured = steps where figured <> steps and id in (select id from matter where figured <> steps \
        order by id limit $1 for update skip locked) returning id",
};
const BEFORE: EngineSql = rows!(
    "select f.path, f.day, f.accused_id, f.counted from ",
    (id: uuid),
    " join matter_figure f on f.matter_id = r.id"
);
const KEEP: EngineSql = rows!(
    "insert into matter_figure (matter_id, node_id, path, day, accused_id, counted, next_at) \
     select matter_id, node_id, path, day, accused_id, counted, next_at from ",
    (matter_id: uuid, node_id: uuid, path: text, day: text, accused_id: uuid, counted: text, next_at: bigint),
    " where true on conflict (matter_id) do update set node_id = excluded.node_id, path = excluded.path, day = excluded.day, \
     accused_id = excluded.accused_id, counted = excluded.counted, next_at = excluded.next_at"
);
const COUNT: EngineSql = rows!(
    "insert into matter_tally (path, what, month, accused_id, n) select path, what, month, accused_id, n from ",
    (path: text, what: text, month: bigint, accused_id: uuid, n: bigint),
    " where true on conflict (path, what, month, accused_id) do update set n = matter_tally.n + excluded.n"
);
const MOVED: &str = "select n.id from node n where exists (select 1 from matter_figure f where f.node_id = n.id and f.path < n.path) \
    or exists (select 1 from matter_figure f where f.node_id = n.id and f.path > n.path) order by n.id";
const AGAIN: &str = "update matter set figured = -1 where node_id = $1";

/// What a matter counts for, and where.
#[derive(sqlx::FromRow)]
struct Counted {
    path: String,
    day: Date,
    accused_id: Option<NodeId>,
    counted: String,
}

#[derive(Serialize)]
struct FigureRow {
    matter_id: MatterId,
    node_id: NodeId,
    path: String,
    day: Date,
    accused_id: Option<NodeId>,
    counted: String,
    next_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct TallyRow<'a> {
    path: &'a str,
    what: &'a str,
    month: i64,
    accused_id: NodeId,
    n: i64,
}

/// How much more, or less, counts for something: by path, what, month, and whom it complains about.
type Changes = BTreeMap<(String, String, i64, NodeId), i64>;

/// Gathers what waits for it; how many matters there were.
///
/// # Errors
/// What the database answers.
pub async fn gather(cx: &Cx) -> Result<usize, AppError> {
    let mut clocks = {
        let mut tx = cx.read().await?;
        Clocks::load(&mut tx).await?
    };
    let mut gathered = 0;
    loop {
        let mut tx = cx.write().await?;
        let now = tx.now();
        let (due, take) = (tx.sql(DUE), tx.sql(TAKE));
        execute!(tx, due, now, BATCH)?;
        let taken: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(take).bind(BATCH).fetch_all(c).await)?;
        if taken.is_empty() {
            return Ok(gathered);
        }
        figure(&mut tx, &mut clocks, &taken).await?;
        tx.commit().await?;
        gathered += taken.len();
    }
}

/// Has those gathered anew whose place has another path by now; how many places there were.
///
/// # Errors
/// What the database answers.
pub async fn moved(cx: &Cx) -> Result<usize, AppError> {
    let places: Vec<NodeId> = {
        let mut tx = cx.read().await?;
        on!(tx, |c| sqlx::query_scalar(MOVED).fetch_all(c).await)?
    };
    for place in &places {
        let mut tx = cx.write().await?;
        execute!(tx, AGAIN, *place)?;
        tx.commit().await?;
    }
    Ok(places.len())
}

async fn figure(tx: &mut Tx, clocks: &mut Clocks, taken: &[MatterId]) -> Result<(), AppError> {
    let now = tx.now();
    let ids: Vec<IdRow> = taken.iter().map(|id| IdRow { id: *id }).collect();
    let cases = Cases::load(tx, &ids).await?;
    let mut changes = Changes::new();
    for before in before(tx, &ids).await? {
        count(&mut changes, &before, -1);
    }
    let mut kept = Vec::with_capacity(cases.matters.len());
    for matter in &cases.matters {
        let clock = clocks.of(tx, matter.unit_id).await?;
        let facts = cases.case(matter).facts(&clock, now);
        let counted = Counted {
            path: matter.path.clone(),
            day: matter.created_at.date(),
            accused_id: matter.accused_id,
            counted: facts.counted.join(" "),
        };
        count(&mut changes, &counted, 1);
        kept.push(FigureRow {
            matter_id: matter.id,
            node_id: matter.node_id,
            path: counted.path,
            day: counted.day,
            accused_id: counted.accused_id,
            counted: counted.counted,
            next_at: facts.next,
        });
    }
    let sql = tx.sql(KEEP);
    execute!(tx, sql, Json(&kept))?;
    write(tx, &changes).await?;
    Ok(())
}

async fn before(tx: &mut Tx, ids: &[IdRow]) -> Result<Vec<Counted>, DbError> {
    let sql = tx.sql(BEFORE);
    on!(tx, |c| sqlx::query_as(sql).bind(Json(ids)).fetch_all(c).await)
}

/// Counts a matter for its place and all above, or takes it off. Of grids and below it is known how much was reported and of what: the rest is
/// read from the matters themselves, which are few there.
fn count(changes: &mut Changes, matter: &Counted, n: i64) {
    let month = month_of(matter.day);
    let accused = matter.accused_id.unwrap_or(NOBODY);
    for path in paths_above(&matter.path).chain([matter.path.as_str()]) {
        let whole = is_whole(path);
        for what in matter.counted.split_ascii_whitespace() {
            if whole || what == "all" || what.starts_with("category:") {
                let key = (path.to_owned(), what.to_owned(), month, accused);
                *changes.entry(key).or_default() += n;
            }
        }
    }
}

/// Whether all is counted at a path: of communities and what is above them.
fn is_whole(path: &str) -> bool {
    let code = path.trim_end_matches('/').rsplit('/').next();
    code.is_none_or(|code| code.len() <= NodeKind::Community.digits())
}

async fn write(tx: &mut Tx, changes: &Changes) -> Result<(), DbError> {
    // In their order: two processes wait for each other's rows in one direction only.
    let rows: Vec<TallyRow<'_>> = changes
        .iter()
        .filter(|(_, n)| **n != 0)
        .map(|((path, what, month, accused), n)| TallyRow {
            path,
            what,
            month: *month,
            accused_id: *accused,
            n: *n,
        })
        .collect();
    let sql = tx.sql(COUNT);
    for chunk in rows.chunks(CHUNK) {
        execute!(tx, sql, Json(chunk))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_and_taken_off_again_leaves_nothing() {
        let matter = Counted {
            path: "32/3205/320581/320581001/320581001001/320581001001001/".into(),
            day: "2026-11-23".parse().unwrap(),
            accused_id: None,
            counted: "all category:noise kind:problem due.of due.in".into(),
        };
        let mut changes = Changes::new();
        count(&mut changes, &matter, 1);
        assert_eq!(changes.len(), 5 * 5 + 2, "a grid has two of five");
        assert!(changes.values().all(|n| *n == 1));
        count(&mut changes, &matter, -1);
        assert!(changes.values().all(|n| *n == 0));
    }
}
