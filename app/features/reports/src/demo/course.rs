//! A life on its way through the table, as the demonstration tells it.

use std::borrow::Cow;

use shared::Timestamp;

use super::{random::Random, topics::Topic, words};
use crate::model::{Action, By, Door, Rating, Standing, State, Walked};

/// A step of one.
#[derive(Clone, Debug)]
pub struct Step {
    pub action: Action,
    pub by: By,
    pub at: Timestamp,
    pub state: State,
    pub words: Option<Cow<'static, str>>,
    pub rating: Option<Rating>,
    pub door: Option<Door>,
    pub days: Option<i64>,
    /// The number of the part that it is about.
    pub part: Option<i64>,
}

/// A life on its way.
pub struct Course {
    pub topic: &'static Topic,
    outcome: usize,
    pub standing: Standing,
    pub at: Timestamp,
    pub now: Timestamp,
    pub steps: Vec<Step>,
}

impl Course {
    pub fn new(topic: &'static Topic, outcome: usize, at: Timestamp, now: Timestamp) -> Self {
        let first = Step {
            action: Action::Report,
            by: By::Reporter,
            at,
            state: State::Reported,
            words: None,
            rating: None,
            door: None,
            days: None,
            part: None,
        };
        Self {
            topic,
            outcome,
            standing: Standing::reported(at),
            at,
            now,
            steps: vec![first],
        }
    }

    /// Takes a step some minutes later, never after now.
    pub fn then(&mut self, minutes: i64, action: Action, by: By) -> &mut Step {
        self.rated(minutes, action, by, None)
    }

    /// As [`Course::then`], with a word about the outcome.
    pub fn rated(&mut self, minutes: i64, action: Action, by: By, rating: Option<Rating>) -> &mut Step {
        self.about(minutes, (action, rating, None), by)
    }

    /// As [`Course::then`], with a word about the outcome, or with the number of a part.
    pub fn about(
        &mut self,
        minutes: i64,
        (action, rating, part): (Action, Option<Rating>, Option<i64>),
        by: By,
    ) -> &mut Step {
        self.at = self.at.plus(minutes * Timestamp::MINUTE).min(self.now);
        self.standing = self.standing.after_with(Walked {
            action,
            rating,
            part,
            at: self.at,
        });
        self.steps.push(Step {
            action,
            by,
            at: self.at,
            state: self.standing.state,
            words: None,
            rating,
            door: None,
            days: None,
            part,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    /// The same with words.
    pub fn says(&mut self, minutes: i64, action: Action, by: By, words: &'static str) -> &mut Step {
        let step = self.then(minutes, action, by);
        step.words = Some(words.into());
        step
    }

    /// The answer, which fits what was asked.
    pub fn answers(&mut self, minutes: i64, random: &mut Random) {
        let words = words::answer(random, self.topic, self.outcome);
        self.then(minutes, Action::Answer, By::Holder).words = Some(words.into());
    }
}
