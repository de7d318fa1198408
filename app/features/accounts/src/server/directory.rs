//! Accounts as the security administrator manages them: found by the exact phone number.

use db::{Audit, Cx, Tx, execute, on};
use shared::{AppError, UserId};

use super::{account, act, factor, looks, role, session, staffing};
use crate::model::{AccountRow, Phone};

const SET_STATE: &str =
    "update user_account set state = $2, updated_at = $3 where id = $1 and state in ('active', 'suspended')";
const SESSIONS: &str =
    "select count(*) from session where user_id = $1 and revoked_at is null and expires_at > $2";

/// What can be done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Suspend,
    Activate,
    SignOut,
    /// For somebody who lost their phone and their recovery codes.
    ResetFactor,
}

/// The account with `phone`, if its holder belongs to the scope; they see that it was opened.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find(cx: &Cx, phone: &Phone) -> Result<AccountRow, AppError> {
    let mut tx = cx.read().await?;
    let account = account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .ok_or(AppError::NotFound)?;
    if !role::in_scope(&mut tx, cx, account.id).await? {
        return Err(AppError::NotFound);
    }
    let now = tx.now();
    let sessions = on!(tx, |c| sqlx::query_scalar(SESSIONS)
        .bind(account.id)
        .bind(now)
        .fetch_one(c)
        .await)?;
    let roles = role::of_user(&mut tx, account.id).await?;
    drop(tx);
    looks::note_view(cx, account.id).await?;
    Ok(AccountRow {
        user: account.id,
        name: account.shown_name.clone(),
        phone: phone.masked(),
        suspended: !account.is_active(),
        has_factor: account.has_factor(),
        sessions,
        since: account.created_at,
        roles,
    })
}

/// Does `doing` to `user`, who is in the scope and somebody else.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] for oneself.
pub async fn manage(cx: &Cx, user: UserId, doing: Doing) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    if Some(user) == cx.who().user {
        return Err(AppError::Conflict(
            "不能管理自己的账号，请由另一位安全管理员操作。".into(),
        ));
    }
    let mut tx = cx.write().await?;
    account::must(&mut tx, user).await?;
    if !role::in_scope(&mut tx, cx, user).await? {
        return Err(AppError::NotFound);
    }
    let action = match doing {
        Doing::Suspend => {
            set_state(&mut tx, user, "suspended").await?;
            session::revoke_all(&mut tx, user, None).await?;
            "accounts.account.suspend"
        }
        Doing::Activate => {
            set_state(&mut tx, user, "active").await?;
            "accounts.account.activate"
        }
        Doing::SignOut => {
            session::revoke_all(&mut tx, user, None).await?;
            "accounts.account.sign_out"
        }
        Doing::ResetFactor => {
            factor::clear(&mut tx, user).await?;
            session::revoke_all(&mut tx, user, None).await?;
            "accounts.factor.reset"
        }
    };
    tx.audit(Audit::new(action, "account", user.0)).await?;
    tx.commit().await?;
    Ok(())
}

async fn set_state(tx: &mut Tx, user: UserId, state: &str) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, SET_STATE, user, state, now)? != 1 {
        return Err(AppError::NotFound);
    }
    // Who is suspended is named on no page.
    if account::is_staff(tx, user).await? {
        staffing::tell(tx).await?;
    }
    Ok(())
}
