//! The second factor: time-based codes (RFC 6238, SHA-1, six figures, 30 s), and recovery codes for a lost device.

use db::{
    Cx, Tx,
    crypt::{Field, Keyring},
    execute, on,
};
use shared::{AppError, RecordId, SessionId, Timestamp, UserId};
use totp_rs::{Builder, Secret, Totp};

use super::{
    account,
    limit::{self, Limit},
    session,
};
use crate::model::{Enrolment, Security};

/// How many recovery codes are given out.
const RECOVERY_CODES: usize = 10;
/// Codes of the neighbouring steps are taken too: clocks differ.
const SKEW: u16 = 1;

const SET_PENDING: &str = "update user_account set totp_pending = $2, updated_at = $3 where id = $1";
const ENROL: &str = "update user_account set totp = totp_pending, totp_pending = null, totp_step = $2, updated_at = $3 \
    where id = $1 and totp_pending is not null";
const PUT: &str =
    "update user_account set totp = $2, totp_pending = null, totp_step = null, updated_at = $3 where id = $1";
const TAKE_STEP: &str =
    "update user_account set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2)";
const REMOVE: &str = "update user_account set totp = null, totp_pending = null, totp_step = null, updated_at = $2 where id = $1";
const FORGET_RECOVERY: &str = "delete from recovery_code where user_id = $1";
const NEW_RECOVERY: &str =
    "insert into recovery_code (id, user_id, code_hash, created_at) values ($1, $2, $3, $4)";
const USE_RECOVERY: &str =
    "update recovery_code set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null";
const LEFT: &str = "select count(*) from recovery_code where user_id = $1 and used_at is null";

/// The generator of `secret` (base32).
fn totp(secret: &str, account: &str) -> Result<Totp, AppError> {
    let secret = Secret::try_from_base32(secret).map_err(|error| db::internal(&error))?;
    Builder::new()
        .with_secret(secret)
        .with_skew(SKEW)
        .with_issuer(Some("邻里"))
        .with_account_name(account)
        .build()
        .map_err(|error| db::internal(&error))
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.0 / Timestamp::SECOND).unwrap_or_default()
}

/// The code of this half minute.
///
/// # Errors
/// [`AppError::Internal`] if the secret is none.
pub fn code_at(secret: &str, now: Timestamp) -> Result<String, AppError> {
    Ok(totp(secret, "")?.generate(seconds(now)).to_string())
}

/// The code of this half minute for the signed-in person; for the page of a demonstration only.
///
/// # Errors
/// As the database fails.
pub async fn demo_code(cx: &Cx) -> Result<Option<String>, AppError> {
    let mut tx = cx.read().await?;
    let account = account::mine(&mut tx, cx).await?;
    account
        .totp(cx.keys())?
        .map(|secret| code_at(&secret, cx.now()))
        .transpose()
}

/// Begins enrolling: a fresh secret that counts once its first code was typed.
///
/// # Errors
/// [`AppError::Conflict`] if one is enrolled and was not shown in this session.
pub async fn begin(cx: &Cx) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    must_have_shown(cx, account.has_factor())?;
    let secret = Secret::from(rand::random::<[u8; 20]>().to_vec()).to_base32();
    let now = tx.now();
    execute!(
        tx,
        SET_PENDING,
        account.id,
        cx.keys().seal_for(Field::TotpSecret, account.id, &secret),
        now
    )?;
    tx.commit().await?;
    Ok(())
}

/// Whoever has a second factor shows it before it is replaced or removed.
fn must_have_shown(cx: &Cx, has_factor: bool) -> Result<(), AppError> {
    let shown = cx.actor.as_ref().is_some_and(|actor| actor.second_factor);
    if has_factor && !shown {
        Err(AppError::SecondFactorRequired)
    } else {
        Ok(())
    }
}

/// Ends enrolling with the first code; the recovery codes are returned this once.
///
/// # Errors
/// [`AppError::Invalid`] on `code`.
pub async fn enrol(cx: &Cx, code: &str) -> Result<Vec<String>, AppError> {
    super::act::not_while_acting(cx)?;
    let user = cx.user()?;
    limit::take(cx, Limit::Factor, &user.to_string()).await?;
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    must_have_shown(cx, account.has_factor())?;
    let Some(secret) = account.totp_pending(cx.keys())? else {
        return Err(AppError::Conflict("请先点“启用动态口令”，再填口令。".into()));
    };
    let now = tx.now();
    let Some(step) = totp(&secret, "")?.check(&clean(code), seconds(now)) else {
        return Err(AppError::invalid(
            "code",
            "口令不对。请看手机的时间是否准确，再填新的一个。",
        ));
    };
    execute!(tx, ENROL, user, i64::try_from(step).unwrap_or_default(), now)?;
    let codes = fresh_recovery(&mut tx, cx.keys(), user).await?;
    if let Some(actor) = &cx.actor {
        session::show_factor(&mut tx, actor.session).await?;
        session::revoke_all(&mut tx, user, Some(actor.session)).await?;
    }
    tx.audit(db::Audit::new("accounts.factor.enrol", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(codes)
}

/// Presets a second factor: for the demonstration's administrators.
///
/// # Errors
/// As the database fails.
pub async fn put(tx: &mut Tx, keys: &Keyring, user: UserId, secret: &str) -> Result<(), AppError> {
    let now = tx.now();
    execute!(tx, PUT, user, keys.seal_for(Field::TotpSecret, user, secret), now)?;
    Ok(())
}

fn clean(code: &str) -> String {
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Shows the second factor, or a recovery code, in `session`.
///
/// # Errors
/// [`AppError::Invalid`] on `code`, [`AppError::TooManyRequests`].
pub async fn show(cx: &Cx, session: SessionId, code: &str) -> Result<(), AppError> {
    let user = cx.user()?;
    limit::take(cx, Limit::Factor, &user.to_string()).await?;
    let code = clean(code);
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    let Some(secret) = account.totp(cx.keys())? else {
        return Err(AppError::Conflict("您还没有启用动态口令，请先启用。".into()));
    };
    let now = tx.now();
    let taken = match totp(&secret, "")?.check(&code, seconds(now)) {
        Some(step) => execute!(tx, TAKE_STEP, user, i64::try_from(step).unwrap_or_default())? == 1,
        None => use_recovery(&mut tx, cx.keys(), user, &code).await?,
    };
    if !taken {
        return Err(AppError::invalid(
            "code",
            "口令不对，或者已经用过。请等下一个口令。",
        ));
    }
    session::show_factor(&mut tx, session).await?;
    tx.audit(db::Audit::new("accounts.factor.show", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn use_recovery(tx: &mut Tx, keys: &Keyring, user: UserId, code: &str) -> Result<bool, AppError> {
    let now = tx.now();
    Ok(execute!(tx, USE_RECOVERY, user, recovery_digest(keys, user, code), now)? == 1)
}

fn recovery_digest(keys: &Keyring, user: UserId, code: &str) -> String {
    keys.digest("recovery code", &format!("{user}:{code}"))
}

/// Ten codes of 50 bits each, in letters and figures that are not mistaken for each other.
async fn fresh_recovery(tx: &mut Tx, keys: &Keyring, user: UserId) -> Result<Vec<String>, AppError> {
    let now = tx.now();
    execute!(tx, FORGET_RECOVERY, user)?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let code = db::access::random_trace();
        let id: RecordId = tx.id();
        execute!(
            tx,
            NEW_RECOVERY,
            id,
            user,
            recovery_digest(keys, user, &code),
            now
        )?;
        codes.push(format!("{}-{}", &code[..5], &code[5..]));
    }
    Ok(codes)
}

/// Takes the second factor away; by its holder, who showed it.
///
/// # Errors
/// [`AppError::Conflict`] while a role asks for it.
pub async fn remove(cx: &Cx) -> Result<(), AppError> {
    super::act::not_while_acting(cx)?;
    let mut tx = cx.write().await?;
    let account = account::mine(&mut tx, cx).await?;
    must_have_shown(cx, account.has_factor())?;
    if account::roles_now(&mut tx, account.id)
        .await?
        .iter()
        .any(|role| role.needs_second_factor())
    {
        return Err(AppError::Conflict(
            "您的角色必须使用动态口令，不能停用。换手机时请重新启用。".into(),
        ));
    }
    clear(&mut tx, account.id).await?;
    tx.audit(db::Audit::new("accounts.factor.remove", "account", account.id.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets the second factor and its recovery codes.
///
/// # Errors
/// As the database fails.
pub async fn clear(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    let now = tx.now();
    execute!(tx, REMOVE, user, now)?;
    execute!(tx, FORGET_RECOVERY, user)?;
    Ok(())
}

/// What the page of one's security shows.
///
/// # Errors
/// As the database fails.
pub async fn security(cx: &Cx) -> Result<Security, AppError> {
    let mut tx = cx.read().await?;
    let account = account::mine(&mut tx, cx).await?;
    let needs_factor = account::roles_now(&mut tx, account.id)
        .await?
        .iter()
        .any(|role| role.needs_second_factor());
    let recovery_left: i64 = on!(tx, |c| sqlx::query_scalar(LEFT)
        .bind(account.id)
        .fetch_one(c)
        .await)?;
    let name = account.name(cx.keys())?;
    let enrolling = match account.totp_pending(cx.keys())? {
        Some(secret) => {
            let url = totp(&secret, &name.replace(':', ""))?
                .to_url()
                .map_err(|error| db::internal(&error))?;
            Some(Enrolment { url, secret })
        }
        None => None,
    };
    Ok(Security {
        password_set_at: account.password_set_at,
        has_factor: account.has_factor(),
        needs_factor,
        recovery_left,
        enrolling,
    })
}
