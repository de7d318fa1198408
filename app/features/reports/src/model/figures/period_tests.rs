//! Periods: read, covered, offered.

use super::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

#[test]
fn a_period_is_read_as_it_is_written() {
    for text in ["2026-11", "2026-Q4", "2026", "2026-11-02..2026-11-15"] {
        assert_eq!(period(text).to_string(), text);
    }
    for none in [
        "",
        "x",
        "2026-13",
        "2026-0",
        "2026-Q5",
        "1999",
        "99999",
        "2026-11-31..2026-12-02",
        "2026-11-15..2026-11-02",
        "2020-01-01..2026-01-01",
        "２０２６",
        "+026",
    ] {
        assert_eq!(none.parse::<Period>(), Err(NoPeriod), "{none}");
    }
    let today = date("2026-11-30");
    assert_eq!(Period::read("", "", "", today), Some(Period::Quarter(2026, 4)));
    assert_eq!(
        Period::read("2026", "2026-11-02", "2026-11-03", today),
        Some(Period::Days(date("2026-11-02"), date("2026-11-03")))
    );
    assert_eq!(Period::read("", "2026-11-02", "", today), None);
    assert_eq!(Period::read("", "2026-11-05", "2026-11-02", today), None);
}

#[test]
fn days_of_ones_own_are_whole_months_and_what_is_left() {
    let whole = period("2026-Q1");
    assert_eq!(whole.days(), (date("2026-01-01"), date("2026-03-31")));
    assert_eq!(whole.covering().months, Some((2026 * 12, 2026 * 12 + 2)));
    let own = period("2026-01-15..2026-04-10").covering();
    assert_eq!(own.months, Some((2026 * 12 + 1, 2026 * 12 + 2)));
    assert_eq!(
        own.days,
        [
            (date("2026-01-15"), date("2026-01-31")),
            (date("2026-04-01"), date("2026-04-10"))
        ]
    );
    let short = period("2026-01-15..2026-02-10").covering();
    assert_eq!(short.months, None);
    assert_eq!(short.days, [(date("2026-01-15"), date("2026-02-10"))]);
    let one = period("2026-02-01..2026-02-28").covering();
    assert_eq!(
        (one.months, one.days.len()),
        (Some((2026 * 12 + 1, 2026 * 12 + 1)), 0)
    );
}

/// Every day of a period is in it once.
#[test]
fn what_covers_a_period_covers_each_day_once() {
    let from = date("2027-12-20");
    for length in [0, 1, 11, 12, 13, 42, 43, 70, 71, 72, 200, 365] {
        for shift in 0..40 {
            let (from, to) = (from.plus_days(shift), from.plus_days(shift + length));
            let covering = Period::Days(from, to).covering();
            let mut day = from;
            while day <= to {
                let in_months = covering
                    .months
                    .is_some_and(|(first, last)| (first..=last).contains(&month_of(day)));
                let within = |span: &&(Date, Date)| span.0 <= day && day <= span.1;
                let in_days = covering.days.iter().filter(within).count();
                assert_eq!(usize::from(in_months) + in_days, 1, "{day} of {from} to {to}");
                day = day.plus_days(1);
            }
        }
    }
}

#[test]
fn offers_what_is_and_what_was() {
    let offered = Period::offered(date("2027-01-05")).map(|one| one.to_string());
    assert_eq!(
        offered,
        ["2027-01", "2026-12", "2027-Q1", "2026-Q4", "2027", "2026"]
    );
    assert_eq!(month_label(2026 * 12 + 10), "2026 年 11 月");
}
