//! The devices that take pushes. One lives as long as the session in which it was asked for: where somebody signs out, or is signed out
//! from elsewhere, nothing is pushed any more. A session that only rests is alive: what is pushed says nothing that a lock
//! screen must not show, and whoever presses it has to sign in.

use accounts::server::act;
use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use serde::{Deserialize, Serialize};
use shared::{AppError, RecordId, SessionId, Timestamp, UserId};

use super::{Address, Hosts, Push};

/// Devices of one person that are pushed to at most.
const MOST: i64 = 20;

/// What of a subscription is sealed. The public key is the one that it was made for: with another it is of no use.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sealed {
    endpoint: String,
    p256dh: String,
    auth: String,
    key: String,
}

/// A device that takes pushes, as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Device {
    pub id: RecordId,
    sealed: String,
}

macro_rules! live_sql {
    ($what:literal, $which:literal) => {
        concat!(
            "select ",
            $what,
            " from push_subscription p join session s on s.id = p.session_id and s.user_id = p.user_id \
             and s.revoked_at is null and s.expires_at > $2 where p.user_id = $1",
            $which
        )
    };
}

const LIVE: &str = live_sql!(
    "p.id, p.sealed",
    " order by p.created_at desc, p.id desc limit $3"
);
const ONE: &str = live_sql!("p.id, p.sealed", " and p.id = $3");
const SINCE: &str = live_sql!("p.created_at", " order by p.created_at");
const HERE: &str = "select sealed, id from push_subscription where session_id = $1 and user_id = $2";
// The same browser again, perhaps in another session or with somebody else.
const KEEP: &str = "insert into push_subscription (id, user_id, session_id, endpoint_hash, sealed, created_at) values ($1, $2, $3, $4, $5, $6) \
    on conflict (endpoint_hash) do update set id = excluded.id, user_id = excluded.user_id, session_id = excluded.session_id, \
    sealed = excluded.sealed, created_at = excluded.created_at";
const LEAVE: &str =
    "delete from push_subscription where session_id = $1 and user_id = $2 and endpoint_hash <> $3";
const FORGET: &str = "delete from push_subscription where id = $1";
const ERASE: &str = "delete from push_subscription where user_id = $1";
const SWEEP: &str = "delete from push_subscription where not exists (select 1 from session s where s.id = push_subscription.session_id \
    and s.user_id = push_subscription.user_id and s.revoked_at is null and s.expires_at > $1)";

/// The session that somebody is signed in with, on whichever device.
fn here(cx: &Cx) -> Result<(UserId, SessionId), AppError> {
    let actor = cx.actor.as_ref().ok_or(AppError::Unauthenticated)?;
    Ok((actor.user, actor.session))
}

/// Has notices pushed to this device, by what its browser says.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, [`AppError::Invalid`] for an address that is none or of a service that is not allowed,
/// or as the database fails.
pub async fn begin(cx: &Cx, push: &Push, endpoint: &str, p256dh: &str, auth: &str) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let (user, session) = here(cx)?;
    let to = Address::read(push.hosts(), endpoint, p256dh, auth).ok_or_else(|| {
        AppError::invalid(
            "",
            "这个浏览器的通知服务这里用不了。消息照常在“消息”里，短信照发。",
        )
    })?;
    let endpoint = to.endpoint.to_string();
    let mut tx = cx.write().await?;
    let (id, now): (RecordId, _) = (tx.id(), tx.now());
    let sealed = Sealed {
        endpoint: endpoint.clone(),
        p256dh: p256dh.to_owned(),
        auth: auth.to_owned(),
        key: push.public_key().to_owned(),
    };
    let sealed = serde_json::to_string(&sealed).map_err(|error| db::internal(&error))?;
    let sealed = tx.keys().seal_for(Field::Note, id, &sealed);
    let hash = tx.keys().digest("push", &endpoint);
    execute!(tx, KEEP, id, user, session, &hash, &sealed, now)?;
    execute!(tx, LEAVE, session, user, &hash)?;
    tx.commit().await?;
    Ok(())
}

/// Has nothing pushed to this device any more.
///
/// # Errors
/// [`AppError::Conflict`] while acting for somebody, or as the database fails.
pub async fn end(cx: &Cx) -> Result<(), AppError> {
    act::not_while_acting(cx)?;
    let (user, session) = here(cx)?;
    let mut tx = cx.write().await?;
    execute!(tx, LEAVE, session, user, "")?;
    tx.commit().await?;
    Ok(())
}

/// Whether notices are pushed to this device.
///
/// # Errors
/// As the database fails.
pub async fn is_here(cx: &Cx, tx: &mut Tx, push: &Push) -> Result<bool, AppError> {
    let (user, session) = here(cx)?;
    let found: Vec<(String, RecordId)> = on!(tx, |c| sqlx::query_as(HERE)
        .bind(session)
        .bind(user)
        .fetch_all(c)
        .await)?;
    for (sealed, id) in found {
        if open(tx, id, &sealed)?.key == push.public_key() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn open(tx: &Tx, id: RecordId, sealed: &str) -> Result<Sealed, AppError> {
    let json = tx.keys().open_for(Field::Note, id, sealed)?;
    serde_json::from_str(&json).map_err(|error| db::internal(&error))
}

/// The devices that `user` is signed in on and that take pushes.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn live(tx: &mut Tx, user: UserId) -> Result<Vec<Device>, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_as(LIVE)
        .bind(user)
        .bind(now)
        .bind(MOST)
        .fetch_all(c)
        .await)
}

/// One of them.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn one(tx: &mut Tx, user: UserId, id: RecordId) -> Result<Option<Device>, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_as(ONE)
        .bind(user)
        .bind(now)
        .bind(id)
        .fetch_optional(c)
        .await)
}

/// Where it is pushed to; none where the operator has another key since, or no longer allows its service.
///
/// # Errors
/// As the keys do not fit.
pub fn address(tx: &Tx, device: &Device, push: &Push) -> Result<Option<Address>, AppError> {
    let sealed = open(tx, device.id, &device.sealed)?;
    if sealed.key != push.public_key() {
        return Ok(None);
    }
    Ok(read(push.hosts(), &sealed))
}

fn read(hosts: &Hosts, sealed: &Sealed) -> Option<Address> {
    Address::read(hosts, &sealed.endpoint, &sealed.p256dh, &sealed.auth)
}

/// Since when the devices of `user` take pushes, for the export of their data.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn since(tx: &mut Tx, user: UserId) -> Result<Vec<Timestamp>, DbError> {
    let now = tx.now();
    on!(tx, |c| sqlx::query_scalar(SINCE)
        .bind(user)
        .bind(now)
        .fetch_all(c)
        .await)
}

/// Forgets a device that does not take pushes any more.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn forget(tx: &mut Tx, id: RecordId) -> Result<(), DbError> {
    execute!(tx, FORGET, id)?;
    Ok(())
}

/// Forgets those whose session has ended; how many.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn sweep(tx: &mut Tx) -> Result<u64, DbError> {
    let now = tx.now();
    execute!(tx, SWEEP, now)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn erase(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    execute!(tx, ERASE, user)?;
    Ok(())
}
