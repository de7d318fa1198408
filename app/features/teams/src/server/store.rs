//! Entries of teams and roles at grids, as they are stored.

use db::{DbError, EngineSql, Json, Tx, execute, on, rows};
use serde::Serialize;
use shared::{Date, GrantId, NodeId, Scope, UserId};

use crate::model::{Counts, Entry, EntryId, Show};

/// In how many other grids a person is 专职网格员 on day `$2`: known by the account, or by the mobile number. What is delegated during
/// somebody's leave is no post of one's own.
macro_rules! elsewhere_sql {
    ($user:literal, $blind:literal, $node:literal) => {
        concat!(
            "(select count(*) from (select s.node_id from role_grant s join node o on o.id = s.node_id and o.valid_to is null \
             where s.user_id = ",
            $user,
            " and s.role = 'grid_worker' and s.delegation_id is null and s.node_id <> ",
            $node,
            " and s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2) \
             union select s.node_id from team_post s join node o on o.id = s.node_id and o.valid_to is null where s.phone_blind = ",
            $blind,
            " and s.post = 'grid_worker' and s.node_id <> ",
            $node,
            " and s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2)) as other)"
        )
    };
}

/// The account that has an entry's number.
macro_rules! account_sql {
    () => {
        "(select a.id from user_account a where a.phone_blind = t.phone_blind and a.state = 'active')"
    };
}

macro_rules! elsewhere_of_entry_sql {
    ($node:literal) => {
        concat!(
            "(select count(*) from (select s.node_id from role_grant s join node o on o.id = s.node_id and o.valid_to is null \
             where s.user_id = ",
            account_sql!(),
            " and s.role = 'grid_worker' and s.delegation_id is null and s.node_id <> ",
            $node,
            " and s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2) \
             union select s.node_id from team_post s join node o on o.id = s.node_id and o.valid_to is null \
             where s.phone_blind = t.phone_blind and s.post = 'grid_worker' and s.node_id <> ",
            $node,
            " and s.valid_from <= $2 and (s.valid_to is null or s.valid_to >= $2)) as other)"
        )
    };
}

const ROLES: EngineSql = rows!(
    concat!(
        "select g.id, g.user_id, g.node_id, g.role, u.shown_name, u.phone, g.valid_from, g.valid_to, \
         g.delegation_id is not null as delegated, case when g.role = 'grid_worker' and g.delegation_id is null then ",
        elsewhere_sql!("g.user_id", "u.phone_blind", "g.node_id"),
        " else 0 end as elsewhere from "
    ),
    (node: uuid),
    " join role_grant g on g.node_id = r.node and g.role in ('grid_lead', 'grid_worker') \
     join user_account u on u.id = g.user_id and u.state = 'active' \
     where g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) order by g.valid_from, g.id limit 0 + $3"
);
const ENTRIES: EngineSql = rows!(
    concat!(
        "select t.id, t.node_id, t.post, t.name, t.phone, t.duty, t.shown, t.valid_from, t.valid_to, t.version, \
         case when t.post = 'grid_worker' then ",
        elsewhere_of_entry_sql!("t.node_id"),
        " else 0 end as elsewhere from "
    ),
    (node: uuid),
    " join team_post t on t.node_id = r.node \
     where t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2) and (not $4 or t.post in ('grid_lead', 'grid_worker')) \
     order by t.valid_from, t.id limit 0 + $3"
);
const ONE: &str = "select t.id, t.node_id, t.post, t.name, t.phone, t.duty, t.shown, t.valid_from, t.valid_to, t.version, cast(0 as bigint) as elsewhere \
    from team_post t where t.id = $1";
const INSERT: &str = "insert into team_post (id, node_id, post, name, phone, phone_blind, duty, shown, valid_from, valid_to, version, \
    entered_by, entered_at, updated_by, updated_at, user_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $11, $12, \
    (select a.id from user_account a where a.phone_blind = $6))";
// With the same number it stays the same account's; with another it may be somebody else's.
const CORRECT: &str = "update team_post set name = $3, phone = $4, phone_blind = $5, user_id = coalesce(case when phone_blind = $5 then user_id end, \
    (select a.id from user_account a where a.phone_blind = $5)), duty = $6, shown = $7, valid_from = $8, valid_to = $9, \
    version = version + 1, updated_by = $10, updated_at = $11 where id = $1 and version = $2";
const END: &str = "update team_post set valid_to = $3, version = version + 1, updated_by = $4, updated_at = $5 where id = $1 and version = $2";
const REMOVE: &str = "delete from team_post where id = $1 and version = $2";

/// The grids of a scope (`$1`) with how they are staffed on a day (`$2`).
macro_rules! staffed_sql {
    ($rest:literal) => {
        rows!(
            "with g as (select n.id, n.code, n.name, n.path from node n where n.kind = 'grid' and n.valid_to is null and exists (select 1 from ",
            (lo: text, hi: text),
            concat!(
                " where n.path >= r.lo and n.path < r.hi)), s as (select g.id, g.code, g.name, g.path, \
                 (select count(*) from role_grant h join user_account u on u.id = h.user_id and u.state = 'active' where h.node_id = g.id \
                 and h.role = 'grid_lead' and h.valid_from <= $2 and (h.valid_to is null or h.valid_to >= $2)) + \
                 (select count(*) from team_post t where t.node_id = g.id and t.post = 'grid_lead' \
                 and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)) as leads, \
                 (select count(*) from role_grant h join user_account u on u.id = h.user_id and u.state = 'active' where h.node_id = g.id \
                 and h.role = 'grid_worker' and h.valid_from <= $2 and (h.valid_to is null or h.valid_to >= $2)) + \
                 (select count(*) from team_post t where t.node_id = g.id and t.post = 'grid_worker' \
                 and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)) as workers, \
                 (exists (select 1 from role_grant h join user_account u on u.id = h.user_id and u.state = 'active' where h.node_id = g.id \
                 and h.role = 'grid_worker' and h.delegation_id is null and h.valid_from <= $2 and (h.valid_to is null or h.valid_to >= $2) and ",
                elsewhere_sql!("h.user_id", "u.phone_blind", "g.id"),
                " > 0) or exists (select 1 from team_post t where t.node_id = g.id and t.post = 'grid_worker' \
                 and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2) and ",
                elsewhere_of_entry_sql!("g.id"),
                " > 0)) as doubled from g) ",
                $rest
            )
        )
    };
}

const GRIDS: EngineSql = staffed_sql!(
    "select s.id, s.code, s.name, s.path from s where s.path > $3 and ($4 = 'all' or ($4 = 'no_worker' and s.workers = 0) \
     or ($4 = 'no_lead' and s.leads = 0) or ($4 = 'double' and s.doubled)) order by s.path limit 0 + $5"
);
const COUNTS: EngineSql = staffed_sql!(
    "select count(*) as grids, coalesce(sum(case when s.workers = 0 then 1 else 0 end), 0) as no_worker, \
     coalesce(sum(case when s.leads = 0 then 1 else 0 end), 0) as no_lead, \
     coalesce(sum(case when s.doubled then 1 else 0 end), 0) as doubled from s"
);

const EMPTY: EngineSql = staffed_sql!(
    "select s.path, cast(case when s.leads = 0 then 1 else 0 end + case when s.workers = 0 then 1 else 0 end as bigint) from s \
     where s.leads = 0 or s.workers = 0"
);

/// A role held at a grid.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RoleAt {
    pub id: GrantId,
    pub user_id: UserId,
    pub node_id: NodeId,
    pub role: String,
    pub shown_name: String,
    pub phone: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub delegated: bool,
    pub elsewhere: i64,
}

/// An entry, name and phone sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: EntryId,
    pub node_id: NodeId,
    pub post: String,
    pub name: String,
    pub phone: String,
    pub duty: String,
    pub shown: bool,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub version: i64,
    pub elsewhere: i64,
}

/// A grid of an overview.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grid {
    pub id: NodeId,
    pub code: orgs::model::Code,
    pub name: String,
    pub path: String,
}

#[derive(Serialize)]
struct NodeRow {
    node: NodeId,
}

fn listed(nodes: &[NodeId]) -> Json<Vec<NodeRow>> {
    Json(nodes.iter().map(|node| NodeRow { node: *node }).collect())
}

/// The roles held at `nodes` on a day, at most `most`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn roles(tx: &mut Tx, nodes: &[NodeId], on: Date, most: i64) -> Result<Vec<RoleAt>, DbError> {
    let sql = tx.sql(ROLES);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(listed(nodes))
        .bind(on)
        .bind(most)
        .fetch_all(c)
        .await)
}

/// The entries at `nodes` on a day, at most `most`; of all posts, or of those of one grid only.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn entries(
    tx: &mut Tx,
    nodes: &[NodeId],
    on: Date,
    most: i64,
    of_one_grid: bool,
) -> Result<Vec<Stored>, DbError> {
    let sql = tx.sql(ENTRIES);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(listed(nodes))
        .bind(on)
        .bind(most)
        .bind(of_one_grid)
        .fetch_all(c)
        .await)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn one(tx: &mut Tx, id: EntryId) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(ONE).bind(id).fetch_optional(c).await)
}

/// What is sealed of an entry.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub name: String,
    pub phone: String,
    pub blind: Option<String>,
}

/// # Errors
/// [`DbError::Sql`].
pub async fn insert(
    tx: &mut Tx,
    id: EntryId,
    node: NodeId,
    entry: &Entry,
    sealed: &Sealed,
    by: Option<UserId>,
) -> Result<(), DbError> {
    let now = tx.now();
    execute!(
        tx,
        INSERT,
        id,
        node,
        entry.post.code(),
        &sealed.name,
        &sealed.phone,
        sealed.blind.as_deref(),
        &entry.duty,
        entry.shown,
        entry.from,
        entry.to,
        by,
        now
    )?;
    Ok(())
}

/// Whether it was still in the state `version`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn correct(
    tx: &mut Tx,
    id: EntryId,
    version: i64,
    entry: &Entry,
    sealed: &Sealed,
    by: Option<UserId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    let rows = execute!(
        tx,
        CORRECT,
        id,
        version,
        &sealed.name,
        &sealed.phone,
        sealed.blind.as_deref(),
        &entry.duty,
        entry.shown,
        entry.from,
        entry.to,
        by,
        now
    )?;
    Ok(rows == 1)
}

/// Whether it was still in the state `version`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn end(
    tx: &mut Tx,
    id: EntryId,
    version: i64,
    last: Date,
    by: Option<UserId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(execute!(tx, END, id, version, last, by, now)? == 1)
}

/// Whether it was still in the state `version`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn remove(tx: &mut Tx, id: EntryId, version: i64) -> Result<bool, DbError> {
    Ok(execute!(tx, REMOVE, id, version)? == 1)
}

/// The grids in a scope that `show` names, by path, after one.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn grids(
    tx: &mut Tx,
    scope: &Scope,
    on: Date,
    show: Show,
    after: &str,
    most: i64,
) -> Result<Vec<Grid>, DbError> {
    let sql = tx.sql(GRIDS);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(scope.ranges()))
        .bind(on)
        .bind(after)
        .bind(show.code())
        .bind(most)
        .fetch_all(c)
        .await)
}

/// How many grids there are in a scope, and how many of them lack what.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn counts(tx: &mut Tx, scope: &Scope, on: Date) -> Result<Counts, DbError> {
    let sql = tx.sql(COUNTS);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(scope.ranges()))
        .bind(on)
        .fetch_one(c)
        .await)
}

/// How many of 网格长 and 专职网格员 each grid in a scope lacks, by its path; only those that lack one.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn empty(tx: &mut Tx, scope: &Scope, on: Date) -> Result<Vec<(String, i64)>, DbError> {
    let sql = tx.sql(EMPTY);
    on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(scope.ranges()))
        .bind(on)
        .fetch_all(c)
        .await)
}
