//! Doors: a building by itself is none.

use super::{Found, Personal, runs::runs};

/// What stands between a building's number and a door's.
const BUILDINGS: [&str; 6] = ["号楼", "幢", "栋", "座", "单元", "号"];
/// What makes a number after a building's no door.
const NO_DOOR: &str = "年月日元米人次个户岁";
const FIGURES: &str = "零〇一二三四五六七八九十百";

/// `501 室`, `五零一室`, `3 幢 501`, `2 单元 1203`, `3-2-501`; a building by itself is no door.
pub fn doors(chars: &[char]) -> Vec<Found> {
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
