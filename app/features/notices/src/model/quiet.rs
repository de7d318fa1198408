//! When nothing rings beside the inbox, and when what waited is told. All hours are Shanghai's, which has kept one time since 1991.

use serde::{Deserialize, Serialize};
use shared::Timestamp;

/// Hours of the day in which nothing rings: from one on, until just before the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: u8,
    pub to: u8,
}

impl Quiet {
    /// Where nobody has chosen.
    pub const USUAL: Self = Self { from: 22, to: 7 };
    /// The same for those who read in 长辈版.
    pub const EARLY: Self = Self { from: 20, to: 8 };

    /// None where an hour is none, or both are the same: a day without an end would swallow everything.
    pub fn new(from: u8, to: u8) -> Option<Self> {
        (from < 24 && to < 24 && from != to).then_some(Self { from, to })
    }

    pub const fn usual(early: bool) -> Self {
        if early { Self::EARLY } else { Self::USUAL }
    }

    pub const fn holds_hour(self, hour: u8) -> bool {
        if self.from < self.to {
            self.from <= hour && hour < self.to
        } else {
            hour >= self.from || hour < self.to
        }
    }

    pub fn holds(self, at: Timestamp) -> bool {
        u8::try_from(at.hour()).is_ok_and(|hour| self.holds_hour(hour))
    }

    /// `at`, or where it is quiet then, when that ends.
    pub fn past(self, at: Timestamp) -> Timestamp {
        if self.holds(at) {
            next_hour(at, self.to)
        } else {
            at
        }
    }
}

/// The next time after `at` that it is `hour` o'clock.
pub fn next_hour(at: Timestamp, hour: u8) -> Timestamp {
    let today = at.date().start().plus(i64::from(hour) * Timestamp::HOUR);
    if today > at {
        today
    } else {
        today.plus(Timestamp::DAY)
    }
}

/// When somebody wants to be told beside the inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    pub quiet: Option<Quiet>,
    /// The hour at which what is not urgent comes in one message.
    pub digest: Option<u8>,
}

/// When a notice leaves beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Now,
    /// Once it is no longer quiet.
    At(Timestamp),
    /// With others, at this hour of the day.
    Digest(u8),
}

impl Wishes {
    /// For a notice at `now`, which is `urgent` or not; `breaks` says whether its kind may ring in quiet hours then.
    pub fn when(self, urgent: bool, breaks: bool, now: Timestamp) -> When {
        if let (false, Some(hour)) = (urgent, self.digest) {
            return When::Digest(hour);
        }
        match self.quiet {
            Some(quiet) if quiet.holds(now) && !(urgent && breaks) => When::At(quiet.past(now)),
            _ => When::Now,
        }
    }

    /// When the next digest after `now` leaves, if it comes at `hour`.
    pub fn next_digest(self, hour: u8, now: Timestamp) -> Timestamp {
        let due = next_hour(now, hour);
        // Chosen before the quiet hours became others.
        self.quiet.map_or(due, |quiet| quiet.past(due))
    }
}

#[cfg(test)]
mod tests {
    use shared::Date;

    use super::*;

    fn at(day: &str, hour: i64, minute: i64) -> Timestamp {
        let day: Date = day.parse().unwrap();
        day.start()
            .plus(hour * Timestamp::HOUR + minute * Timestamp::MINUTE)
    }

    const NIGHT: Wishes = Wishes {
        quiet: Some(Quiet::USUAL),
        digest: None,
    };

    #[test]
    fn a_night_goes_over_midnight_in_shanghai_whatever_the_day_is_elsewhere() {
        // 22:00 in Shanghai is 14:00 of that day in UTC, 06:59 is 22:59 of the day before.
        for (day, hour, minute, until) in [
            ("2026-11-23", 22, 0, Some("2026-11-24")),
            ("2026-11-23", 23, 59, Some("2026-11-24")),
            ("2026-11-24", 0, 0, Some("2026-11-24")),
            ("2026-11-24", 6, 59, Some("2026-11-24")),
            ("2026-11-24", 7, 0, None),
            ("2026-11-24", 8, 1, None),
            ("2026-11-24", 21, 59, None),
            ("2026-12-31", 23, 30, Some("2027-01-01")),
            ("2028-02-28", 23, 30, Some("2028-02-29")),
        ] {
            let now = at(day, hour, minute);
            let expected = until.map_or(When::Now, |day| When::At(at(day, 7, 0)));
            assert_eq!(
                NIGHT.when(false, false, now),
                expected,
                "{day} {hour}:{minute}, {}",
                now.rfc3339()
            );
        }
        assert_eq!(at("2026-11-24", 7, 0).rfc3339(), "2026-11-23T23:00:00Z");
    }

    #[test]
    fn quiet_hours_within_a_day_end_on_it() {
        let noon = Wishes {
            quiet: Quiet::new(12, 14),
            digest: None,
        };
        let day = "2026-11-23";
        assert_eq!(noon.when(false, false, at(day, 12, 0)), When::At(at(day, 14, 0)));
        assert_eq!(noon.when(false, false, at(day, 13, 59)), When::At(at(day, 14, 0)));
        for hour in [0, 11, 14, 23] {
            assert_eq!(noon.when(false, false, at(day, hour, 0)), When::Now, "{hour}");
        }
        assert_eq!(
            (Quiet::new(7, 7), Quiet::new(24, 7), Quiet::new(7, 24)),
            (None, None, None)
        );
    }

    #[test]
    fn only_what_is_urgent_and_of_a_kind_that_may_breaks_them() {
        let night = at("2026-11-24", 3, 0);
        let morning = When::At(at("2026-11-24", 7, 0));
        assert_eq!(NIGHT.when(true, true, night), When::Now);
        assert_eq!(NIGHT.when(true, false, night), morning);
        assert_eq!(NIGHT.when(false, true, night), morning);
        assert_eq!(Wishes::default().when(false, false, night), When::Now);
    }

    #[test]
    fn elders_are_left_in_peace_for_longer() {
        let evening = at("2026-11-23", 20, 30);
        assert!(!Quiet::usual(false).holds(evening) && Quiet::usual(true).holds(evening));
        assert_eq!(Quiet::EARLY.past(evening), at("2026-11-24", 8, 0));
        assert_eq!(Quiet::USUAL.past(evening), evening);
    }

    #[test]
    fn a_digest_takes_what_is_not_urgent_and_comes_once_a_day_at_its_hour() {
        let wishes = Wishes {
            digest: Some(18),
            ..NIGHT
        };
        let noon = at("2026-11-23", 12, 0);
        assert_eq!(wishes.when(false, true, noon), When::Digest(18));
        assert_eq!(wishes.when(true, false, noon), When::Now);
        assert_eq!(wishes.next_digest(18, noon), at("2026-11-23", 18, 0));
        // At the very hour the next one is tomorrow's, or it would come twice.
        assert_eq!(
            wishes.next_digest(18, at("2026-11-23", 18, 0)),
            at("2026-11-24", 18, 0)
        );
        assert_eq!(
            wishes.next_digest(18, at("2026-12-31", 18, 1)),
            at("2027-01-01", 18, 0)
        );
        // Midnight belongs to the day that begins.
        assert_eq!(
            Wishes::default().next_digest(0, at("2026-11-23", 23, 59)),
            at("2026-11-24", 0, 0)
        );
        // One that fell into the quiet hours waits for their end.
        assert_eq!(wishes.next_digest(23, noon), at("2026-11-24", 7, 0));
    }

    #[test]
    fn whatever_waits_is_told_within_a_day_and_never_while_it_is_quiet() {
        let start = at("2026-11-23", 0, 0);
        for from in 0..24 {
            for to in 0..24 {
                let Some(quiet) = Quiet::new(from, to) else {
                    continue;
                };
                for quarter in 0..96 {
                    let now = start.plus(quarter * 15 * Timestamp::MINUTE);
                    let past = quiet.past(now);
                    assert!(!quiet.holds(past), "{quiet:?} {}", now.zh());
                    assert!(
                        past >= now && past < now.plus(Timestamp::DAY),
                        "{quiet:?} {}",
                        now.zh()
                    );
                    assert_eq!(past == now, !quiet.holds(now));
                }
            }
        }
    }
}
