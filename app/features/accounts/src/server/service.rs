//! What the command line and the demonstration do with accounts.

use db::{Audit, Cx};
use shared::{AppError, Date, GrantId, NodeId, Role, UserId};

use super::{
    account, basis, password,
    role::{self, NewGrant},
};
use crate::model::{DataKind, Phone, check_grant_dates, check_name, check_password};

/// Makes an account. It signs in by code, and by `password` where one is given.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`] if the number has an account.
pub async fn add_user(
    cx: &Cx,
    name: &str,
    phone: &str,
    password: Option<String>,
) -> Result<UserId, AppError> {
    const SET: &str = "update user_account set password_hash = $2, password_set_at = $3 where id = $1";
    let name = check_name("name", name)?;
    let phone = Phone::parse("phone", phone)?;
    let hashed = match password {
        Some(password) => {
            check_password("password", &password, Some(phone.as_str()))?;
            Some(password::hash(password).await?)
        }
        None => None,
    };
    let mut tx = cx.write().await?;
    let user = account::insert(&mut tx, cx.keys(), &name, Some(&phone)).await?;
    for kind in [DataKind::Phone, DataKind::Name, DataKind::SignIn] {
        basis::give(&mut tx, user, kind, None).await?;
    }
    if let Some(hashed) = hashed {
        let now = tx.now();
        db::execute!(tx, SET, user, hashed, now)?;
    }
    tx.audit(Audit::new("accounts.account.add", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(user)
}

/// Grants a role from the command line: how the first security administrator comes to be. The three administrators are
/// kept apart here too.
///
/// # Errors
/// [`AppError::Invalid`] by field, [`AppError::Conflict`].
pub async fn grant(
    cx: &Cx,
    phone: &str,
    role: Role,
    node_code: &str,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<GrantId, AppError> {
    let phone = Phone::parse("phone", phone)?;
    let mut tx = cx.write().await?;
    let today = tx.now().date();
    let from = from.unwrap_or(today);
    check_grant_dates(from, to, today)?;
    let account = account::by_phone(&mut tx, cx.keys(), &phone).await?;
    let account = account
        .ok_or_else(|| AppError::invalid("phone", "这个手机号还没有账号，请先运行 linli user add。"))?;
    let place = role::place_by_code(&mut tx, node_code).await?;
    let place = place
        .ok_or_else(|| AppError::invalid("node", format!("没有代码为 {node_code} 的机构，请先导入区划。")))?;
    let new = NewGrant {
        user: account.id,
        role,
        node: place.id,
        from,
        to,
        delegation: None,
    };
    let id = role::give(&mut tx, cx.keys(), new, None).await?;
    tx.commit().await?;
    Ok(id)
}

/// The node in force with `code`.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn node(cx: &Cx, code: &str) -> Result<NodeId, AppError> {
    let mut tx = cx.read().await?;
    Ok(role::place_by_code(&mut tx, code)
        .await?
        .ok_or(AppError::NotFound)?
        .id)
}

/// The account with `phone`.
///
/// # Errors
/// As the database fails.
pub async fn user_by_phone(cx: &Cx, phone: &Phone) -> Result<Option<UserId>, AppError> {
    let mut tx = cx.read().await?;
    Ok(account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .map(|account| account.id))
}
