//! What in a text may be somebody's own, found by its pattern: numbers, plates, doors, and the names of whoever reported. It is pointed out by
//! its place and never repeated, for what is said of a form travels in addresses.

use shared::AppError;

use super::number_runs::{Run, runs};

/// So many are told one by one.
const TOLD: usize = 8;
/// What a plate begins with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// What a special plate ends with.
const SPECIAL: &str = "挂学警港澳使领";
/// What stands between a building's number and a door's.
const BUILDINGS: [&str; 6] = ["号楼", "幢", "栋", "座", "单元", "号"];
/// What makes a number after a building's no door.
const NO_DOOR: &str = "年月日元米人次个户岁";
const FIGURES: &str = "零〇一二三四五六七八九十百";

/// What something may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Personal {
    Phone,
    /// Of an identity card, or of a bank's.
    Identity,
    Plate,
    Door,
    Name,
}

impl Personal {
    const fn label(self) -> &'static str {
        match self {
            Self::Phone => "像电话号码",
            Self::Identity => "像身份证号或者银行卡号",
            Self::Plate => "像车牌号",
            Self::Door => "像门牌号",
            Self::Name => "是反映人的名字",
        }
    }
}

/// Where in a text it stands, in characters from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub from: usize,
    pub length: usize,
    pub what: Personal,
}

/// What is found in `text`, in its order. `names` are those of whoever reported.
pub fn personal(text: &str, names: &[String]) -> Vec<Found> {
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let mut found = numbers(&chars);
    found.extend(plates(&chars));
    found.extend(doors(&chars));
    found.extend(named(&chars, names));
    found.sort_unstable();
    found
}

/// What is said of them beside the form, or nothing. Whoever confirms it sends the same sentence: another text, another sentence.
pub fn pointed_out(text: &str, names: &[String]) -> Option<String> {
    let found = personal(text, names);
    if found.is_empty() {
        return None;
    }
    let told: Vec<String> = found.iter().take(TOLD).map(|found| place(text, *found)).collect();
    let more = if found.len() > TOLD {
        format!("；一共 {} 处", found.len())
    } else {
        String::new()
    };
    Some(format!(
        "里面可能有个人信息：{}{more}。请改掉；确实可以公开的，请在这里打勾，再交一次。",
        told.join("；")
    ))
}

/// Whether `confirmed` is what is pointed out in `text` before it is published.
///
/// # Errors
/// [`AppError::Invalid`] on `confirmed`, with what is pointed out, until it is.
pub fn confirm(text: &str, names: &[String], confirmed: &str) -> Result<(), AppError> {
    match pointed_out(text, names) {
        Some(said) if said != confirmed.trim() => Err(AppError::invalid("confirmed", said)),
        _ => Ok(()),
    }
}

fn place(text: &str, found: Found) -> String {
    let before: Vec<char> = text.chars().take(found.from).collect();
    let line = before.iter().filter(|c| **c == '\n').count();
    let column = before.iter().rev().take_while(|c| **c != '\n').count();
    let (at, length, what) = (column + 1, found.length, found.what.label());
    if text.contains('\n') {
        format!("第 {} 行第 {at} 个字起 {length} 个字{what}", line + 1)
    } else {
        format!("第 {at} 个字起 {length} 个字{what}")
    }
}

/// Wide letters and figures as narrow ones: each is still one character.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

fn numbers(chars: &[char]) -> Vec<Found> {
    let runs = runs(chars);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        let rest = runs.get(at..).unwrap_or_default();
        let (what, taken) = match rest {
            [a, b, c, ..] if a.leads(b) && b.leads(c) && mobile(&[*a, *b, *c], chars, &[3, 4, 4]) => {
                (Some(Personal::Phone), 3)
            }
            [a, b, ..] if a.leads(b) && landline(a, b, chars) => (Some(Personal::Phone), 2),
            _ => (alone(run, chars), 1),
        };
        if let (Some(what), Some(last)) = (what, runs.get(at + taken - 1)) {
            found.push(Found {
                from: run.from,
                length: last.end() - run.from,
                what,
            });
        }
        at += taken;
    }
    found
}

/// What a row of figures may be by itself.
fn alone(run: &Run, chars: &[char]) -> Option<Personal> {
    let figures = run.of(chars);
    match figures.len() {
        11 if is_mobile(figures) => Some(Personal::Phone),
        13 if figures.starts_with(&['8', '6']) && is_mobile(figures.get(2..)?) => Some(Personal::Phone),
        10..=12 if figures.first() == Some(&'0') => Some(Personal::Phone),
        15..=19 => Some(Personal::Identity),
        _ => None,
    }
}

fn is_mobile(figures: &[char]) -> bool {
    figures.len() == 11
        && figures.first() == Some(&'1')
        && figures.get(1).is_some_and(|c| ('3'..='9').contains(c))
}

/// `138 1234 5678`
fn mobile(parts: &[Run; 3], chars: &[char], lengths: &[usize; 3]) -> bool {
    let fits = parts
        .iter()
        .zip(lengths)
        .all(|(part, length)| part.length == *length);
    let figures: Vec<char> = parts
        .iter()
        .flat_map(|part| part.of(chars).iter().copied())
        .collect();
    fits && is_mobile(&figures)
}

/// `0512-52881234`
fn landline(area: &Run, number: &Run, chars: &[char]) -> bool {
    matches!(area.length, 3 | 4) && area.of(chars).first() == Some(&'0') && matches!(number.length, 7 | 8)
}

/// `苏E12345`, `苏 E·D12345`, `粤Z1234港`
fn plates(chars: &[char]) -> Vec<Found> {
    let mut found = Vec::new();
    for (from, c) in chars.iter().enumerate() {
        if !PROVINCES.contains(*c) {
            continue;
        }
        let mut at = from + 1;
        at += gap(chars, at);
        if !chars.get(at).is_some_and(char::is_ascii_alphabetic) {
            continue;
        }
        at += 1;
        at += gap(chars, at);
        let rest = chars.get(at..).unwrap_or_default();
        let serial = rest.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        let figures = rest.iter().take(serial).filter(|c| c.is_ascii_digit()).count();
        let special = rest.get(serial).is_some_and(|c| SPECIAL.contains(*c));
        let long = match serial {
            5 | 6 => serial,
            4 if special => 5,
            _ => continue,
        };
        if figures > 1 {
            found.push(Found {
                from,
                length: at + long - from,
                what: Personal::Plate,
            });
        }
    }
    found
}

/// Whether a space or a dot stands there.
fn gap(chars: &[char], at: usize) -> usize {
    usize::from(
        chars
            .get(at)
            .is_some_and(|c| matches!(c, ' ' | '·' | '.' | '-' | '•')),
    )
}

/// `501 室`, `五零一室`, `3 幢 501`, `2 单元 1203`, `3-2-501`; a building by itself is no door.
fn doors(chars: &[char]) -> Vec<Found> {
    let runs = runs(chars);
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        if !matches!(run.length, 3 | 4) {
            continue;
        }
        let after = run.end() + usize::from(chars.get(run.end()) == Some(&' '));
        let room = chars.get(after) == Some(&'室');
        let counted = chars.get(after).is_some_and(|c| NO_DOOR.contains(*c));
        let building = !counted && built(chars, run.from);
        let before = at.checked_sub(2).and_then(|two| runs.get(two..at));
        let row = match before {
            Some([a, b]) => a.dashed(b, chars) && b.dashed(run, chars) && a.length < 4 && b.length < 3,
            _ => false,
        };
        if room || building || row {
            let from = match before {
                Some([a, _]) if row => a.from,
                _ => run.from,
            };
            let end = if room { after + 1 } else { run.end() };
            found.push(Found {
                from,
                length: end - from,
                what: Personal::Door,
            });
        }
    }
    for (at, c) in chars.iter().enumerate() {
        let said = chars.get(..at).unwrap_or_default().iter().rev();
        let said = said.take_while(|c| FIGURES.contains(**c)).count();
        if *c == '室' && said > 2 {
            found.push(Found {
                from: at - said,
                length: said + 1,
                what: Personal::Door,
            });
        }
    }
    found
}

/// Whether a building's number stands right before `at`.
fn built(chars: &[char], at: usize) -> bool {
    let before = chars.get(..at).unwrap_or_default();
    let before = match before.last() {
        Some(' ' | '-') => before.get(..at - 1).unwrap_or_default(),
        _ => before,
    };
    BUILDINGS.iter().any(|word| {
        let word: Vec<char> = word.chars().collect();
        let number = before.strip_suffix(word.as_slice());
        number.is_some_and(|number| {
            let number = number.strip_suffix(&[' ']).unwrap_or(number);
            number
                .last()
                .is_some_and(|c| c.is_ascii_alphanumeric() || FIGURES.contains(*c))
        })
    })
}

fn named(chars: &[char], names: &[String]) -> Vec<Found> {
    let mut found = Vec::new();
    for name in names {
        let name: Vec<char> = name.trim().chars().map(narrow).collect();
        // One character is a word like any other.
        if name.len() < 2 {
            continue;
        }
        for (from, window) in chars.windows(name.len()).enumerate() {
            if window == name.as_slice() {
                found.push(Found {
                    from,
                    length: name.len(),
                    what: Personal::Name,
                });
            }
        }
    }
    found
}

#[cfg(test)]
#[path = "personal_tests.rs"]
mod tests;
