//! The working clock of a unit: which time is worked, and how much of it passes.
//!
//! The calendar decides which days count, the unit's hours when it works on them. A unit that opens its desk on a Saturday is
//! open then, but nobody's limit runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::{Date, Timestamp};

use super::{
    calendar::Calendar,
    day::{DayHours, Span},
    hours::Hours,
};

/// An instant reckoned by a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    /// A year of the way there is not loaded yet: to be shown with 待核, and reckoned anew once it is.
    pub provisional: bool,
}

/// An amount of working time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    pub micros: i64,
    /// As [`Moment::provisional`].
    pub provisional: bool,
}

impl Worked {
    pub const fn minutes(self) -> i64 {
        self.micros / Timestamp::MINUTE
    }
}

/// A unit's working clock. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct WorkingClock {
    calendar: Arc<Calendar>,
    hours: Arc<Hours>,
}

/// A day that counts, or may not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day<'a> {
    pub date: Date,
    /// The hours that are worked; closed on a day off.
    pub hours: &'a DayHours,
    pub provisional: bool,
}

impl Day<'_> {
    pub fn opens(&self) -> Option<Timestamp> {
        self.hours.opens().map(|minute| at(self.date, minute))
    }

    pub fn closes(&self) -> Option<Timestamp> {
        self.hours.closes().map(|minute| at(self.date, minute))
    }
}

fn at(date: Date, minute: u16) -> Timestamp {
    date.start().plus(i64::from(minute) * Timestamp::MINUTE)
}

/// The part of a span that lies within two instants, in microseconds since the epoch.
fn clipped(date: Date, span: Span, from: Timestamp, to: Timestamp) -> (Timestamp, i64) {
    let start = at(date, span.from).max(from);
    let end = at(date, span.to).min(to);
    (start, (end.0 - start.0).max(0))
}

static CLOSED: DayHours = DayHours::CLOSED;

impl WorkingClock {
    pub const fn new(calendar: Arc<Calendar>, hours: Arc<Hours>) -> Self {
        Self { calendar, hours }
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// When the unit is open on `date`, whether or not that counts as work.
    pub fn open_on(&self, date: Date) -> &DayHours {
        if let Some(said) = self.hours.exception(date) {
            return said;
        }
        match self.calendar.named(date) {
            Some(named) if named.works => self.hours.made_up(date),
            Some(_) => &CLOSED,
            None => self.hours.ordinary(date),
        }
    }

    /// The hours of `date` that count for limits.
    pub fn worked_on(&self, date: Date) -> &DayHours {
        if self.calendar.works(date) {
            self.open_on(date)
        } else {
            &CLOSED
        }
    }

    pub fn is_working_day(&self, date: Date) -> bool {
        self.worked_on(date).is_open()
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        let date = now.date();
        let within = |span: &Span| at(date, span.from) <= now && now < at(date, span.to);
        self.open_on(date).spans().iter().any(within)
    }

    /// `now` if it is open, or else when it opens next; `None` if it never does.
    pub fn next_opening(&self, now: Timestamp) -> Option<Moment> {
        let mut provisional = false;
        for date in dates(now.date()) {
            provisional |= self.calendar.is_provisional(date);
            let spans = self.open_on(date).spans().iter();
            let next = spans.clone().find(|span| at(date, span.to) > now);
            if let Some(span) = next {
                let at = at(date, span.from).max(now);
                return Some(Moment { at, provisional });
            }
        }
        None
    }

    /// The working time between two instants; none if `to` is not after `from`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Worked {
        let mut worked = Worked::default();
        if to <= from {
            return worked;
        }
        for day in self.days(from.date()).take_while(|day| day.date.start() < to) {
            worked.provisional |= day.provisional;
            let spans = day.hours.spans().iter();
            worked.micros += spans
                .map(|span| clipped(day.date, *span, from, to).1)
                .sum::<i64>();
        }
        worked
    }

    /// The first instant at which `micros` of working time have passed since `from`: `from` itself for none.
    pub fn plus_working(&self, from: Timestamp, micros: i64) -> Moment {
        let mut reached = Moment {
            at: from,
            provisional: false,
        };
        let mut left = micros;
        if left <= 0 {
            return reached;
        }
        for day in self.days(from.date()) {
            reached.provisional |= day.provisional;
            for span in day.hours.spans() {
                let (start, length) = clipped(day.date, *span, from, Timestamp(i64::MAX));
                if left <= length {
                    reached.at = start.plus(left);
                    return reached;
                }
                left -= length;
            }
            reached.at = day.date.start();
        }
        reached
    }

    /// When the `n`th working day after `from`'s ends: the day on which a limit begins does not count. For none, when work
    /// ends next.
    pub fn plus_working_days(&self, from: Timestamp, n: u16) -> Moment {
        super::limit::nth_close(self, from, n, |_| true).unwrap_or(Moment {
            at: Timestamp(i64::MAX),
            provisional: true,
        })
    }

    /// When the `n`th working day before `at`'s begins.
    pub fn opening_before(&self, at: Timestamp, n: u16) -> Option<Moment> {
        let mut date = at.date();
        let (mut left, mut provisional) = (n, false);
        while left > 0 {
            let before = date.plus_days(-1);
            if before == date {
                return None;
            }
            date = before;
            provisional |= self.calendar.is_provisional(date);
            if self.is_working_day(date) {
                left -= 1;
            }
        }
        let opens = self.day(date).opens()?;
        Some(Moment {
            at: opens,
            provisional,
        })
    }

    /// When the `n`th working day after `at`'s begins.
    pub fn opening_after(&self, at: Timestamp, n: u16) -> Option<Moment> {
        let (mut left, mut provisional) = (n, false);
        for day in self.days(at.date().plus_days(1)) {
            provisional |= day.provisional;
            if let Some(opens) = day.opens() {
                left = left.saturating_sub(1);
                if left == 0 {
                    return Some(Moment {
                        at: opens,
                        provisional,
                    });
                }
            }
        }
        None
    }

    fn day(&self, date: Date) -> Day<'_> {
        Day {
            date,
            hours: self.worked_on(date),
            provisional: self.calendar.is_provisional(date),
        }
    }

    /// All days from `from` to the end of the calendar, worked or not.
    pub(super) fn days(&self, from: Date) -> impl Iterator<Item = Day<'_>> {
        dates(from).map(|date| self.day(date))
    }
}

/// All dates from `from` to the end of the calendar.
fn dates(from: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |date| {
        let next = date.plus_days(1);
        (next != *date).then_some(next)
    })
}
