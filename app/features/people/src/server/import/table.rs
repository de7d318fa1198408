//! The cells of a file from an office: CSV in UTF-8 or GB18030, or XLSX. Bounded in memory and time, whatever was sent.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader, Xlsx};
use orgs::server::import::lines::LineCount;
use shared::Date;
use zip::ZipArchive;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = orgs::model::LARGEST;
/// The most rows with something in them.
pub const MAX_ROWS: usize = 200_000;
/// Further columns are not looked at.
const MAX_COLUMNS: usize = 40;
/// The longest cell, in bytes.
const MAX_CELL: usize = 1000;
/// The most that an XLSX may unpack to: a hundred thousand full rows are some 100 MB.
const MAX_UNPACKED: u64 = 400 << 20;
/// The most that its texts may: they are held in memory.
const MAX_TEXTS: u64 = 128 << 20;
const MAX_PARTS: usize = 2000;

/// A row as it stands in the file, with its number there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub number: u64,
    pub cells: Vec<String>,
}

/// Reads a file's rows that have something in them.
///
/// # Errors
/// A sentence about the file as a whole.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, String> {
    if bytes.len() > MAX_BYTES {
        return Err("文件太大。请分成几个文件再传。".into());
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // Both are the same kind of container; only one of them holds an encrypted workbook, whose name is in UTF-16.
        let locked: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let is_locked = bytes.windows(locked.len()).any(|window| window == locked);
        return Err(if is_locked {
            "这个表格有打开密码。请在表格软件里去掉密码，另存后再传。".into()
        } else {
            "这是老式的 XLS 表格。请另存为 XLSX 或 CSV 后再传。".into()
        });
    }
    if bytes.starts_with(b"PK") {
        return workbook(bytes);
    }
    let text = orgs::server::import::file::decode(bytes).map_err(str::to_owned)?;
    text_rows(&text)
}

fn too_many() -> String {
    format!("超过 {MAX_ROWS} 行，请分成几个文件再传。")
}

fn text_rows(text: &str) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = LineCount::of(text);
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, |position| lines.at(position.byte()));
            format!("第 {line} 行读不出来。请另存为“CSV UTF-8”后再传。")
        })?;
        let cells: Vec<String> = record.iter().take(MAX_COLUMNS).map(short).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() > MAX_ROWS {
            return Err(too_many());
        }
        rows.push(Row {
            number: record.position().map_or(0, |position| lines.at(position.byte())),
            cells,
        });
    }
    Ok(rows)
}

/// A cell's text, cut where no honest cell ends: what is too long is a fault of its field anyhow.
fn short(cell: &str) -> String {
    let mut end = cell.len().min(MAX_CELL);
    while !cell.is_char_boundary(end) {
        end -= 1;
    }
    cell[..end].trim().to_owned()
}

/// Unpacks everything once, counting and keeping nothing: what a file says of its own size may be a lie.
fn measure(bytes: &[u8]) -> Result<(), String> {
    let broken = |_| "这不是完好的 XLSX 表格。请用表格软件打开，另存后再传。".to_owned();
    let swollen = || {
        "这个文件展开以后大得不正常，没有读。请用表格软件打开，只保留名册这一张表，另存后再传。".to_owned()
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(swollen());
    }
    let mut left = MAX_UNPACKED;
    let mut buffer = vec![0; 64 << 10];
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(broken)?;
        let is_sheet = part.name().is_ok_and(|name| name.contains("worksheets/"));
        let mut limit = if is_sheet { left } else { left.min(MAX_TEXTS) };
        loop {
            let n = part
                .read(&mut buffer)
                .map_err(|_| "这个 XLSX 文件坏了，请重新导出后再传。".to_owned())? as u64;
            if n == 0 {
                break;
            }
            left = left.saturating_sub(n);
            limit = limit.checked_sub(n).ok_or_else(swollen)?;
        }
    }
    Ok(())
}

fn workbook(bytes: &[u8]) -> Result<Vec<Row>, String> {
    measure(bytes)?;
    let broken = "这不是 XLSX 表格，或者文件坏了。请用表格软件打开，另存为 XLSX 或 CSV 后再传。";
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken.to_owned())?;
    let sheet = book.sheet_names().first().cloned().ok_or("表格里没有工作表。")?;
    // Cell by cell: a whole range would be as large as the farthest cell says.
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|_| broken.to_owned())?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| broken.to_owned())? {
        let (row, column) = cell.get_position();
        let column = column as usize;
        if column >= MAX_COLUMNS {
            continue;
        }
        let text = told(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let number = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.number != number) {
            if rows.len() > MAX_ROWS {
                return Err(too_many());
            }
            rows.push(Row {
                number,
                cells: Vec::new(),
            });
        }
        if let Some(last) = rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            last.cells[column] = text;
        }
    }
    Ok(rows)
}

fn told(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => short(text),
        DataRef::SharedString(text) => short(text),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(day) => date(day.as_f64()),
        DataRef::DateTimeIso(text) => short(text.split('T').next().unwrap_or_default()),
        DataRef::DurationIso(text) => short(text),
        DataRef::Error(_) | DataRef::Empty => String::new(),
        #[expect(
            unreachable_patterns,
            reason = "later versions of the library may know more kinds"
        )]
        other => match Data::from(other.clone()) {
            Data::String(text) => short(&text),
            _ => String::new(),
        },
    }
}

/// A number as it was meant: 1950, not 1950.0.
fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        format!("{n:.0}")
    } else if n.abs() >= 1e15 {
        // More figures than a number holds: the last ones are lost, and saying so is all that can be done.
        format!("{n:e}")
    } else {
        n.to_string()
    }
}

/// The day of a spreadsheet's serial number.
fn date(serial: f64) -> String {
    let origin = Date::new(1899, 12, 30);
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    match origin.filter(|_| (0.0..3_000_000.0).contains(&serial)) {
        Some(origin) => origin.plus_days(serial as i64).to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
