//! Instants in microseconds UTC and calendar dates; shown in Asia/Shanghai, whose rules are compiled in.

use std::{fmt, str::FromStr};

use jiff::{civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The one zone that times are shown in. The zone data is part of the binary.
const SHANGHAI: TimeZone = jiff::tz::get!("Asia/Shanghai");

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

    /// The wall clock in Asia/Shanghai.
    fn local(self) -> civil::DateTime {
        jiff::Timestamp::from_microsecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned_datetime(SHANGHAI)
            .datetime()
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
        format!("{} 月 {} 日 {:02}:{:02}", t.month(), t.day(), t.hour(), t.minute())
    }

    /// `14:05`
    pub fn zh_time(self) -> String {
        let t = self.local();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }

    /// RFC 3339 in UTC, for `<time datetime>` and for machines.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
    }
}

/// A calendar date (ISO 8601, `2026-11-23`), stored as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub civil::Date);

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
        self.0.to_zoned_datetime(SHANGHAI).map_or(Timestamp(0), |z| Timestamp(z.timestamp().as_microsecond()))
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
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[cfg(feature = "ssr")]
mod bind {
    use sqlx::{
        Database, Decode, Encode, Type,
        encode::IsNull,
        error::BoxDynError,
    };

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

    #[test]
    fn a_date_begins_at_midnight_in_shanghai() {
        let d: Date = "2026-11-23".parse().unwrap();
        assert_eq!(d.start().rfc3339(), "2026-11-22T16:00:00Z");
        assert_eq!(d.start().date(), d);
        assert_eq!(d.plus_days(8).to_string(), "2026-12-01");
    }

    #[test]
    fn refuses_days_that_are_not() {
        assert!("2026-02-30".parse::<Date>().is_err());
        assert!(Date::new(2026, 13, 1).is_none());
    }
}
