//! Staff from a CSV file: every faulty line is named, and all of it is applied or nothing.

use std::collections::{HashMap, HashSet};

use db::{Audit, Cx, Tx};
use encoding_rs::{GB18030, UTF_8};
use leptos::server_fn::codec::MultipartData;
use orgs::server::{import::lines::LineCount, sent::soon};
use shared::{AppError, Date, Permission, Role};

use super::{
    account, act, basis,
    limit::{self, Limit},
    role::{self, NewGrant},
};
use crate::model::{DataKind, ImportReport, LineFault, Phone, StaffRow, check_name};

/// The largest file, in bytes.
pub const LARGEST: usize = 2 * 1024 * 1024;
/// The most lines.
const MOST_LINES: u64 = 5_000;

/// The byte order mark in GB18030, which some programs write.
const GB18030_MARK: &[u8] = b"\x84\x31\x95\x33";

/// A file that cannot be read at all.
fn unreadable(text: &str) -> AppError {
    AppError::invalid("file", text)
}

/// The text of a file in UTF-8 (with or without byte order mark) or GB18030.
///
/// # Errors
/// [`AppError::Invalid`] on `file` for any other encoding, and for spreadsheets.
pub fn decode(bytes: &[u8]) -> Result<String, AppError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(unreadable("这是 Excel 文件。请另存为 CSV 再传。"));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err(unreadable("文件的编码不对。请另存为 CSV UTF-8 再传。"));
    }
    let (text, faulty) = UTF_8.decode_with_bom_removal(bytes);
    if !faulty {
        return Ok(text.into_owned());
    }
    let (text, faulty) =
        GB18030.decode_without_bom_handling(bytes.strip_prefix(GB18030_MARK).unwrap_or(bytes));
    if faulty {
        Err(unreadable("文件的编码不对。请另存为 CSV UTF-8 再传。"))
    } else {
        Ok(text.into_owned())
    }
}

/// Reads the lines. Those that are right by themselves are returned, the others noted in `faults`.
///
/// # Errors
/// [`AppError::Invalid`] on `file` if the header is not the one, or there are too many lines.
pub fn read(text: &str, report: &mut ImportReport) -> Result<Vec<StaffRow>, AppError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|_| unreadable("文件读不出来，请另存为 CSV 再传。"))?
        .clone();
    if !header.iter().eq(StaffRow::COLUMNS) {
        return Err(unreadable(&format!(
            "第 1 行应为：{}。",
            StaffRow::COLUMNS.join("，")
        )));
    }
    let mut rows = Vec::new();
    let mut lines = LineCount::of(text);
    for record in reader.records() {
        let Ok(record) = record else {
            return Err(unreadable("文件读不出来：引号没有成对。请另存为 CSV 再传。"));
        };
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        report.lines += 1;
        if report.lines > MOST_LINES {
            return Err(unreadable(&format!("一次最多 {MOST_LINES} 行，请分成几个文件。")));
        }
        match row(line, &record) {
            Ok(row) => rows.push(row),
            Err(faults) => faults.into_iter().for_each(|fault| note(report, fault)),
        }
    }
    if report.lines == 0 {
        return Err(unreadable("文件里没有人。"));
    }
    Ok(rows)
}

fn note(report: &mut ImportReport, fault: LineFault) {
    if report.faults.len() < ImportReport::MAX_FAULTS {
        report.faults.push(fault);
    } else {
        report.more_faults += 1;
    }
}

/// Whether a spreadsheet would run a cell as a formula.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '@', '\t', '\r'])
        || (cell.starts_with(['+', '-'])
            && !cell[1..]
                .chars()
                .all(|c| c.is_ascii_digit() || c == ' ' || c == '-'))
}

fn row(line: u64, record: &csv::StringRecord) -> Result<StaffRow, Vec<LineFault>> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, reason: String| {
        faults.push(LineFault {
            line,
            field: field.to_owned(),
            reason,
        })
    };
    if record.len() != StaffRow::COLUMNS.len() {
        fault(
            "",
            format!(
                "应有 {} 列，这一行有 {} 列。",
                StaffRow::COLUMNS.len(),
                record.len()
            ),
        );
        return Err(faults);
    }
    for (column, cell) in StaffRow::COLUMNS.iter().zip(record.iter()) {
        if is_formula(cell) {
            fault(column, "单元格里是公式，请改成文字。".into());
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut fault = |field: &str, reason: String| {
        faults.push(LineFault {
            line,
            field: field.to_owned(),
            reason,
        })
    };
    let cell = |at: usize| record.get(at).unwrap_or_default();
    let name = check_name("", cell(0))
        .map_err(|error| fault("姓名", error.message()))
        .unwrap_or_default();
    let phone = Phone::parse("", cell(1))
        .map_err(|error| fault("手机号", error.message()))
        .ok();
    let found = Role::ALL
        .iter()
        .copied()
        .find(|role| role.label() == cell(2) || role.code() == cell(2));
    let allowed = found.filter(|role| StaffRow::may_be_imported(*role));
    if allowed.is_none() {
        let text = match found {
            Some(role) => format!("{}不能导入，请由安全管理员授予。", role.label()),
            None => format!("没有“{}”这个角色。", cell(2)),
        };
        fault("角色", text);
    }
    let code = cell(3);
    if code.is_empty() || code.len() > 20 || !code.bytes().all(|b| b.is_ascii_digit()) {
        fault("机构代码", "机构代码应为数字。".into());
    }
    let from = cell(4).parse::<Date>().ok();
    if from.is_none() {
        fault("开始日期", "日期应写成 2026-01-31 这样。".into());
    }
    let to = cell(5).parse::<Date>().ok();
    if to.is_none() && !cell(5).is_empty() {
        fault("结束日期", "日期应写成 2026-01-31 这样，长期的留空。".into());
    }
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        fault("结束日期", "结束日期早于开始日期。".into());
    }
    match (phone, allowed, from) {
        (Some(phone), Some(role), Some(from)) if faults.is_empty() => Ok(StaffRow {
            line,
            name,
            phone,
            role,
            node_code: code.to_owned(),
            from,
            to,
        }),
        _ => Err(faults),
    }
}

/// The file of a form, and whether it is to be applied.
///
/// # Errors
/// [`AppError::TooLarge`], or [`AppError::Invalid`] on `file` if there is none or it does not come.
pub async fn receive(data: MultipartData) -> Result<(Vec<u8>, bool), AppError> {
    let broken = || unreadable("文件没有传完，请再试一次。");
    let mut form = data.into_inner().ok_or_else(broken)?;
    let (mut file, mut apply) = (None, false);
    while let Some(mut field) = soon(form.next_field()).await?.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = soon(field.chunk()).await?.map_err(|_| broken())? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err(AppError::TooLarge);
            }
        }
        match name.as_str() {
            "file" => file = Some(bytes),
            "apply" => apply = bytes == b"true",
            _ => {}
        }
    }
    let file = file
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| unreadable("请选一个文件。"))?;
    Ok((file, apply))
}

/// Imports a file, or with `dry` only says what it would do. With a single fault nothing is changed.
///
/// # Errors
/// [`AppError::Invalid`] on `file` if it cannot be read at all; faults of lines are in the report.
pub async fn import(cx: &Cx, bytes: &[u8], dry: bool) -> Result<ImportReport, AppError> {
    act::not_while_acting(cx)?;
    if let Some(user) = cx.who().user {
        limit::take(cx, Limit::Import, &user.to_string()).await?;
    }
    if bytes.len() > LARGEST {
        return Err(AppError::TooLarge);
    }
    let mut report = ImportReport::default();
    let rows = read(&decode(bytes)?, &mut report)?;
    let mut tx = cx.write().await?;
    // The rows are applied also in a dry run, in a transaction that is then dropped: so it finds what applying would.
    apply(&mut tx, cx, &rows, &mut report).await?;
    if report.faults.is_empty() && !dry {
        tx.audit(Audit::new("accounts.staff.import", "import", None))
            .await?;
        tx.commit().await?;
        report.applied = true;
    }
    report.faults.sort_by_key(|fault| fault.line);
    Ok(report)
}

async fn apply(tx: &mut Tx, cx: &Cx, rows: &[StaffRow], report: &mut ImportReport) -> Result<(), AppError> {
    let mut places: HashMap<&str, Option<role::Place>> = HashMap::new();
    let mut seen: HashSet<(String, Role, &str)> = HashSet::new();
    for row in rows {
        let mut fault = |field: &str, reason: String| {
            note(
                report,
                LineFault {
                    line: row.line,
                    field: field.to_owned(),
                    reason,
                },
            )
        };
        if !seen.insert((row.phone.as_str().to_owned(), row.role, &row.node_code)) {
            fault("", "和前面的一行重复。".into());
            continue;
        }
        if !places.contains_key(row.node_code.as_str()) {
            let found = role::place_by_code(tx, &row.node_code)
                .await?
                .filter(|place| cx.scope.covers(&place.path));
            places.insert(&row.node_code, found);
        }
        let Some(Some(place)) = places.get(row.node_code.as_str()) else {
            fault(
                "机构代码",
                format!("没有代码为 {} 的机构，或者不在您负责的范围内。", row.node_code),
            );
            continue;
        };
        if let Some(reason) = beyond(cx, row.role) {
            fault("角色", reason);
            continue;
        }
        if let Some(reason) = one(tx, cx, row, place, report).await? {
            note(
                report,
                LineFault {
                    line: row.line,
                    field: "角色".into(),
                    reason,
                },
            );
        }
    }
    Ok(())
}

/// A secretary's file cannot make secretaries.
fn beyond(cx: &Cx, role: Role) -> Option<String> {
    let actor = cx.actor.as_ref()?;
    let above = actor.may(Permission::OrgImport);
    (role == Role::Secretary && !above).then(|| "社区书记由镇街或以上导入。".to_owned())
}

/// Applies one line; the reason if it cannot be.
async fn one(
    tx: &mut Tx,
    cx: &Cx,
    row: &StaffRow,
    place: &role::Place,
    report: &mut ImportReport,
) -> Result<Option<String>, AppError> {
    let known = account::by_phone(tx, cx.keys(), &row.phone).await?;
    let user = match known {
        Some(account) if !account.is_active() => return Ok(Some("这个账号已停用。".into())),
        Some(account) if account.name(cx.keys())? != row.name => {
            return Ok(Some(format!("手机号已登记，姓名不是“{}”。请核对。", row.name)));
        }
        Some(account) => account.id,
        None => {
            report.new_accounts += 1;
            let user = account::insert(tx, cx.keys(), &row.name, Some(&row.phone)).await?;
            for kind in [DataKind::Phone, DataKind::Name, DataKind::SignIn] {
                basis::give(tx, user, kind, cx.who().user).await?;
            }
            user
        }
    };
    let same = role::of_user(tx, user).await?;
    if same.iter().any(|held| {
        held.role == row.role
            && held.node == place.id
            && held.from == row.from
            && held.to == row.to
            && !held.delegated
    }) {
        report.unchanged += 1;
        return Ok(None);
    }
    let new = NewGrant {
        user,
        role: row.role,
        node: place.id,
        from: row.from,
        to: row.to,
        delegation: None,
    };
    match role::give(tx, cx.keys(), new, cx.who().user).await {
        Ok(_) => {
            report.new_roles += 1;
            Ok(None)
        }
        Err(AppError::Conflict(reason)) => Ok(Some(reason)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "staff_import/staff_import_tests.rs"]
mod tests;
