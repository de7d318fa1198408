//! Random lives of matters against the table.

use std::collections::BTreeSet;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;
use crate::model::Need;

const LIVES: u64 = 4_000;
const TRIES: usize = 120;

fn somebody(rng: &mut StdRng) -> Circumstances {
    let by: Vec<By> = By::ALL.iter().copied().filter(|_| rng.random_bool(0.5)).collect();
    Circumstances {
        at: Timestamp(0),
        holds: by.contains(&By::Holder) || rng.random_bool(0.2),
        handled: rng.random_bool(0.3),
        returnable: rng.random_bool(0.7),
        waited: rng.random_bool(0.5),
        unreachable: rng.random_bool(0.2),
        publishable: rng.random_bool(0.5),
        published: rng.random_bool(0.5),
        parts: (1..=4).filter(|_| rng.random_bool(0.5)).collect(),
        by,
    }
}

/// The states that the table allows after `action` in `from`.
fn allowed(action: Action, from: State, before: Option<State>) -> Option<State> {
    let rule = TABLE.iter().find(|rule| rule.action == action)?;
    rule.from.contains(&from).then_some(match rule.to {
        To::State(state) => state,
        To::Same => from,
        To::Before => before?,
    })
}

/// A step moves the part that it names and no other, from where it may; an answer waits for all of them, and an end leaves none open.
fn parts_go_as_they_may(before: &Standing, next: &Standing, step: Walked, who: &Circumstances) {
    use PartState::{Asked, Returned};
    if step.action == Action::Answer {
        assert!(before.parts.iter().all(|part| !part.is_open()), "{step:?}");
    }
    if next.state.has_ended() {
        assert!(next.parts.iter().all(|part| !part.is_open()), "{step:?}");
        return;
    }
    for (number, (after, before)) in (1_i64..).zip(next.parts.iter().zip(&before.parts)) {
        if step.part != Some(number) {
            assert_eq!(after, before, "{step:?} moved part {number}");
            continue;
        }
        match step.action {
            Action::PartDone | Action::PartReturn => {
                assert!(*before == Asked && who.parts.contains(&number), "{step:?}");
            }
            Action::PartKeep => assert_eq!(*before, Returned, "{step:?}"),
            Action::PartRelease => assert!(before.is_open(), "{step:?}"),
            other => panic!("{other:?} names a part"),
        }
        assert_eq!(Some(*after), PartState::after(step.action));
    }
    let open = next.parts.iter().filter(|part| part.is_open()).count();
    assert!(open <= PARTS, "{step:?}");
}

#[test]
fn no_sequence_of_actions_leaves_the_table_loses_a_step_or_turns_the_clock_back() {
    let mut reached = BTreeSet::from([State::Reported]);
    for seed in 0..LIVES {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut clock = Timestamp(1_795_413_900 * Timestamp::SECOND);
        let mut standing = Standing::reported(clock);
        let mut told = vec![Walked::from((Action::Report, None, clock))];
        for _ in 0..TRIES {
            let action = Action::ALL[rng.random_range(0..Action::ALL.len())];
            // Clocks of nodes differ a little.
            clock = clock.plus(rng.random_range(-2_000_000..3_600_000_000));
            let who = Circumstances {
                at: clock,
                ..somebody(&mut rng)
            };
            let rule = action.rule();
            let part = rule
                .wants(Need::Part)
                .then(|| rng.random_range(1..=standing.next_part()));
            let Ok(by) = standing.may_with(action, part, &who) else {
                continue;
            };
            assert!(
                rule.by.contains(&by) && who.by.contains(&by),
                "{seed}: {action:?} by {by:?}"
            );
            let rating = rule
                .wants(Need::Rating)
                .then(|| Rating::ALL[rng.random_range(0..Rating::ALL.len())]);
            let step = Walked {
                action,
                rating,
                part,
                at: clock,
            };
            let next = standing.after_with(step);
            assert_eq!(
                Some(next.state),
                allowed(action, standing.state, standing.before),
                "{seed}: {action:?} from {:?}",
                standing.state
            );
            assert!(next.at >= standing.at, "{seed}: the clock ran backwards");
            assert_eq!(next.steps, standing.steps + 1, "{seed}: a step was lost");
            assert_eq!(next.state == State::Paused, next.before.is_some(), "{seed}");
            assert!(
                !(rule.apart == Apart::Holder && who.holds || rule.apart == Apart::Handler && who.handled),
                "{seed}: {action:?}"
            );
            parts_go_as_they_may(&standing, &next, step, &who);
            told.push(Walked { at: next.at, ..step });
            reached.insert(next.state);
            standing = next;
        }
        for rule in TABLE.iter().filter(|rule| rule.once) {
            let times = told.iter().filter(|step| step.action == rule.action).count();
            assert!(times <= 1, "{seed}: {:?} was done {times} times", rule.action);
        }
        assert_eq!(
            Standing::replay(told.iter().copied()).as_ref(),
            Some(&standing),
            "{seed}"
        );
        assert_eq!(i64::try_from(told.len()), Ok(standing.steps), "{seed}");
        let involved = told.iter().filter(|step| step.action == Action::Involve).count();
        assert_eq!(involved, standing.parts.len(), "{seed}: a part was lost");
    }
    assert_eq!(reached.len(), State::ALL.len(), "{reached:?}");
}

#[test]
fn each_action_has_one_line_and_each_state_can_be_left_or_is_an_end() {
    assert_eq!(TABLE.len(), Action::ALL.len());
    for action in Action::ALL {
        let lines = TABLE.iter().filter(|rule| rule.action == *action).count();
        assert_eq!(lines, 1, "{action:?}");
        assert!(!action.rule().by.is_empty(), "{action:?}");
    }
    for state in State::ALL {
        let leaves = TABLE.iter().any(|rule| {
            let moves = match rule.to {
                To::State(to) => to != *state,
                To::Before => true,
                To::Same => false,
            };
            rule.from.contains(state) && moves
        });
        assert!(leaves || state.has_ended(), "{state:?} is a dead end");
    }
}

#[test]
fn the_eight_steps_lead_to_the_end() {
    let who = |by: By| Circumstances {
        by: vec![by],
        ..Circumstances::default()
    };
    let mut standing = Standing::reported(Timestamp(0));
    for (action, by, state) in [
        (Action::Accept, By::Dispatcher, State::Accepted),
        (Action::Dispatch, By::Dispatcher, State::Dispatched),
        (Action::Begin, By::Holder, State::Handling),
        (Action::Answer, By::Holder, State::Answered),
        (Action::Check, By::Dispatcher, State::Checked),
        (Action::Rate, By::Reporter, State::Rated),
        (Action::Close, By::System, State::Closed),
    ] {
        assert_eq!(standing.may(action, &who(by)), Ok(by), "{action:?}");
        standing = standing.after(action, Some(Rating::Unhappy), Timestamp(0));
        assert_eq!(standing.state, state);
    }
    assert_eq!(standing.may(Action::Reopen, &who(By::Reporter)), Ok(By::Reporter));
    standing = standing.after(Action::Reopen, None, Timestamp(0));
    assert_eq!((standing.state, standing.rating), (State::Accepted, None));
}

#[test]
fn what_is_refused_says_why() {
    let holder = Circumstances {
        by: vec![By::Holder, By::Dispatcher],
        holds: true,
        handled: true,
        ..Circumstances::default()
    };
    let mut standing = Standing::reported(Timestamp(0));
    assert_eq!(standing.may(Action::Rate, &holder), Err(Refusal::NotYours));
    assert_eq!(
        standing.may(Action::Answer, &holder),
        Err(Refusal::NotNow(State::Reported))
    );
    standing.state = State::Dispatched;
    assert_eq!(standing.may(Action::Return, &holder), Err(Refusal::TooLate));
    assert_eq!(
        standing.may(Action::Pause, &holder),
        Err(Refusal::Apart(Apart::Holder))
    );
    standing.done.push(Action::AskTime);
    assert_eq!(standing.may(Action::AskTime, &holder), Err(Refusal::Once));
    standing.state = State::Answered;
    assert_eq!(
        standing.may(Action::Check, &holder),
        Err(Refusal::Apart(Apart::Handler))
    );
    assert_eq!(standing.may(Action::CloseUnrated, &holder), Err(Refusal::TooSoon));
    let for_them = Circumstances {
        by: vec![By::Reporter, By::Holder],
        ..Circumstances::default()
    };
    assert_eq!(
        standing.may(Action::Hide, &for_them),
        Err(Refusal::NotPublished),
        "who never agreed has nothing to take back"
    );
    let agreed = Circumstances {
        publishable: true,
        ..for_them
    };
    assert_eq!(standing.may(Action::Hide, &agreed), Ok(By::Reporter));
    assert_eq!(standing.may(Action::Hide, &holder), Err(Refusal::NotPublished));
    let reporter = Circumstances {
        by: vec![By::Reporter],
        ..Circumstances::default()
    };
    (standing.state, standing.rating) = (State::Closed, Some(Rating::Satisfied));
    assert_eq!(standing.may(Action::Reopen, &reporter), Err(Refusal::NotUnhappy));
}

#[test]
fn the_leads_answer_waits_until_each_part_is_done_or_was_released() {
    let who = |by: By, parts: &[i64]| Circumstances {
        by: vec![by],
        parts: parts.to_vec(),
        ..Circumstances::default()
    };
    let take = |standing: &Standing, action, part| {
        standing.after_with(Walked {
            action,
            rating: None,
            part: Some(part),
            at: Timestamp(0),
        })
    };
    let mut standing = Standing::reported(Timestamp(0));
    standing.state = State::Handling;
    for part in [1, 2] {
        assert_eq!(
            standing.may(Action::Involve, &who(By::Dispatcher, &[])),
            Ok(By::Dispatcher)
        );
        standing = take(&standing, Action::Involve, part);
    }
    let holder = who(By::Holder, &[]);
    assert_eq!(standing.may(Action::Answer, &holder), Err(Refusal::PartsOpen));
    let other = standing.may_with(Action::PartDone, Some(1), &who(By::Partner, &[2]));
    assert_eq!(other, Err(Refusal::NoPart), "nobody does another's part");
    assert_eq!(
        standing.may_with(Action::PartDone, Some(1), &who(By::Partner, &[1])),
        Ok(By::Partner)
    );
    standing = take(&standing, Action::PartDone, 1);
    standing = take(&standing, Action::PartReturn, 2);
    assert_eq!(
        standing.may(Action::Answer, &holder),
        Err(Refusal::PartsOpen),
        "wanting to give it back is not doing it"
    );
    let again = standing.may_with(Action::PartReturn, Some(2), &who(By::Partner, &[2]));
    assert_eq!(again, Err(Refusal::NoPart));
    standing = take(&standing, Action::PartRelease, 2);
    assert_eq!(standing.may(Action::Answer, &holder), Ok(By::Holder));
    assert_eq!(standing.parts, [PartState::Done, PartState::Released]);
}

#[test]
fn who_left_no_number_need_not_be_called_before_it_ends_unrated() {
    let clock = |waited, unreachable| Circumstances {
        by: vec![By::System],
        waited,
        unreachable,
        ..Circumstances::default()
    };
    let mut standing = Standing::reported(Timestamp(0));
    (standing.state, standing.calls) = (State::Answered, 0);
    let ends = |standing: &Standing, now: &Circumstances| standing.may(Action::CloseUnrated, now);
    assert_eq!(ends(&standing, &clock(true, true)), Ok(By::System));
    assert_eq!(ends(&standing, &clock(true, false)), Err(Refusal::TooSoon));
    assert_eq!(ends(&standing, &clock(false, true)), Err(Refusal::TooSoon));
    standing.calls = CALLS;
    assert_eq!(ends(&standing, &clock(true, false)), Ok(By::System));
}

#[test]
fn a_call_that_is_noted_twice_is_one() {
    let at = |at| Circumstances {
        by: vec![By::Dispatcher],
        at: Timestamp(at),
        ..Circumstances::default()
    };
    let mut standing = Standing::reported(Timestamp(0));
    standing.state = State::Answered;
    assert_eq!(standing.may(Action::Call, &at(1)), Ok(By::Dispatcher));
    standing = standing.after(Action::Call, None, Timestamp(1));
    let again = standing.may(Action::Call, &at(Timestamp::HOUR));
    assert_eq!(again, Err(Refusal::CalledLately));
    assert_eq!(
        standing.may(Action::Call, &at(Timestamp::HOUR + 1)),
        Ok(By::Dispatcher)
    );
    assert_eq!(standing.calls, 1);
}

#[test]
fn whoever_handled_it_does_not_rate_it_for_its_reporter() {
    let reporter = |handled| Circumstances {
        by: vec![By::Reporter],
        handled,
        ..Circumstances::default()
    };
    let mut standing = Standing::reported(Timestamp(0));
    standing.state = State::Answered;
    assert_eq!(standing.may(Action::Rate, &reporter(true)), Err(Refusal::OwnWork));
    assert_eq!(standing.may(Action::Rate, &reporter(false)), Ok(By::Reporter));
    // They may still add to it for them.
    assert_eq!(standing.may(Action::Add, &reporter(true)), Ok(By::Reporter));
}
