//! Keys of programs that report by Open311: given at a unit, shown once, kept as a keyed digest, taken back.

use accounts::server::session::fresh_token;
use db::{Audit, Cx, EngineSql, Json, Tx, execute, on, rows};
use orgs::{model::Code, server::service};
use shared::{AppError, Cursor, Date, Page, RecordId, Timestamp};

use crate::model::{ClientForm, ClientRow, ClientsPage, NewKey, Unit};

/// Rows of a page.
const PAGE: usize = 50;
/// How a key begins: whoever finds one lying about knows what it is.
const BEGINS: &str = "linli_";
/// What of a key its owner is told to know it by.
const END: usize = 4;

const INSERT: &str = "insert into report_client (id, label, node_id, key_hash, key_end, per_day, created_at, created_by) \
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST: EngineSql = rows!(
    "select c.id, c.label, n.code as node_code, n.name as node_name, c.key_end, c.per_day, c.created_at, c.seen_on, c.revoked_at, \
     (select count(*) from matter m where m.client_id = c.id) as matters \
     from report_client c join node n on n.id = c.node_id where exists (select 1 from ",
    (lo: text, hi: text),
    " where n.path >= r.lo and n.path < r.hi) and c.id < $2 order by c.id desc limit $3"
);
const PATH: &str = "select n.path from report_client c join node n on n.id = c.node_id where c.id = $1 and c.revoked_at is null";
const REVOKE: &str =
    "update report_client set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null";
const BY_KEY: &str = "select c.id, n.code, n.path, c.per_day, c.seen_on from report_client c join node n on n.id = c.node_id \
    where c.key_hash = $1 and c.revoked_at is null";
const SEEN: &str = "update report_client set seen_on = $2 where id = $1";

/// A program that has come with its key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Client {
    pub id: RecordId,
    /// The unit at and below which it reports.
    pub code: Code,
    pub path: String,
    pub per_day: i64,
    seen_on: Option<Date>,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: RecordId,
    label: String,
    node_code: Code,
    node_name: String,
    key_end: String,
    per_day: i64,
    created_at: Timestamp,
    seen_on: Option<Date>,
    revoked_at: Option<Timestamp>,
    matters: i64,
}

/// What of a key is kept.
fn digest(cx: &Cx, key: &str) -> String {
    cx.keys().digest("open311.key", key)
}

/// The programs of the units where the viewer gives keys, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a page that is none, or what the database answers.
pub async fn page(cx: &Cx, after: &str) -> Result<ClientsPage, AppError> {
    let after = match after {
        "" => RecordId(uuid::Uuid::max()),
        text => {
            let cursor: Cursor = text.parse().map_err(|()| AppError::NotFound)?;
            RecordId(cursor.id)
        }
    };
    let mut tx = cx.read().await?;
    let sql = tx.sql(LIST);
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let found: Vec<Stored> = on!(tx, |c| sqlx::query_as(sql)
        .bind(Json(cx.scope.ranges()))
        .bind(after)
        .bind(most)
        .fetch_all(c)
        .await)?;
    let found = Page::cut(found, PAGE, |client| Cursor {
        key: String::new(),
        id: client.id.0,
    });
    let row = |client: Stored| ClientRow {
        id: client.id,
        label: client.label,
        unit: Unit {
            code: client.node_code.to_string(),
            name: client.node_name,
        },
        key_end: client.key_end,
        per_day: client.per_day,
        created: client.created_at,
        seen: client.seen_on,
        revoked: client.revoked_at,
        matters: client.matters,
    };
    Ok(ClientsPage {
        rows: Page {
            rows: found.rows.into_iter().map(row).collect(),
            next: found.next,
        },
    })
}

/// Gives a program a key. Nobody can read it again.
///
/// # Errors
/// [`AppError::NotFound`] for a unit outside the scope, [`AppError::Invalid`] by field.
pub async fn give(cx: &Cx, form: &ClientForm) -> Result<NewKey, AppError> {
    let new = form.read()?;
    let mut tx = cx.write().await?;
    let node = service::open(cx, &mut tx, &new.node).await?;
    let key = format!("{BEGINS}{}", fresh_token());
    let end = key.get(key.len().saturating_sub(END)..).unwrap_or_default();
    let (id, now, by): (RecordId, _, _) = (tx.id(), tx.now(), cx.who().user);
    let hash = digest(cx, &key);
    execute!(
        tx,
        INSERT,
        id,
        new.label.as_str(),
        node.id,
        hash.as_str(),
        end,
        new.per_day,
        now,
        by
    )?;
    tx.audit(Audit::new("reports.client.give", "report_client", id.0).at(&node.path))
        .await?;
    tx.commit().await?;
    Ok(NewKey {
        label: new.label,
        key,
    })
}

/// Takes a key back: from now on it opens nothing. What came through it stays.
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
    tx.audit(Audit::new("reports.client.revoke", "report_client", id.0).at(&path))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The program whose key this is.
///
/// # Errors
/// What the database answers.
pub async fn by_key(cx: &Cx, tx: &mut Tx, key: &str) -> Result<Option<Client>, AppError> {
    let hash = digest(cx, key);
    Ok(on!(tx, |c| sqlx::query_as(BY_KEY)
        .bind(hash.as_str())
        .fetch_optional(c)
        .await)?)
}

/// Notes the day on which a program came, once a day.
///
/// # Errors
/// What the database answers.
pub async fn seen(tx: &mut Tx, client: &Client) -> Result<(), AppError> {
    let today = tx.now().date();
    if client.seen_on != Some(today) {
        execute!(tx, SEEN, client.id, today)?;
    }
    Ok(())
}
