//! Instants as the W3C's note on dates and times has them, the subset of ISO 8601 that Open311 asks for.

use shared::{Date, Timestamp};

/// By how much the day of Shanghai begins before that of UTC.
const SHANGHAI: i64 = 8 * Timestamp::HOUR;

/// `2026-11-23T14:05:00+08:00`, with seconds or without, `Z` or an offset; or a day, which begins at midnight in Shanghai. A time without
/// its zone is none. In a query a `+` is a blank, and is taken for what was meant.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let day: Date = text.get(..10)?.parse().ok()?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(day.start());
    }
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-', ' '])?);
    let mut parts = clock.split(':');
    let (hours, minutes) = (two(parts.next()?, 23)?, two(parts.next()?, 59)?);
    let seconds = match parts.next() {
        Some(seconds) => fraction(seconds)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let midnight = day.start().plus(SHANGHAI);
    Some(midnight.plus(hours * Timestamp::HOUR + minutes * Timestamp::MINUTE + seconds - offset(zone)?))
}

/// Two digits, up to `most`.
fn two(text: &str, most: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse::<i64>().ok())??;
    (number <= most).then_some(number)
}

/// Seconds with or without a fraction, in microseconds.
fn fraction(text: &str) -> Option<i64> {
    let (seconds, after) = text.split_once('.').unwrap_or((text, "0"));
    let digits = (1..=9).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: i64 = digits.then(|| format!("{after:0<9}").parse().ok())??;
    Some(two(seconds, 60)? * Timestamp::SECOND + nanos / 1_000)
}

/// How far a zone is before UTC, in microseconds.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let rest = zone.strip_prefix(['+', '-', ' '])?;
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    Some(sign * (two(hours, 14)? * Timestamp::HOUR + two(minutes, 59)? * Timestamp::MINUTE))
}
