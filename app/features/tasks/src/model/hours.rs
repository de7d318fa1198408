//! A unit's working hours: a week of them from a date on, days that differ, and what it takes over from the units above it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::Date;

use super::{
    calendar::weekday,
    day::{DayHours, NoHours, Span},
};

pub const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// The hours of each weekday, Monday first. One of Monday to Friday is open, so that work is always done some day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[DayHours; 7]", into = "[DayHours; 7]")]
pub struct Week([DayHours; 7]);

impl Week {
    /// # Errors
    /// [`NoHours`] if Monday to Friday are all closed.
    pub fn new(days: [DayHours; 7]) -> Result<Self, NoHours> {
        if days.iter().take(5).any(DayHours::is_open) {
            Ok(Self(days))
        } else {
            Err(NoHours("周一到周五至少要有一天上班。".into()))
        }
    }

    pub fn days(&self) -> &[DayHours; 7] {
        &self.0
    }

    /// The hours of a weekend that is worked: its own if it has some, or else those of the first weekday that has.
    fn made_up(&self, weekday: usize) -> &DayHours {
        let own = self.0.get(weekday).filter(|day| day.is_open());
        own.or_else(|| self.0.iter().find(|day| day.is_open()))
            .unwrap_or(&self.0[0])
    }
}

impl TryFrom<[DayHours; 7]> for Week {
    type Error = NoHours;

    fn try_from(days: [DayHours; 7]) -> Result<Self, NoHours> {
        Self::new(days)
    }
}

impl From<Week> for [DayHours; 7] {
    fn from(week: Week) -> Self {
        week.0
    }
}

/// 08:30 to 12:00 and 13:30 to 17:30, Monday to Friday: where nobody has said anything else.
impl Default for Week {
    fn default() -> Self {
        let spans = vec![Span { from: 510, to: 720 }, Span { from: 810, to: 1050 }];
        let worked = DayHours::new(spans).expect("two spans in their order");
        let off = DayHours::CLOSED;
        Self([
            worked.clone(),
            worked.clone(),
            worked.clone(),
            worked.clone(),
            worked,
            off.clone(),
            off,
        ])
    }
}

/// What one unit says of its own hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnHours {
    /// From a date on its own week, or again (`None`) whatever the unit above it has.
    pub weeks: BTreeMap<Date, Option<Week>>,
    /// Single days: closed for a flood, open for an evening.
    pub days: BTreeMap<Date, DayHours>,
}

/// A unit's hours on any date, with all that it inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Weeks by the date from which they are in force; before the first the usual ones.
    weeks: BTreeMap<Date, Week>,
    days: BTreeMap<Date, DayHours>,
    usual: Week,
}

impl Hours {
    /// The same hours every week, and nothing else.
    pub fn weekly(week: Week) -> Self {
        Self {
            usual: week,
            ..Self::default()
        }
    }

    /// The hours that follow from `chain`: what each unit says from the root down to the one that is asked about. The
    /// nearest one counts, date by date.
    pub fn of(chain: &[OwnHours]) -> Self {
        let mut hours = Self::default();
        for own in chain {
            hours.days.extend(own.days.clone());
        }
        let starts = chain.iter().flat_map(|own| own.weeks.keys());
        for start in starts {
            let nearest = chain.iter().rev().find_map(|own| {
                own.weeks
                    .range(..=*start)
                    .next_back()
                    .and_then(|(_, week)| week.clone())
            });
            hours.weeks.insert(*start, nearest.unwrap_or_default());
        }
        hours
    }

    /// The week in force on `date`.
    pub fn week(&self, date: Date) -> &Week {
        self.weeks
            .range(..=date)
            .next_back()
            .map_or(&self.usual, |(_, week)| week)
    }

    /// What was said of this very day.
    pub fn exception(&self, date: Date) -> Option<&DayHours> {
        self.days.get(&date)
    }

    /// The hours of an ordinary day.
    pub fn ordinary(&self, date: Date) -> &DayHours {
        &self.week(date).0[weekday(date)]
    }

    /// The hours of a weekend that the State Council has people work.
    pub fn made_up(&self, date: Date) -> &DayHours {
        self.week(date).made_up(weekday(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn week(weekday: &str) -> Week {
        let day: DayHours = weekday.parse().unwrap();
        let off = DayHours::CLOSED;
        Week::new([
            day.clone(),
            day.clone(),
            day.clone(),
            day.clone(),
            day,
            off.clone(),
            off,
        ])
        .unwrap()
    }

    fn own(weeks: &[(&str, Option<Week>)]) -> OwnHours {
        OwnHours {
            weeks: weeks
                .iter()
                .map(|(from, week)| (date(from), week.clone()))
                .collect(),
            days: BTreeMap::new(),
        }
    }

    #[test]
    fn the_usual_week_is_what_it_says() {
        let shown: Vec<String> = Week::default().days().iter().map(ToString::to_string).collect();
        assert_eq!(shown[0], "08:30-12:00, 13:30-17:30");
        assert_eq!(shown[5], "休息");
        let json = serde_json::to_string(&Week::default()).unwrap();
        assert_eq!(serde_json::from_str::<Week>(&json).unwrap(), Week::default());
        assert!(
            serde_json::from_str::<Week>(r#"["休息","休息","休息","休息","休息","09:00-12:00",""]"#).is_err()
        );
    }

    #[test]
    fn the_nearest_unit_that_says_something_counts_from_its_date_on() {
        let (city, town) = (week("09:00-17:00"), week("08:00-16:00"));
        let hours = Hours::of(&[
            own(&[("2026-01-01", Some(city.clone()))]),
            own(&[("2026-03-01", Some(town.clone())), ("2026-09-01", None)]),
            OwnHours::default(),
        ]);
        assert_eq!(hours.week(date("2025-12-31")), &Week::default());
        assert_eq!(hours.week(date("2026-02-28")), &city);
        assert_eq!(hours.week(date("2026-03-01")), &town);
        assert_eq!(hours.week(date("2026-08-31")), &town);
        assert_eq!(hours.week(date("2026-09-01")), &city, "as the city again");
    }

    #[test]
    fn a_change_above_does_not_reach_past_a_unit_with_hours_of_its_own() {
        let (city, town) = (week("09:00-17:00"), week("08:00-16:00"));
        let hours = Hours::of(&[
            own(&[("2026-05-01", Some(city))]),
            own(&[("2026-03-01", Some(town.clone()))]),
        ]);
        assert_eq!(hours.week(date("2026-06-01")), &town);
    }

    #[test]
    fn single_days_are_inherited_and_overruled() {
        let day = |text: &str| (date("2026-11-25"), text.parse::<DayHours>().unwrap());
        let mut above = own(&[]);
        above.days.extend([day("休息")]);
        let mut here = own(&[]);
        let inherited = Hours::of(&[above.clone(), here.clone()]);
        assert_eq!(inherited.exception(date("2026-11-25")), Some(&DayHours::CLOSED));
        here.days.extend([day("9:00-10:00")]);
        let overruled = Hours::of(&[above, here]);
        assert_eq!(
            overruled.exception(date("2026-11-25")).map(ToString::to_string),
            Some("09:00-10:00".into())
        );
    }
}
