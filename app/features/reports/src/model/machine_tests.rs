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
        holds: by.contains(&By::Holder) || rng.random_bool(0.2),
        handled: rng.random_bool(0.3),
        returnable: rng.random_bool(0.7),
        waited: rng.random_bool(0.5),
        publishable: rng.random_bool(0.5),
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

#[test]
fn no_sequence_of_actions_leaves_the_table_loses_a_step_or_turns_the_clock_back() {
    let mut reached = BTreeSet::from([State::Reported]);
    for seed in 0..LIVES {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut clock = Timestamp(1_795_413_900 * Timestamp::SECOND);
        let mut standing = Standing::reported(clock);
        let mut told = vec![(Action::Report, None, clock)];
        for _ in 0..TRIES {
            let action = Action::ALL[rng.random_range(0..Action::ALL.len())];
            let who = somebody(&mut rng);
            // Clocks of nodes differ a little.
            clock = clock.plus(rng.random_range(-2_000_000..3_600_000_000));
            let rule = action.rule();
            let Ok(by) = standing.may(action, &who) else {
                continue;
            };
            assert!(
                rule.by.contains(&by) && who.by.contains(&by),
                "{seed}: {action:?} by {by:?}"
            );
            let rating = rule
                .wants(Need::Rating)
                .then(|| Rating::ALL[rng.random_range(0..Rating::ALL.len())]);
            let next = standing.after(action, rating, clock);
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
            told.push((action, rating, next.at));
            reached.insert(next.state);
            standing = next;
        }
        for rule in TABLE.iter().filter(|rule| rule.once) {
            let times = told.iter().filter(|(action, ..)| *action == rule.action).count();
            assert!(times <= 1, "{seed}: {:?} was done {times} times", rule.action);
        }
        assert_eq!(
            Standing::replay(told.iter().copied()).as_ref(),
            Some(&standing),
            "{seed}"
        );
        assert_eq!(i64::try_from(told.len()), Ok(standing.steps), "{seed}");
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
    let reporter = Circumstances {
        by: vec![By::Reporter],
        ..Circumstances::default()
    };
    (standing.state, standing.rating) = (State::Closed, Some(Rating::Satisfied));
    assert_eq!(standing.may(Action::Reopen, &reporter), Err(Refusal::NotUnhappy));
}
