//! Platforms that send orders, and their keys: given at a unit, shown once, sealed, taken back.

use accounts::server::session::fresh_token;
use db::{Audit, Cx, EngineSql, Json, Tx, crypt::Field, execute, on, rows};
use orgs::{model::Code, server::service};
use shared::{AppError, Date, RecordId, Timestamp};

use crate::model::{NewPlatformKey, PlatformForm, PlatformRow, Unit};

/// Platforms of a page: a deployment has a handful.
const MOST: i64 = 200;

const INSERT: &str = "insert into report_platform (id, label, node_id, secret, created_at, created_by) values ($1, $2, $3, $4, $5, $6)";
const LIST: EngineSql = rows!(
    "select p.id, p.label, n.code as node_code, n.name as node_name, p.created_at, p.seen_on, p.revoked_at, \
     (select count(*) from report_order o where o.platform_id = p.id) as orders \
     from report_platform p join node n on n.id = p.node_id where exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) order by p.id desc limit $2"
);
const PATH: &str = "select n.path from report_platform p join node n on n.id = p.node_id where p.id = $1 and p.revoked_at is null";
const REVOKE: &str =
    "update report_platform set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null";
const BY_ID: &str = "select p.id, p.label, n.code, n.path, p.secret, p.seen_on from report_platform p join node n on n.id = p.node_id \
    where p.id = $1 and p.revoked_at is null";
const IN_USE: &str = "select p.id, p.label, n.path from report_platform p join node n on n.id = p.node_id where p.revoked_at is null \
    order by p.label, p.id limit $1";
const SEEN: &str = "update report_platform set seen_on = $2 where id = $1";

/// A platform whose key is in use.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Platform {
    pub id: RecordId,
    pub label: String,
    /// The unit at and below which its orders are.
    pub code: Code,
    pub path: String,
    secret: String,
    seen_on: Option<Date>,
}

impl Platform {
    /// What it signs with.
    pub(super) fn secret(&self, cx: &Cx) -> Result<String, AppError> {
        Ok(cx.keys().open_for(Field::Note, self.id, &self.secret)?)
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: RecordId,
    label: String,
    node_code: Code,
    node_name: String,
    created_at: Timestamp,
    seen_on: Option<Date>,
    revoked_at: Option<Timestamp>,
    orders: i64,
}

/// The platforms of the units where the viewer gives keys, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list(cx: &Cx) -> Result<Vec<PlatformRow>, AppError> {
    let mut tx = cx.read().await?;
    let sql = tx.sql(LIST);
    let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(MOST)
        .fetch_all(c)
        .await)?;
    let row = |one: Stored| PlatformRow {
        id: one.id,
        label: one.label,
        unit: Unit {
            code: one.node_code.to_string(),
            name: one.node_name,
        },
        created: one.created_at,
        seen: one.seen_on,
        revoked: one.revoked_at,
        orders: one.orders,
    };
    Ok(found.into_iter().map(row).collect())
}

/// Gives a platform a key. Nobody can read it again.
///
/// # Errors
/// [`AppError::NotFound`] for a unit outside the scope, [`AppError::Invalid`] by field.
pub async fn give(cx: &Cx, form: &PlatformForm) -> Result<NewPlatformKey, AppError> {
    let (label, code) = form.read()?;
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, &code).await?;
    let key = fresh_token();
    let (id, now, by): (RecordId, _, _) = (tx.id(), tx.now(), cx.who().user);
    let sealed = cx.keys().seal_for(Field::Note, id, &key);
    execute!(tx, INSERT, id, label.as_str(), node.id, sealed.as_str(), now, by)?;
    tx.audit(Audit::new("reports.platform.give", "report_platform", id.0).at(&node.path))
        .await?;
    tx.commit().await?;
    Ok(NewPlatformKey { label, id, key })
}

/// Takes a key back: from now on it opens nothing. Its orders stay.
///
/// # Errors
/// [`AppError::NotFound`] for one outside the scope, or that was taken back.
pub async fn revoke(cx: &Cx, id: &str) -> Result<(), AppError> {
    let id: RecordId = id.trim().parse().map_err(|_| AppError::NotFound)?;
    let mut tx = cx.write().await?;
    let path: Option<String> = on!(tx, |c| sqlx::query_scalar(PATH).bind(id).fetch_optional(c).await)?;
    let path = path.ok_or(AppError::NotFound)?;
    cx.must_cover(&path)?;
    let (now, by) = (tx.now(), cx.who().user);
    if execute!(tx, REVOKE, id, now, by)? == 0 {
        return Err(AppError::NotFound);
    }
    tx.audit(Audit::new("reports.platform.revoke", "report_platform", id.0).at(&path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// A platform whose key is in use.
///
/// # Errors
/// What the database answers.
pub async fn by_id(tx: &mut Tx, id: RecordId) -> Result<Option<Platform>, AppError> {
    Ok(on!(tx, |c| sqlx::query_as(BY_ID)
        .bind(id)
        .fetch_optional(c)
        .await)?)
}

/// Those whose files the viewer may import: what lies at, above or below one of their units.
///
/// # Errors
/// What the database answers.
pub async fn of_files(cx: &Cx, tx: &mut Tx) -> Result<Vec<(RecordId, String)>, AppError> {
    let found: Vec<(RecordId, String, String)> =
        on!(tx, |c| sqlx::query_as(IN_USE).bind(MOST).fetch_all(c).await)?;
    let beside =
        |path: &str| cx.scope.covers(path) || cx.scope.paths().iter().any(|own| own.starts_with(path));
    let mine = found.into_iter().filter(|(_, _, path)| beside(path));
    Ok(mine.map(|(id, label, _)| (id, label)).collect())
}

/// Notes the day on which it came, once a day.
///
/// # Errors
/// What the database answers.
pub async fn seen(tx: &mut Tx, platform: &Platform) -> Result<(), AppError> {
    let today = tx.now().date();
    if platform.seen_on != Some(today) {
        execute!(tx, SEEN, platform.id, today)?;
    }
    Ok(())
}
