//! The working clock against a slow reference that asks each minute by itself whether it is worked, from 2020 to 2028, with the
//! State Council's days of 2020 to 2026.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use shared::{Date, Timestamp};

use super::{Calendar, Course, DayHours, Hours, Limit, NamedDay, OwnHours, Pause, Week, When, WorkingClock};

#[derive(Deserialize)]
struct File {
    holidays: HashMap<String, String>,
    makeup_workdays: HashMap<String, String>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../demo/workdays.json")).unwrap());

fn clock(hours: Hours) -> WorkingClock {
    let named = |days: &HashMap<String, String>, works| {
        let day = |(date, name): (&String, &String)| {
            let name = name.clone();
            (date.parse::<Date>().unwrap(), NamedDay { works, name })
        };
        days.iter().map(day).collect::<Vec<_>>()
    };
    let days = [named(&FILE.holidays, false), named(&FILE.makeup_workdays, true)].concat();
    WorkingClock::new(Arc::new(Calendar::new(2020..=2026, days)), Arc::new(hours))
}

/// Two sets of hours: the usual, and a unit that moved its hours in 2022, opens on Saturdays and had days of its own.
fn units() -> [Hours; 2] {
    let day = |text: &str| text.parse::<DayHours>().unwrap();
    let (full, short) = (day("09:00-11:30, 13:00-17:00"), day("09:00-12:00"));
    let week = Week::new([
        full.clone(),
        full.clone(),
        short,
        full.clone(),
        full,
        day("10:00-12:00"),
        day("休息"),
    ]);
    let own = OwnHours {
        weeks: BTreeMap::from([("2022-07-01".parse().unwrap(), Some(week.unwrap()))]),
        days: BTreeMap::from([
            ("2023-06-21".parse().unwrap(), day("休息")),
            ("2024-10-02".parse().unwrap(), day("09:00-11:00")),
            ("2025-03-12".parse().unwrap(), day("00:00-24:00")),
        ]),
    };
    [Hours::default(), Hours::of(&[own])]
}

/// Every minute from 2020-01-01 to the end of 2029 in Shanghai: whether it is worked. Reckoned without the code under test.
struct Reference {
    worked: Vec<bool>,
    /// How many minutes were worked before each.
    before: Vec<u32>,
    start: Timestamp,
}

impl Reference {
    fn new(second: bool) -> Self {
        let mut worked = Vec::new();
        let mut weekday = 2; // 1 January 2020 was a Wednesday.
        for year in 2020..2030 {
            let leap = year % 4 == 0;
            let lengths = [
                31,
                if leap { 29 } else { 28 },
                31,
                30,
                31,
                30,
                31,
                31,
                30,
                31,
                30,
                31,
            ];
            for (month, length) in lengths.into_iter().enumerate() {
                for day in 1..=length {
                    let date = format!("{year}-{:02}-{day:02}", month + 1);
                    let off = FILE.holidays.contains_key(&date);
                    let off = off || (weekday >= 5 && !FILE.makeup_workdays.contains_key(&date));
                    worked
                        .extend((0..1440).map(|minute| !off && Self::minute(second, &date, weekday, minute)));
                    weekday = (weekday + 1) % 7;
                }
            }
        }
        let mut sum = 0;
        let before = worked
            .iter()
            .map(|worked| {
                let so_far = sum;
                sum += u32::from(*worked);
                so_far
            })
            .collect();
        Self {
            worked,
            before,
            // 2019-12-31T16:00:00Z
            start: Timestamp(1_577_808_000 * Timestamp::SECOND),
        }
    }

    /// On a day that is worked.
    fn minute(second: bool, date: &str, weekday: usize, minute: usize) -> bool {
        let (morning, afternoon) = if second && date >= "2022-07-01" {
            match (date, weekday) {
                ("2023-06-21", _) => (0..0, 0..0),
                ("2025-03-12", _) => (0..1440, 0..0),
                (_, 2) => (540..720, 0..0),
                // Worked Saturdays have hours of their own; worked Sundays those of Monday.
                (_, 5) => (600..720, 0..0),
                _ => (540..690, 780..1020),
            }
        } else {
            (510..720, 810..1050)
        };
        morning.contains(&minute) || afternoon.contains(&minute)
    }

    fn index(&self, at: Timestamp) -> usize {
        usize::try_from((at.0 - self.start.0) / Timestamp::MINUTE).unwrap()
    }

    fn instant(&self, index: usize) -> Timestamp {
        self.start.plus(i64::try_from(index).unwrap() * Timestamp::MINUTE)
    }

    fn between(&self, from: usize, to: usize) -> i64 {
        i64::from(self.before[to]) - i64::from(self.before[from])
    }

    /// Minute by minute until `n` worked ones have passed, with those in a pause left out.
    fn plus_minutes(&self, from: usize, n: u16, paused: impl Fn(usize) -> bool) -> usize {
        let (mut at, mut left) = (from, n);
        while left > 0 {
            left -= u16::from(self.worked[at] && !paused(at));
            at += 1;
        }
        at
    }

    /// Minute by minute until the last worked minute of the `n`th day after the first has passed, those left out on which the
    /// clock stood at that minute.
    fn plus_days(&self, from: usize, n: u16, paused: impl Fn(usize) -> bool) -> usize {
        let (mut at, mut left) = ((from / 1440 + 1) * 1440, n);
        loop {
            let last_of_day = self.worked[at] && !self.worked[at + 1..(at / 1440 + 1) * 1440].contains(&true);
            if last_of_day && !paused(at) {
                left -= 1;
            }
            at += 1;
            if left == 0 {
                return at;
            }
        }
    }
}

/// The last minute that a random interval may begin in: the end of 2028.
fn random_minute(random: &mut StdRng) -> usize {
    random.random_range(0..(9 * 365 + 3) * 1440)
}

/// Made once: ten years of minutes are many.
static REFERENCES: LazyLock<[Reference; 2]> = LazyLock::new(|| [false, true].map(Reference::new));

fn each(mut test: impl FnMut(&mut StdRng, &WorkingClock, &Reference)) {
    for (hours, reference) in units().into_iter().zip(REFERENCES.iter()) {
        let mut random = StdRng::seed_from_u64(20_261_123);
        test(&mut random, &clock(hours), reference);
    }
}

#[test]
fn working_time_between_two_instants() {
    each(|random, clock, reference| {
        for _ in 0..2_000 {
            let (a, b) = (random_minute(random), random_minute(random));
            let (from, to) = (a.min(b), a.max(b));
            let worked = clock.between(reference.instant(from), reference.instant(to));
            assert_eq!(worked.minutes(), reference.between(from, to));
            assert_eq!(worked.micros % Timestamp::MINUTE, 0);
            assert_eq!(
                clock
                    .between(reference.instant(to), reference.instant(from))
                    .micros,
                0
            );
            let year = reference.instant(to.max(1) - 1).date().year();
            assert_eq!(worked.provisional, from < to && year > 2026, "{from} to {to}");
        }
    });
}

#[test]
fn minutes_and_days_after_an_instant() {
    each(|random, clock, reference| {
        for _ in 0..400 {
            let from = random_minute(random);
            let start = reference.instant(from);
            let n = random.random_range(1..4_000);
            let reached = clock.plus_working(start, i64::from(n) * Timestamp::MINUTE).at;
            assert_eq!(
                reference.index(reached),
                reference.plus_minutes(from, n, |_| false)
            );
            let days = random.random_range(1..60);
            let reached = clock.plus_working_days(start, days).at;
            assert_eq!(
                reference.index(reached),
                reference.plus_days(from, days, |_| false)
            );
        }
    });
}

#[test]
fn between_and_plus_undo_each_other() {
    each(|random, clock, reference| {
        for _ in 0..1_000 {
            // Not on whole minutes.
            let from = reference
                .instant(random_minute(random))
                .plus(random.random_range(0..Timestamp::MINUTE));
            let micros = random.random_range(1..30 * 480 * Timestamp::MINUTE);
            let reached = clock.plus_working(from, micros);
            assert_eq!(clock.between(from, reached.at).micros, micros);
            assert_eq!(
                clock.between(from, reached.at.plus(-1)).micros,
                micros - 1,
                "the first such instant"
            );
        }
    });
}

#[test]
fn whether_it_is_open_and_when_next() {
    each(|random, clock, reference| {
        for _ in 0..4_000 {
            let minute = random_minute(random);
            let now = reference.instant(minute);
            let open = clock.is_open(now);
            // Open is more than worked: Saturdays and days that a unit opens by itself.
            assert!(open || !reference.worked[minute]);
            let next = clock.next_opening(now).unwrap().at;
            assert_eq!(open, next == now);
            assert!(clock.is_open(next) && (open || !clock.is_open(next.plus(-1))));
            let mut between = now;
            while between < next {
                assert!(!clock.is_open(between));
                between = between.plus(15 * Timestamp::MINUTE);
            }
        }
    });
}

/// Pauses in order, none of them empty, the last perhaps still open.
fn random_pauses(
    random: &mut StdRng,
    from: usize,
    reference: &Reference,
) -> (Vec<Pause>, Vec<(usize, usize)>) {
    let mut minutes = Vec::new();
    let mut at = from;
    for _ in 0..random.random_range(0..4) {
        at += random.random_range(0..4 * 1440);
        let until = at + random.random_range(1..4 * 1440);
        minutes.push((at, until));
        at = until;
    }
    let pauses = minutes.iter().map(|(from, until)| Pause {
        from: reference.instant(*from),
        until: Some(reference.instant(*until)),
    });
    (pauses.collect(), minutes)
}

#[test]
fn limits_with_pauses() {
    each(|random, clock, reference| {
        for _ in 0..400 {
            let from = random_minute(random);
            let (pauses, minutes) = random_pauses(random, from, reference);
            let paused = |at: usize| minutes.iter().any(|(from, until)| (*from..*until).contains(&at));
            let end = |limit: Limit| {
                let end = limit.end(clock, reference.instant(from), &pauses);
                reference.index(end.unwrap().at)
            };
            let n = random.random_range(1..3_000);
            assert_eq!(
                end(Limit::WorkingMinutes(n)),
                reference.plus_minutes(from, n, paused)
            );
            let days = random.random_range(1..20);
            assert_eq!(
                end(Limit::WorkingDays(days)),
                reference.plus_days(from, days, paused)
            );
            let hours = random.random_range(1..200);
            let mut wall = from;
            let mut left = u32::from(hours) * 60;
            while left > 0 {
                left -= u32::from(!paused(wall));
                wall += 1;
            }
            assert_eq!(end(Limit::Hours(hours)), wall);
        }
    });
}

#[test]
fn stopping_never_brings_an_end_or_a_step_nearer_and_steps_keep_their_order() {
    let limits = [
        Limit::WorkingDays(7),
        Limit::WorkingMinutes(900),
        Limit::Hours(72),
    ];
    let order = [
        When::HalfTime,
        When::Overdue,
        When::HoursAfter(8),
        When::DaysAfter(3),
    ];
    each(|random, clock, reference| {
        for _ in 0..300 {
            let minute = random_minute(random);
            let (from, limit) = (reference.instant(minute), limits[random.random_range(0..3)]);
            let (pauses, _) = random_pauses(random, minute, reference);
            let free = Course {
                limit,
                from,
                pauses: &[],
            };
            let stopped = Course {
                limit,
                from,
                pauses: &pauses,
            };
            let due = |course: &Course<'_>, when| course.due(clock, when).unwrap();
            for when in order {
                // A limit in days fixes no amount of time: stopped for an afternoon it ends as before, and half of it comes sooner.
                if matches!((limit, when), (Limit::WorkingDays(_), When::HalfTime)) {
                    continue;
                }
                assert!(due(&free, when) <= due(&stopped, when), "{limit:?} {when:?}");
            }
            assert!(from <= due(&stopped, When::HalfTime));
            assert!(due(&stopped, When::HalfTime) <= due(&stopped, When::Overdue));
            assert!(due(&stopped, When::Overdue) < due(&stopped, When::HoursAfter(8)));
        }
    });
}
