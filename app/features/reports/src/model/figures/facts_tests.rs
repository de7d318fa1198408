//! Each figure by a small life that is in it, and by one that is not.

use std::sync::Arc;

use tasks::model::{Calendar, Hours};

use super::*;

/// Monday, 2026-11-02 at nine in the morning.
const NINE: &str = "2026-11-02";

fn at(day: i64, hour: i64) -> Timestamp {
    let monday: shared::Date = NINE.parse().unwrap();
    monday.start().plus(day * Timestamp::DAY + hour * Timestamp::HOUR)
}

fn clock() -> WorkingClock {
    WorkingClock::new(Arc::new(Calendar::new([2026], [])), Arc::new(Hours::default()))
}

fn mark(action: Action, at: Timestamp) -> Mark {
    Mark {
        action,
        at,
        role: None,
        rating: None,
        days: None,
    }
}

fn rated(rating: Rating, at: Timestamp) -> Mark {
    Mark {
        rating: Some(rating),
        ..mark(Action::Rate, at)
    }
}

fn given(action: Action, role: Role, at: Timestamp) -> Mark {
    Mark {
        role: Some(role),
        ..mark(action, at)
    }
}

fn case(state: State, steps: &[Mark]) -> Case<'_> {
    Case {
        kind: Kind::Problem,
        category: "noise",
        urgency: Urgency::Ordinary,
        state,
        limit: Urgency::Ordinary.limit(),
        about_unit: false,
        again: false,
        began: Party::Residents,
        first_due: None,
        due: None,
        steps,
    }
}

fn counts(case: &Case<'_>, now: Timestamp) -> Vec<String> {
    case.facts(&clock(), now).counted
}

fn has(case: &Case<'_>, now: Timestamp, what: &str) -> bool {
    counts(case, now).iter().any(|one| one == what)
}

/// Reported on Monday, taken at ten, begun at eleven, answered on Tuesday at eleven.
fn answered() -> Vec<Mark> {
    vec![
        given(Action::Report, Role::GridWorker, at(0, 9)),
        mark(Action::Accept, at(0, 10)),
        mark(Action::Begin, at(0, 11)),
        mark(Action::Answer, at(1, 11)),
    ]
}

#[test]
fn said_in_time_or_not_or_not_yet() {
    let reported = [given(Action::Report, Role::GridWorker, at(0, 9))];
    let waiting = case(State::Reported, &reported);
    let facts = waiting.facts(&clock(), at(1, 9));
    assert!(!facts.counted.iter().any(|one| one.starts_with("first")));
    let due = facts.next.unwrap();
    assert_eq!(due.date(), at(2, 0).date(), "the second working day");
    assert!(!has(&waiting, due, "first.of"), "on the stroke is in time");
    assert!(has(&waiting, due.plus(1), "first.of") && !has(&waiting, due.plus(1), "first.in"));
    let steps = answered();
    let said = case(State::Answered, &steps);
    assert!(has(&said, at(1, 12), "first.in") && has(&said, at(1, 12), "due.in"));
    // By its task's deadline, where there is one.
    let strict = Case {
        first_due: Some(at(0, 9)),
        due: Some(at(1, 10)),
        ..said
    };
    let counted = counts(&strict, at(1, 12));
    assert!(counted.iter().any(|one| one == "first.of") && counted.iter().any(|one| one == "due.of"));
    assert!(!counted.iter().any(|one| one == "first.in" || one == "due.in"));
}

#[test]
fn what_is_withdrawn_merged_or_refused_stands_outside() {
    let mut steps = vec![given(Action::Report, Role::GridWorker, at(0, 9))];
    steps.push(mark(Action::Withdraw, at(0, 12)));
    let gone = counts(&case(State::Withdrawn, &steps), at(30, 9));
    assert!(gone.iter().any(|one| one == "withdrawn") && gone.iter().any(|one| one == "all"));
    let outside = |one: &String| {
        ["first", "due", "ended", "rated", "whole", "carried"]
            .iter()
            .any(|rate| one.starts_with(rate))
    };
    assert!(!gone.iter().any(outside), "{gone:?}");
    let refused = [
        given(Action::Report, Role::GridWorker, at(0, 9)),
        mark(Action::Refuse, at(0, 12)),
    ];
    let refused = counts(&case(State::Refused, &refused), at(30, 9));
    assert!(refused.iter().any(|one| one == "first.in"), "it was said");
    assert!(
        !refused
            .iter()
            .any(|one| one.starts_with("due") || one.starts_with("ended"))
    );
}

#[test]
fn time_that_was_given_and_time_that_stood_still_count() {
    let mut steps = answered();
    steps.truncate(3);
    let base = case(State::Handling, &steps)
        .facts(&clock(), at(1, 9))
        .next
        .unwrap();
    steps.insert(
        3,
        Mark {
            days: Some(3),
            ..mark(Action::AskTime, at(2, 9))
        },
    );
    steps.insert(4, mark(Action::GiveTime, at(2, 10)));
    let more = case(State::Handling, &steps)
        .facts(&clock(), at(3, 9))
        .next
        .unwrap();
    assert_eq!(
        (more.0 - base.0) / Timestamp::DAY,
        5,
        "three working days and a weekend"
    );
    steps.push(mark(Action::Pause, at(3, 9)));
    let paused = case(State::Paused, &steps).facts(&clock(), at(90, 9));
    assert_eq!(paused.next, None);
    assert!(
        !paused.counted.iter().any(|one| one.starts_with("due")),
        "the clock stands"
    );
}

#[test]
fn the_last_word_counts_and_no_word_is_none() {
    let end = |last: &[Mark], state: State| {
        let mut steps = answered();
        steps.extend_from_slice(last);
        counts(&case(state, &steps), at(60, 9))
    };
    let told = |counted: &[String], what: &str| counted.iter().any(|one| one == what);
    let happy = end(
        &[rated(Rating::Fair, at(2, 9)), mark(Action::Close, at(2, 9))],
        State::Closed,
    );
    assert!(told(&happy, "ended.solved") && told(&happy, "rated:fair"));
    let unrated = end(&[mark(Action::CloseUnrated, at(20, 9))], State::Closed);
    assert!(told(&unrated, "unrated") && told(&unrated, "ended.solved"));
    assert!(
        !unrated.iter().any(|one| one.starts_with("rated:")),
        "outside of 满意率"
    );
    let unhappy = end(&[rated(Rating::Unhappy, at(2, 9))], State::Rated);
    assert!(told(&unhappy, "ended.of") && !told(&unhappy, "ended.solved"));
    // Opened again and never rated since: the word stands.
    let again = [
        rated(Rating::Unhappy, at(2, 9)),
        given(Action::Reopen, Role::Staff, at(2, 10)),
        mark(Action::Begin, at(2, 11)),
        mark(Action::Answer, at(3, 9)),
        mark(Action::CloseUnrated, at(20, 9)),
    ];
    let again = end(&again, State::Closed);
    assert!(told(&again, "rated:unhappy") && !told(&again, "ended.solved") && !told(&again, "unrated"));
    assert!(told(&again, "carried:government"));
}

#[test]
fn after_it_was_opened_again_the_last_time_counts() {
    let mut steps = answered();
    steps.push(rated(Rating::Unhappy, at(2, 9)));
    steps.push(given(Action::Reopen, Role::Staff, at(2, 10)));
    let open = case(State::Accepted, &steps);
    let facts = open.facts(&clock(), at(3, 9));
    assert!(
        !facts.counted.iter().any(|one| one.starts_with("due")),
        "it has time again"
    );
    assert!(facts.counted.iter().any(|one| one == "first.in"));
    assert!(has(&open, at(60, 9), "due.of") && !has(&open, at(60, 9), "due.in"));
}

#[test]
fn working_time_is_that_of_the_clock_and_urgent_time_runs_at_night() {
    let steps = answered();
    let counted = counts(&case(State::Answered, &steps), at(1, 12));
    assert!(counted.iter().any(|one| one == "taken:60"), "{counted:?}");
    let worked = clock().between(at(0, 11), at(1, 11)).minutes();
    let expected = format!("answered:{}", graded(worked));
    assert!(counted.contains(&expected), "{counted:?}");
    assert!(worked < 1_440, "nobody works at night");
    let urgent = Case {
        urgency: Urgency::Urgent,
        limit: Urgency::Urgent.limit(),
        ..case(State::Answered, &steps)
    };
    let counted = counts(&urgent, at(1, 12));
    assert!(
        counted.iter().any(|one| one == "urgent:1560"),
        "26 hours: {counted:?}"
    );
    assert!(
        !counted
            .iter()
            .any(|one| one.starts_with("taken:") || one.starts_with("whole:"))
    );
    assert!(counted.iter().any(|one| one == "due.of") && !counted.iter().any(|one| one == "due.in"));
}

#[test]
fn parts_pauses_and_ends_have_times_of_their_own() {
    let mut steps = answered();
    steps.insert(3, mark(Action::Involve, at(0, 13)));
    steps.insert(4, mark(Action::PartDone, at(0, 15)));
    let part = clock().between(at(0, 13), at(0, 15)).minutes();
    let asked = counts(&case(State::Handling, &steps[..5]), at(0, 16));
    assert!(
        !asked.iter().any(|one| one.starts_with("joint:")),
        "another one may be asked"
    );
    steps.push(mark(Action::Check, at(2, 9)));
    steps.push(rated(Rating::Unhappy, at(2, 10)));
    steps.push(mark(Action::Close, at(3, 10)));
    let counted = counts(&case(State::Closed, &steps), at(4, 9));
    for expected in [
        format!("joint:{}", graded(part)),
        format!("heard:{}", graded(25 * 60)),
        format!("closed:{}", graded(24 * 60)),
    ] {
        assert!(counted.contains(&expected), "{expected}: {counted:?}");
    }
    let paused = [
        given(Action::Report, Role::GridWorker, at(0, 9)),
        mark(Action::Accept, at(0, 10)),
        mark(Action::Pause, at(0, 11)),
        mark(Action::Resume, at(1, 11)),
    ];
    let counted = counts(&case(State::Accepted, &paused), at(1, 12));
    assert!(
        counted.contains(&format!("stood:{}", graded(24 * 60))),
        "{counted:?}"
    );
}

#[test]
fn nothing_is_counted_twice() {
    let mut steps = answered();
    steps.push(rated(Rating::Satisfied, at(2, 9)));
    steps.push(mark(Action::Close, at(2, 9)));
    let mut counted = counts(&case(State::Closed, &steps), at(60, 9));
    assert!(
        counted.iter().all(|one| !one.contains(' ')),
        "they are kept with a space between"
    );
    let many = counted.len();
    counted.sort();
    counted.dedup();
    assert_eq!(counted.len(), many);
}
