//! What a matter has beside its life: answers, whoever follows it, a pin, and another like it.

use std::collections::BTreeMap;

use grid::model::Place;
use orgs::model::Node;
use shared::Timestamp;

use super::{Ground, Making};
use crate::{
    model::{AnswerKind, MatterId, State},
    server::bulk::{Follows, Whole},
};

impl Making<'_> {
    /// Answers to some of what a category asks.
    pub(super) fn answers(&mut self, at: usize) -> (BTreeMap<String, String>, Vec<(String, String)>) {
        let mut answers = BTreeMap::new();
        for question in &self.categories[at].questions {
            if !self.random.percent(60) {
                continue;
            }
            let yes = self.random.percent(30);
            let answer = match question.answer {
                AnswerKind::YesNo => if yes { "yes" } else { "no" }.to_owned(),
                AnswerKind::OneOf if !question.choices.is_empty() => {
                    self.random.pick(&question.choices).clone()
                }
                _ => continue,
            };
            answers.insert(question.code.clone(), answer);
        }
        let asked = self.categories[at].asked(&answers);
        (answers, asked)
    }

    /// What was reported there before about the same, or at least there.
    pub(super) fn alike(&self, ground: &Ground, category: &str) -> Option<MatterId> {
        let goes_on = |matter: &&Whole| {
            matter.accused.is_none()
                && !matches!(
                    matter.standing.state,
                    State::Merged | State::Withdrawn | State::Refused
                )
        };
        let mut there = self.matters.iter().rev().filter(goes_on);
        let same = there
            .clone()
            .find(|matter| matter.node == ground.grid.id && matter.category == category);
        same.or_else(|| there.next()).map(|matter| matter.id)
    }

    /// Some who met with the same, since it was published.
    pub(super) fn followed(&mut self, matter: MatterId, at: Timestamp) {
        let many = self.random.below(6);
        let from = self.random.below(self.people.residents.len());
        let people = self.people.residents.iter().cycle().skip(from).take(many);
        self.followers.extend(people.map(|user| Follows {
            matter_id: matter,
            user_id: *user,
            since_at: at,
        }));
    }

    /// Near the middle of its grid.
    pub(super) fn place(&mut self, grid: &Node) -> Option<Place> {
        let (lon, lat) = *self.places.get(grid.code.as_str())?;
        let (east, north) = (
            self.random.between(-7_000, 7_000),
            self.random.between(-6_000, 6_000),
        );
        Some(Place {
            lon: i32::try_from(lon + east).ok()?,
            lat: i32::try_from(lat + north).ok()?,
        })
    }
}
