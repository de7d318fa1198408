//! Versions, items and narrowings, as they are stored.

use db::{DbError, Json, Tx, execute, on, rows};
use serde::Serialize;
use shared::{Date, NodeId, Timestamp, scope::PathRange};

use crate::model::{Item, ItemId, Narrowing, Place, VersionId, VersionRow};

/// A version with the node that owns it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub id: VersionId,
    pub node_id: NodeId,
    pub number: i64,
    pub summary: String,
    pub valid_from: Option<Date>,
    pub items: i64,
    pub code: String,
    pub name: String,
    pub path: String,
}

impl Version {
    pub fn row(&self) -> VersionRow {
        VersionRow {
            owner: Place {
                code: self.code.clone(),
                name: self.name.clone(),
            },
            number: self.number,
            valid_from: self.valid_from,
            note: self.summary.clone(),
            items: usize::try_from(self.items).unwrap_or_default(),
        }
    }
}

/// An item of a version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub item_id: ItemId,
    pub facts: Json<Item>,
    pub revision: i64,
}

/// What a unit says of an item, from its day on.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Word {
    pub node_id: NodeId,
    pub path: String,
    pub name: String,
    pub item_id: ItemId,
    pub valid_from: Date,
    pub facts: Json<Narrowing>,
}

macro_rules! version_sql {
    ($($rest:expr),+) => {
        concat!(
            "select v.id, v.node_id, v.number, v.summary, v.valid_from, n.code, n.name, n.path, \
             (select count(*) from catalogue_item i where i.version_id = v.id) as items \
             from catalogue_version v join node n on n.id = v.node_id ",
            $($rest),+
        )
    };
}

const OF_NODE: &str = version_sql!("where v.node_id = $1 order by v.number desc limit 200");
const OWNERS: &str = version_sql!(
    "where v.valid_from <= $1 and n.valid_to is null and v.valid_from = (select max(o.valid_from) from catalogue_version o \
     where o.node_id = v.node_id and o.valid_from <= $1) order by n.path limit 200"
);
const BELOW: &str = "select exists (select 1 from catalogue_version v join node n on n.id = v.node_id \
    where n.path > $1 and n.path < $2)";
const ITEMS: &str =
    "select item_id, facts, revision from catalogue_item where version_id = $1 order by position, item_id";
const ITEM: &str =
    "select item_id, facts, revision from catalogue_item where version_id = $1 and item_id = $2";
const INSERT: &str = "insert into catalogue_version (id, node_id, number, summary, created_at, created_by) values ($1, $2, $3, '', $4, $5)";
const COPY: &str = "insert into catalogue_item (version_id, item_id, position, facts, revision) \
    select $1, item_id, position, facts, 1 from catalogue_item where version_id = $2";
const PUBLISH: &str = "update catalogue_version set valid_from = $2, summary = $3, published_at = $4, published_by = $5 \
    where id = $1 and valid_from is null";
const ADD: &str = "insert into catalogue_item (version_id, item_id, position, facts, revision) \
    select $1, $2, coalesce(max(position), 0) + 1, $3, 1 from catalogue_item where version_id = $1";
const CHANGE: &str = "update catalogue_item set facts = $4, revision = revision + 1 where version_id = $1 and item_id = $2 and revision = $3";
const DROP_ITEM: &str = "delete from catalogue_item where version_id = $1 and item_id = $2";
const DROP_ITEMS: &str = "delete from catalogue_item where version_id = $1";
const DROP: &str = "delete from catalogue_version where id = $1 and valid_from is null";

const SAY: &str = "insert into catalogue_narrowing (node_id, item_id, valid_from, facts, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6) \
    on conflict (node_id, item_id, valid_from) do update set facts = excluded.facts, updated_at = excluded.updated_at, \
    updated_by = excluded.updated_by";
const NEED: &str = "insert into catalogue_use (node_id, item_id, day, started) values ($1, $2, $3, 1) \
    on conflict (node_id, item_id, day) do update set started = catalogue_use.started + 1";
const NEEDED: &str = "select distinct u.item_id from catalogue_use u join node n on n.id = u.node_id \
    where u.day > $3 and n.path >= $1 and n.path < $2";

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

/// The paths from the root down to `path`, with its own.
fn line(path: &str) -> Vec<PathRow<'_>> {
    let above = orgs::server::store::paths_above(path);
    above.chain([path]).map(|path| PathRow { path }).collect()
}

/// The version that holds at `path` on `day`: of the one owner on the way down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn in_force(tx: &mut Tx, path: &str, day: Date) -> Result<Option<Version>, DbError> {
    let sql = tx.sql(rows!(
        "select v.id, v.node_id, v.number, v.summary, v.valid_from, n.code, n.name, n.path, \
         (select count(*) from catalogue_item i where i.version_id = v.id) as items from ",
        (path: text),
        " join node n on n.path = r.path join catalogue_version v on v.node_id = n.id \
         where n.valid_to is null and v.valid_from <= $2 order by length(n.path) desc, v.valid_from desc limit 1"
    ));
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(line(path)))
        .bind(day)
        .fetch_optional(c)
        .await)
}

/// Whether a node above `path`, or below it, has a list, if only a draft.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn another_has_one(tx: &mut Tx, path: &str) -> Result<bool, DbError> {
    let above: Vec<PathRow<'_>> = orgs::server::store::paths_above(path)
        .map(|path| PathRow { path })
        .collect();
    let sql = tx.sql(rows!(
        "select exists (select 1 from ",
        (path: text),
        " join node n on n.path = r.path join catalogue_version v on v.node_id = n.id where n.valid_to is null)"
    ));
    let has: bool = on!(tx, |c| sqlx::query_scalar(sql)
        .bind(Json(&above))
        .fetch_one(c)
        .await)?;
    if has {
        return Ok(true);
    }
    let range = PathRange::below(path);
    on!(tx, |c| sqlx::query_scalar(BELOW)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_one(c)
        .await)
}

/// All versions of a node, its draft too, the newest first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_node(tx: &mut Tx, node: NodeId) -> Result<Vec<Version>, DbError> {
    on!(tx, |c| sqlx::query_as(OF_NODE).bind(node).fetch_all(c).await)
}

/// The versions in force on `day`, of all owners.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn owners(tx: &mut Tx, day: Date) -> Result<Vec<Version>, DbError> {
    on!(tx, |c| sqlx::query_as(OWNERS).bind(day).fetch_all(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn items(tx: &mut Tx, version: VersionId) -> Result<Vec<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(ITEMS).bind(version).fetch_all(c).await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn item(tx: &mut Tx, version: VersionId, id: ItemId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(ITEM)
        .bind(version)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// Begins a draft as a copy of `from`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn begin(
    tx: &mut Tx,
    node: NodeId,
    number: i64,
    from: Option<VersionId>,
    by: Option<shared::UserId>,
) -> Result<VersionId, DbError> {
    let (id, now): (VersionId, Timestamp) = (tx.id(), tx.now());
    execute!(tx, INSERT, id, node, number, now, by)?;
    if let Some(from) = from {
        execute!(tx, COPY, id, from)?;
    }
    Ok(id)
}

/// Whether it was still a draft.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn publish(
    tx: &mut Tx,
    id: VersionId,
    from: Date,
    summary: &str,
    by: Option<shared::UserId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, PUBLISH, id, from, summary, now, by)? == 1)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn drop_draft(tx: &mut Tx, id: VersionId) -> Result<(), DbError> {
    execute!(tx, DROP_ITEMS, id)?;
    execute!(tx, DROP, id)?;
    Ok(())
}

/// # Errors
/// [`DbError::Sql`].
pub async fn add(tx: &mut Tx, version: VersionId, id: ItemId, item: &Item) -> Result<(), DbError> {
    execute!(tx, ADD, version, id, Json(item))?;
    Ok(())
}

/// Whether it was still at `revision`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn change(
    tx: &mut Tx,
    version: VersionId,
    id: ItemId,
    revision: i64,
    item: &Item,
) -> Result<bool, DbError> {
    Ok(execute!(tx, CHANGE, version, id, revision, Json(item))? == 1)
}

/// Whether it was there.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn drop_item(tx: &mut Tx, version: VersionId, id: ItemId) -> Result<bool, DbError> {
    Ok(execute!(tx, DROP_ITEM, version, id)? == 1)
}

/// What units on the way down to `path` say, of each and of each item the last word until `day`, from the top down.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn words(tx: &mut Tx, path: &str, day: Date) -> Result<Vec<Word>, DbError> {
    let sql = tx.sql(rows!(
        "select w.node_id, n.path, n.name, w.item_id, w.valid_from, w.facts from ",
        (path: text),
        " join node n on n.path = r.path join catalogue_narrowing w on w.node_id = n.id \
         where n.valid_to is null and w.valid_from = (select max(x.valid_from) from catalogue_narrowing x \
         where x.node_id = w.node_id and x.item_id = w.item_id and x.valid_from <= $2) order by n.path"
    ));
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(line(path)))
        .bind(day)
        .fetch_all(c)
        .await)
}

/// From when a node says something else about an item, after `day`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn next_word(tx: &mut Tx, node: NodeId, item: ItemId, day: Date) -> Result<Option<Date>, DbError> {
    const NEXT: &str = "select min(valid_from) from catalogue_narrowing where node_id = $1 and item_id = $2 and valid_from > $3";
    on!(tx, |c| sqlx::query_scalar(NEXT)
        .bind(node)
        .bind(item)
        .bind(day)
        .fetch_one(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn say(
    tx: &mut Tx,
    node: NodeId,
    item: ItemId,
    from: Date,
    narrowing: &Narrowing,
    by: Option<shared::UserId>,
) -> Result<(), DbError> {
    let now = tx.now();
    execute!(tx, SAY, node, item, from, Json(narrowing), now, by)?;
    Ok(())
}

/// Counts that an item was needed at a place.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn needed(tx: &mut Tx, node: NodeId, item: ItemId) -> Result<(), DbError> {
    let day = tx.now().date();
    execute!(tx, NEED, node, item, day)?;
    Ok(())
}

/// The items that were needed at or below `path` after `since`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn needed_since(tx: &mut Tx, path: &str, since: Date) -> Result<Vec<ItemId>, DbError> {
    let range = PathRange::below(path);
    on!(tx, |c| sqlx::query_scalar(NEEDED)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(since)
        .fetch_all(c)
        .await)
}
