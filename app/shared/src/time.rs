//! Instants in microseconds UTC and calendar dates; shown in Asia/Shanghai.
//!
//! Of jiff only the calendar is used: its zones, parsers and error texts would be an eighth of what a browser loads first.

use std::{fmt, str::FromStr};

use jiff::{civil, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The one zone that times are shown in. It has had no summer time since 1991-09-15, and no instant here is older.
const SHANGHAI: Offset = Offset::constant(8);

/// An instant: microseconds since 1970-01-01T00:00:00Z. Stored as a 64-bit integer on both engines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This instant moved by `micros` microseconds, stopping at the ends of the range.
    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// The wall clock `offset` from UTC.
    fn at(self, offset: Offset) -> civil::DateTime {
        offset.to_datetime(jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// The wall clock in Asia/Shanghai.
    fn local(self) -> civil::DateTime {
        self.at(SHANGHAI)
    }

    /// The date in Asia/Shanghai.
    pub fn date(self) -> Date {
        Date(self.local().date())
    }

    /// The hour (0 to 23) in Asia/Shanghai.
    pub fn hour(self) -> i8 {
        self.local().hour()
    }

    /// `2026 年 11 月 23 日 14:05`
    pub fn zh(self) -> String {
        format!("{} {}", self.date().zh(), self.zh_time())
    }

    /// `11 月 23 日 14:05`
    pub fn zh_short(self) -> String {
        let t = self.local();
        format!(
            "{} 月 {} 日 {:02}:{:02}",
            t.month(),
            t.day(),
            t.hour(),
            t.minute()
        )
    }

    /// `14:05`
    pub fn zh_time(self) -> String {
        let t = self.local();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }

    /// RFC 3339 in UTC, for `<time datetime>` and for machines.
    pub fn rfc3339(self) -> String {
        let t = self.at(Offset::UTC);
        let date = Date(t.date());
        let mut text = format!("{date}T{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second());
        let micros = t.subsec_nanosecond() / 1_000;
        if micros != 0 {
            text.push_str(format!(".{micros:06}").trim_end_matches('0'));
        }
        text.push('Z');
        text
    }
}

/// A calendar date (ISO 8601, `2026-11-23`), stored as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub civil::Date);

/// The text is no date as `2026-11-23`, or there is no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date as 2026-11-23")]
pub struct NotADate;

impl Date {
    /// A date from its parts, if there is such a day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    pub fn year(self) -> i64 {
        i64::from(self.0.year())
    }

    /// Midnight in Asia/Shanghai at which this date begins.
    pub fn start(self) -> Timestamp {
        let midnight = self.0.to_datetime(civil::Time::midnight());
        SHANGHAI
            .to_timestamp(midnight)
            .map_or(Timestamp(0), |t| Timestamp(t.as_microsecond()))
    }

    /// This date moved by `days`, stopping at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Self(self.0.saturating_add(span))
    }

    /// `2026 年 11 月 23 日`
    pub fn zh(self) -> String {
        format!("{} 年 {} 月 {} 日", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |from: usize, to: usize| {
            let digits = text
                .get(from..to)
                .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse::<i16>().ok()
        };
        let parts = || {
            let bytes = text.as_bytes();
            let shaped = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
            let (month, day) = (number(5, 7)?, number(8, 10)?);
            shaped.then_some((number(0, 4)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
        };
        parts()
            .and_then(|(year, month, day)| Self::new(year, month, day))
            .ok_or(NotADate)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Date;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date as 2026-11-23")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(feature = "ssr")]
mod bind {
    use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

    use super::Date;

    impl<DB: Database> Type<DB> for Date
    where
        String: Type<DB>,
    {
        fn type_info() -> DB::TypeInfo {
            String::type_info()
        }
        fn compatible(info: &DB::TypeInfo) -> bool {
            String::compatible(info)
        }
    }

    impl<'q, DB: Database> Encode<'q, DB> for Date
    where
        String: Encode<'q, DB>,
    {
        fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
            self.to_string().encode(buffer)
        }
    }

    impl<'r, DB: Database> Decode<'r, DB> for Date
    where
        &'r str: Decode<'r, DB>,
    {
        fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(<&str as Decode<'r, DB>>::decode(value)?.parse()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_shanghai_wall_time() {
        let t = Timestamp(1_795_413_900 * Timestamp::SECOND);
        assert_eq!(t.rfc3339(), "2026-11-23T06:05:00Z");
        assert_eq!(t.zh(), "2026 年 11 月 23 日 14:05");
        assert_eq!(t.zh_short(), "11 月 23 日 14:05");
    }

    /// The zone data, for comparison.
    const ZONE: jiff::tz::TimeZone = jiff::tz::get!("Asia/Shanghai");

    #[test]
    fn agrees_with_the_zone_data_since_summer_time_ended() {
        // An odd step, so that all hours, days and leap years come up: 1991-09-16 to 2100.
        let mut at = 685_000_000 * Timestamp::SECOND;
        while at < 4_102_444_800 * Timestamp::SECOND {
            let (ours, theirs) = (Timestamp(at), jiff::Timestamp::from_microsecond(at).unwrap());
            assert_eq!(ours.local(), theirs.to_zoned_datetime(ZONE).datetime());
            assert_eq!(ours.rfc3339(), theirs.to_string());
            let date = ours.date();
            assert_eq!(date.to_string(), date.0.to_string());
            assert_eq!(
                date.0
                    .to_zoned_datetime(ZONE)
                    .unwrap()
                    .timestamp()
                    .as_microsecond(),
                date.start().0
            );
            at += 123_457_000_100;
        }
        for micros in [0, 1, -1, 120_000, 999_999, -62_135_596_800_000_000] {
            let theirs = jiff::Timestamp::from_microsecond(micros).unwrap();
            assert_eq!(Timestamp(micros).rfc3339(), theirs.to_string());
        }
    }

    #[test]
    fn dates_are_text_in_json() {
        let date: Date = serde_json::from_str("\"2024-02-29\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2024-02-29\"");
        assert!(serde_json::from_str::<Date>("\"2023-02-29\"").is_err());
        assert!(serde_json::from_str::<Date>("20240229").is_err());
    }

    #[test]
    fn a_date_begins_at_midnight_in_shanghai() {
        let d: Date = "2026-11-23".parse().unwrap();
        assert_eq!(d.start().rfc3339(), "2026-11-22T16:00:00Z");
        assert_eq!(d.start().date(), d);
        assert_eq!(d.plus_days(8).to_string(), "2026-12-01");
    }

    #[test]
    fn refuses_days_that_are_not() {
        for text in [
            "2026-02-30",
            "2026-00-10",
            "20261123",
            "2026-1-23",
            "+026-01-01",
            "2026-11-23T00",
            "2026年1月",
            "",
            "2026-11-2３",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!(Date::new(2026, 13, 1).is_none());
    }
}
