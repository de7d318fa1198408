//! Random lives of cases against the table.

use std::collections::BTreeSet;

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

const LIVES: u64 = 4_000;
const TRIES: usize = 300;
/// What ends a case early is tried less often, or hardly one would live to its end.
const EARLY: [Action; 6] = [
    Action::Refuse,
    Action::Decline,
    Action::Fail,
    Action::Stop,
    Action::Withdraw,
    Action::GiveUp,
];

fn somebody(rng: &mut StdRng) -> Circumstances {
    Circumstances {
        by: By::ALL.iter().copied().filter(|_| rng.random_bool(0.5)).collect(),
        vacant: rng.random_bool(0.5),
        within_month: rng.random_bool(0.7),
        all_kept: rng.random_bool(0.3),
    }
}

/// The state that the table allows after `action` in `from`.
fn allowed(action: Action, from: State) -> Option<State> {
    let rule = TABLE.iter().find(|rule| rule.action == action)?;
    rule.from.contains(&from).then_some(match rule.to {
        To::State(state) => state,
        To::Same => from,
    })
}

/// What must have been done before a case stands so: the two consents, a session with a mediator who declared, an agreement.
fn is_earned(state: State, told: &[(Action, Timestamp)]) -> bool {
    let done = |action| told.iter().any(|(one, _)| *one == action);
    let begun = done(Action::Apply) && done(Action::Accept) && done(Action::Ask) && done(Action::Consent);
    match state {
        State::Consented => begun,
        State::Mediating => begun && done(Action::Hold),
        State::Reached => begun && done(Action::Hold) && done(Action::Settle),
        State::InForce => begun && done(Action::Hold) && (done(Action::Sign) || done(Action::SettleOrally)),
        State::Fulfilled => done(Action::Sign) || done(Action::SettleOrally),
        State::Declined => done(Action::Ask),
        _ => true,
    }
}

#[test]
fn no_sequence_of_actions_leaves_the_table_loses_a_step_or_turns_the_clock_back() {
    let mut reached = BTreeSet::from([State::Applied]);
    for seed in 0..LIVES {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut clock = Timestamp(1_795_413_900 * Timestamp::SECOND);
        let mut standing = Standing::applied(clock);
        let mut told = vec![(Action::Apply, clock)];
        for _ in 0..TRIES {
            let action = Action::ALL[rng.random_range(0..Action::ALL.len())];
            if EARLY.contains(&action) && rng.random_bool(0.8) {
                continue;
            }
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
            assert!(
                !matches!(action, Action::Hold | Action::Settle | Action::SettleOrally) || by == By::Mediator,
                "{seed}: {action:?} undeclared"
            );
            let next = standing.after(action, clock);
            assert_eq!(
                Some(next.state),
                allowed(action, standing.state),
                "{seed}: {action:?} from {:?}",
                standing.state
            );
            assert!(!standing.state.has_ended(), "{seed}: {action:?} after its end");
            assert!(next.at >= standing.at, "{seed}: the clock ran backwards");
            assert_eq!(next.steps, standing.steps + 1, "{seed}: a step was lost");
            told.push((action, next.at));
            assert!(
                is_earned(next.state, &told),
                "{seed}: {:?} without what it takes",
                next.state
            );
            reached.insert(next.state);
            standing = next;
        }
        for rule in TABLE.iter().filter(|rule| rule.once) {
            let times = told.iter().filter(|(action, _)| *action == rule.action).count();
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
            let moves = matches!(rule.to, To::State(to) if to != *state);
            rule.from.contains(state) && moves
        });
        assert_eq!(leaves, !state.has_ended(), "{state:?}");
    }
}

#[test]
fn either_side_may_end_it_until_the_agreement_is_in_force() {
    for by in [By::Applicant, By::Respondent] {
        let who = Circumstances {
            by: vec![by],
            ..Circumstances::default()
        };
        for state in State::ALL {
            let standing = Standing {
                state: *state,
                ..Standing::applied(Timestamp(0))
            };
            let may = standing.may(Action::Stop, &who).is_ok();
            let open = matches!(state, State::Consented | State::Mediating | State::Reached);
            assert_eq!(may, open, "{by:?} {state:?}");
        }
    }
}

#[test]
fn what_is_refused_says_why() {
    let clerk = Circumstances {
        by: vec![By::Clerk, By::Mediator],
        ..Circumstances::default()
    };
    let mut standing = Standing::applied(Timestamp(0));
    assert_eq!(
        standing.may(Action::Consent, &clerk),
        Err(Refusal::NotNow(State::Applied))
    );
    assert_eq!(standing.may(Action::Take, &clerk), Err(Refusal::NotYours));
    standing.state = State::Accepted;
    assert_eq!(standing.may(Action::Consent, &clerk), Err(Refusal::NotAsked));
    standing.asked = true;
    assert_eq!(standing.may(Action::Consent, &clerk), Ok(By::Clerk));
    let invited = Circumstances {
        by: vec![By::Invited],
        ..Circumstances::default()
    };
    standing.state = State::Consented;
    assert_eq!(standing.may(Action::Hold, &invited), Err(Refusal::NotYours));
    assert_eq!(standing.may(Action::Declare, &invited), Ok(By::Invited));
    standing.state = State::InForce;
    assert_eq!(standing.may(Action::AskCourt, &clerk), Err(Refusal::TooLate));
    assert_eq!(
        standing.may(Action::CourtConfirmed, &clerk),
        Err(Refusal::CourtNotAsked)
    );
    let itself = Circumstances {
        by: vec![By::System],
        ..Circumstances::default()
    };
    assert_eq!(standing.may(Action::Fulfil, &itself), Err(Refusal::NotKept));
    let within = Circumstances {
        within_month: true,
        ..clerk
    };
    standing = standing.after(Action::AskCourt, Timestamp(0));
    assert_eq!(standing.may(Action::AskCourt, &within), Err(Refusal::Once));
}
