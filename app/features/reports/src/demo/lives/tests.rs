//! Whether the lives are such as the table has.

use std::collections::BTreeSet;

use super::*;
use crate::model::{Circumstances, Rating};

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);

#[test]
fn every_life_is_one_that_the_table_allows() {
    for life in lives(7, 2_000, NOW) {
        let mut standing = Standing::reported(life.at);
        for step in &life.steps[1..] {
            let now = Circumstances {
                by: vec![step.by],
                at: step.at,
                returnable: true,
                waited: true,
                publishable: life.may_publish,
                ..Circumstances::default()
            };
            assert_eq!(standing.may(step.action, &now), Ok(step.by), "{:?}", life.fate);
            assert!(step.at >= standing.at && step.at <= NOW, "time runs one way");
            standing = standing.after(step.action, step.rating, step.at);
        }
        assert_eq!(standing, life.standing);
        if let Fate::Open(state) = life.fate {
            assert_eq!(standing.state, state);
        } else {
            assert_eq!(
                standing.state.has_ended(),
                life.fate != Fate::Late,
                "{:?}",
                life.fate
            );
        }
    }
}

#[test]
fn the_same_seed_tells_the_same_and_there_is_something_of_everything() {
    let (one, other) = (lives(7, 2_000, NOW), lives(7, 2_000, NOW));
    let told = |lives: &[Life]| lives.iter().map(|life| life.words.clone()).collect::<Vec<_>>();
    assert_eq!(told(&one), told(&other));
    for state in State::ALL.iter().filter(|state| **state != State::Rated) {
        assert!(one.iter().any(|life| life.standing.state == *state), "{state}");
    }
    for kind in Kind::ALL {
        assert!(one.iter().any(|life| life.kind == *kind));
    }
    for rating in Rating::ALL {
        assert!(one.iter().any(|life| life.standing.rating == Some(*rating)));
    }
    assert!(one.iter().any(|life| life.fate == Fate::Late));
    assert!(
        one.iter()
            .any(|life| life.public && life.standing.state.has_ended())
    );
    assert!(
        one.iter()
            .any(|life| life.public && !life.standing.state.has_ended())
    );
    assert!(one.is_sorted_by_key(|life| life.at));
    let said: BTreeSet<&str> = one.iter().map(|life| life.words.as_str()).collect();
    assert!(said.len() > 1_000, "{}", said.len());
    let answers = one.iter().flat_map(|life| &life.steps);
    let answers: BTreeSet<&str> = answers
        .filter(|step| step.action == Action::Answer)
        .filter_map(|step| step.words.as_deref())
        .collect();
    assert!(answers.len() > 400, "{}", answers.len());
}

#[test]
fn an_answer_is_about_what_was_asked() {
    for life in lives(7, 500, NOW) {
        let topics = topics::of(life.category, life.kind);
        let topic = topics
            .iter()
            .find(|topic| topic.told.iter().any(|told| life.words.contains(told)));
        let topic = topic.unwrap();
        for step in life.steps.iter().filter(|step| step.action == Action::Answer) {
            let words = step.words.as_deref().unwrap();
            assert!(topic.done.iter().any(|done| words.contains(done)), "{words}");
        }
    }
}
