//! Text as people type it.

use grid::model::Place;
use shared::FieldErrors;

/// One line of at most `most` characters.
pub fn line(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let typed = typed.trim();
    if typed.chars().count() > most {
        errors.add(field, format!("请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(char::is_control),
        field,
        "请写在一行里，不要用特殊字符。",
    );
    typed.to_owned()
}

/// Some lines of at most `most` characters in all.
pub fn words(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let typed = typed.trim().replace("\r\n", "\n");
    if typed.chars().count() > most {
        errors.add(field, format!("太长了，请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(|c| c.is_control() && c != '\n' && c != '\t'),
        field,
        "这里有看不见的特殊字符，请重新输入。",
    );
    typed
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Every pair of neighbouring Han characters, and every run of letters and digits. The server has terms of its own for its index; these are
/// found in the browser as well.
pub fn pairs(text: &str) -> Vec<String> {
    let (mut pairs, mut word) = (Vec::new(), String::new());
    let mut before: Option<char> = None;
    for c in text.chars().chain([' ']) {
        let han = is_han(c);
        if let Some(before) = before.filter(|_| han) {
            pairs.push(String::from_iter([before, c]));
        }
        before = Some(c).filter(|_| han);
        if !han && c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            pairs.push(std::mem::take(&mut word));
        }
    }
    pairs
}

/// Longitude and latitude as a map hands them over, within China: `120.7512,31.6541`.
pub fn place(text: &str) -> Option<Place> {
    let (lon, lat) = text.split_once([',', '，'])?;
    let (lon, lat) = (lon.trim().parse::<f64>().ok()?, lat.trim().parse::<f64>().ok()?);
    let within = (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat);
    if within {
        Place::from_degrees(lon, lat)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_in_the_pacific_is_none() {
        assert!(place("120.7512,31.6541").is_some());
        for text in [
            "",
            "-160.0,10.0",
            "NaN,NaN",
            "31.6,120.7",
            "120.7",
            "120.7,31.6,1",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn ten_thousand_emoji_are_too_many() {
        let mut errors = FieldErrors::default();
        words(&mut errors, "words", &"😀".repeat(10_000), 2_000);
        assert_eq!(errors.0.len(), 1);
    }
}
