//! Nodes as they were: every state, and the organisation on any date.

use db::{DbError, Tx, on};
use shared::{Cursor, Date, NodeId, Page};

use super::store::{self, LARGEST_PAGE};
use crate::model::{Code, Crumb, Node, NodeSummary, NodeVersion, Succession};

macro_rules! version_sql {
    ($rest:literal) => {
        concat!(
            "select v.node_id, v.number, v.code, v.kind, v.name, v.parent_id, ",
            "(select p.name from node_version p where p.node_id = v.parent_id and p.valid_from <= v.valid_from ",
            "order by p.number desc limit 1) as parent_name, ",
            "v.valid_from, v.valid_to, v.cause, v.ended_by, v.basis from node_version v where ",
            $rest
        )
    };
}

const VERSIONS: &str = version_sql!("v.node_id = $1 order by v.number desc");
const AS_OF: &str = version_sql!(
    "v.node_id = $1 and v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) order by v.number desc limit 1"
);
const PARTS: &str = version_sql!(
    "v.parent_id = $1 and v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) order by v.code"
);
const BEARER: &str = "select node_id from node_version where code = $1 and valid_from <= $2 \
    and (valid_to is null or valid_to > $2) order by valid_from desc, number desc limit 1";
const SUCCESSIONS: &str = "select f.code as from_code, f.name as from_name, t.code as to_code, t.name as to_name, s.kind, s.on_date \
    from node_succession s join node f on f.id = s.from_node join node t on t.id = s.to_node \
    where s.from_node = $1 or s.to_node = $1 order by s.on_date desc, f.code, t.code";
// Nodes are never merged into one that has ended, so this comes to an end.
const MERGED_INTO: &str = "select to_node from node_succession where from_node = $1 and kind = 'merged' order by on_date desc limit 1";
const CHILDREN: &str = "select n.id, v.code, v.kind, v.name, n.pinyin, \
    (select count(*) from node_version p where p.parent_id = n.id and p.valid_from <= $2 \
        and (p.valid_to is null or p.valid_to > $2)) as parts \
    from node_version v join node n on n.id = v.node_id \
    where v.parent_id = $1 and v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) and v.code > $3 \
    order by v.code limit $4";
const ANCESTORS: &str = "with recursive up (id, depth) as (\
        select v.parent_id, 1 from node_version v \
        where v.node_id = $1 and v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) \
        union all \
        select v.parent_id, up.depth + 1 from up join node_version v on v.node_id = up.id \
        where v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) and up.depth < 10\
    ) select v.code, v.name from up join node_version v on v.node_id = up.id \
    where v.valid_from <= $2 and (v.valid_to is null or v.valid_to > $2) order by up.depth desc";

/// Every state of a node, newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn versions(tx: &mut Tx, id: NodeId) -> Result<Vec<NodeVersion>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, NodeVersion>(VERSIONS)
        .bind(id)
        .fetch_all(c)
        .await)
}

/// A node's state on `date`, if it was there.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn as_of(tx: &mut Tx, id: NodeId, date: Date) -> Result<Option<NodeVersion>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, NodeVersion>(AS_OF)
        .bind(id)
        .bind(date)
        .fetch_optional(c)
        .await)
}

/// Which node bore `code` on `date`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn bearer(tx: &mut Tx, code: &Code, date: Date) -> Result<Option<NodeId>, DbError> {
    on!(tx, |c| sqlx::query_scalar::<_, NodeId>(BEARER)
        .bind(code)
        .bind(date)
        .fetch_optional(c)
        .await)
}

/// Which nodes took over from which, where `id` is one of them.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn successions(tx: &mut Tx, id: NodeId) -> Result<Vec<Succession>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Succession>(SUCCESSIONS)
        .bind(id)
        .fetch_all(c)
        .await)
}

/// The node while it is in force, or the one that it has merged into since, however often; `None` if it ended otherwise. What is
/// given to a node some time after that was decided goes here.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn in_force(tx: &mut Tx, id: NodeId) -> Result<Option<Node>, DbError> {
    let mut at = Some(id);
    while let Some(id) = at {
        match store::by_id(tx, id).await? {
            Some(node) if node.valid_to.is_some() => {
                at = on!(tx, |c| sqlx::query_scalar(MERGED_INTO)
                    .bind(id)
                    .fetch_optional(c)
                    .await)?;
            }
            found => return Ok(found),
        }
    }
    Ok(None)
}

/// A page of a node's parts on `date`, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn children_as_of(
    tx: &mut Tx,
    id: NodeId,
    date: Date,
    after: Option<&Cursor>,
    size: usize,
) -> Result<Page<NodeSummary>, DbError> {
    let size = size.min(LARGEST_PAGE);
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let key = after.map_or("", |cursor| cursor.key.as_str());
    let rows = on!(tx, |c| sqlx::query_as::<_, NodeSummary>(CHILDREN)
        .bind(id)
        .bind(date)
        .bind(key)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    Ok(Page::cut(rows, size, |row| Cursor {
        key: row.code.to_string(),
        id: row.id.0,
    }))
}

/// All of a node's parts as they were on `date`, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts_as_of(tx: &mut Tx, id: NodeId, date: Date) -> Result<Vec<NodeVersion>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, NodeVersion>(PARTS)
        .bind(id)
        .bind(date)
        .fetch_all(c)
        .await)
}

/// A node's ancestors on `date`, from the root down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn ancestors_as_of(tx: &mut Tx, id: NodeId, date: Date) -> Result<Vec<Crumb>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Crumb>(ANCESTORS)
        .bind(id)
        .bind(date)
        .fetch_all(c)
        .await)
}
