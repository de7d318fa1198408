//! Limits: how long somebody has, and when that ends, also if the clock was stopped in between (挂起).
//!
//! A limit is an amount of something that passes while the clock runs: minutes that are worked, hours that run day and night,
//! or ends of working days. A stopped clock lets none of it pass; so stopping never brings the end nearer.

use serde::{Deserialize, Serialize};
use shared::{Date, Timestamp};

use super::clock::{Moment, WorkingClock};

/// How long somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "amount", rename_all = "snake_case")]
pub enum Limit {
    /// To the end of the nth working day; the day on which it begins does not count.
    WorkingDays(u16),
    /// Minutes of the unit's working time.
    WorkingMinutes(u16),
    /// Hours that run day and night.
    Hours(u16),
    /// To the end of work on a date, or on the next working day if none is worked on it. It does not wait for a stopped clock.
    Until(Date),
}

/// A time in which the clock stood still; it may still stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

impl Pause {
    /// Whether the clock stands at an end of work: one that stops just then has let the day pass.
    fn holds(&self, close: Timestamp) -> bool {
        self.from < close && self.until.is_none_or(|until| close <= until)
    }
}

impl Limit {
    /// When it ends, for what began at `from`, with the pauses since in their order. `None` while a stopped clock keeps it
    /// from ending at all.
    pub fn end(self, clock: &WorkingClock, from: Timestamp, pauses: &[Pause]) -> Option<Moment> {
        match self {
            Self::WorkingDays(n) => {
                let runs = |close: Timestamp| !pauses.iter().any(|pause| pause.holds(close));
                // A clock that stands will not see another close: it ended before it was stopped, or it does not.
                let stopped = pauses.last().filter(|pause| pause.until.is_none());
                nth_close(clock, from, n, |close| {
                    if stopped.is_some_and(|pause| pause.from < close) {
                        Passing::Never
                    } else if runs(close) {
                        Passing::Counts
                    } else {
                        Passing::Skipped
                    }
                })
            }
            Self::WorkingMinutes(n) => {
                let micros = i64::from(n) * Timestamp::MINUTE;
                Pace::Working(clock).pass(&runs(from, pauses), micros)
            }
            Self::Hours(n) => Pace::Wall.pass(&runs(from, pauses), i64::from(n) * Timestamp::HOUR),
            Self::Until(date) => clock
                .days(date)
                .scan(false, |provisional, day| {
                    *provisional |= day.provisional;
                    Some(day.closes().map(|at| Moment {
                        at,
                        provisional: *provisional,
                    }))
                })
                .flatten()
                .next(),
        }
    }

    /// Whether somebody has to go out for it at night, too: it runs day and night, and for no more than a day. Hours beyond that are what is
    /// left of somebody else's limit in days, and can wait for the morning.
    pub const fn presses(self) -> bool {
        matches!(self, Self::Hours(hours) if hours <= 24)
    }

    /// As a clause: `5 个工作日`.
    pub fn label(self) -> String {
        match self {
            Self::WorkingDays(n) => format!("{n} 个工作日"),
            Self::WorkingMinutes(n) if n % 60 == 0 => format!("{} 小时工作时间", n / 60),
            Self::WorkingMinutes(n) => format!("{n} 分钟工作时间"),
            Self::Hours(n) => format!("{n} 小时（不分昼夜）"),
            Self::Until(date) => format!("{}前", date.zh()),
        }
    }

    /// What passes while it runs; nothing waits for a date, so its half is reckoned in working time.
    pub(super) const fn pace(self, clock: &WorkingClock) -> Pace<'_> {
        match self {
            Self::Hours(_) => Pace::Wall,
            _ => Pace::Working(clock),
        }
    }
}

/// What an end of work is to a limit in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    Counts,
    Skipped,
    /// Nor will any later one count.
    Never,
}

impl From<bool> for Passing {
    fn from(counts: bool) -> Self {
        if counts { Self::Counts } else { Self::Skipped }
    }
}

/// The `n`th end of work that counts, on days after `from`'s; for 0 the first after `from`.
pub(super) fn nth_close<P: Into<Passing>>(
    clock: &WorkingClock,
    from: Timestamp,
    n: u16,
    passes: impl Fn(Timestamp) -> P,
) -> Option<Moment> {
    let (mut left, mut provisional) = (n.max(1), false);
    let first = if n == 0 {
        from.date()
    } else {
        from.date().plus_days(1)
    };
    for day in clock.days(first) {
        provisional |= day.provisional;
        let Some(close) = day.closes().filter(|close| *close > from) else {
            continue;
        };
        match passes(close).into() {
            Passing::Counts => left -= 1,
            Passing::Skipped => {}
            Passing::Never => return None,
        }
        if left == 0 {
            return Some(Moment {
                at: close,
                provisional,
            });
        }
    }
    None
}

/// A stretch in which the clock ran; `to` is open while it still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    from: Timestamp,
    to: Option<Timestamp>,
}

/// The stretches since `from` in which the clock ran.
pub(super) fn runs(from: Timestamp, pauses: &[Pause]) -> Vec<Run> {
    let mut runs = Vec::with_capacity(pauses.len() + 1);
    let mut start = Some(from);
    for pause in pauses {
        if let Some(from) = start {
            runs.push(Run {
                from,
                to: Some(pause.from.max(from)),
            });
        }
        start = pause.until;
    }
    if let Some(from) = start {
        runs.push(Run { from, to: None });
    }
    runs
}

/// What kind of time passes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace<'a> {
    Wall,
    Working(&'a WorkingClock),
}

impl Pace<'_> {
    /// How much passes between two instants.
    fn between(self, from: Timestamp, to: Timestamp) -> i64 {
        match self {
            Self::Wall => (to.0 - from.0).max(0),
            Self::Working(clock) => clock.between(from, to).micros,
        }
    }

    /// How much passed in `runs` until `to`.
    pub fn passed(self, runs: &[Run], to: Timestamp) -> i64 {
        runs.iter()
            .map(|run| self.between(run.from, run.to.map_or(to, |end| end.min(to))))
            .sum()
    }

    /// The first instant at which `micros` have passed in `runs`; `None` if a stopped clock keeps it from coming.
    pub fn pass(self, runs: &[Run], micros: i64) -> Option<Moment> {
        let mut left = micros;
        for run in runs {
            let length = run.to.map(|to| self.between(run.from, to));
            if let Some(length) = length.filter(|length| *length < left) {
                left -= length;
                continue;
            }
            return Some(match self {
                Self::Wall => Moment {
                    at: run.from.plus(left),
                    provisional: false,
                },
                Self::Working(clock) => clock.plus_working(run.from, left),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Calendar, Hours, NamedDay};

    /// The week of 2026-11-23, a Monday, with the Thursday off, and the Saturday after it worked.
    fn clock() -> WorkingClock {
        let named = |date: &str, works| {
            let name = "测试".to_owned();
            (date.parse().unwrap(), NamedDay { works, name })
        };
        let days = [named("2026-11-26", false), named("2026-11-28", true)];
        WorkingClock::new(Arc::new(Calendar::new([2026], days)), Arc::new(Hours::default()))
    }

    fn at(day: i8, hour: i64, minute: i64) -> Timestamp {
        let date = Date::new(2026, 11, day).unwrap();
        date.start()
            .plus(hour * Timestamp::HOUR + minute * Timestamp::MINUTE)
    }

    fn end(limit: Limit, from: Timestamp, pauses: &[Pause]) -> Option<String> {
        limit
            .end(&clock(), from, pauses)
            .map(|moment| moment.at.zh_short())
    }

    fn pause(from: Timestamp, until: Timestamp) -> Pause {
        Pause {
            from,
            until: Some(until),
        }
    }

    #[test]
    fn days_end_with_work_and_skip_the_first_and_those_off() {
        let monday = at(23, 14, 5);
        assert_eq!(
            end(Limit::WorkingDays(2), monday, &[]).unwrap(),
            "11 月 25 日 17:30"
        );
        assert_eq!(
            end(Limit::WorkingDays(3), monday, &[]).unwrap(),
            "11 月 27 日 17:30"
        );
        assert_eq!(
            end(Limit::WorkingDays(4), monday, &[]).unwrap(),
            "11 月 28 日 17:30"
        );
        assert_eq!(
            end(Limit::WorkingDays(0), monday, &[]).unwrap(),
            "11 月 23 日 17:30"
        );
        assert_eq!(
            end(Limit::WorkingDays(0), at(25, 17, 30), &[]).unwrap(),
            "11 月 27 日 17:30"
        );
    }

    #[test]
    fn minutes_pass_while_somebody_works() {
        let noon = at(23, 11, 30);
        assert_eq!(
            end(Limit::WorkingMinutes(30), noon, &[]).unwrap(),
            "11 月 23 日 12:00"
        );
        assert_eq!(
            end(Limit::WorkingMinutes(31), noon, &[]).unwrap(),
            "11 月 23 日 13:31"
        );
        // Half an hour of Monday, Tuesday, Wednesday, not Thursday: 30 + 240 + 450 + 450 minutes end with Wednesday.
        assert_eq!(
            end(Limit::WorkingMinutes(1171), noon, &[]).unwrap(),
            "11 月 27 日 08:31"
        );
    }

    #[test]
    fn hours_run_day_and_night() {
        assert_eq!(
            end(Limit::Hours(24), at(25, 20, 0), &[]).unwrap(),
            "11 月 26 日 20:00"
        );
    }

    #[test]
    fn what_presses_runs_day_and_night_and_for_a_day_at_most() {
        let date = Date::new(2026, 11, 25).unwrap();
        assert!(Limit::Hours(2).presses() && Limit::Hours(24).presses());
        for calm in [
            Limit::Hours(25),
            Limit::WorkingDays(1),
            Limit::WorkingMinutes(30),
            Limit::Until(date),
        ] {
            assert!(!calm.presses(), "{calm:?}");
        }
    }

    #[test]
    fn a_date_that_is_off_ends_with_the_next_working_day() {
        let until = |day| Limit::Until(Date::new(2026, 11, day).unwrap());
        assert_eq!(end(until(25), at(23, 9, 0), &[]).unwrap(), "11 月 25 日 17:30");
        assert_eq!(end(until(26), at(23, 9, 0), &[]).unwrap(), "11 月 27 日 17:30");
        let stopped = [pause(at(23, 10, 0), at(27, 10, 0))];
        assert_eq!(
            end(until(25), at(23, 9, 0), &stopped).unwrap(),
            "11 月 25 日 17:30"
        );
    }

    #[test]
    fn a_stopped_clock_moves_the_end_by_what_did_not_pass() {
        let from = at(23, 9, 0);
        // Stopped from Tuesday 10:00 to Wednesday 10:00: Tuesday's end does not count.
        let stopped = [pause(at(24, 10, 0), at(25, 10, 0))];
        assert_eq!(
            end(Limit::WorkingDays(2), from, &stopped).unwrap(),
            "11 月 27 日 17:30"
        );
        assert_eq!(
            end(Limit::Hours(24), from, &stopped).unwrap(),
            "11 月 24 日 09:00"
        );
        assert_eq!(
            end(Limit::Hours(26), from, &stopped).unwrap(),
            "11 月 25 日 11:00"
        );
        // Monday 7 hours, Tuesday 1 hour 30 minutes, and the rest from Wednesday 10:00 on.
        assert_eq!(
            end(Limit::WorkingMinutes(7 * 60 + 90 + 60), from, &stopped).unwrap(),
            "11 月 25 日 11:00"
        );
    }

    #[test]
    fn a_pause_within_a_day_costs_a_limit_in_days_nothing() {
        let stopped = [pause(at(24, 10, 0), at(24, 16, 0))];
        assert_eq!(
            end(Limit::WorkingDays(1), at(23, 9, 0), &stopped).unwrap(),
            "11 月 24 日 17:30"
        );
    }

    #[test]
    fn while_it_stands_there_is_no_end_unless_it_had_passed() {
        let from = at(23, 9, 0);
        let standing = [Pause {
            from: at(25, 10, 0),
            until: None,
        }];
        for limit in [
            Limit::WorkingDays(2),
            Limit::WorkingMinutes(2000),
            Limit::Hours(50),
        ] {
            assert_eq!(end(limit, from, &standing), None, "{limit:?}");
        }
        assert_eq!(
            end(Limit::WorkingDays(1), from, &standing).unwrap(),
            "11 月 24 日 17:30"
        );
        assert_eq!(
            end(Limit::Hours(3), from, &standing).unwrap(),
            "11 月 23 日 12:00"
        );
        assert_eq!(
            end(Limit::WorkingMinutes(60), from, &standing).unwrap(),
            "11 月 23 日 10:00"
        );
    }

    #[test]
    fn what_lies_past_the_loaded_years_is_provisional() {
        let end = |limit: Limit| limit.end(&clock(), at(23, 9, 0), &[]).unwrap().provisional;
        assert!(!end(Limit::WorkingDays(28)), "31 December");
        assert!(end(Limit::WorkingDays(29)));
        assert!(end(Limit::WorkingMinutes(29 * 480)));
        assert!(!end(Limit::Hours(2000)), "hours ask no calendar");
    }

    #[test]
    fn a_limit_survives_its_json() {
        for limit in [
            Limit::WorkingDays(5),
            Limit::WorkingMinutes(90),
            Limit::Hours(24),
            Limit::Until(Date::new(2026, 12, 1).unwrap()),
        ] {
            let json = serde_json::to_string(&limit).unwrap();
            assert_eq!(serde_json::from_str::<Limit>(&json).unwrap(), limit, "{json}");
        }
        assert_eq!(
            serde_json::to_string(&Limit::WorkingDays(5)).unwrap(),
            r#"{"kind":"working_days","amount":5}"#
        );
    }
}
