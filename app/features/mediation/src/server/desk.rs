//! Where applications are taken: the nearest 综治中心 above a community, or its secretary; and who is above that.

use db::{DbError, Tx, on};
use shared::{NodeId, Role, UserId};

// The nearest first.
const NEAREST: &str = "select g.node_id from role_grant g join node n on n.id = g.node_id join user_account a on a.id = g.user_id \
    where a.state = 'active' and g.role = $2 and n.valid_to is null and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
    and substr(cast($1 as text), 1, length(n.path)) = n.path order by length(n.path) desc limit 1";
const ABOVE: &str = "select g.node_id, g.role from role_grant g join node n on n.id = g.node_id join user_account a on a.id = g.user_id \
    where a.state = 'active' and g.role in ('mediation', 'town_admin', 'district_admin', 'city_admin') and n.valid_to is null \
    and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) and n.path <> $1 \
    and substr(cast($1 as text), 1, length(n.path)) = n.path \
    order by length(n.path) desc, case g.role when 'mediation' then 0 else 1 end limit 1";
const HOLDS: &str = "select count(*) from role_grant g where g.user_id = $1 and g.node_id = $2 and g.role = $3 and g.valid_from <= $4 \
    and (g.valid_to is null or g.valid_to >= $4)";

/// Posts that take applications, the first that somebody holds.
pub const DESKS: [Role; 2] = [Role::Mediation, Role::Secretary];

/// The unit and post that takes what is applied for at a community.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn nearest(tx: &mut Tx, path: &str) -> Result<Option<(NodeId, Role)>, DbError> {
    let today = tx.now().date();
    for role in DESKS {
        let unit: Option<NodeId> = on!(tx, |c| sqlx::query_scalar(NEAREST)
            .bind(path)
            .bind(role.code())
            .bind(today)
            .fetch_optional(c)
            .await)?;
        if let Some(unit) = unit {
            return Ok(Some((unit, role)));
        }
    }
    Ok(None)
}

/// The unit and post above a desk that is told of danger.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn above(tx: &mut Tx, path: &str) -> Result<Option<(NodeId, Role)>, DbError> {
    let today = tx.now().date();
    let found: Option<(NodeId, String)> = on!(tx, |c| sqlx::query_as(ABOVE)
        .bind(path)
        .bind(today)
        .fetch_optional(c)
        .await)?;
    Ok(found.and_then(|(unit, role)| Some((unit, role.parse().ok()?))))
}

/// Whether somebody holds a post today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn holds(tx: &mut Tx, user: UserId, unit: NodeId, role: Role) -> Result<bool, DbError> {
    let today = tx.now().date();
    let held: i64 = on!(tx, |c| sqlx::query_scalar(HOLDS)
        .bind(user)
        .bind(unit)
        .bind(role.code())
        .bind(today)
        .fetch_one(c)
        .await)?;
    Ok(held > 0)
}
