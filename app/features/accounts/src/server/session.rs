//! Sessions: an opaque token of 256 bits, of which only the SHA-256 is stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{
    Cx, DbError, House, Tx, access,
    crypt::{CryptError, Field},
    execute, on,
};
use sha2::{Digest, Sha256};
use shared::{
    Acting, Actor, AppError, Date, DeviceId, Grant, NodeId, Permission, RecordId, Role, Scope, SessionId,
    Timestamp, UserId,
};

use super::{
    Settings, account, cookie,
    news::{self, News},
};
use crate::model::{DeviceRow, limits_for};

/// How often at most `last_seen_at` is written, in microseconds.
const TOUCH: i64 = Timestamp::MINUTE;

/// A session that was just opened. The token is nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    pub id: SessionId,
    pub user: UserId,
    pub token: String,
    pub expires_at: Timestamp,
    /// Whether the account has a second factor to show.
    pub has_factor: bool,
    /// Whether a role asks for one.
    pub needs_factor: bool,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("id", &self.id)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// From where somebody signs in.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// `微信 · 安卓`
    pub label: String,
    /// The token that its cookie still held: the same device is recognised by it.
    pub last_token: Option<String>,
}

const NEW_DEVICE: &str = "insert into device (id, user_id, label, created_at) values ($1, $2, $3, $4)";
const ANY_DEVICE: &str = "select exists (select 1 from device where user_id = $1)";
const DEVICE_LABEL: &str = "select label from device where id = $1";
const DEVICE_OF_TOKEN: &str = "select device_id from session where token_hash = $1 and user_id = $2";
const END_OF_TOKEN: &str = "update session set revoked_at = $2 where token_hash = $1 and revoked_at is null";
const INSERT: &str = "insert into session (id, token_hash, user_id, device_id, created_at, last_seen_at, idle_us, expires_at) \
    values ($1, $2, $3, $4, $5, $5, $6, $7)";
// The bar of every page says how many notices are unread, which would be a statement of its own for each page. So this one counts them,
// no further than the bar tells apart, although the inbox is a later pillar; that both count alike is tried there.
const RESOLVE: &str = "select s.id as session, s.device_id as device, s.last_seen_at, s.idle_us, s.second_factor_at, s.acting_binding, \
    u.id as user_id, u.name, r.id as resident, r.name as resident_name, an.path as acting_path, \
    g.role, g.valid_to, g.delegation_id, n.id as node, n.code, n.name as node_name, n.path, \
    (select count(*) from (select 1 from notice x where x.user_id = u.id and x.read_at is null and x.expires_at > $2 limit 100) as own) as unread, \
    (select count(*) from (select 1 from notice x where x.user_id = r.id and x.read_at is null and x.expires_at > $2 and x.by_proxy \
    limit 100) as theirs) as resident_unread \
    from session s join user_account u on u.id = s.user_id and u.state = 'active' \
    left join user_account r on r.id = s.acting_for and r.state = 'active' \
    left join node an on an.id = s.acting_node \
    left join role_grant g on g.user_id = u.id and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) \
    left join node n on n.id = g.node_id \
    where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2";
const SEEN: &str = "update session set last_seen_at = $2 where id = $1 and last_seen_at < $3";
const REVOKE: &str =
    "update session set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null";
const REVOKE_ALL: &str = "update session set revoked_at = $3 where user_id = $1 and revoked_at is null and ($2 is null or id <> $2)";
const TIGHTEN: &str = "update session set idle_us = case when idle_us > $2 then $2 else idle_us end, \
    expires_at = case when expires_at > $3 then $3 else expires_at end where user_id = $1 and revoked_at is null";
const FACTOR: &str = "update session set second_factor_at = $2 where id = $1 and revoked_at is null";
const DEVICES: &str = "select s.id, s.device_id, d.label, s.created_at, s.last_seen_at, s.idle_us from session s join device d on d.id = s.device_id \
    where s.user_id = $1 and s.revoked_at is null and s.expires_at > $2 order by s.last_seen_at desc, s.id limit 100";

#[derive(sqlx::FromRow)]
struct Resolved {
    session: SessionId,
    device: DeviceId,
    last_seen_at: Timestamp,
    idle_us: i64,
    second_factor_at: Option<Timestamp>,
    acting_binding: Option<RecordId>,
    user_id: UserId,
    name: String,
    resident: Option<UserId>,
    resident_name: Option<String>,
    acting_path: Option<String>,
    role: Option<String>,
    valid_to: Option<Date>,
    delegation_id: Option<RecordId>,
    node: Option<NodeId>,
    code: Option<String>,
    node_name: Option<String>,
    path: Option<String>,
    unread: i64,
    resident_unread: i64,
}

impl Resolved {
    fn grant(&self) -> Option<Grant> {
        Some(Grant {
            role: self.role.as_deref()?.parse().ok()?,
            node: self.node?,
            code: self.code.clone()?,
            node_name: self.node_name.clone()?,
            path: self.path.clone()?,
            until: self.valid_to,
            delegated: self.delegation_id.is_some(),
        })
    }
}

/// Who comes with a session's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub actor: Actor,
    /// How many notices are unread in the inbox that they look into: their own, or that of whom they act for.
    pub unread: u32,
}

/// A fresh secret of 256 bits, fit for a cookie.
pub fn fresh_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What of a token is stored.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Opens a session for `user` in `browser`; the session that its cookie held before ends.
///
/// # Errors
/// As the database fails.
pub async fn open(tx: &mut Tx, user: UserId, browser: &Browser) -> Result<Opened, AppError> {
    let now = tx.now();
    let roles = account::roles_now(tx, user).await?;
    let limits = limits_for(&roles);
    let last = browser.last_token.as_deref().map(hash);
    let mut device: Option<DeviceId> = None;
    if let Some(last) = &last {
        device = on!(tx, |c| sqlx::query_scalar(DEVICE_OF_TOKEN)
            .bind(last)
            .bind(user)
            .fetch_optional(c)
            .await)?;
        execute!(tx, END_OF_TOKEN, last, now)?;
    }
    let device = match device {
        Some(device) => device,
        None => {
            let device: DeviceId = tx.id();
            let others: bool = on!(tx, |c| sqlx::query_scalar(ANY_DEVICE)
                .bind(user)
                .fetch_one(c)
                .await)?;
            if others {
                news::tell(tx, user, News::NewDevice { device }).await?;
            }
            execute!(tx, NEW_DEVICE, device, user, browser.label.as_str(), now)?;
            device
        }
    };
    let (id, token): (SessionId, String) = (tx.id(), fresh_token());
    let expires_at = now.plus(limits.absolute);
    execute!(
        tx,
        INSERT,
        id,
        hash(&token),
        user,
        device,
        now,
        limits.idle,
        expires_at
    )?;
    let has_factor = account::must(tx, user).await?.has_factor();
    let needs_factor = roles.iter().any(|role| role.needs_second_factor());
    Ok(Opened {
        id,
        user,
        token,
        expires_at,
        has_factor,
        needs_factor,
    })
}

/// Whose session `token` is, with the roles in force today; `None` for anything that is no live session.
///
/// One query. `last_seen_at` is written beside it, at most once a minute.
///
/// # Errors
/// As the database fails, or if the keys do not fit.
pub async fn resolve(house: &House, token: &str) -> Result<Option<Visit>, AppError> {
    // A token is 43 characters; anything else needs no look into the database.
    if token.len() != 43 {
        return Ok(None);
    }
    let cx = access::system(house, "session");
    let Some((visit, last_seen)) = find(&cx, &hash(token)).await? else {
        return Ok(None);
    };
    if cx.now().0 - last_seen.0 >= TOUCH {
        let session = visit.actor.session;
        // Not awaited: the page need not wait for the one writer.
        tokio::spawn(async move {
            if let Err(error) = touch(&cx, session).await {
                tracing::warn!(%session, %error, "last_seen_at was not written");
            }
        });
    }
    Ok(Some(visit))
}

/// The same by the [`hash`] of a token, without counting as use: whatever looks again and again by itself would keep a session
/// from ever being idle.
///
/// # Errors
/// As [`resolve`].
pub async fn look(house: &House, hashed: &str) -> Result<Option<Visit>, AppError> {
    let found = find(&access::system(house, "session"), hashed).await?;
    Ok(found.map(|(visit, _)| visit))
}

/// Whose session it is, and when it was last in use.
async fn find(cx: &Cx, hashed: &str) -> Result<Option<(Visit, Timestamp)>, AppError> {
    let now = cx.now();
    let mut tx = cx.look().await?;
    let rows: Vec<Resolved> = on!(tx, |c| sqlx::query_as(RESOLVE)
        .bind(hashed)
        .bind(now)
        .bind(now.date())
        .fetch_all(c)
        .await)?;
    drop(tx);
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    if now.0 - first.last_seen_at.0 > first.idle_us {
        return Ok(None);
    }
    let actor = actor(cx.house(), &rows, first)?;
    let unread = if actor.acting_for.is_some() {
        first.resident_unread
    } else {
        first.unread
    };
    let visit = Visit {
        actor,
        unread: u32::try_from(unread).unwrap_or_default(),
    };
    Ok(Some((visit, first.last_seen_at)))
}

fn actor(house: &House, rows: &[Resolved], first: &Resolved) -> Result<Actor, CryptError> {
    let mut actor = Actor {
        user: first.user_id,
        name: house.keys.open_for(Field::Name, first.user_id, &first.name)?,
        session: first.session,
        device: first.device,
        second_factor: first.second_factor_at.is_some(),
        grants: rows.iter().filter_map(Resolved::grant).collect(),
        acting_for: None,
    };
    if let (Some(user), Some(name)) = (first.resident, &first.resident_name) {
        // A worker's right to act ends with the role; a relative's with the binding, which ends the acting itself.
        let covered = |path: &String| actor.scope_of(Permission::ActFor).covers(path);
        if first.acting_binding.is_some() || first.acting_path.as_ref().is_some_and(covered) {
            actor.acting_for = Some(Acting {
                user,
                name: house.keys.open_for(Field::Name, user, name)?,
            });
        }
    }
    Ok(actor)
}

/// Notes that `session` is in use, unless that was noted within the last minute.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn touch(cx: &Cx, session: SessionId) -> Result<(), DbError> {
    let now = cx.now();
    let mut tx = cx.write().await?;
    execute!(tx, SEEN, session, now, now.plus(1 - TOUCH))?;
    tx.commit().await
}

/// Notes that the second factor was shown.
///
/// # Errors
/// [`AppError::Unauthenticated`] if the session has ended.
pub async fn show_factor(tx: &mut Tx, session: SessionId) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, FACTOR, session, now)? == 1 {
        Ok(())
    } else {
        Err(AppError::Unauthenticated)
    }
}

/// Ends one session of `user`.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such session of theirs.
pub async fn revoke(tx: &mut Tx, user: UserId, session: SessionId) -> Result<(), AppError> {
    let now = tx.now();
    if execute!(tx, REVOKE, session, user, now)? == 1 {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Ends all sessions of `user` but `keep`; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn revoke_all(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<u64, DbError> {
    let now = tx.now();
    execute!(tx, REVOKE_ALL, user, keep, now)
}

/// Shortens the sessions of somebody who was given a role with stricter limits.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn tighten(tx: &mut Tx, user: UserId, roles: &[Role]) -> Result<(), DbError> {
    let limits = limits_for(roles);
    let end = tx.now().plus(limits.absolute);
    execute!(tx, TIGHTEN, user, limits.idle, end)?;
    Ok(())
}

/// The devices on which `user` is signed in, the last used first.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn devices(tx: &mut Tx, user: UserId, here: Option<SessionId>) -> Result<Vec<DeviceRow>, DbError> {
    type Row = (SessionId, DeviceId, String, Timestamp, Timestamp, i64);
    let now = tx.now();
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(DEVICES)
        .bind(user)
        .bind(now)
        .fetch_all(c)
        .await)?;
    Ok(rows
        .into_iter()
        .filter(|(.., last_seen, idle)| now.0 - last_seen.0 <= *idle)
        .map(|(session, device, label, since, last_seen, _)| DeviceRow {
            session,
            device,
            label,
            since,
            last_seen,
            here: Some(session) == here,
        })
        .collect())
}

/// What kind of browser a device is; `None` once its account is gone.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn device_label(tx: &mut Tx, device: DeviceId) -> Result<Option<String>, DbError> {
    on!(tx, |c| sqlx::query_scalar(DEVICE_LABEL)
        .bind(device)
        .fetch_optional(c)
        .await)
}

/// Sends the session's cookie with the current answer.
///
/// # Errors
/// As [`cookie::set`].
pub fn send_cookie(opened: &Opened, now: Timestamp) -> Result<(), AppError> {
    cookie::send(
        cookie::Jar::Session,
        &opened.token,
        cookie::seconds_until(opened.expires_at, now),
    )
}

/// The session's token among a request's headers; for the server's middleware.
pub fn token(headers: &http::HeaderMap, settings: Settings) -> Option<String> {
    cookie::read(cookie::Jar::Session, settings, headers)
}

/// The subtree in which `actor` may act for residents.
pub fn act_scope(actor: &Actor) -> Scope {
    actor.scope_of(Permission::ActFor)
}

/// What kind of browser a `User-Agent` names, coarsely: enough to recognise one's own, too little to follow anybody.
pub fn label(user_agent: &str) -> String {
    let has = |text: &str| user_agent.contains(text);
    let browser = if has("MicroMessenger") {
        "微信"
    } else if has("Edg") {
        "Edge"
    } else if has("Firefox") {
        "Firefox"
    } else if has("Chrome") {
        "Chrome"
    } else if has("Safari") {
        "Safari"
    } else {
        "浏览器"
    };
    let system = if has("HarmonyOS") || has("OpenHarmony") {
        "鸿蒙"
    } else if has("Android") {
        "安卓"
    } else if has("iPhone") || has("iPad") {
        "苹果手机或平板"
    } else if has("Windows") {
        "Windows 电脑"
    } else if has("Mac OS") {
        "苹果电脑"
    } else if has("Linux") {
        "Linux 电脑"
    } else {
        "其他设备"
    };
    format!("{browser} · {system}")
}
