//! Reading nodes as they are. Those no longer in force are found by id and as the last bearer of a code only.

use db::{DbError, Json, Tx, on, rows};
use serde::Serialize;
use shared::{Cursor, NodeId, Page, scope::PathRange};

use crate::model::{Code, Crumb, KindCount, Node, NodeSummary, Order};

/// The most rows of one page of a list.
pub const LARGEST_PAGE: usize = 100;

const BY_ID: &str =
    "select id, code, kind, name, path, parent_id, valid_from, valid_to, version from node where id = $1";
const BY_CODE: &str = "select id, code, kind, name, path, parent_id, valid_from, valid_to, version from node \
    where code = $1 and valid_to is null";
const LATEST_BY_CODE: &str = "select id, code, kind, name, path, parent_id, valid_from, valid_to, version from node \
    where code = $1 order by valid_to is null desc, valid_to desc limit 1";
const BY_PATH: &str = "select id, code, kind, name, path, parent_id, valid_from, valid_to, version from node \
    where path = $1 and valid_to is null";
const COUNTS: &str = "select kind, count(*) as count from node where path > $1 and path < $2 and valid_to is null group by kind";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_id(tx: &mut Tx, id: NodeId) -> Result<Option<Node>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Node>(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// The node in force that bears `code`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn by_code(tx: &mut Tx, code: &Code) -> Result<Option<Node>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Node>(BY_CODE)
        .bind(code)
        .fetch_optional(c)
        .await)
}

/// The node that bears `code`, or the last that did.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn latest_by_code(tx: &mut Tx, code: &Code) -> Result<Option<Node>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Node>(LATEST_BY_CODE)
        .bind(code)
        .fetch_optional(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn by_path(tx: &mut Tx, path: &str) -> Result<Option<Node>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Node>(BY_PATH)
        .bind(path)
        .fetch_optional(c)
        .await)
}

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a Code,
}

/// The nodes in force that bear `codes`, in no order; those that nobody bears are left out.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn by_codes<'a>(
    tx: &mut Tx,
    codes: impl IntoIterator<Item = &'a Code>,
) -> Result<Vec<Node>, DbError> {
    let list: Vec<CodeRow<'a>> = codes.into_iter().map(|code| CodeRow { code }).collect();
    let sql = tx.sql(rows!(
        "select n.id, n.code, n.kind, n.name, n.path, n.parent_id, n.valid_from, n.valid_to, n.version from ",
        (code: text),
        " join node n on n.code = r.code where n.valid_to is null"
    ));
    on!(tx, |c| sqlx::query_as::<_, Node>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

const PARTS: &str = "select id, code, kind, name, path, parent_id, valid_from, valid_to, version from node \
    where parent_id = $1 and valid_to is null order by code";

/// All parts in force directly below a node, by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn parts(tx: &mut Tx, id: NodeId) -> Result<Vec<Node>, DbError> {
    on!(tx, |c| sqlx::query_as::<_, Node>(PARTS)
        .bind(id)
        .fetch_all(c)
        .await)
}

macro_rules! children_sql {
    ($key:literal, $above:literal) => {
        concat!(
            "select n.id, n.code, n.kind, n.name, n.pinyin, ",
            "(select count(*) from node p where p.parent_id = n.id and p.valid_to is null) as parts ",
            "from node n where n.valid_to is null and ",
            $above,
            " and (n.",
            $key,
            " > $1 or (n.",
            $key,
            " = $1 and n.id > $2)) order by n.",
            $key,
            ", n.id limit $3"
        )
    };
}

const CHILDREN_BY_CODE: &str = children_sql!("code", "n.parent_id = $4");
const CHILDREN_BY_NAME: &str = children_sql!("pinyin", "n.parent_id = $4");
const ROOTS: &str = children_sql!("code", "n.parent_id is null");

/// A page of the parts of `parent`; of the roots for `None`, which are always sorted by code.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn children(
    tx: &mut Tx,
    parent: Option<NodeId>,
    order: Order,
    after: Option<&Cursor>,
    size: usize,
) -> Result<Page<NodeSummary>, DbError> {
    let size = size.min(LARGEST_PAGE);
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let key = after.map_or("", |cursor| cursor.key.as_str());
    let id = NodeId(after.map_or(uuid::Uuid::nil(), |cursor| cursor.id));
    let rows = match parent {
        None => on!(tx, |c| sqlx::query_as::<_, NodeSummary>(ROOTS)
            .bind(key)
            .bind(id)
            .bind(limit)
            .fetch_all(c)
            .await),
        Some(parent) => {
            let sql = if order == Order::Name {
                CHILDREN_BY_NAME
            } else {
                CHILDREN_BY_CODE
            };
            on!(tx, |c| sqlx::query_as::<_, NodeSummary>(sql)
                .bind(key)
                .bind(id)
                .bind(limit)
                .bind(parent)
                .fetch_all(c)
                .await)
        }
    }?;
    Ok(Page::cut(rows, size, |row| cursor_of(row, order)))
}

/// Where a list in `order` goes on after `row`.
pub fn cursor_of(row: &NodeSummary, order: Order) -> Cursor {
    let key = if order == Order::Name {
        row.pinyin.clone()
    } else {
        row.code.to_string()
    };
    Cursor { key, id: row.id.0 }
}

/// The paths of the ancestors of `path`, from the root down, without its own.
pub fn paths_above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(i, _)| i + 1);
    ends.filter(|end| *end < path.len()).map(|end| &path[..end])
}

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PathName {
    pub path: String,
    pub code: Code,
    pub name: String,
}

/// Path, code and name of the nodes in force at `paths`, from the top down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn names_of_paths(tx: &mut Tx, paths: &[&str]) -> Result<Vec<PathName>, DbError> {
    let list: Vec<PathRow<'_>> = paths.iter().map(|path| PathRow { path }).collect();
    let sql = tx.sql(rows!(
        "select n.path, n.code, n.name from ",
        (path: text),
        " join node n on n.path = r.path where n.valid_to is null order by n.path"
    ));
    on!(tx, |c| sqlx::query_as::<_, PathName>(sql)
        .bind(Json(&list))
        .fetch_all(c)
        .await)
}

/// The ancestors of the node at `path`, from the root down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn ancestors(tx: &mut Tx, path: &str) -> Result<Vec<Crumb>, DbError> {
    let paths: Vec<&str> = paths_above(path).collect();
    let names = names_of_paths(tx, &paths).await?;
    Ok(names
        .into_iter()
        .map(|row| Crumb {
            code: row.code,
            name: row.name,
        })
        .collect())
}

/// How many nodes of each kind stand below `path`, from the top down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn counts_below(tx: &mut Tx, path: &str) -> Result<Vec<KindCount>, DbError> {
    let range = PathRange::below(path);
    let mut counts = on!(tx, |c| sqlx::query_as::<_, KindCount>(COUNTS)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)?;
    counts.sort_by_key(|count| count.kind);
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn climbs_a_path() {
        assert_eq!(
            paths_above("32/3205/320581/").collect::<Vec<_>>(),
            ["32/", "32/3205/"]
        );
        assert_eq!(paths_above("32/").count(), 0);
    }
}
