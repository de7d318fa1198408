//! Reading a divisions file: encoding, columns, and each line's own faults.

use std::collections::{HashMap, hash_map::Entry};

use csv::{ReaderBuilder, StringRecord, Trim};
use shared::AppError;

use ui::sending::Phase;

use super::lines::LineCount;
use crate::{
    model::{Code, Fault, LARGEST, NodeKind, is_formula, name_fault},
    server::sent::Steps,
};

/// The most lines.
pub const MAX_ROWS: usize = 800_000;
/// Reading stops after so many faults: by then it is the wrong file.
const MAX_FAULTS: usize = 10_000;

/// A line of the file, right in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    pub code: Code,
    pub name: String,
    pub parent: Option<Code>,
}

/// What was read, and what was wrong.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub lines: Vec<Line>,
    pub faults: Vec<Fault>,
}

/// The columns, by the names that they may bear.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("code", &["code", "编码", "代码"]),
    ("name", &["name", "名称"]),
    ("level", &["level", "级别", "层级"]),
    ("parent_code", &["parent_code", "上级编码", "上级代码"]),
];

/// Reads `bytes`, in UTF-8 with or without a byte order mark or in GB18030.
///
/// # Errors
/// [`AppError::TooLarge`]. What is wrong inside the file is among the faults.
pub fn read(bytes: &[u8], steps: &Steps) -> Result<Lines, AppError> {
    // The whole country has some 40 MB, a province 1 to 4.
    if bytes.len() > LARGEST {
        return Err(AppError::TooLarge);
    }
    let mut out = Lines::default();
    steps.at(Phase::Read);
    let text = decode(bytes);
    steps.at(Phase::Check);
    match text {
        Ok(text) => read_text(&text, &mut out),
        Err(reason) => out.faults.push(Fault {
            line: 0,
            field: String::new(),
            reason: reason.to_owned(),
        }),
    }
    Ok(out)
}

/// The text of a file from an office: UTF-8, or else GB18030.
pub fn decode(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, &'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("文件是 UTF-16 编码。请另存为“CSV UTF-8”后再传。");
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err("这不是文本文件。请把表格另存为 CSV 后再传。");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.into());
    }
    match encoding_rs::GB18030.decode_without_bom_handling(bytes) {
        (text, false) => Ok(text),
        (_, true) => Err("文件既不是 UTF-8 也不是 GB18030 编码。请另存为“CSV UTF-8”后再传。"),
    }
}

fn read_text(text: &str, out: &mut Lines) {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut fault = |line: u64, field: &str, reason: String| {
        out.faults.push(Fault {
            line,
            field: field.to_owned(),
            reason,
        });
        out.faults.len() < MAX_FAULTS
    };
    let columns = match reader.headers().map(columns) {
        Ok(Ok(columns)) => columns,
        Ok(Err(missing)) => {
            fault(
                1,
                "",
                format!("表头缺少列 {missing}。表头应为 code,name,level,parent_code"),
            );
            return;
        }
        Err(error) => {
            fault(1, "", format!("表头读不出来：{error}"));
            return;
        }
    };
    let mut count = LineCount::of(text);
    let mut first_seen: HashMap<Code, u64> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                fault(
                    error.position().map_or(0, |at| count.at(at.byte())),
                    "",
                    "这一行读不出来".into(),
                );
                return;
            }
        };
        let number = record.position().map_or(0, |at| count.at(at.byte()));
        match line(number, &record, &columns) {
            Ok(line) => match first_seen.entry(line.code.clone()) {
                Entry::Occupied(seen) => {
                    if !fault(
                        number,
                        "code",
                        format!("编码 {} 与第 {} 行重复", line.code, seen.get()),
                    ) {
                        return;
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(number);
                    out.lines.push(line);
                }
            },
            Err((field, reason)) => {
                if !fault(number, field, reason) {
                    return;
                }
            }
        }
        if out.lines.len() > MAX_ROWS {
            fault(number, "", format!("超过 {MAX_ROWS} 行，请分开导入"));
            return;
        }
    }
    if out.lines.is_empty() && out.faults.is_empty() {
        out.faults.push(Fault {
            line: 0,
            field: String::new(),
            reason: "文件里没有一行区划。".into(),
        });
    }
}

/// Where each column stands, or the name of the one that is missing.
fn columns(header: &StringRecord) -> Result<[usize; 4], &'static str> {
    let mut places = [0; 4];
    for (place, (column, names)) in places.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|h| names.contains(&h.to_lowercase().as_str()))
            .ok_or(column)?;
    }
    Ok(places)
}

fn line(number: u64, record: &StringRecord, columns: &[usize; 4]) -> Result<Line, (&'static str, String)> {
    let mut cells = [""; 4];
    for (i, ((cell, at), (column, _))) in cells.iter_mut().zip(columns).zip(COLUMNS).enumerate() {
        // The parent of a province is often left away with its comma.
        *cell = match record.get(*at) {
            Some(text) => text,
            None if i == 3 => "",
            None => return Err((column, "这一行缺少这一列".into())),
        };
        if is_formula(cell) {
            return Err((column, "单元格里是公式（以 =、+、-、@ 开头），请改成文字".into()));
        }
    }
    let [code, name, level, parent] = cells;
    let code: Code = code
        .parse()
        .map_err(|e| ("code", format!("{e}：{}", shown(code))))?;
    if let Some(fault) = name_fault(name) {
        return Err(("name", fault.trim_end_matches('。').to_owned()));
    }
    let kind = level_of(level).ok_or_else(|| ("level", format!("不认识的级别：{}", shown(level))))?;
    if kind != code.kind() {
        let (digits, wanted) = (code.as_str().len(), kind.digits());
        return Err((
            "level",
            format!(
                "级别与编码不符：{} 的编码应为 {wanted} 位，这里是 {digits} 位",
                kind.label()
            ),
        ));
    }
    if !kind.is_division() {
        return Err(("level", "区划文件只到社区（村）；网格请用网格导入".into()));
    }
    let parent = if parent.is_empty() {
        None
    } else {
        Some(
            parent
                .parse::<Code>()
                .map_err(|e| ("parent_code", format!("{e}：{}", shown(parent))))?,
        )
    };
    if let Some(parent) = &parent {
        if *parent == code {
            return Err(("parent_code", "上级不能是它自己".into()));
        }
        if parent.kind() >= kind {
            return Err(("parent_code", format!("上级 {parent} 的级别不比它高；照此会成环")));
        }
    }
    Ok(Line {
        number,
        code,
        name: name.to_owned(),
        parent,
    })
}

fn level_of(text: &str) -> Option<NodeKind> {
    text.parse()
        .ok()
        .or_else(|| NodeKind::ALL.iter().copied().find(|kind| kind.label() == text))
}

/// The beginning of a cell, for a message.
fn shown(cell: &str) -> String {
    if cell.is_empty() {
        "（空）".to_owned()
    } else {
        cell.chars().take(20).collect()
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
