//! Registrations go with the ground that they are about: when a grid is split or merged, or a building is given to another one, the
//! accounts of those who live there go along, with the resident's role. What lies where, later pillars know and say.

use std::collections::{BTreeMap, BTreeSet};

use db::{Audit, Cx, EngineSql, Event, Json, Tx, crypt::Field, on, rows};
use serde::Serialize;
use shared::{AppError, Date, GrantId, NodeId, RecordId, Role, UserId, scope::PathRange};

use crate::{
    model::ResidencyState,
    server::role::{self, NewGrant},
};

/// Rows of one statement.
const CHUNK: usize = 2000;

/// Somebody whose home belongs to another node now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    #[serde(rename = "user_id")]
    pub user: UserId,
    #[serde(rename = "old_node")]
    pub from: NodeId,
    #[serde(rename = "new_node")]
    pub to: NodeId,
}

/// A registration that goes to another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Going {
    pub id: RecordId,
    pub from: NodeId,
    pub to: NodeId,
}

/// A registration that waits or was confirmed, with its door in full: for who finds out which building that means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    pub id: RecordId,
    pub user: UserId,
    pub node: NodeId,
    pub waits: bool,
    pub door: String,
}

// Registered where the home was, or in a part of that (a micro-grid) which did not go along; or in the part that went on with what had no
// place of its own when the grid of the home was split, before somebody gave the building to another part.
const OF_PERSONS: EngineSql = rows!(
    "select x.id, x.node_id, r.new_node from ",
    (user_id: uuid, old_node: uuid, new_node: uuid),
    " join residency x on x.user_id = r.user_id and x.state = 'confirmed' join node n on n.id = x.node_id \
     join node f on f.id = r.old_node join node t on t.id = r.new_node where n.id <> t.id and (n.id = f.id or \
     (substr(n.path, 1, length(f.path)) = f.path and substr(n.path, 1, length(t.path)) <> t.path) or (f.valid_to is not null and \
     exists (select 1 from node_succession s where s.from_node = f.id and s.to_node = n.id)))"
);
const BELOW: &str = "select x.id, x.user_id, x.node_id, x.state, x.door from residency x join node n on n.id = x.node_id \
    where x.state in ('waiting', 'confirmed') and n.path >= $1 and n.path < $2 order by x.id";
const AT: &str =
    "select id, user_id, state from residency where node_id = $1 and state in ('waiting', 'confirmed')";
const OF_MERGED: &str = "select x.id, x.node_id, s.to_node from node_succession s \
    join node n on n.id = s.from_node and n.valid_to is not null \
    join residency x on x.node_id = s.from_node and x.state in ('waiting', 'confirmed') where s.kind = 'merged' \
    order by x.id limit 200";
const MOVE: &str = "update residency set node_id = $3 where id = $1 and node_id = $2 and state in ('waiting', 'confirmed') \
    returning user_id, state";
const PATH: &str = "select path from node where id = $1";
const GRANTS: &str = "select id, node_id, valid_to from role_grant where user_id = $1 and role = 'resident' and node_id in ($2, $3) \
    and delegation_id is null and (valid_to is null or valid_to >= $4) order by id";

/// The homes of these persons belong to another node: their confirmed registrations go along. Where somebody waits to be confirmed
/// elsewhere, that is another home, and stays.
///
/// # Errors
/// As the database fails.
pub async fn persons(cx: &Cx, tx: &mut Tx, list: &[Moved]) -> Result<(), AppError> {
    let sql = tx.sql(OF_PERSONS);
    for chunk in list.chunks(CHUNK) {
        let rows: Vec<(RecordId, NodeId, NodeId)> =
            on!(tx, |c| sqlx::query_as(sql).bind(Json(chunk)).fetch_all(c).await)?;
        go(cx, tx, rows.into_iter().map(going).collect()).await?;
    }
    Ok(())
}

const fn going((id, from, to): (RecordId, NodeId, NodeId)) -> Going {
    Going { id, from, to }
}

/// The registrations at and below `path` that wait or were confirmed.
///
/// # Errors
/// As the database fails, or if the keys do not fit.
pub async fn below(cx: &Cx, tx: &mut Tx, path: &str) -> Result<Vec<Registered>, AppError> {
    let range = PathRange::below(path);
    type Row = (RecordId, UserId, NodeId, String, String);
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(BELOW)
        .bind(&range.lo)
        .bind(&range.hi)
        .fetch_all(c)
        .await)?;
    rows.into_iter()
        .map(|(id, user, node, state, door)| {
            Ok(Registered {
                id,
                user,
                node,
                waits: state == ResidencyState::Waiting.code(),
                door: cx.keys().open_for(Field::Address, id, &door)?,
            })
        })
        .collect()
}

/// What is still registered at a node that is no more goes to the one that goes on for it; but for the homes, if they were confirmed,
/// of those who stay behind with a building that was not given to anybody yet.
///
/// # Errors
/// As the database fails.
pub async fn succeed(
    cx: &Cx,
    tx: &mut Tx,
    from: NodeId,
    to: NodeId,
    staying: &BTreeSet<UserId>,
) -> Result<(), AppError> {
    let rows: Vec<(RecordId, UserId, String)> =
        on!(tx, |c| sqlx::query_as(AT).bind(from).fetch_all(c).await)?;
    let list = rows
        .into_iter()
        .filter(|(_, user, state)| state == ResidencyState::Waiting.code() || !staying.contains(user))
        .map(|(id, ..)| Going { id, from, to })
        .collect();
    go(cx, tx, list).await?;
    Ok(())
}

/// What is registered at a node that was merged into another goes there: so much as one transaction should hold. Returns how much did; the
/// caller asks again until nothing does, for one that others merged into may have merged into another since.
///
/// # Errors
/// As the database fails.
pub async fn merged(cx: &Cx, tx: &mut Tx) -> Result<usize, AppError> {
    let rows: Vec<(RecordId, NodeId, NodeId)> = on!(tx, |c| sqlx::query_as(OF_MERGED).fetch_all(c).await)?;
    go(cx, tx, rows.into_iter().map(going).collect()).await
}

/// Moves registrations, each at most once, with the role that rests on them. Returns how many went.
///
/// # Errors
/// As the database fails.
pub async fn go(cx: &Cx, tx: &mut Tx, mut list: Vec<Going>) -> Result<usize, AppError> {
    // In one order, whoever moves whom.
    list.sort_by_key(|going| going.id);
    list.dedup_by_key(|going| going.id);
    let mut paths: BTreeMap<NodeId, String> = BTreeMap::new();
    let mut went = 0;
    for going in list.into_iter().filter(|going| going.from != going.to) {
        let path = if let Some(known) = paths.get(&going.to) {
            known.clone()
        } else {
            let found: String = on!(tx, |c| sqlx::query_scalar(PATH).bind(going.to).fetch_one(c).await)?;
            paths.insert(going.to, found.clone());
            found
        };
        // This holds the row: a worker who decides at the same time does so before, at the old node, or after, at the new one.
        let moved: Option<(UserId, String)> = on!(tx, |c| sqlx::query_as(MOVE)
            .bind(going.id)
            .bind(going.from)
            .bind(going.to)
            .fetch_optional(c)
            .await)?;
        let Some((user, state)) = moved else { continue };
        regrant(cx, tx, user, going).await?;
        tell(tx, user, going, &path, state == ResidencyState::Waiting.code()).await?;
        went += 1;
    }
    Ok(went)
}

/// The resident's role ends at the old node and begins at the new one, where it was held.
async fn regrant(cx: &Cx, tx: &mut Tx, user: UserId, going: Going) -> Result<(), AppError> {
    let (today, by) = (tx.now().date(), cx.who().user);
    let held: Vec<(GrantId, NodeId, Option<Date>)> = on!(tx, |c| sqlx::query_as(GRANTS)
        .bind(user)
        .bind(going.from)
        .bind(going.to)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let mut there = held.iter().any(|(_, node, _)| *node == going.to);
    for (grant, _, to) in held.into_iter().filter(|(_, node, _)| *node == going.from) {
        role::end(tx, cx.keys(), grant, user, Role::Resident, by).await?;
        if there {
            continue;
        }
        let new = NewGrant {
            user,
            role: Role::Resident,
            node: going.to,
            from: today,
            to,
            delegation: None,
        };
        role::give(tx, cx.keys(), new, by).await?;
        there = true;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, user: UserId, going: Going, path: &str, waits: bool) -> Result<(), AppError> {
    tx.audit(Audit::new("accounts.residency.follow", "residency", going.id.0).at(path))
        .await?;
    let data = serde_json::json!({ "node": going.to });
    tx.publish(Event {
        topic: format!("user/{user}"),
        kind: "accounts.residency.moved",
        subject: Some(going.id),
        data: data.clone(),
    })
    .await?;
    if waits {
        // To those who work there it is one that has come in.
        tx.publish(Event {
            topic: format!("path/{path}"),
            kind: "accounts.residency.declared",
            subject: Some(going.id),
            data,
        })
        .await?;
    }
    Ok(())
}
