//! The time that figures are of: a month, a quarter, a year, or days of one's own.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Serialize};
use shared::{Date, Timestamp};

/// A span of days. By its code: `2026-11`, `2026-Q4`, `2026`, `2026-11-02..2026-11-15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
    /// Both included.
    Days(Date, Date),
}

/// Days of one's own are no more than these.
pub const LONGEST: i64 = 366;
/// The first year that is offered, and the last.
const YEARS: RangeInclusive<i16> = 2000..=2100;

/// What a period consists of: whole months, from the first to the last by their numbers, and spans of days beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covering {
    pub months: Option<(i64, i64)>,
    pub days: Vec<(Date, Date)>,
}

/// Months are numbered from the year 0 on.
pub fn month_of(date: Date) -> i64 {
    date.year() * 12 + i64::from(date.0.month()) - 1
}

/// `2026 年 11 月`
pub fn month_label(month: i64) -> String {
    format!("{} 年 {} 月", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// The first day of a month by its number.
fn first_of(month: i64) -> Option<Date> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1)
}

fn last_of(month: i64) -> Option<Date> {
    Some(first_of(month + 1)?.plus_days(-1))
}

impl Period {
    /// The quarter that a day is in.
    pub fn quarter_of(date: Date) -> Self {
        Self::Quarter(year(date), (date.0.month() - 1) / 3 + 1)
    }

    /// Those that are offered on a day: this month and the last, this quarter and the last, this year and the last.
    pub fn offered(today: Date) -> [Self; 6] {
        let month = month_of(today);
        let of = |month: i64| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            Self::Month(
                i16::try_from(year).unwrap_or_default(),
                i8::try_from(month).unwrap_or(1),
            )
        };
        let before = first_of(month - 3).unwrap_or(today);
        [
            of(month),
            of(month - 1),
            Self::quarter_of(today),
            Self::quarter_of(before),
            Self::Year(year(today)),
            Self::Year(year(today) - 1),
        ]
    }

    /// By its code, or by two days as a form has them, where there is such a time. Without both, the quarter that today is in.
    pub fn read(code: &str, from: &str, to: &str, today: Date) -> Option<Self> {
        match (code.trim(), from.trim(), to.trim()) {
            ("", "", "") => Some(Self::quarter_of(today)),
            (_, from, to) if !from.is_empty() && !to.is_empty() => {
                Self::Days(from.parse().ok()?, to.parse().ok()?).checked()
            }
            (code, ..) => code.parse().ok(),
        }
    }

    fn checked(self) -> Option<Self> {
        let well = match self {
            Self::Month(year, month) => YEARS.contains(&year) && (1..=12).contains(&month),
            Self::Quarter(year, quarter) => YEARS.contains(&year) && (1..=4).contains(&quarter),
            Self::Year(year) => YEARS.contains(&year),
            Self::Days(from, to) => YEARS.contains(&year(from)) && from <= to && to < from.plus_days(LONGEST),
        };
        well.then_some(self)
    }

    /// The months of it by their numbers; nothing for days of one's own.
    fn months(self) -> Option<(i64, i64)> {
        let number = |year: i16, month: i64| i64::from(year) * 12 + month - 1;
        match self {
            Self::Month(year, month) => {
                let month = number(year, i64::from(month));
                Some((month, month))
            }
            Self::Quarter(year, quarter) => {
                let first = number(year, i64::from(quarter) * 3 - 2);
                Some((first, first + 2))
            }
            Self::Year(year) => Some((number(year, 1), number(year, 12))),
            Self::Days(..) => None,
        }
    }

    /// The first day and the last.
    pub fn days(self) -> (Date, Date) {
        if let Self::Days(from, to) = self {
            return (from, to);
        }
        let (first, last) = self.months().unwrap_or_default();
        // It was checked when it was read: there are such months.
        let never = Timestamp::default().date();
        (first_of(first).unwrap_or(never), last_of(last).unwrap_or(never))
    }

    /// As months that are counted already, and what is left.
    pub fn covering(self) -> Covering {
        let Self::Days(from, to) = self else {
            return Covering {
                months: self.months(),
                days: Vec::new(),
            };
        };
        let first = month_of(from) + i64::from(first_of(month_of(from)) != Some(from));
        let last = month_of(to) - i64::from(last_of(month_of(to)) != Some(to));
        let (Some(begin), Some(end)) = (first_of(first), last_of(last)) else {
            return Covering::default();
        };
        if first > last {
            return Covering {
                months: None,
                days: vec![(from, to)],
            };
        }
        let before = (from < begin).then(|| (from, begin.plus_days(-1)));
        let after = (end < to).then(|| (end.plus_days(1), to));
        Covering {
            months: Some((first, last)),
            days: before.into_iter().chain(after).collect(),
        }
    }

    /// Whether it consists of whole months: figures of any days, compared with those of one more, tell of single matters.
    pub const fn is_whole(self) -> bool {
        !matches!(self, Self::Days(..))
    }

    pub fn label(self) -> String {
        match self {
            Self::Month(year, month) => format!("{year} 年 {month} 月"),
            Self::Quarter(year, quarter) => format!("{year} 年第 {quarter} 季度"),
            Self::Year(year) => format!("{year} 年"),
            Self::Days(from, to) => format!("{}到{}", from.zh(), to.zh()),
        }
    }
}

fn year(date: Date) -> i16 {
    date.0.year()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Days(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

/// The text is the code of no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPeriod;

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let number = |text: &str| -> Option<i16> {
            let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let small = |text: &str| number(text).and_then(|n| i8::try_from(n).ok());
        let read = || {
            if let Some((from, to)) = text.split_once("..") {
                return Some(Self::Days(from.parse().ok()?, to.parse().ok()?));
            }
            let Some((year, part)) = text.split_once('-') else {
                return number(text).map(Self::Year);
            };
            match part.strip_prefix('Q') {
                Some(quarter) => Some(Self::Quarter(number(year)?, small(quarter)?)),
                None => Some(Self::Month(number(year)?, small(part)?)),
            }
        };
        read().and_then(Self::checked).ok_or(NoPeriod)
    }
}

#[cfg(test)]
#[path = "period_tests.rs"]
mod tests;
