//! Addresses as people say them: `花园浜3幢2单元501`, `三栋二单元五零一室`, `花园浜 3-2-501`, `宝岩村12号`.
//!
//! What is read is only what was said: a missing part stays missing. Two spellings of one place read alike.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::numeral::{is_numeral, narrow, plain, to_figures};

/// The longest address that is read, in characters.
pub const LONGEST: usize = 80;

/// An address in its parts. Numbers are in figures, without leading zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The estate's, street's or village's name as it was said, without what stands above it; may be empty.
    pub estate: String,
    /// `3` for 3幢, 3栋, 3号楼, 3座; `12号` for a house that has a number of its own.
    pub building: Option<String>,
    pub unit: Option<String>,
    pub floor: Option<i64>,
    /// `501`
    pub door: Option<String>,
}

/// After a building's number. Longest first.
const BUILDING: [&str; 6] = ["号楼", "幢楼", "幢", "栋", "座", "#"];
const UNIT: [&str; 3] = ["单元", "门洞", "梯"];
const FLOOR: [&str; 2] = ["层", "楼"];
const DOOR: [&str; 3] = ["室", "户", "房"];
/// What stands above an estate and may be said before it.
const ABOVE: [&str; 8] = ["社区居委会", "居委会", "村委会", "街道", "社区", "省", "市", "镇"];
/// What may follow an estate's name without changing which one is meant.
const ENDINGS: [&str; 5] = ["住宅小区", "住宅区", "居民区", "小区", "社区"];

impl Address {
    /// Reads what somebody said. Nothing that is no address at all is refused: it is an estate's name then.
    pub fn read(text: &str) -> Self {
        let text: String = text
            .chars()
            .take(LONGEST)
            .map(narrow)
            .filter(|c| {
                !c.is_whitespace() && !matches!(c, ',' | '，' | '、' | '。' | '.' | ';' | '；' | '(' | ')')
            })
            .flat_map(char::to_uppercase)
            .collect();
        let mut address = Self::default();
        let rest = match split_number(&text, &BUILDING) {
            Some((before, number, after)) => {
                address.building = Some(number);
                address.estate = estate(before);
                after.to_owned()
            }
            None => address.read_without_building(&text),
        };
        address.read_inside(&rest);
        address
    }

    /// A house with a number, figures with hyphens, or a name alone. Returns what is left to be read inside the building.
    fn read_without_building(&mut self, text: &str) -> String {
        // 花园浜3-2-501
        let tail_at = text
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_alphanumeric() || *c == '-' || is_numeral(*c))
            .last()
            .map_or(text.len(), |(at, _)| at);
        let (before, tail) = text.split_at(tail_at);
        let parts: Vec<&str> = tail.split('-').filter(|part| !part.is_empty()).collect();
        if let [building, unit, door] = parts.as_slice() {
            self.estate = estate(before);
            self.building = number(building);
            self.unit = number(unit);
            self.door = number(door);
            return String::new();
        }
        if let [building, second] = parts.as_slice() {
            self.estate = estate(before);
            self.building = number(building);
            let second = number(second);
            if second.as_ref().is_some_and(|n| n.len() >= 3) {
                self.door = second;
            } else {
                self.unit = second;
            }
            return String::new();
        }
        // 宝岩村12号, but not 黄河路88号花园浜.
        if let Some((before, number, after)) = split_number(text, &["号"])
            && !before.is_empty()
        {
            let inside = after
                .chars()
                .next()
                .is_none_or(|c| c.is_ascii_alphanumeric() || is_numeral(c) || c == '-');
            if inside {
                self.estate = estate(before);
                self.building = Some(format!("{number}号"));
                return after.to_owned();
            }
            self.estate = estate(after);
            return String::new();
        }
        // 花园浜501室, 二单元501, 五零一室
        let first = UNIT
            .iter()
            .chain(&DOOR)
            .filter_map(|suffix| split_number(text, &[suffix]).map(|(before, ..)| before.len()))
            .min();
        match first {
            Some(at) => {
                self.estate = estate(&text[..at]);
                text[at..].to_owned()
            }
            None if !before.is_empty() && tail.len() >= 3 && tail.bytes().all(|b| b.is_ascii_digit()) => {
                self.estate = estate(before);
                tail.to_owned()
            }
            None => {
                self.estate = estate(text);
                String::new()
            }
        }
    }

    /// Unit, floor and door.
    fn read_inside(&mut self, text: &str) {
        let mut rest = text.trim_matches('-').to_owned();
        if let Some((before, number, after)) = split_number(&rest, &UNIT)
            && before.is_empty()
        {
            self.unit = Some(number);
            rest = after.trim_start_matches('-').to_owned();
        } else if let Some((unit, door)) = rest.split_once('-')
            && let (Some(unit), Some(door)) = (number(unit), number(door))
            && unit.len() < 3
        {
            // 3幢2-501
            self.unit = Some(unit);
            rest = door;
        }
        if let Some((before, number, after)) = split_number(&rest, &FLOOR)
            && before.is_empty()
        {
            self.floor = number.parse().ok();
            rest = after.to_owned();
        }
        for suffix in DOOR.iter().chain(&["号"]) {
            if let Some(door) = rest.strip_suffix(suffix).filter(|door| !door.is_empty()) {
                rest = door.to_owned();
                break;
            }
        }
        if !rest.is_empty() && rest.chars().count() <= 10 {
            self.door = Some(number(&rest).unwrap_or(rest));
        }
    }

    /// Whether it tells more than an estate.
    pub const fn is_inside(&self) -> bool {
        self.building.is_some() || self.unit.is_some() || self.door.is_some()
    }
}

/// `3幢2单元501室`
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.estate)?;
        if let Some(building) = &self.building {
            f.write_str(&building_label(building))?;
        }
        f.write_str(&room_label(
            self.unit.as_deref().unwrap_or_default(),
            self.door.as_deref().unwrap_or_default(),
        ))
    }
}

/// `3` → `3幢`; `12号` as it is.
pub fn building_label(number: &str) -> String {
    if number.ends_with('号') {
        number.to_owned()
    } else {
        format!("{number}幢")
    }
}

/// `2单元501室`; either may be empty.
pub fn room_label(unit: &str, door: &str) -> String {
    let mut label = String::new();
    if !unit.is_empty() {
        label = format!("{unit}单元");
    }
    if !door.is_empty() {
        label.push_str(door);
        if door.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            label.push('室');
        }
    }
    label
}

/// The floor that a door's number tells: `501` is on the 5th, `1203` on the 12th.
pub fn floor_of(door: &str) -> Option<i64> {
    let figures: String = door.chars().take_while(char::is_ascii_digit).collect();
    match figures.len() {
        3 | 4 => figures[..figures.len() - 2]
            .parse()
            .ok()
            .filter(|floor| *floor > 0),
        _ => None,
    }
}

/// What is before, the number, and what is after the first `suffix` that follows a number.
fn split_number<'a>(text: &'a str, suffixes: &[&str]) -> Option<(&'a str, String, &'a str)> {
    let mut found: Option<(usize, usize, &str)> = None;
    for suffix in suffixes {
        for (at, _) in text.match_indices(suffix) {
            let begin = number_before(&text[..at]);
            if begin == at || found.is_some_and(|(_, known, _)| known <= at) {
                continue;
            }
            found = Some((begin, at, suffix));
        }
    }
    let (begin, at, suffix) = found?;
    Some((
        &text[..begin],
        number(&text[begin..at])?,
        &text[at + suffix.len()..],
    ))
}

/// Where the number begins that `text` ends with.
fn number_before(text: &str) -> usize {
    let mut begin = text.len();
    let mut latin = false;
    for (at, c) in text.char_indices().rev() {
        let belongs = if latin {
            c.is_ascii_alphanumeric() || c == '-'
        } else {
            c.is_ascii_alphanumeric() || is_numeral(c) || (begin == text.len() && is_stem(c))
        };
        if !belongs || (begin < text.len() && !latin && c.is_ascii_alphanumeric()) {
            break;
        }
        latin |= c.is_ascii_alphanumeric();
        begin = at;
    }
    // 花园浜-3幢
    begin + (text[begin..].len() - text[begin..].trim_start_matches('-').len())
}

/// 甲幢, 东单元
const fn is_stem(c: char) -> bool {
    matches!(c, '甲' | '乙' | '丙' | '丁' | '东' | '西' | '南' | '北' | '中')
}

/// A number of a building, unit or door: figures, letters with figures, or a Chinese numeral.
fn number(text: &str) -> Option<String> {
    if text.is_empty() || text.chars().count() > 10 {
        return None;
    }
    if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Some(plain(text));
    }
    if text.chars().all(is_numeral) {
        return to_figures(text).map(|figures| plain(&figures));
    }
    text.chars().all(is_stem).then(|| text.to_owned())
}

/// An estate's name without what stands above it: 虞山街道花园浜社区花园浜 is 花园浜.
fn estate(text: &str) -> String {
    let mut name = text.trim_matches('-');
    // 黄河路88号花园浜
    if let Some((_, _, after)) = split_number(name, &["号"])
        && after.chars().count() >= 2
    {
        name = after;
    }
    for above in ABOVE {
        if let Some((before, after)) = name.rsplit_once(above)
            && before.chars().count() >= 2
            && after.chars().count() >= 2
        {
            name = after;
        }
    }
    name.to_owned()
}

/// What two spellings of one estate have in common: 花园浜小区 and 花园浜, 虞山一村 and 虞山1村.
pub fn estate_key(name: &str) -> String {
    let folded: String = name
        .chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '-' | '(' | ')' | '"' | '“' | '”'))
        .flat_map(char::to_lowercase)
        .collect();
    let mut short = folded.as_str();
    for ending in ENDINGS {
        if let Some(rest) = short
            .strip_suffix(ending)
            .filter(|rest| rest.chars().count() >= 2)
        {
            short = rest;
            break;
        }
    }
    let chars: Vec<char> = short.chars().collect();
    let mut key = String::new();
    let mut at = 0;
    while at < chars.len() {
        let run: String = chars[at..]
            .iter()
            .copied()
            .take_while(|c| is_numeral(*c))
            .collect();
        let length = run.chars().count();
        let counted = chars
            .get(at + length)
            .is_some_and(|c| matches!(c, '村' | '区' | '期' | '弄' | '组' | '巷'));
        match to_figures(&run).filter(|_| counted) {
            Some(figures) => key.push_str(&figures),
            None if length > 0 => key.push_str(&run),
            None => key.push(chars[at]),
        }
        at += length.max(1);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, String, String) {
        let a = Address::read(text);
        (
            a.estate,
            a.building.unwrap_or_default(),
            a.unit.unwrap_or_default(),
            a.door.unwrap_or_default(),
        )
    }

    #[test]
    fn reads_addresses_as_people_say_them() {
        for (text, estate, building, unit, door) in [
            ("花园浜3幢2单元501", "花园浜", "3", "2", "501"),
            ("花园浜3幢2单元501室", "花园浜", "3", "2", "501"),
            ("花园浜 3 幢 2 单元 501 室", "花园浜", "3", "2", "501"),
            ("花园浜３幢２单元５０１室", "花园浜", "3", "2", "501"),
            ("三栋二单元五零一室", "", "3", "2", "501"),
            ("花园浜三幢二单元五〇一", "花园浜", "3", "2", "501"),
            ("花园浜十二号楼一单元一零二室", "花园浜", "12", "1", "102"),
            ("花园浜3号楼2单元501", "花园浜", "3", "2", "501"),
            ("花园浜03栋0501", "花园浜", "3", "", "501"),
            ("花园浜3-2-501", "花园浜", "3", "2", "501"),
            ("花园浜３－２－５０１", "花园浜", "3", "2", "501"),
            ("花园浜3-501", "花园浜", "3", "", "501"),
            ("花园浜3-2", "花园浜", "3", "2", ""),
            ("花园浜3幢2-501", "花园浜", "3", "2", "501"),
            ("花园浜-3幢-2单元-501", "花园浜", "3", "2", "501"),
            ("花园浜3幢", "花园浜", "3", "", ""),
            ("3幢501", "", "3", "", "501"),
            ("2单元501室", "", "", "2", "501"),
            ("五零一室", "", "", "", "501"),
            ("花园浜501室", "花园浜", "", "", "501"),
            ("花园浜501", "花园浜", "", "", "501"),
            ("花园浜", "花园浜", "", "", ""),
            ("A座1203", "", "A", "", "1203"),
            ("世茂广场b座1203室", "世茂广场", "B", "", "1203"),
            ("花园浜3A幢501", "花园浜", "3A", "", "501"),
            ("花园浜甲幢东单元201", "花园浜", "甲", "东", "201"),
            ("虞山街道花园浜社区花园浜3幢2单元501", "花园浜", "3", "2", "501"),
            (
                "江苏省苏州市常熟市虞山街道花园浜3幢501室",
                "花园浜",
                "3",
                "",
                "501",
            ),
            ("黄河路88号花园浜3幢2单元501室", "花园浜", "3", "2", "501"),
            ("黄河路88号", "黄河路", "88号", "", ""),
            ("宝岩村12号", "宝岩村", "12号", "", ""),
            ("宝岩村十二号", "宝岩村", "12号", "", ""),
            ("花园浜12号501室", "花园浜", "12号", "", "501"),
            ("五星新村三幢", "五星新村", "3", "", ""),
            ("虞山一村12幢3单元401", "虞山一村", "12", "3", "401"),
            ("花园浜3幢2单元5楼501", "花园浜", "3", "2", "501"),
            ("花园浜3幢东户", "花园浜", "3", "", "东"),
            ("花园浜3幢2单元501号", "花园浜", "3", "2", "501"),
        ] {
            let wanted = (estate.into(), building.into(), unit.into(), door.into());
            assert_eq!(parts(text), wanted, "{text}");
        }
    }

    #[test]
    fn odd_texts_break_nothing() {
        let long = "幢".repeat(500);
        for text in [
            "",
            " ",
            "幢",
            "单元室",
            "---",
            "-3-",
            "号楼",
            "3",
            "🏠3幢🏠",
            "'; drop table",
            "零幢",
            long.as_str(),
        ] {
            let read = Address::read(text);
            assert!(read.to_string().chars().count() <= LONGEST + 20, "{text}");
        }
    }

    #[test]
    fn what_is_shown_reads_as_itself() {
        for text in [
            "花园浜3幢2单元501室",
            "宝岩村12号",
            "3幢501室",
            "花园浜3幢",
            "世茂广场B幢1203室",
        ] {
            let read = Address::read(text);
            assert_eq!(read.to_string(), text);
            assert_eq!(Address::read(&read.to_string()), read);
        }
    }

    #[test]
    fn spellings_of_an_estate_have_one_key() {
        for (one, other) in [
            ("花园浜小区", "花园浜"),
            ("虞山一村", "虞山1村"),
            ("虞山十二村", "虞山 12 村"),
            ("世茂·锦绣", "世茂锦绣"),
            ("ＡＢＣ公寓", "abc公寓"),
        ] {
            assert_eq!(estate_key(one), estate_key(other), "{one} {other}");
        }
        assert_ne!(estate_key("虞山一村"), estate_key("虞山二村"));
        assert_eq!(estate_key("三里桥"), "三里桥");
    }

    #[test]
    fn doors_tell_floors() {
        for (door, floor) in [
            ("501", Some(5)),
            ("1203", Some(12)),
            ("12", None),
            ("东", None),
            ("501A", Some(5)),
        ] {
            assert_eq!(floor_of(door), floor, "{door}");
        }
    }
}
