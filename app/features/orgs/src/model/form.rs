//! Reading form fields: each fault becomes a message beside its field.

use std::str::FromStr;

use shared::{AppError, Date, FieldErrors};

/// A field that may be left empty.
pub fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// One line of at most 100 characters, or nothing.
pub fn short_text(errors: &mut FieldErrors, field: &str, text: &str) -> Option<String> {
    let text = optional(text);
    let fits = text
        .as_ref()
        .is_none_or(|t| t.chars().count() <= 100 && !t.chars().any(char::is_control));
    errors.check(fits, field, "请写成一行，不超过 100 个字。");
    text
}

pub fn date(errors: &mut FieldErrors, field: &str, text: &str) -> Option<Date> {
    // The calendar of the databases' text order ends at four digits.
    let date = text
        .trim()
        .parse::<Date>()
        .ok()
        .filter(|d| (1900..=2999).contains(&d.year()));
    errors.check(date.is_some(), field, "请填日期，如 2026-11-23。");
    date
}

/// The fields `from` and, if not empty, `to`: the first day, and the day after the last.
pub fn span(errors: &mut FieldErrors, from: &str, to: &str) -> Option<(Date, Option<Date>)> {
    let from = date(errors, "from", from);
    let to = if to.trim().is_empty() {
        None
    } else {
        date(errors, "to", to)
    };
    if let (Some(from), Some(to)) = (from, to) {
        errors.check(from <= to, "to", "结束日期不能早于开始日期。");
    }
    from.map(|from| (from, to))
}

/// One of a list.
pub fn choice<T: FromStr>(errors: &mut FieldErrors, field: &str, text: &str) -> Option<T> {
    let choice = text.trim().parse().ok();
    errors.check(choice.is_some(), field, "请从列表里选一项。");
    choice
}

/// One of a list, or nothing.
pub fn choice_or_none<T: FromStr>(errors: &mut FieldErrors, field: &str, text: &str) -> Option<T> {
    if text.trim().is_empty() {
        None
    } else {
        choice(errors, field, text)
    }
}

/// What is left when fields could not be read and yet no message was noted.
pub fn unread() -> AppError {
    AppError::invalid("", "填写的内容读不出来，请检查后再试。")
}
