//! Deleting one's account: asked for, reconsidered for some days, then done by a job. What the law keeps stays, without
//! name, number or door.

use db::{Audit, Cx, NewJob, Tx, crypt::Field, execute, on, upload};
use shared::{AppError, RecordId, Role, Timestamp, UserId};

use super::{
    account, act, child,
    news::{self, News},
    relative, residency,
};

/// The job's kind.
pub const JOB: &str = "accounts.erase";
/// How long somebody may think again, in microseconds.
pub const COOLING_OFF: i64 = 15 * Timestamp::DAY;

const OPEN: &str = "insert into erasure_request (id, user_id, requested_at, due_at) values ($1, $2, $3, $4)";
const DUE: &str =
    "select due_at from erasure_request where user_id = $1 and cancelled_at is null and done_at is null";
const CANCEL: &str = "update erasure_request set cancelled_at = $2 where user_id = $1 and cancelled_at is null and done_at is null";
const TAKE: &str = "update erasure_request set done_at = $2 where id = $1 and cancelled_at is null and done_at is null and due_at <= $2 returning user_id";
const ANONYMISE: &str = "update user_account set name = $2, name_blind = '', shown_name = '已注销', phone = null, phone_blind = null, \
    password_hash = null, password_set_at = null, totp = null, totp_pending = null, totp_step = null, state = 'erased', updated_at = $3 where id = $1";
const SESSIONS: &str = "delete from session where user_id = $1";
const STOP_ACTING: &str =
    "update session set acting_for = null, acting_node = null, acting_binding = null where acting_for = $1";
const DEVICES: &str = "delete from device where user_id = $1";
const RECOVERY: &str = "delete from recovery_code where user_id = $1";
const MESSAGES: &str = "delete from message where phone_blind = $1";
const CODES: &str = "delete from sign_in_code where phone_blind = $1 or asked_by = $2";
const PHONE_BLIND: &str = "select phone_blind from user_account where id = $1";
const BINDINGS: &str =
    "update act_binding set revoked_at = $2, revoked_by = $1 where relative_id = $1 and revoked_at is null";
const BASES: &str = "update legal_basis set withdrawn_at = $2 where user_id = $1 and withdrawn_at is null";
const GUARDIAN: &str = "update guardian set withdrawn_at = $2 where child_id = $1 and withdrawn_at is null";
const IDEMPOTENCY: &str = "delete from idempotency where user_id = $1";
const WORDS: &str = "delete from audit_words where audit_id in (select id from audit_entry where record_id = $1 or subject_id = $1)";

/// Why the account cannot be erased now.
///
/// # Errors
/// As the database fails.
pub async fn blocked(tx: &mut Tx, user: UserId) -> Result<Option<String>, AppError> {
    let held = account::roles_now(tx, user).await?;
    let post = held.iter().find(|role| **role != Role::Resident);
    Ok(post.map(|role| format!("您现在是{}。请先由管理员收回这个角色，再注销账号。", role.label())))
}

/// Opens a request that falls due at `due`.
///
/// # Errors
/// [`AppError::Conflict`] if one is open.
pub async fn open(tx: &mut Tx, user: UserId, due: Timestamp) -> Result<RecordId, AppError> {
    let id: RecordId = tx.id();
    let now = tx.now();
    match execute!(tx, OPEN, id, user, now, due) {
        Ok(_) => Ok(id),
        Err(error) if error.is_unique_violation() => Err(AppError::Conflict("已经申请过注销了。".into())),
        Err(error) => Err(error.into()),
    }
}

/// Asks for one's account to be erased; returns when it will be.
///
/// # Errors
/// [`AppError::Conflict`] while a post is held, or if it was asked for already.
pub async fn request(cx: &Cx) -> Result<Timestamp, AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    if let Some(reason) = blocked(&mut tx, user).await? {
        return Err(AppError::Conflict(reason));
    }
    let due = tx.now().plus(COOLING_OFF);
    let id = open(&mut tx, user, due).await?;
    tx.enqueue(NewJob {
        kind: JOB,
        payload: serde_json::json!({ "id": id }),
        due,
        key: Some(id.to_string()),
    })
    .await?;
    tx.audit(Audit::new("accounts.erasure.request", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(due)
}

/// Thinks again.
///
/// # Errors
/// [`AppError::NotFound`] if nothing was asked for.
pub async fn cancel(cx: &Cx) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let now = tx.now();
    if execute!(tx, CANCEL, user, now)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("accounts.erasure.cancel", "account", user.0))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// When the account will be erased.
///
/// # Errors
/// As the database fails.
pub async fn due(tx: &mut Tx, user: UserId) -> Result<Option<Timestamp>, AppError> {
    Ok(on!(tx, |c| sqlx::query_scalar(DUE)
        .bind(user)
        .fetch_optional(c)
        .await)?)
}

/// Erases, if the request `id` still stands and has fallen due: the job's work. Doing it twice does nothing more.
///
/// # Errors
/// As the database fails.
pub async fn run(cx: &Cx, id: RecordId) -> Result<bool, AppError> {
    let mut tx = cx.write().await?;
    let now = tx.now();
    let user: Option<UserId> = on!(tx, |c| sqlx::query_scalar(TAKE)
        .bind(id)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    let Some(user) = user else { return Ok(false) };
    if blocked(&mut tx, user).await?.is_some() {
        // A post was taken up meanwhile: the request lapses, and the holder sees so.
        return lapse(cx, id, tx).await;
    }
    residency::erase(&mut tx, cx, user).await?;
    relative::revoke_all(&mut tx, user).await?;
    child::forsake(&mut tx, user).await?;
    upload::forget_owner(&mut tx, user).await?;
    let blind: Option<String> = on!(tx, |c| sqlx::query_scalar(PHONE_BLIND)
        .bind(user)
        .fetch_one(c)
        .await)?;
    if let Some(blind) = blind {
        execute!(tx, MESSAGES, blind.as_str())?;
        execute!(tx, CODES, blind.as_str(), user)?;
    }
    execute!(tx, STOP_ACTING, user)?;
    execute!(tx, BINDINGS, user, now)?;
    execute!(tx, GUARDIAN, user, now)?;
    execute!(tx, BASES, user, now)?;
    execute!(tx, SESSIONS, user)?;
    execute!(tx, DEVICES, user)?;
    execute!(tx, RECOVERY, user)?;
    execute!(tx, IDEMPOTENCY, user)?;
    execute!(tx, WORDS, user)?;
    execute!(
        tx,
        ANONYMISE,
        user,
        cx.keys().seal_for(Field::Name, user, "已注销"),
        now
    )?;
    tx.audit(Audit::new("accounts.account.erase", "account", user.0))
        .await?;
    news::tell(&mut tx, user, News::Erased).await?;
    tx.publish(db::Event {
        topic: "accounts".into(),
        kind: "accounts.account.erased",
        subject: Some(RecordId(user.0)),
        data: serde_json::json!({ "user": user }),
    })
    .await?;
    tx.commit().await?;
    Ok(true)
}

async fn lapse(cx: &Cx, id: RecordId, begun: Tx) -> Result<bool, AppError> {
    const LAPSE: &str = "update erasure_request set cancelled_at = $2 where id = $1 and done_at is null";
    drop(begun);
    let mut tx = cx.write().await?;
    let now = tx.now();
    execute!(tx, LAPSE, id, now)?;
    tx.commit().await?;
    Ok(false)
}
