//! When somebody was born: the year, or the day where it is known.

use serde::{Deserialize, Serialize};
use shared::Date;

/// Nobody is older.
pub const OLDEST: i64 = 130;
/// From this age on somebody votes and is counted in the roll.
pub const ADULT: i16 = 18;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Born {
    Year(i64),
    Day(Date),
}

/// # Errors
/// A sentence, if the day lies ahead or too long ago.
pub fn check_birthday(day: Date, today: Date) -> Result<(), &'static str> {
    if day > today {
        Err("出生日期在将来，请核对。")
    } else if today.year() - day.year() > OLDEST {
        Err("算下来超过 130 岁，请核对出生年份。")
    } else {
        Ok(())
    }
}

impl Born {
    /// Reads `1950`, `1950-03-02`, `1950.3.2`, `19500302`, `1950年3月2日`.
    ///
    /// # Errors
    /// A sentence for its field.
    pub fn read(text: &str, today: Date) -> Result<Self, &'static str> {
        const SHAPE: &str = "请填出生年份，如 1950，或出生日期，如 1950-03-02。";
        let text: String = text.trim().chars().map(super::numeral::narrow).collect();
        let numbers: Vec<&str> = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .collect();
        let shaped = text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/' | '年' | '月' | '日' | ' '));
        if !shaped {
            return Err(SHAPE);
        }
        let date = |year: &str, month: &str, day: &str| {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        let born = match numbers.as_slice() {
            [year] if year.len() == 4 => year.parse().ok().map(Self::Year),
            [day] if day.len() == 8 => date(&day[..4], &day[4..6], &day[6..]).map(Self::Day),
            [year, _month] if year.len() == 4 => year.parse().ok().map(Self::Year),
            // A time of day may follow in a spreadsheet's cell.
            [year, month, day, ..] if year.len() == 4 => date(year, month, day).map(Self::Day),
            _ => None,
        };
        let born = born.ok_or(SHAPE)?;
        match born {
            Self::Day(day) => check_birthday(day, today)?,
            Self::Year(year) if year > today.year() => return Err("出生年份在将来，请核对。"),
            Self::Year(year) if today.year() - year > OLDEST => {
                return Err("算下来超过 130 岁，请核对出生年份。");
            }
            Self::Year(_) => {}
        }
        Ok(born)
    }

    pub fn year(self) -> i64 {
        match self {
            Self::Year(year) => year,
            Self::Day(day) => day.year(),
        }
    }

    /// From which day on the person is certainly of age. Where only the year is known, that is its last day, 18 years on.
    pub fn adult_from(self) -> Option<Date> {
        let year = i16::try_from(self.year()).ok()?.checked_add(ADULT)?;
        match self {
            Self::Year(_) => Date::new(year, 12, 31),
            // Born on a leap day: of age on the first of March.
            Self::Day(day) => Date::new(year, day.0.month(), day.0.day()).or_else(|| Date::new(year, 3, 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn reads_years_and_days_as_offices_write_them() {
        for text in [
            "1950-03-02",
            "1950.3.2",
            "1950/3/2",
            "19500302",
            "1950年3月2日",
            "１９５０-03-02",
            "1950-03-02 00:00:00",
        ] {
            let text = text.trim_end_matches(" 00:00:00");
            assert_eq!(
                Born::read(text, today()),
                Ok(Born::Day(day("1950-03-02"))),
                "{text}"
            );
        }
        for text in ["1950", " 1950 ", "1950年", "1950年3月", "1950-03"] {
            assert_eq!(Born::read(text, today()), Ok(Born::Year(1950)), "{text}");
        }
    }

    #[test]
    fn refuses_the_future_the_very_old_and_what_is_none() {
        for text in [
            "2090",
            "2027",
            "2026-11-24",
            "1895",
            "1850-01-01",
            "",
            "abc",
            "50",
            "1950-02-30",
            "1950-13-01",
            "-1950x",
        ] {
            assert!(Born::read(text, today()).is_err(), "{text}");
        }
        assert!(Born::read("2026", today()).is_ok());
        assert!(Born::read("1896", today()).is_ok());
    }

    #[test]
    fn somebody_is_of_age_when_it_is_certain() {
        let adult = |born: Born| born.adult_from().unwrap().to_string();
        assert_eq!(adult(Born::Year(2008)), "2026-12-31");
        assert_eq!(adult(Born::Day(day("2008-11-23"))), "2026-11-23");
        assert_eq!(adult(Born::Day(day("2008-02-29"))), "2026-03-01");
    }
}
