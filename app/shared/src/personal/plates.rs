//! Plates of cars.

use super::{Found, Personal};

/// What a plate begins with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// What a special plate ends with.
const SPECIAL: &str = "挂学警港澳使领";

/// `苏E12345`, `苏 E·D12345`, `粤Z1234港`
pub fn plates(chars: &[char]) -> Vec<Found> {
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
