//! The lists of drafts, a page at a time. What was drawn is not read for them.

use std::collections::{BTreeMap, btree_map::Entry};

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::Code;
use shared::{AppError, Cursor, Date, NodeId, Page, Timestamp, UserId};

use super::{approves, page::name};
use crate::model::{
    Coming,
    draft::{DraftId, DraftList, DraftRow, DraftState, Shelf},
};

/// Drafts of one page of a list.
pub const LISTED: usize = 20;

/// A draft without its borders.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Light {
    id: DraftId,
    author_id: UserId,
    state: String,
    reason: String,
    effective_on: Option<Date>,
    updated_at: Timestamp,
    code: Code,
    name: String,
}

macro_rules! light {
    ($which:literal) => {
        concat!(
            "select d.id, d.author_id, d.state, d.reason, d.effective_on, d.updated_at, n.code, n.name \
             from grid_draft d join node n on n.id = d.node_id where ",
            $which
        )
    };
}

const MINE: &str = light!(
    "d.author_id = $1 and (d.updated_at, d.id) < ($2, $3) order by d.updated_at desc, d.id desc limit $4"
);
// Nobody decides on what they drew, also before it was handed over to its author: see `store::drew`.
const WAITING: EngineSql = rows!(
    light!(
        "d.state = 'proposed' and d.author_id <> $2 and not exists (select 1 from grid_draft_step s where s.draft_id = d.id \
         and s.user_id = $2 and s.state in ('drafted', 'proposed')) and (d.updated_at, d.id) < ($3, $4) and exists (select 1 from "
    ),
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) order by d.updated_at desc, d.id desc limit $5"
);

// Where the caller draws or approves: the unit lies in their scope, or their own place in the unit. What waits for them to decide, by
// $6, is another list.
macro_rules! others {
    ($approves:literal) => {
        rows!(
            concat!(
                light!(
                    "d.state <> 'drafted' and d.author_id <> $2 and (d.updated_at, d.id) < ($3, $4) \
                     and not (d.state = 'proposed' and not exists (select 1 from grid_draft_step s where s.draft_id = d.id \
                     and s.user_id = $2 and s.state in ('drafted', 'proposed')) and exists (select 1 from "
                ),
                $approves,
                ")) and exists (select 1 from "
            ),
            (lo: text, hi: text),
            " where (n.path >= r.lo and n.path < r.hi) or substr(r.lo, 1, length(n.path)) = n.path) \
             order by d.updated_at desc, d.id desc limit $5"
        )
    };
}
const OTHERS_SQLITE: EngineSql =
    others!("json_each($6) a where n.path >= a.value ->> '$.lo' and n.path < a.value ->> '$.hi'");
const OTHERS_POSTGRES: EngineSql =
    others!("jsonb_to_recordset($6) as a(lo text, hi text) where n.path >= a.lo and n.path < a.hi");

/// Where a page of a list begins.
type Before = (Timestamp, DraftId);

fn before(cursor: &str) -> Result<Before, AppError> {
    if cursor.is_empty() {
        return Ok((Timestamp(i64::MAX), DraftId(uuid::Uuid::max())));
    }
    let bad = || AppError::invalid("after", "这一页的地址不对，请从第一页看起。");
    let cursor: Cursor = cursor.parse().map_err(|()| bad())?;
    let at = cursor.key.parse().map_err(|_| bad())?;
    Ok((Timestamp(at), DraftId(cursor.id)))
}

/// One more than a page has, so that it is known whether there are more.
fn most() -> i64 {
    i64::try_from(LISTED + 1).unwrap_or(i64::MAX)
}

async fn mine(tx: &mut Tx, user: UserId, before: Before) -> Result<Vec<Light>, DbError> {
    on!(tx, |c| sqlx::query_as(MINE)
        .bind(user)
        .bind(before.0)
        .bind(before.1)
        .bind(most())
        .fetch_all(c)
        .await)
}

async fn proposed(cx: &Cx, tx: &mut Tx, user: UserId, before: Before) -> Result<Vec<Light>, DbError> {
    let (sql, ranges) = (tx.sql(WAITING), approves(cx).ranges());
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&ranges))
        .bind(user)
        .bind(before.0)
        .bind(before.1)
        .bind(most())
        .fetch_all(c)
        .await)
}

async fn others(cx: &Cx, tx: &mut Tx, user: UserId, before: Before) -> Result<Vec<Light>, DbError> {
    let sql = EngineSql {
        sqlite: OTHERS_SQLITE.sqlite,
        postgres: OTHERS_POSTGRES.postgres,
    };
    let (sql, ranges, decides) = (tx.sql(sql), cx.scope.ranges(), approves(cx).ranges());
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(&ranges))
        .bind(user)
        .bind(before.0)
        .bind(before.1)
        .bind(most())
        .bind(Json(&decides))
        .fetch_all(c)
        .await)
}

/// The drafts that the caller is shown, the latest first: a page of each list, or of one of them from `after` on.
///
/// # Errors
/// [`AppError::Invalid`] for a cursor that is none, or what the database answers.
pub async fn list(cx: &Cx, only: Option<Shelf>, after: &str) -> Result<DraftList, AppError> {
    let (user, before) = (cx.user()?, before(after)?);
    let mut tx = cx.read().await?;
    let wanted = |shelf: Shelf| only.is_none_or(|only| only == shelf);
    let mut found = [Vec::new(), Vec::new(), Vec::new()];
    if wanted(Shelf::Waiting) {
        found[0] = proposed(cx, &mut tx, user, before).await?;
    }
    if wanted(Shelf::Mine) {
        found[1] = mine(&mut tx, user, before).await?;
    }
    if wanted(Shelf::Others) {
        found[2] = others(cx, &mut tx, user, before).await?;
    }
    let mut names: BTreeMap<UserId, String> = BTreeMap::new();
    for author in found.iter().flatten().map(|draft| draft.author_id) {
        if let Entry::Vacant(unknown) = names.entry(author) {
            unknown.insert(name(cx, &mut tx, author).await?);
        }
    }
    let row = |draft: Light| DraftRow {
        id: draft.id,
        code: draft.code.to_string(),
        name: draft.name,
        author: names.get(&draft.author_id).cloned().unwrap_or_default(),
        mine: draft.author_id == user,
        state: DraftState::from_code(&draft.state).unwrap_or(DraftState::Withdrawn),
        reason: draft.reason,
        effective_on: draft.effective_on,
        updated_at: draft.updated_at,
    };
    let [waiting, mine, others] = found.map(|drafts| {
        let rows = drafts.into_iter().map(row).collect();
        Page::cut(rows, LISTED, |row: &DraftRow| Cursor {
            key: row.updated_at.0.to_string(),
            id: row.id.0,
        })
    });
    Ok(DraftList {
        waiting,
        mine,
        others,
    })
}

/// The approved drafts of a unit whose day is still to come, the next to take effect first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn coming(tx: &mut Tx, node: NodeId) -> Result<Vec<Coming>, DbError> {
    const COMING: &str = "select id, effective_on from grid_draft \
        where node_id = $1 and state = 'approved' and effective_on > $2 order by effective_on, id limit 5";
    let today = tx.now().date();
    let found: Vec<(DraftId, Date)> = on!(tx, |c| sqlx::query_as(COMING)
        .bind(node)
        .bind(today)
        .fetch_all(c)
        .await)?;
    Ok(found.into_iter().map(|(id, on)| Coming { id, on }).collect())
}

/// How many drafts wait for the caller to decide.
///
/// # Errors
/// What the database answers.
pub async fn waiting(cx: &Cx) -> Result<usize, AppError> {
    const PROPOSED: EngineSql = rows!(
        "select count(*) from grid_draft d join node n on n.id = d.node_id where d.state = 'proposed' and d.author_id <> $2 \
         and not exists (select 1 from grid_draft_step s where s.draft_id = d.id and s.user_id = $2 and s.state in ('drafted', 'proposed')) \
         and exists (select 1 from ",
        (lo: text, hi: text),
        " where n.path >= r.lo and n.path < r.hi)"
    );
    let user = cx.user()?;
    let mut tx = cx.read().await?;
    let (sql, ranges) = (tx.sql(PROPOSED), approves(cx).ranges());
    let count: i64 = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(&ranges))
        .bind(user)
        .fetch_one(c)
        .await)?;
    Ok(usize::try_from(count).unwrap_or_default())
}
