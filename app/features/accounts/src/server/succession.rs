//! A role that goes from one person to another on one day, so that there is neither a gap nor a double post.

use db::{Tx, crypt::Keyring, on};
use shared::{AppError, GrantId, UserId};

use super::{
    account,
    role::{self, NewGrant},
};

const DELEGATED: &str = "select g.id, g.user_id from role_grant g join delegation d on d.id = g.delegation_id \
    where d.from_user = $1 and g.role = $2 and g.node_id = $3 and (g.valid_to is null or g.valid_to >= $4) order by g.id";

/// Passes a role on to somebody else from today on: it ends for who holds it, and for whom they delegated it to. The caller has
/// checked that it may.
///
/// # Errors
/// [`AppError::Conflict`] if it is not held any more, is a delegated one, or may not be given to `to`; [`AppError::NotFound`] if its
/// node has ended.
pub async fn pass_on(
    tx: &mut Tx,
    keys: &Keyring,
    grant: GrantId,
    to: UserId,
    by: Option<UserId>,
) -> Result<GrantId, AppError> {
    let (row, _) = role::one(tx, grant).await?.ok_or(AppError::NotFound)?;
    let place = role::place(tx, row.node).await?;
    if !row.in_force {
        return Err(AppError::Conflict(format!(
            "{}已经不是{}的{}了。",
            row.user_name,
            place.name,
            row.role.label()
        )));
    }
    if row.delegated {
        return Err(AppError::Conflict(
            "这是请假期间代的，到期会还回去，不用交接。".into(),
        ));
    }
    if row.user == to {
        return Err(AppError::Conflict("接的人和交的人是同一个人。".into()));
    }
    // In one order, whoever passes on to whom.
    for user in [row.user.min(to), row.user.max(to)] {
        account::lock(tx, user).await?;
    }
    if !account::must(tx, to).await?.is_active() {
        return Err(AppError::Conflict("接的人的账号停用了。".into()));
    }
    role::end(tx, keys, grant, row.user, row.role, by).await?;
    let today = tx.now().date();
    let delegated: Vec<(GrantId, UserId)> = on!(tx, |c| sqlx::query_as(DELEGATED)
        .bind(row.user)
        .bind(row.role.code())
        .bind(row.node)
        .bind(today)
        .fetch_all(c)
        .await)?;
    for (delegated, colleague) in delegated {
        role::end(tx, keys, delegated, colleague, row.role, by).await?;
    }
    let new = NewGrant {
        user: to,
        role: row.role,
        node: row.node,
        from: today,
        to: row.to,
        delegation: None,
    };
    role::give(tx, keys, new, by).await
}
