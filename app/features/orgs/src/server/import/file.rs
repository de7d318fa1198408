//! Reading a divisions file: encoding, columns, and each line's own faults.

use std::collections::{HashMap, hash_map::Entry};

use csv::{ReaderBuilder, StringRecord, Trim};
use shared::AppError;

use crate::model::{Code, Fault, NodeKind, is_formula, name_fault};

/// The largest file, in bytes: the whole country has some 40 MB, a province 1 to 4.
pub const MAX_BYTES: usize = 48 << 20;
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
pub fn read(bytes: &[u8]) -> Result<Lines, AppError> {
    if bytes.len() > MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let mut out = Lines::default();
    match decode(bytes) {
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
    let mut first_seen: HashMap<Code, u64> = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                fault(
                    error.position().map_or(0, csv::Position::line),
                    "",
                    "这一行读不出来".into(),
                );
                return;
            }
        };
        let number = record.position().map_or(0, csv::Position::line);
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
mod tests {
    use super::*;

    const HEAD: &str = "code,name,level,parent_code\n";

    fn faults(text: &str) -> Vec<String> {
        read(text.as_bytes())
            .unwrap()
            .faults
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn reads_utf8_with_and_without_a_mark_and_gb18030() {
        let text = format!("{HEAD}32,江苏省,province,\n3205,苏州市,city,32\n");
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let (gb, _, _) = encoding_rs::GB18030.encode(&text);
        for bytes in [text.as_bytes(), &marked, &gb] {
            let read = read(bytes).unwrap();
            assert!(read.faults.is_empty(), "{:?}", read.faults);
            assert_eq!(read.lines[1].name, "苏州市");
            assert_eq!(read.lines[1].number, 3);
        }
    }

    #[test]
    fn accepts_chinese_headings_and_windows_line_ends() {
        let read = read("名称,编码,级别,上级编码\r\n江苏省,32,省,\r\n".as_bytes()).unwrap();
        assert_eq!(read.lines.len(), 1, "{:?}", read.faults);
    }

    #[test]
    fn refuses_what_is_no_text() {
        for bytes in [&b"PK\x03\x04\x00\x00"[..], b"\xff\xfec\x00", b"code\x80\xff\xff"] {
            let read = read(bytes).unwrap();
            assert_eq!(
                (read.lines.len(), read.faults.len(), read.faults[0].line),
                (0, 1, 0)
            );
        }
        assert_eq!(
            faults(""),
            ["第 1 行：表头缺少列 code。表头应为 code,name,level,parent_code"]
        );
        assert_eq!(faults(HEAD), ["文件里没有一行区划。"]);
    }

    #[test]
    fn names_line_field_and_reason() {
        let rows = "32,江苏省,province,\n\
            3205,=1+1,city,32\n\
            320a,苏州市,city,32\n\
            3206,南通市,town,32\n\
            3207,连云港市,district,32\n\
            3208,,city,32\n\
            3209,盐城市,city,3209\n\
            3210,扬州市,city,320581\n\
            32,江苏省,province,\n\
            3211\n\
            3212,泰州市,city,x\n\
            320581001001001,第一网格,grid,320581001001\n";
        let found = faults(&format!("{HEAD}{rows}"));
        let starts = [
            "第 3 行 name：单元格里是公式",
            "第 4 行 code：编码只能是数字：320a",
            "第 5 行 level：不认识的级别：town",
            "第 6 行 level：级别与编码不符",
            "第 7 行 name：请填名称",
            "第 8 行 parent_code：上级不能是它自己",
            "第 9 行 parent_code：上级 320581 的级别不比它高",
            "第 10 行 code：编码 32 与第 2 行重复",
            "第 11 行 name：这一行缺少这一列",
            "第 12 行 parent_code：编码只能是数字：x",
            "第 13 行 level：区划文件只到社区",
        ];
        assert_eq!(found.len(), starts.len(), "{found:#?}");
        for (found, start) in found.iter().zip(starts) {
            assert!(found.starts_with(start), "{found} / {start}");
        }
    }

    #[test]
    fn counts_physical_lines() {
        let mut text = String::from(HEAD);
        for i in 0..5000 {
            let name = if i == 4998 { "" } else { "甲" };
            text.push_str(&format!("{},{name},city,32\n", 1000 + i));
        }
        assert_eq!(faults(&text), ["第 5000 行 name：请填名称"]);
    }

    #[test]
    fn too_large_is_refused_at_once() {
        assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]).unwrap_err(), AppError::TooLarge);
    }
}
