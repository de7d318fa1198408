//! Reading the log: by the auditor, and by each person about themselves.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::{AppError, Cursor, DeviceId, Page, Permission, RecordId, Timestamp, UserId};

use crate::{Cx, DbError, EngineSql, Json, Tx, on};

/// The columns of [`Entry`].
pub(super) const COLUMNS: &str = "id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, \
    subject_id, path, reason, batch, number, hash";
/// Rows a page.
pub const PAGE: usize = 100;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Entry {
    pub id: RecordId,
    pub created_at: Timestamp,
    pub user_id: Option<UserId>,
    pub acting_for: Option<UserId>,
    pub device_id: Option<DeviceId>,
    /// The job or command that acted by itself.
    pub system: Option<String>,
    pub trace: String,
    pub action: String,
    pub kind: String,
    pub record_id: Option<RecordId>,
    pub subject_id: Option<UserId>,
    pub path: Option<String>,
    pub reason: Option<String>,
    pub batch: Option<i64>,
    pub number: Option<i64>,
    pub hash: Option<String>,
}

/// What is looked for; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub user: Option<UserId>,
    pub record: Option<RecordId>,
    /// What the action begins with: `orgs.`, `orgs.node.rename`.
    pub action: Option<String>,
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
}

// A filter that is not set is bound as null. Entries without a place (settings, sign-in of somebody who has none)
// hold ids and codes only and are every auditor's to see. (`json_each` has a column `path` of its own.)
const FIND: EngineSql = EngineSql {
    sqlite: concat!(
        "select id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, path, \
         reason, batch, number, hash from audit_entry where (path is null or exists (select 1 from json_each($1) s \
         where audit_entry.path >= s.value ->> '$.lo' and audit_entry.path < s.value ->> '$.hi'))",
        " and ($2 is null or user_id = $2) and ($3 is null or record_id = $3)",
        " and ($4 is null or substr(action, 1, length($4)) = $4)",
        " and created_at >= $5 and created_at < $6 and (created_at, id) < ($7, $8)",
        " order by created_at desc, id desc limit $9"
    ),
    postgres: concat!(
        "select id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, path, \
         reason, batch, number, hash from audit_entry where (path is null or exists (select 1 from \
         jsonb_to_recordset($1) as s(lo text, hi text) \
         where path >= s.lo collate \"C\" and path < s.hi collate \"C\"))",
        " and ($2::uuid is null or user_id = $2) and ($3::uuid is null or record_id = $3)",
        " and ($4::text is null or left(action, length($4)) = $4)",
        " and created_at >= $5 and created_at < $6 and (created_at, id) < ($7, $8)",
        " order by created_at desc, id desc limit $9"
    ),
};
const WORDS: EngineSql =
    crate::rows!("select w.audit_id, w.words from audit_words w join ", (id: uuid), " on r.id = w.audit_id");
const ABOUT: &str = "select id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, \
    path, reason, batch, number, hash from audit_entry \
    where (subject_id = $1 or record_id = $2 or acting_for = $1) and (user_id is null or user_id <> $1) \
    and (created_at, id) < ($3, $4) order by created_at desc, id desc limit $5";

fn cursor_of(entry: &Entry) -> Cursor {
    Cursor {
        key: entry.created_at.0.to_string(),
        id: entry.id.0,
    }
}

/// Where a page begins: below everything for the first one.
fn start(cursor: Option<&str>) -> Result<(i64, RecordId), AppError> {
    let Some(text) = cursor else {
        return Ok((i64::MAX, RecordId(uuid::Uuid::max())));
    };
    let bad = || AppError::invalid("cursor", "翻页位置不对，请从第一页看起。");
    let cursor: Cursor = text.parse().map_err(|()| bad())?;
    Ok((cursor.key.parse().map_err(|_| bad())?, RecordId(cursor.id)))
}

/// The entries that fit `filter`, newest first, inside the scope of `cx`.
///
/// # Errors
/// What [`Cx::must_hold`] says without [`Permission::AuditRead`]; [`AppError::Invalid`] for a cursor that is none.
pub async fn find(cx: &Cx, filter: &Filter, cursor: Option<&str>) -> Result<Page<Entry>, AppError> {
    cx.must_hold(Permission::AuditRead)?;
    let (at, id) = start(cursor)?;
    let rows = rows_before(&mut cx.read().await?, cx, filter, at, id, PAGE + 1).await?;
    Ok(Page::cut(rows, PAGE, cursor_of))
}

/// The words that were given as a reason for `entries`, by entry. They are no part of an entry, nor of its hash, and may have been
/// erased since, with whom they were about: so whoever wants them asks for them apart.
///
/// # Errors
/// As [`find`].
pub async fn words(cx: &Cx, entries: &[Entry]) -> Result<HashMap<RecordId, String>, AppError> {
    cx.must_hold(Permission::AuditRead)?;
    let ids: Vec<serde_json::Value> = entries
        .iter()
        .map(|entry| serde_json::json!({ "id": entry.id }))
        .collect();
    let mut tx = cx.read().await?;
    let sql = tx.sql(WORDS);
    let rows: Vec<(RecordId, String)> = on!(tx, |c| sqlx::query_as(sql).bind(Json(&ids)).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn rows_before(
    tx: &mut Tx,
    cx: &Cx,
    filter: &Filter,
    at: i64,
    id: RecordId,
    limit: usize,
) -> Result<Vec<Entry>, DbError> {
    let sql = tx.sql(FIND);
    let from = filter.from.map_or(i64::MIN, |t| t.0);
    let until = filter.until.map_or(i64::MAX, |t| t.0);
    on!(tx, |c| {
        sqlx::query_as(sql)
            .bind(Json(cx.scope.ranges()))
            .bind(filter.user)
            .bind(filter.record)
            .bind(filter.action.as_deref())
            .bind(from)
            .bind(until)
            .bind(at)
            .bind(id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(c)
            .await
    })
}

/// Who looked at the data of the signed-in person, or did something on their behalf: everything but their own doing.
///
/// # Errors
/// [`AppError::Unauthenticated`]; [`AppError::Invalid`] for a cursor that is none.
pub async fn about_me(cx: &Cx, cursor: Option<&str>) -> Result<Page<Entry>, AppError> {
    let me = cx.subject()?;
    let (at, id) = start(cursor)?;
    let mut tx = cx.read().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = on!(tx, |c| {
        sqlx::query_as(ABOUT)
            .bind(me)
            .bind(RecordId(me.0))
            .bind(at)
            .bind(id)
            .bind(limit)
            .fetch_all(c)
            .await
    })?;
    Ok(Page::cut(rows, PAGE, cursor_of))
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod store;
