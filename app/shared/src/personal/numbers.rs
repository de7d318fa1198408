//! Numbers: telephones, identity cards, banks' cards.

use super::{
    Found, Personal,
    runs::{Run, runs},
};

/// What makes a number before it no telephone's.
const MEASURES: &str = "元米万";

pub fn numbers(chars: &[char]) -> Vec<Found> {
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
        8 if is_local(figures) && stands_alone(run, chars) => Some(Personal::Phone),
        11 if is_mobile(figures) => Some(Personal::Phone),
        13 if figures.starts_with(&['8', '6']) && is_mobile(figures.get(2..)?) => Some(Personal::Phone),
        10..=12 if figures.first() == Some(&'0') => Some(Personal::Phone),
        15..=19 => Some(Personal::Identity),
        _ => None,
    }
}

/// `52881234`: of eight figures, and no day such as `20261130`. Those of seven are too often something else.
fn is_local(figures: &[char]) -> bool {
    let number = |from: usize, to: usize| -> u32 {
        let digits = figures.get(from..to).unwrap_or_default().iter();
        digits.fold(0, |sum, c| sum * 10 + c.to_digit(10).unwrap_or_default())
    };
    let day = matches!(number(0, 4), 1900..=2099)
        && matches!(number(4, 6), 1..=12)
        && matches!(number(6, 8), 1..=31);
    figures.first().is_some_and(|c| ('2'..='8').contains(c)) && !day
}

/// Whether a row of figures is neither a part of a code nor a sum of money, as `SZ52881234` and `52881234.50 元` are.
fn stands_alone(run: &Run, chars: &[char]) -> bool {
    let before = run.from.checked_sub(1).and_then(|at| chars.get(at));
    let after = chars.get(run.end());
    let next = match after {
        Some(' ') => chars.get(run.end() + 1),
        other => other,
    };
    let joins = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let sum = next.is_some_and(|c| MEASURES.contains(*c));
    let tenths = after == Some(&'.') && chars.get(run.end() + 1).is_some_and(char::is_ascii_digit);
    !joins(before) && !joins(after) && !sum && !tenths
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
