//! Signing in: by code or by password. A number without account is answered like any other.

use db::{Audit, Cx};
use shared::{AppError, RecordId, SessionId};

use super::{
    account,
    code::{self, Purpose},
    limit::{self, Limit},
    password,
    session::{self, Browser, Opened},
};
use crate::model::Phone;

/// What a right code leads to.
#[derive(Debug)]
pub enum Entered {
    SignedIn(Opened),
    /// The number has no account: the ticket proves it to the registration form.
    Register {
        ticket: String,
    },
}

/// Sends a code to `phone`; the same for known and unknown numbers.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub async fn request_code(cx: &Cx, phone: &Phone) -> Result<RecordId, AppError> {
    send_code(cx, phone, Purpose::SignIn).await
}

async fn send_code(cx: &Cx, phone: &Phone, purpose: Purpose) -> Result<RecordId, AppError> {
    limit::by_address(cx, Limit::CodeFromAddress).await?;
    limit::code_to(cx, phone).await?;
    let mut tx = cx.write().await?;
    let id = code::make(&mut tx, cx.keys(), phone, purpose, None, true).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sends a code to `phone` by which somebody reports without an account; limits are those of signing in, and counted with it.
///
/// # Errors
/// [`AppError::TooManyRequests`].
pub async fn request_report_code(cx: &Cx, phone: &Phone) -> Result<RecordId, AppError> {
    send_code(cx, phone, Purpose::Report).await
}

/// The number that a code of [`request_report_code`] was sent to, if it is the right one.
///
/// # Errors
/// [`AppError::Invalid`] on `code`, [`AppError::TooManyRequests`].
pub async fn prove_number(cx: &Cx, id: RecordId, typed: &str) -> Result<Phone, AppError> {
    limit::by_address(cx, Limit::TryFromAddress).await?;
    Ok(code::check(cx, id, Purpose::Report, typed).await?.phone)
}

/// Tries a code, and opens a session or gives a ticket.
///
/// # Errors
/// [`AppError::Invalid`] on `code`, [`AppError::TooManyRequests`].
pub async fn by_code(cx: &Cx, id: RecordId, typed: &str, browser: &Browser) -> Result<Entered, AppError> {
    limit::by_address(cx, Limit::TryFromAddress).await?;
    let proved = code::check(cx, id, Purpose::SignIn, typed).await?;
    let mut tx = cx.write().await?;
    let Some(account) = account::by_phone(&mut tx, cx.keys(), &proved.phone).await? else {
        let ticket = session::fresh_token();
        code::give_ticket(&mut tx, id, &ticket).await?;
        tx.commit().await?;
        return Ok(Entered::Register { ticket });
    };
    // Only whoever holds the number learns this.
    if !account.is_active() {
        return Err(AppError::Conflict("这个账号已停用。请联系您所在的社区。".into()));
    }
    let opened = session::open(&mut tx, account.id, browser).await?;
    tx.audit(Audit::new("accounts.sign_in.code", "account", account.id.0))
        .await?;
    tx.commit().await?;
    Ok(Entered::SignedIn(opened))
}

/// Signs in with a password. Unknown number, no password, wrong password and closed account answer alike, after the
/// same work.
///
/// # Errors
/// [`AppError::Invalid`] on `password`, [`AppError::TooManyRequests`].
pub async fn by_password(
    cx: &Cx,
    phone: &Phone,
    typed: String,
    browser: &Browser,
) -> Result<Opened, AppError> {
    limit::by_address(cx, Limit::TryFromAddress).await?;
    limit::take(cx, Limit::Password, &limit::phone_key(cx, phone)).await?;
    let mut tx = cx.read().await?;
    let account = account::by_phone(&mut tx, cx.keys(), phone)
        .await?
        .filter(account::Account::is_active);
    drop(tx);
    let stored = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = password::verify(typed, stored).await?;
    let Some(account) = account.filter(|_| right) else {
        return Err(AppError::invalid(
            "password",
            "手机号或密码不对。可以改用验证码登录。",
        ));
    };
    let mut tx = cx.write().await?;
    let opened = session::open(&mut tx, account.id, browser).await?;
    tx.audit(Audit::new("accounts.sign_in.password", "account", account.id.0))
        .await?;
    tx.commit().await?;
    Ok(opened)
}

/// Ends the current session, another of one's own (`which`), or all.
///
/// # Errors
/// [`AppError::NotFound`] if `which` is not one's own.
pub async fn sign_out(cx: &Cx, which: Option<SessionId>) -> Result<(), AppError> {
    let user = cx.user()?;
    let here = cx.actor.as_ref().map(|actor| actor.session);
    let mut tx = cx.write().await?;
    match which.or(here) {
        Some(session) => session::revoke(&mut tx, user, session).await?,
        None => return Err(AppError::Unauthenticated),
    }
    tx.audit(Audit::new("accounts.session.end", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all of one's sessions but the current one.
///
/// # Errors
/// As the database fails.
pub async fn sign_out_elsewhere(cx: &Cx) -> Result<u64, AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let ended = session::revoke_all(&mut tx, user, cx.actor.as_ref().map(|actor| actor.session)).await?;
    tx.audit(Audit::new("accounts.session.end_all", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(ended)
}
