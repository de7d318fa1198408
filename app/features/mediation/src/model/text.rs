//! Text as people type it.

use shared::{Date, FieldErrors, Timestamp};

/// The longest words, the longest clause, and the longest line, in characters.
pub const WORDS: usize = 2_000;
pub const CLAUSE: usize = 500;
pub const LINE: usize = 80;

/// One line of at most [`LINE`] characters.
pub fn line(errors: &mut FieldErrors, field: &str, typed: &str) -> String {
    let typed = typed.trim();
    if typed.chars().count() > LINE {
        errors.add(field, format!("请写在 {LINE} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(char::is_control),
        field,
        "请写在一行里，不要用特殊字符。",
    );
    typed.to_owned()
}

/// Some lines of at most [`WORDS`] characters in all.
pub fn words(errors: &mut FieldErrors, field: &str, typed: &str) -> String {
    some(errors, field, typed, WORDS)
}

/// Some lines of at most `most` characters in all.
pub fn some(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
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

/// A day as a form has it; nothing where none was typed.
pub fn day(errors: &mut FieldErrors, field: &str, typed: &str) -> Option<Date> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let day = typed.parse().ok();
    errors.check(day.is_some(), field, "请按 2026-11-23 这样填日期。");
    day
}

/// A day, and a time of it as `14:30` or `14：30`.
pub fn instant(errors: &mut FieldErrors, on: &str, time: &str) -> Option<Timestamp> {
    let date = day(errors, "on", on);
    errors.check(date.is_some() || !on.trim().is_empty(), "on", "请填是哪一天。");
    let parts = time.trim().split_once([':', '：']);
    let parsed = parts.and_then(|(hour, minute)| {
        let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
    });
    errors.check(parsed.is_some(), "time", "请按 14:30 这样填时间。");
    let (hour, minute) = parsed?;
    Some(
        date?
            .start()
            .plus(hour * Timestamp::HOUR + minute * Timestamp::MINUTE),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_typed() {
        let mut errors = FieldErrors::default();
        let at = instant(&mut errors, "2026-11-23", "14：30").unwrap();
        assert_eq!(at.zh(), "2026 年 11 月 23 日 14:30");
        assert!(errors.0.is_empty());
        for (on, time) in [
            ("", "14:30"),
            ("2026-11-23", "25:00"),
            ("2026-13-01", "8:00"),
            ("2026-11-23", ""),
        ] {
            let mut errors = FieldErrors::default();
            assert_eq!(instant(&mut errors, on, time), None, "{on} {time}");
            assert_eq!(errors.0.len(), 1, "{on} {time}");
        }
    }

    #[test]
    fn ten_thousand_emoji_are_too_many() {
        let mut errors = FieldErrors::default();
        words(&mut errors, "words", &"😀".repeat(10_000));
        line(&mut errors, "name", &"😀".repeat(10_000));
        assert_eq!(errors.0.len(), 2);
    }
}
