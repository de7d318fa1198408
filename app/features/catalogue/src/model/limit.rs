//! How long an item takes at most, as a list promises it.

use serde::{Deserialize, Serialize};

/// A promised limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", content = "n", rename_all = "snake_case")]
pub enum TimeLimit {
    /// While one waits (当场办结).
    #[default]
    AtOnce,
    /// Day and night.
    Hours(u16),
    WorkingDays(u16),
}

impl TimeLimit {
    /// The longest that a list may promise.
    const MOST: u16 = 366;

    /// What a form sent; the text is an error beside `n`.
    ///
    /// # Errors
    /// The number is none from 1 to 366, or the unit is unknown.
    pub fn read(unit: &str, n: &str) -> Result<Self, &'static str> {
        let n = || {
            let n: Option<u16> = n.trim().parse().ok();
            n.filter(|n| (1..=Self::MOST).contains(n))
                .ok_or("请填 1 到 366 之间的整数。")
        };
        match unit {
            "at_once" => Ok(Self::AtOnce),
            "hours" => n().map(Self::Hours),
            "working_days" => n().map(Self::WorkingDays),
            _ => Err("请选时限的单位。"),
        }
    }

    pub const fn unit(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Hours(_) => "hours",
            Self::WorkingDays(_) => "working_days",
        }
    }

    pub const fn amount(self) -> Option<u16> {
        match self {
            Self::AtOnce => None,
            Self::Hours(n) | Self::WorkingDays(n) => Some(n),
        }
    }

    /// Whether it is surely shorter than `other`. Hours against working days are not: eight hours from a Friday evening end before
    /// the first working day does, and after a long weekend they do not.
    pub const fn is_shorter_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::AtOnce, Self::Hours(_) | Self::WorkingDays(_)) => true,
            (Self::Hours(a), Self::Hours(b)) | (Self::WorkingDays(a), Self::WorkingDays(b)) => a < b,
            _ => false,
        }
    }

    /// `5 个工作日`
    pub fn label(self) -> String {
        match self {
            Self::AtOnce => "当场办结".into(),
            Self::Hours(n) => format!("{n} 小时"),
            Self::WorkingDays(n) => format!("{n} 个工作日"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_shorter_is() {
        use TimeLimit::{AtOnce, Hours, WorkingDays};
        for (a, b) in [
            (WorkingDays(3), WorkingDays(5)),
            (Hours(2), Hours(24)),
            (AtOnce, Hours(1)),
            (AtOnce, WorkingDays(1)),
        ] {
            assert!(a.is_shorter_than(b), "{a:?} {b:?}");
            assert!(!b.is_shorter_than(a), "{b:?} {a:?}");
        }
        for (a, b) in [
            (Hours(1), WorkingDays(5)),
            (WorkingDays(1), Hours(300)),
            (Hours(3), Hours(3)),
            (AtOnce, AtOnce),
        ] {
            assert!(!a.is_shorter_than(b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_form_says_a_limit_or_what_is_wrong_with_it() {
        assert_eq!(
            TimeLimit::read("working_days", " 5 "),
            Ok(TimeLimit::WorkingDays(5))
        );
        assert_eq!(TimeLimit::read("at_once", ""), Ok(TimeLimit::AtOnce));
        for (unit, n) in [
            ("hours", "0"),
            ("hours", "-1"),
            ("working_days", "367"),
            ("working_days", "五"),
            ("years", "1"),
        ] {
            assert!(TimeLimit::read(unit, n).is_err(), "{unit} {n}");
        }
    }
}
