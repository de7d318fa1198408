//! The audit log with names, for the auditor.

use std::collections::HashMap;

use db::{
    Cx, EngineSql, Json,
    audit::{Deed, Entry, Filter, query},
    on, rows,
};
use leptos::prelude::use_context;
use shared::{AppError, Page, RecordId, UserId};

use super::account;
use crate::model::{AuditRow, Phone, RefusalReason, UnmaskReason};

const NAMES: EngineSql =
    rows!("select u.id, u.shown_name from user_account u join ", (id: uuid), " on r.id = u.id");

/// What every pillar calls what it notes. Later ones are not known here, so the server brings their words along with every request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deeds(pub &'static [&'static [Deed]]);

impl Deeds {
    /// What an action is called.
    fn called(self, action: &str) -> Option<&'static str> {
        let mut all = self.0.iter().copied().flatten();
        all.find(|(code, _)| *code == action).map(|(_, words)| *words)
    }

    /// The current request's; without any, actions have their codes alone.
    pub fn current() -> Self {
        use_context::<http::request::Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().copied())
            .unwrap_or_default()
    }
}

/// A filter from a form's fields.
///
/// # Errors
/// [`AppError::Invalid`] by field.
pub async fn filter(
    cx: &Cx,
    action: &str,
    phone: &str,
    record: &str,
    from: &str,
    to: &str,
) -> Result<Filter, AppError> {
    let date = |field: &str, text: &str| match text.trim() {
        "" => Ok(None),
        text => text
            .parse::<shared::Date>()
            .map(Some)
            .map_err(|_| AppError::invalid(field, "请选日期。")),
    };
    let record = match record.trim() {
        "" => None,
        text => Some(text.parse::<RecordId>().map_err(|_| {
            AppError::invalid(
                "record",
                "记录号不对。请在日志里点“只看这条记录”，或者照日志里的抄。",
            )
        })?),
    };
    let user = if phone.trim().is_empty() {
        None
    } else {
        let phone = Phone::parse("phone", phone)?;
        let mut tx = cx.read().await?;
        let found = account::by_phone(&mut tx, cx.keys(), &phone).await?;
        Some(
            found
                .ok_or_else(|| AppError::invalid("phone", "没有这个手机号的账号。"))?
                .id,
        )
    };
    let action = action.trim();
    Ok(Filter {
        user,
        record,
        action: (!action.is_empty()).then(|| action.to_owned()),
        from: date("from", from)?.map(shared::Date::start),
        until: date("to", to)?.map(|day| day.plus_days(1).start()),
    })
}

/// One page of the log, the newest first.
///
/// # Errors
/// [`AppError::Forbidden`] without the permission.
pub async fn list(
    cx: &Cx,
    deeds: Deeds,
    filter: &Filter,
    after: Option<&str>,
) -> Result<Page<AuditRow>, AppError> {
    let page = query::find(cx, filter, after).await?;
    let names = names(cx, &page.rows).await?;
    let mut words = query::words(cx, &page.rows).await?;
    let rows = page
        .rows
        .iter()
        .map(|entry| row(entry, deeds, &names, words.remove(&entry.id)))
        .collect();
    Ok(Page {
        rows,
        next: page.next,
    })
}

async fn names(cx: &Cx, entries: &[Entry]) -> Result<HashMap<UserId, String>, AppError> {
    let ids: Vec<serde_json::Value> = entries
        .iter()
        .flat_map(|entry| [entry.user_id, entry.acting_for])
        .flatten()
        .map(|id| serde_json::json!({ "id": id }))
        .collect();
    let mut tx = cx.read().await?;
    let sql = tx.sql(NAMES);
    let rows: Vec<(UserId, String)> = on!(tx, |c| sqlx::query_as(sql).bind(Json(&ids)).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

fn row(entry: &Entry, deeds: Deeds, names: &HashMap<UserId, String>, words: Option<String>) -> AuditRow {
    let name = |id: UserId| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let who = match (entry.user_id, entry.acting_for, &entry.system) {
        (Some(user), Some(resident), _) => format!("{}（代 {}）", name(user), name(resident)),
        (Some(user), None, _) => name(user),
        (None, _, Some(system)) => format!("系统：{system}"),
        (None, ..) => "未登录".into(),
    };
    let code = entry.reason.as_deref().unwrap_or_default();
    let reason = UnmaskReason::from_code(code)
        .map(UnmaskReason::label)
        .or_else(|| RefusalReason::from_code(code).map(RefusalReason::label))
        .or_else(|| code.parse::<shared::Role>().ok().map(shared::Role::label))
        .unwrap_or(code);
    AuditRow {
        id: entry.id,
        at: entry.created_at,
        who,
        action: entry.action.clone(),
        called: deeds.called(&entry.action).map(str::to_owned),
        kind: entry.kind.clone(),
        record: entry.record_id,
        reason: reason.to_owned(),
        words,
        device: entry.device_id,
        trace: entry.trace.clone(),
    }
}
