//! Reading a calendar file: the JSON of the project `chinese-days`, or a table as an office keeps it.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord, Trim};
use orgs::server::import::{file::decode, lines::LineCount};
use serde::Deserialize;
use shared::Date;

use crate::model::{Fault, NamedDay, is_weekend};

/// The largest file, in bytes: ten years take some 7 KB.
pub const MAX_BYTES: usize = crate::model::LARGEST_FILE;
/// The most days.
const MAX_DAYS: usize = 5_000;
/// Faults that are told one by one.
const MAX_FAULTS: usize = 50;
/// Years that a calendar is about.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;
/// The longest name, in characters.
const LONGEST_NAME: usize = 20;

/// A file, right in itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarFile {
    /// The years that it covers whole.
    pub years: BTreeSet<i64>,
    /// Each day with the year whose notice names it: that of the New Year may begin in December.
    pub days: BTreeMap<Date, (NamedDay, i64)>,
    /// Where it says that it is from.
    pub source: Option<String>,
}

/// A day as a line says it, and the place of that line.
type Said = (String, Date, NamedDay);

/// Reads `bytes`.
///
/// # Errors
/// What is wrong with it, line by line.
pub fn read(bytes: &[u8]) -> Result<CalendarFile, Vec<Fault>> {
    let whole = |reason: &str| {
        vec![Fault {
            place: String::new(),
            reason: reason.to_owned(),
        }]
    };
    if bytes.len() > MAX_BYTES {
        return Err(whole("文件太大了，请检查是不是选错了。"));
    }
    let text = decode(bytes).map_err(whole)?;
    let mut faults = Vec::new();
    let (said, source) = if text.trim_start().starts_with('{') {
        json(&text, &mut faults)
    } else {
        (table(&text, &mut faults), None)
    };
    let (years, days) = arrange(said, &mut faults);
    if days.is_empty() && faults.is_empty() {
        return Err(whole("文件里没有一天。"));
    }
    if faults.is_empty() {
        Ok(CalendarFile { years, days, source })
    } else {
        faults.truncate(MAX_FAULTS);
        Err(faults)
    }
}

#[derive(Deserialize)]
struct Json {
    source: Option<String>,
    holidays: BTreeMap<String, String>,
    makeup_workdays: BTreeMap<String, String>,
}

fn json(text: &str, faults: &mut Vec<Fault>) -> (Vec<Said>, Option<String>) {
    let file: Json = match serde_json::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(Fault {
                place: format!("第 {} 行", error.line()),
                reason: "这里读不出来。应当有 holidays 和 makeup_workdays，里面是“日期: 名称”。".into(),
            });
            return (Vec::new(), None);
        }
    };
    let off = file.holidays.into_iter().map(|(date, name)| (date, name, false));
    let worked = file
        .makeup_workdays
        .into_iter()
        .map(|(date, name)| (date, name, true));
    let said = off
        .chain(worked)
        .filter_map(|(date, name, works)| day(date.clone(), &date, &name, works, faults));
    (said.collect(), file.source)
}

/// The columns, by the names that they may bear.
const COLUMNS: [(&str, &[&str]); 3] = [
    ("date", &["date", "日期"]),
    ("kind", &["kind", "类型", "安排"]),
    ("name", &["name", "名称", "节日"]),
];

fn table(text: &str, faults: &mut Vec<Fault>) -> Vec<Said> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let columns = reader.headers().ok().and_then(columns);
    let Some(columns) = columns else {
        faults.push(Fault {
            place: "第 1 行".into(),
            reason: "表头应为 日期,类型,名称（或 date,kind,name）。".into(),
        });
        return Vec::new();
    };
    let mut said = Vec::new();
    let mut lines = LineCount::of(text);
    for record in reader.records() {
        let Ok(record) = record else {
            faults.push(Fault {
                place: String::new(),
                reason: "有一行读不出来。".into(),
            });
            break;
        };
        let line = record.position().map_or(0, |position| lines.at(position.byte()));
        let place = format!("第 {line} 行");
        let [date, kind, name] = columns.map(|column| record.get(column).unwrap_or_default());
        if date.is_empty() && kind.is_empty() && name.is_empty() {
            continue;
        }
        let works = match kind {
            "off" | "放假" | "休" => false,
            "work" | "上班" | "班" => true,
            _ => {
                let reason = "类型要写“放假”或“上班”。".into();
                faults.push(Fault { place, reason });
                continue;
            }
        };
        said.extend(day(place, date, name, works, faults));
        if said.len() > MAX_DAYS || faults.len() > MAX_FAULTS {
            break;
        }
    }
    said
}

fn columns(header: &StringRecord) -> Option<[usize; 3]> {
    let mut found = [0; 3];
    for (at, (_, names)) in COLUMNS.iter().enumerate() {
        found[at] = header
            .iter()
            .position(|column| names.contains(&column.to_lowercase().as_str()))?;
    }
    Some(found)
}

fn day(place: String, date: &str, name: &str, works: bool, faults: &mut Vec<Fault>) -> Option<Said> {
    let name = name.trim();
    let mut fault = |reason: &str| {
        faults.push(Fault {
            place: place.clone(),
            reason: reason.to_owned(),
        });
    };
    let read = date.replace('/', "-").parse::<Date>().ok();
    let Some(read) = read.filter(|read| YEARS.contains(&read.year())) else {
        fault("日期要写成 2027-01-01 这样，而且确有这一天。");
        return None;
    };
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        fault("请写清是哪个节日，例如“春节”。");
        return None;
    }
    if works && !is_weekend(read) {
        fault("这天不是周末，本来就上班，请核对。");
        return None;
    }
    let name = name.to_owned();
    Some((place, read, NamedDay { works, name }))
}

/// A year is whole if New Year's Day and the National Day are off in it, as they are by law; what else is named belongs to
/// the year after.
fn arrange(said: Vec<Said>, faults: &mut Vec<Fault>) -> (BTreeSet<i64>, BTreeMap<Date, (NamedDay, i64)>) {
    let mut days: BTreeMap<Date, (NamedDay, i64)> = BTreeMap::new();
    for (place, date, day) in said {
        if days.insert(date, (day, date.year())).is_some() {
            let reason = format!("{}写了两次。", date.zh());
            faults.push(Fault { place, reason });
        }
    }
    let off = |year: i64, month, day| {
        let date = i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, month, day));
        date.and_then(|date| days.get(&date))
            .is_some_and(|(day, _)| !day.works)
    };
    let named: BTreeSet<i64> = days.keys().map(|date| date.year()).collect();
    let whole: BTreeSet<i64> = named
        .iter()
        .copied()
        .filter(|year| off(*year, 1, 1) && off(*year, 10, 1))
        .collect();
    for year in named.difference(&whole) {
        if !whole.contains(&(year + 1)) {
            faults.push(Fault {
                place: format!("{year} 年"),
                reason: "没有写全：元旦和国庆节都应当放假。请按国务院办公厅的通知补齐。".into(),
            });
        }
    }
    for (date, (_, notice)) in &mut days {
        if !whole.contains(&date.year()) {
            *notice = date.year() + 1;
        }
    }
    (whole, days)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "日期,类型,名称\n2026-12-31,放假,元旦\n2027/01/01,放假,元旦\n2027-01-03,上班,元旦\n2027-10-01,放假,国庆节\n";

    fn reasons(text: &str) -> Vec<String> {
        read(text.as_bytes())
            .unwrap_err()
            .into_iter()
            .map(|fault| format!("{} {}", fault.place, fault.reason))
            .collect()
    }

    #[test]
    fn reads_the_file_of_the_demonstration() {
        let file = read(include_bytes!("../../../demo/workdays.json")).unwrap();
        assert_eq!(file.years, (2020..=2026).collect());
        assert!(file.days.values().any(|(day, _)| day.works) && file.days.len() > 200);
        let day = |text: &str| file.days.get(&text.parse().unwrap());
        assert_eq!(
            day("2022-12-31").map(|(day, notice)| (day.works, *notice)),
            Some((false, 2022))
        );
        assert_eq!(day("2026-10-10").map(|(day, _)| day.works), Some(true));
        assert!(file.source.unwrap().contains("chinese-days"));
    }

    #[test]
    fn reads_a_table_and_gives_december_to_the_new_year_s_notice() {
        let file = read(TABLE.as_bytes()).unwrap();
        assert_eq!(file.years, BTreeSet::from([2027]));
        let notices: Vec<i64> = file.days.values().map(|(_, notice)| *notice).collect();
        assert_eq!(notices, [2027; 4]);
        // With a byte order mark, as spreadsheets write it.
        assert_eq!(read(format!("\u{feff}{TABLE}").as_bytes()).unwrap(), file);
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for end in ["\n", "\r\n"] {
            let text = format!("日期,类型,名称{end}2027-02-30,放假,春节{end}");
            assert!(reasons(&text)[0].contains("第 2 行 日期"), "{text:?}");
        }
        assert!(reasons("日期,类型,名称\n2027-01-01,可能,元旦\n")[0].contains("类型"));
        assert!(reasons("日期,类型,名称\n2027-01-04,上班,元旦\n")[0].contains("不是周末"));
        assert!(reasons("日期,类型,名称\n2027-01-01,放假,\n")[0].contains("哪个节日"));
        assert!(reasons("日期,类型,名称\n2027-01-01,放假,元旦\n")[0].contains("没有写全"));
        assert!(reasons(&format!("{TABLE}2027-01-01,放假,元旦\n"))[0].contains("两次"));
        assert!(reasons("甲,乙\n1,2\n")[0].contains("表头"));
        assert!(reasons("")[0].contains("表头"));
        assert!(reasons("日期,类型,名称\n")[0].contains("没有一天"));
        assert!(reasons("{\"holidays\": 1}")[0].contains("第 1 行"));
        assert!(reasons("{\"holidays\":{\"春节\":\"2027\"},\"makeup_workdays\":{}}")[0].contains("日期"));
        assert!(read(b"PK\x03\x04\0\0").is_err());
        assert!(read(&vec![b'a'; MAX_BYTES + 1]).is_err());
    }
}
