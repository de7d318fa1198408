//! Who works for a unit. A phone number is told to those whose role needs it there, and to the residents of the place.

use accounts::server::account::open_phone;
use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use orgs::model::Code;
use serde::Serialize;
use shared::{Actor, AppError, NodeId, Permission, Role, UserId};

use crate::model::{OwnGrid, Worker};

/// Workers told of one unit.
const TOLD: i64 = 20;

/// The roles that work for a unit, as against those who only see or partner with it.
const ROLES: [Role; 4] = [Role::Secretary, Role::Staff, Role::GridLead, Role::GridWorker];

#[derive(Serialize)]
struct RoleRow {
    role: &'static str,
    place: usize,
}

/// The roles as one JSON argument, in the order in which they are listed.
fn roles() -> Json<Vec<RoleRow>> {
    Json(
        ROLES
            .iter()
            .enumerate()
            .map(|(place, role)| RoleRow {
                role: role.code(),
                place,
            })
            .collect(),
    )
}

/// A bare `limit $4` is part of SQLite's plan, which it would make anew at each run.
const AT: EngineSql = rows!(
    "select g.user_id, u.shown_name, u.phone, g.role from ",
    (role: text, place: bigint),
    " join role_grant g on g.role = r.role join user_account u on u.id = g.user_id \
     where g.node_id = $2 and u.state = 'active' and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
     order by r.place, u.shown_name, g.user_id limit 0 + $4"
);

#[derive(sqlx::FromRow)]
struct Row {
    user_id: UserId,
    shown_name: String,
    phone: Option<String>,
    role: String,
}

/// Those who work for the unit itself, by role, and whether the viewer is told their numbers.
///
/// # Errors
/// What the database answers.
pub async fn at(cx: &Cx, tx: &mut Tx, node: NodeId, path: &str) -> Result<(Vec<Worker>, bool), AppError> {
    let (sql, today) = (tx.sql(AT), tx.now().date());
    let rows = on!(tx, |c| sqlx::query_as::<_, Row>(sql)
        .bind(roles())
        .bind(node)
        .bind(today)
        .bind(TOLD)
        .fetch_all(c)
        .await)?;
    let told = cx.actor.as_ref().is_some_and(|actor| may_call(actor, path));
    let mut workers = Vec::with_capacity(rows.len());
    for row in rows {
        let Ok(role) = row.role.parse::<Role>() else {
            continue;
        };
        let phone = match told {
            true => open_phone(cx.keys(), row.user_id, row.phone.as_deref())
                .map_err(|error| db::internal(&error))?,
            false => None,
        };
        workers.push(Worker {
            name: row.shown_name,
            role: role.label().to_owned(),
            phone,
        });
    }
    Ok((workers, told))
}

/// The grid that the viewer lives in, with those who work for it; nothing for who lives in none. It is on the first page that a
/// resident sees, so it asks no more than it shows.
///
/// # Errors
/// What the database answers.
pub async fn of_resident(cx: &Cx) -> Result<Option<OwnGrid>, AppError> {
    let home = cx
        .actor
        .iter()
        .flat_map(|actor| &actor.grants)
        .find(|grant| grant.role == Role::Resident);
    let Some((grant, code)) = home.and_then(|grant| Some((grant, grant.code.parse::<Code>().ok()?))) else {
        return Ok(None);
    };
    let mut tx = cx.look().await?;
    let (workers, told) = at(cx, &mut tx, grant.node, &grant.path).await?;
    Ok(Some(OwnGrid {
        name: grant.node_name.clone(),
        kind: code.kind(),
        phones_hidden: !told && !workers.is_empty(),
        workers,
    }))
}

/// Whoever holds the permission there, and whoever lives or works below the place: those are their own workers.
fn may_call(actor: &Actor, path: &str) -> bool {
    let own = || actor.grants.iter().any(|grant| grant.path.starts_with(path));
    actor.scope_of(Permission::ContactView).covers(path) || own()
}

macro_rules! counts {
    ($which:literal) => {
        rows!(
            "select p.id as node_id, \
     (select count(*) from node g where g.path >= p.path and g.path < substr(p.path, 1, length(p.path) - 1) || '0' \
      and g.kind = 'grid' and g.valid_to is null) as grids, \
     (select count(distinct w.user_id) from node g join role_grant w on w.node_id = g.id \
      where g.path >= p.path and g.path < substr(p.path, 1, length(p.path) - 1) || '0' and g.valid_to is null \
      and w.valid_from <= $3 and (w.valid_to is null or w.valid_to >= $3) \
      and w.role in (select r.role from ",
            (role: text, place: bigint),
            concat!(")) as workers from node p where ", $which, " and p.valid_to is null")
        )
    };
}

const COUNTS: EngineSql = counts!("(p.parent_id = $2 or p.id = $2)");
const COUNTS_OF_SQLITE: EngineSql = counts!("p.id in (select value from json_each($2))");
const COUNTS_OF_POSTGRES: EngineSql =
    counts!("p.id in (select value::uuid from jsonb_array_elements_text($2))");

/// How many grids lie in a unit, and how many people work for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    pub node_id: NodeId,
    pub grids: i64,
    pub workers: i64,
}

/// The counts of a unit and of its parts.
///
/// # Errors
/// What the database answers.
pub async fn counts(tx: &mut Tx, parent: NodeId) -> Result<Vec<Counted>, AppError> {
    let (sql, today) = (tx.sql(COUNTS), tx.now().date());
    Ok(on!(tx, |c| sqlx::query_as::<_, Counted>(sql)
        .bind(roles())
        .bind(parent)
        .bind(today)
        .fetch_all(c)
        .await)?)
}

/// The counts of some units.
///
/// # Errors
/// What the database answers.
pub async fn counts_of(tx: &mut Tx, units: &[NodeId]) -> Result<Vec<Counted>, DbError> {
    let sql = EngineSql {
        sqlite: COUNTS_OF_SQLITE.sqlite,
        postgres: COUNTS_OF_POSTGRES.postgres,
    };
    let (sql, today) = (tx.sql(sql), tx.now().date());
    on!(tx, |c| sqlx::query_as::<_, Counted>(sql)
        .bind(roles())
        .bind(Json(units))
        .bind(today)
        .fetch_all(c)
        .await)
}

#[cfg(test)]
mod tests {
    use shared::{DeviceId, Grant, SessionId};

    use super::*;

    fn holder(role: Role, path: &str) -> Actor {
        let id = uuid::Uuid::nil();
        Actor {
            user: UserId(id),
            name: String::new(),
            session: SessionId(id),
            device: DeviceId(id),
            second_factor: true,
            grants: vec![Grant {
                role,
                node: NodeId(id),
                code: String::new(),
                node_name: String::new(),
                path: path.to_owned(),
                until: None,
                delegated: false,
            }],
            acting_for: None,
        }
    }

    #[test]
    fn numbers_are_for_those_who_work_or_live_there() {
        let (community, grid, other) = ("32/1/7/", "32/1/7/70/", "32/1/8/");
        let resident = holder(Role::Resident, grid);
        assert!(may_call(&resident, grid) && may_call(&resident, community));
        assert!(!may_call(&resident, other));
        let staff = holder(Role::Staff, community);
        assert!(may_call(&staff, grid) && may_call(&staff, community) && !may_call(&staff, other));
        assert!(!may_call(&holder(Role::Auditor, "31/"), grid));
    }
}
