//! How often something is looked at, and the stretch of days that one round has.

use serde::{Deserialize, Serialize};
use shared::{Date, coded};

coded! {
    /// How often a grid looks.
    Every {
        Week = "week", "每周";
        Month = "month", "每月";
        Quarter = "quarter", "每季度";
        Half = "half", "每半年";
        Year = "year", "每年";
    }
}

impl Every {
    /// Whether it comes round more often than `other`: they stand in this order.
    pub fn is_shorter_than(self, other: Self) -> bool {
        self < other
    }

    /// The round that `day` lies in.
    pub fn period(self, day: Date) -> Period {
        let (year, month) = (day.0.year(), day.0.month());
        let months = |n: i8| (month - 1) / n * n + 1;
        let (from, n, key) = match self {
            Self::Week => {
                let monday = day.plus_days(-i64::from(day.0.weekday().to_monday_zero_offset()));
                let week = day.0.iso_week_date();
                let key = format!("{}-W{:02}", week.year(), week.week());
                return Period {
                    key,
                    from: monday,
                    until: monday.plus_days(6),
                };
            }
            Self::Month => (month, 1, format!("{year}-{month:02}")),
            Self::Quarter => (months(3), 3, format!("{year}-Q{}", (month - 1) / 3 + 1)),
            Self::Half => (months(6), 6, format!("{year}-H{}", (month - 1) / 6 + 1)),
            Self::Year => (1, 12, format!("{year}")),
        };
        let first = |year: i16, month: i8| Date::new(year, month, 1).unwrap_or(day);
        let next = if from + n > 12 {
            first(year + 1, 1)
        } else {
            first(year, from + n)
        };
        Period {
            key,
            from: first(year, from),
            until: next.plus_days(-1),
        }
    }
}

/// The days of a round, both included. Its key is as ISO 8601 has weeks, and alike for the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub key: String,
    pub from: Date,
    pub until: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn rounds_begin_and_end_with_their_stretch() {
        for (every, on, key, from, until) in [
            (Every::Week, "2026-11-25", "2026-W48", "2026-11-23", "2026-11-29"),
            (Every::Week, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
            (Every::Month, "2028-02-29", "2028-02", "2028-02-01", "2028-02-29"),
            (Every::Month, "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
            (
                Every::Quarter,
                "2026-11-25",
                "2026-Q4",
                "2026-10-01",
                "2026-12-31",
            ),
            (Every::Half, "2026-03-01", "2026-H1", "2026-01-01", "2026-06-30"),
            (Every::Year, "2026-03-01", "2026", "2026-01-01", "2026-12-31"),
        ] {
            let expected = Period {
                key: key.into(),
                from: day(from),
                until: day(until),
            };
            assert_eq!(every.period(day(on)), expected);
        }
    }

    #[test]
    fn a_week_is_shorter_than_a_month_and_nothing_than_itself() {
        assert!(Every::Week.is_shorter_than(Every::Month));
        assert!(Every::Half.is_shorter_than(Every::Year));
        assert!(!Every::Year.is_shorter_than(Every::Quarter));
        for every in Every::ALL {
            assert!(!every.is_shorter_than(*every));
        }
    }

    #[test]
    fn every_day_lies_in_one_round_and_rounds_follow_each_other() {
        for every in Every::ALL {
            let mut last: Option<Period> = None;
            let mut at = day("2024-01-01");
            while at < day("2029-01-01") {
                let period = every.period(at);
                assert!(period.from <= at && at <= period.until, "{every:?} {at}");
                if let Some(last) = last.filter(|last| *last != period) {
                    assert_eq!(last.until.plus_days(1), period.from, "{every:?} {at}");
                }
                last = Some(period);
                at = at.plus_days(1);
            }
        }
    }
}
