//! What in a text may be somebody's own, found by its pattern: numbers, plates, doors, and the names of whoever reported. Whoever
//! publishes a text has it pointed out, by its place and never repeated, for what is said of a form travels in addresses.

mod doors;
mod numbers;
mod plates;
mod runs;
#[cfg(test)]
mod tests;

use crate::AppError;

/// So many are told one by one.
const TOLD: usize = 8;

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
    let mut found = numbers::numbers(&chars);
    found.extend(plates::plates(&chars));
    found.extend(doors::doors(&chars));
    found.extend(named(&chars, names));
    found.sort_unstable();
    found
}

/// What is said of them beside the form, or nothing. Whoever confirms it sends the same sentence: another text, another sentence.
pub fn pointed_out(text: &str, names: &[String]) -> Option<String> {
    pointed_out_in(&[("", text)], names)
}

/// As [`pointed_out`], of several fields: each by what stands on it, and its text.
pub fn pointed_out_in<T: AsRef<str>>(fields: &[(T, T)], names: &[String]) -> Option<String> {
    let mut places = Vec::new();
    for (label, text) in fields {
        let (label, text) = (label.as_ref(), text.as_ref());
        let field = if label.is_empty() {
            String::new()
        } else {
            format!("“{label}”")
        };
        for found in personal(text, names) {
            places.push(format!("{field}{}", place(text, found)));
        }
    }
    let more = match places.len() {
        0 => return None,
        all if all > TOLD => format!("；一共 {all} 处"),
        _ => String::new(),
    };
    places.truncate(TOLD);
    Some(format!(
        "里面可能有个人信息：{}{more}。请改掉；确实可以公开的，请在这里打勾，再交一次。",
        places.join("；")
    ))
}

/// Whether `confirmed` is what is pointed out in `text` before it is published.
///
/// # Errors
/// [`AppError::Invalid`] on `confirmed`, with what is pointed out, until it is.
pub fn confirm(text: &str, names: &[String], confirmed: &str) -> Result<(), AppError> {
    confirm_in(&[("", text)], names, confirmed)
}

/// As [`confirm`], of several fields: each by what stands on it, and its text.
///
/// # Errors
/// As [`confirm`].
pub fn confirm_in<T: AsRef<str>>(
    fields: &[(T, T)],
    names: &[String],
    confirmed: &str,
) -> Result<(), AppError> {
    match pointed_out_in(fields, names) {
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
