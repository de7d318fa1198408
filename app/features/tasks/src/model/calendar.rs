//! Which days are worked: the State Council's calendar, as far as it is loaded, and weekdays beyond.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{AppError, Date};

/// The largest file of a calendar, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;

/// What is said of a larger one, beside its field.
pub fn file_too_large() -> AppError {
    AppError::invalid("file", "文件太大，最多 1 MB。请检查是不是选错了。")
}

/// A day that a notice of the State Council names: off though it may be a weekday, or worked though it is a weekend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDay {
    /// Whether it is worked (调休上班).
    pub works: bool,
    /// Because of what: 春节.
    pub name: String,
}

/// The days of the years that are loaded. In any other year weekdays count, and what follows from them is provisional (待核).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    years: BTreeSet<i64>,
    days: BTreeMap<Date, NamedDay>,
}

impl Calendar {
    pub fn new(
        years: impl IntoIterator<Item = i64>,
        days: impl IntoIterator<Item = (Date, NamedDay)>,
    ) -> Self {
        Self {
            years: years.into_iter().collect(),
            days: days.into_iter().collect(),
        }
    }

    /// Whether the day is worked at all, by whomever.
    pub fn works(&self, date: Date) -> bool {
        self.days
            .get(&date)
            .map_or_else(|| !is_weekend(date), |named| named.works)
    }

    /// Whether the day is only presumed to be as [`Calendar::works`] says.
    pub fn is_provisional(&self, date: Date) -> bool {
        !self.years.contains(&date.year())
    }

    pub fn named(&self, date: Date) -> Option<&NamedDay> {
        self.days.get(&date)
    }

    pub fn days(&self) -> &BTreeMap<Date, NamedDay> {
        &self.days
    }

    pub fn years(&self) -> &BTreeSet<i64> {
        &self.years
    }
}

/// 0 for Monday to 6 for Sunday.
pub fn weekday(date: Date) -> usize {
    usize::try_from(date.0.weekday().to_monday_zero_offset()).unwrap_or_default()
}

pub fn is_weekend(date: Date) -> bool {
    weekday(date) >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn named_days_come_before_the_weekday() {
        let named = |works| NamedDay {
            works,
            name: "国庆节".into(),
        };
        let calendar = Calendar::new(
            [2026],
            [
                (date("2026-10-01"), named(false)),
                (date("2026-10-10"), named(true)),
            ],
        );
        assert!(!calendar.works(date("2026-10-01")), "a Thursday off");
        assert!(calendar.works(date("2026-10-10")), "a Saturday worked");
        assert!(calendar.works(date("2026-10-12")));
        assert!(!calendar.works(date("2026-10-11")));
        assert!(!calendar.is_provisional(date("2026-12-31")));
        assert!(calendar.is_provisional(date("2027-01-01")));
        assert!(calendar.is_provisional(date("2025-12-31")));
    }
}
