//! What happens by itself on the way to a deadline and after it: reminders, and the next one up.

use serde::{Deserialize, Serialize};
use shared::{Role, Timestamp};

use super::{
    clock::WorkingClock,
    limit::{Limit, Pause, runs},
};

/// When a step is due, as seen from the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "when", content = "n", rename_all = "snake_case")]
pub enum When {
    /// When half of the time has passed; a stopped clock lets none pass.
    HalfTime,
    /// At the beginning of the nth working day before the day of the deadline.
    DaysBefore(u8),
    HoursBefore(u16),
    /// As soon as the deadline has passed.
    Overdue,
    HoursAfter(u16),
    /// At the beginning of the nth working day after the day of the deadline.
    DaysAfter(u8),
}

impl When {
    pub fn label(self) -> String {
        match self {
            Self::HalfTime => "时间过半".into(),
            Self::DaysBefore(n) => format!("到期前 {n} 个工作日"),
            Self::HoursBefore(n) => format!("到期前 {n} 小时"),
            Self::Overdue => "超期".into(),
            Self::HoursAfter(n) => format!("超期 {n} 小时"),
            Self::DaysAfter(n) => format!("超期 {n} 个工作日"),
        }
    }
}

/// What is done then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "does", content = "to", rename_all = "snake_case")]
pub enum Doing {
    /// Whoever has the task is told.
    Remind,
    /// Whoever holds this role at the task's unit, or at the nearest one above where somebody does, has it from then on too.
    Escalate(Role),
}

/// A reminder or an escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    #[serde(flatten)]
    pub when: When,
    #[serde(flatten)]
    pub doing: Doing,
}

impl Step {
    pub const fn remind(when: When) -> Self {
        Self {
            when,
            doing: Doing::Remind,
        }
    }

    pub const fn escalate(when: When, to: Role) -> Self {
        Self {
            when,
            doing: Doing::Escalate(to),
        }
    }
}

/// A limit that runs: since when, and when it stood still. All that is due when follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course<'a> {
    pub limit: Limit,
    pub from: Timestamp,
    pub pauses: &'a [Pause],
}

impl Course<'_> {
    /// The deadline; `None` while the clock stands.
    pub fn end(&self, clock: &WorkingClock) -> Option<super::Moment> {
        self.limit.end(clock, self.from, self.pauses)
    }

    /// Since the clock stands, if it does.
    pub fn stands(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }

    /// When a step is due. `None` while the clock stands, and for what would have been due before it all began.
    pub fn due(&self, clock: &WorkingClock, when: When) -> Option<Timestamp> {
        if self.stands() {
            return None;
        }
        let end = self.end(clock)?.at;
        let hours = |n: u16| i64::from(n) * Timestamp::HOUR;
        let due = match when {
            When::HalfTime => self.half(clock, end),
            When::DaysBefore(n) => clock.opening_before(end, n.into()).map(|moment| moment.at),
            When::HoursBefore(n) => Some(end.plus(-hours(n))),
            // On the stroke is in time.
            When::Overdue => Some(end.plus(1)),
            When::HoursAfter(n) => Some(end.plus(hours(n))),
            When::DaysAfter(n) => clock.opening_after(end, n.into()).map(|moment| moment.at),
        };
        due.filter(|due| *due >= self.from)
    }

    fn half(&self, clock: &WorkingClock, end: Timestamp) -> Option<Timestamp> {
        let pauses = match self.limit {
            Limit::Until(_) => &[],
            _ => self.pauses,
        };
        let (runs, pace) = (runs(self.from, pauses), self.limit.pace(clock));
        let whole = pace.passed(&runs, end);
        pace.pass(&runs, whole / 2).map(|moment| moment.at)
    }
}

#[cfg(test)]
mod tests {
    use shared::Date;

    use super::*;

    fn at(month: i8, day: i8, hour: i64, minute: i64) -> Timestamp {
        let date = Date::new(2026, month, day).unwrap();
        date.start()
            .plus(hour * Timestamp::HOUR + minute * Timestamp::MINUTE)
    }

    fn due(limit: Limit, pauses: &[Pause], when: When) -> Option<String> {
        // A Monday; without a calendar all weekdays are worked.
        let from = at(11, 23, 9, 30);
        let course = Course { limit, from, pauses };
        course.due(&WorkingClock::default(), when).map(|at| at.zh_short())
    }

    #[test]
    fn steps_lie_around_the_deadline() {
        let five = Limit::WorkingDays(5);
        let told = |when| due(five, &[], when).unwrap();
        // Ends on Monday the 30th at 17:30.
        assert_eq!(told(When::DaysBefore(1)), "11 月 27 日 08:30");
        assert_eq!(told(When::HoursBefore(2)), "11 月 30 日 15:30");
        assert_eq!(told(When::Overdue), "11 月 30 日 17:30");
        assert_eq!(told(When::HoursAfter(1)), "11 月 30 日 18:30");
        assert_eq!(told(When::DaysAfter(2)), "12 月 2 日 08:30");
        // 390 minutes of Monday and five days of 450: half of 2640 is on Thursday after half an hour.
        assert_eq!(told(When::HalfTime), "11 月 26 日 09:00");
    }

    #[test]
    fn half_of_hours_is_half_of_the_clock() {
        assert_eq!(
            due(Limit::Hours(24), &[], When::HalfTime).unwrap(),
            "11 月 23 日 21:30"
        );
    }

    #[test]
    fn what_would_be_due_before_the_beginning_is_not_due() {
        assert_eq!(due(Limit::WorkingDays(1), &[], When::DaysBefore(1)), None);
        assert_eq!(due(Limit::Hours(2), &[], When::HoursBefore(3)), None);
    }

    #[test]
    fn a_standing_clock_has_nothing_due_and_goes_on_where_it_stood() {
        let from = at(11, 23, 21, 30);
        let standing = Pause { from, until: None };
        for when in [When::HalfTime, When::HoursBefore(1), When::Overdue] {
            assert_eq!(due(Limit::Hours(24), &[standing], when), None);
        }
        let until = Some(at(11, 25, 21, 30));
        let went_on = Pause { from, until };
        assert_eq!(
            due(Limit::Hours(24), &[went_on], When::Overdue).unwrap(),
            "11 月 26 日 09:30"
        );
        assert_eq!(
            due(Limit::Hours(24), &[went_on], When::HalfTime).unwrap(),
            "11 月 23 日 21:30",
            "it had just passed"
        );
        assert_eq!(
            due(Limit::Hours(30), &[went_on], When::HalfTime).unwrap(),
            "11 月 26 日 00:30"
        );
    }
}
