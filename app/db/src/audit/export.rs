//! The log as a file: CSV for a spreadsheet, or a JSON object a line for a machine.

use futures::{Stream, stream};
use shared::{AppError, Permission, RecordId, Timestamp};

use super::{Audit, Entry, Filter, query::rows_before};
use crate::{Cx, DbError};

/// Rows read at a time.
const PAGE: usize = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

impl Format {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "audit.csv",
            Self::JsonLines => "audit.jsonl",
        }
    }
}

/// The entries that fit `filter`, newest first, inside the scope of `cx`, a page a chunk. The export is itself noted
/// in the log, before the first byte.
///
/// # Errors
/// What [`Cx::must_hold`] says without [`Permission::AuditExport`]; then in the stream [`DbError::Sql`].
pub async fn export(
    cx: &Cx,
    filter: Filter,
    format: Format,
) -> Result<impl Stream<Item = Result<Vec<u8>, DbError>> + Send + use<>, AppError> {
    cx.must_hold(Permission::AuditExport)?;
    let mut tx = cx.write().await?;
    tx.audit(Audit::new("core.audit.export", "audit", None)).await?;
    tx.commit().await?;
    let begin = Some((i64::MAX, RecordId(uuid::Uuid::max()), true));
    Ok(stream::try_unfold(
        (cx.clone(), filter, begin),
        move |(cx, filter, state)| async move {
            let Some((at, id, first)) = state else {
                return Ok(None);
            };
            // A transaction a page: an export that is read slowly must not hold a snapshot for hours.
            let rows = rows_before(&mut cx.read().await?, &cx, &filter, at, id, PAGE).await?;
            let next = (rows.len() == PAGE)
                .then(|| rows.last().map(|e| (e.created_at.0, e.id, false)))
                .flatten();
            Ok(Some((render(&rows, format, first), (cx, filter, next))))
        },
    ))
}

fn render(rows: &[Entry], format: Format, first: bool) -> Vec<u8> {
    let mut text = String::new();
    if format == Format::Csv && first {
        // The byte order mark tells spreadsheets that it is UTF-8.
        text.push_str(
            "\u{feff}序号,时间,用户,代办对象,设备,系统任务,追踪号,操作,类别,记录,涉及居民,位置,理由\r\n",
        );
    }
    for e in rows {
        match format {
            Format::Csv => {
                let id = |id: Option<String>| id.unwrap_or_default();
                let cells = [
                    e.number.map(|n| n.to_string()).unwrap_or_default(),
                    Timestamp(e.created_at.0).rfc3339(),
                    id(e.user_id.map(|i| i.to_string())),
                    id(e.acting_for.map(|i| i.to_string())),
                    id(e.device_id.map(|i| i.to_string())),
                    id(e.system.clone()),
                    e.trace.clone(),
                    e.action.clone(),
                    e.kind.clone(),
                    id(e.record_id.map(|i| i.to_string())),
                    id(e.subject_id.map(|i| i.to_string())),
                    id(e.path.clone()),
                    id(e.reason.clone()),
                ];
                text.push_str(&cells.map(|c| cell(&c)).join(","));
                text.push_str("\r\n");
            }
            Format::JsonLines => {
                text.push_str(&serde_json::to_string(e).unwrap_or_default());
                text.push('\n');
            }
        }
    }
    text.into_bytes()
}

/// A quoted CSV cell (RFC 4180) that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    format!(
        "\"{}{}\"",
        if formula { "'" } else { "" },
        text.replace('"', "\"\"")
    )
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_text_to_a_spreadsheet() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(cell("32/3205/"), "\"32/3205/\"");
    }
}
