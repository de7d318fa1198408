//! Matters whose lives are told one by one: what happens seldom, in the order in which it happens, and what lies open with the
//! demonstration's own people when they sign in.

mod script;

use shared::Role;

pub use self::script::SCENES;
use super::{
    course::{Course, Step},
    random::Random,
};
use crate::model::{Action, By, Kind, Rating, Urgency};

/// A post, by where the matter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    Grid(Role),
    Community(Role),
    Street(Role),
}

/// Where something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In the grid of that number of the first community, where the demonstration's own people are.
    First(usize),
    /// In any other.
    Elsewhere,
    /// In any of them.
    Anywhere,
}

/// Who reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// The demonstration's own resident.
    Her,
    Nobody,
}

/// A step: how many minutes after the one before, what, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    after: i64,
    action: Action,
    by: By,
    words: Option<&'static str>,
    pub to: Option<Post>,
    part: Option<i64>,
    days: Option<i64>,
    rating: Option<Rating>,
}

const fn m(after: i64, action: Action, by: By) -> Move {
    Move {
        after,
        action,
        by,
        words: None,
        to: None,
        part: None,
        days: None,
        rating: None,
    }
}

impl Move {
    const fn says(self, words: &'static str) -> Self {
        Self {
            words: Some(words),
            ..self
        }
    }

    const fn to(self, post: Post) -> Self {
        Self {
            to: Some(post),
            ..self
        }
    }

    const fn part(self, number: i64) -> Self {
        Self {
            part: Some(number),
            ..self
        }
    }

    const fn days(self, days: i64) -> Self {
        Self {
            days: Some(days),
            ..self
        }
    }

    const fn rates(self, rating: Rating) -> Self {
        Self {
            rating: Some(rating),
            ..self
        }
    }
}

/// A life that is told.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    pub category: &'static str,
    pub kind: Kind,
    /// What it is about, where not anything of its category will do.
    pub about: &'static str,
    pub urgency: Urgency,
    pub at: Where,
    pub who: Who,
    /// How long ago it was reported, in minutes: from the one to the other.
    pub ago: (i64, i64),
    pub copies: usize,
    /// Whether everybody reads of it.
    pub public: bool,
    /// Which photos the first of its copies has: with the report, with the answer, and with what everybody reads.
    pub photos: [Option<usize>; 3],
    pub moves: &'static [Move],
}

const fn scene(
    category: &'static str,
    kind: Kind,
    at: Where,
    ago: (i64, i64),
    moves: &'static [Move],
) -> Scene {
    Scene {
        category,
        kind,
        about: "",
        urgency: Urgency::Ordinary,
        at,
        who: Who::Anybody,
        ago,
        copies: 1,
        public: false,
        photos: [None; 3],
        moves,
    }
}

impl Scene {
    const fn times(self, copies: usize) -> Self {
        Self { copies, ..self }
    }

    const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    const fn within(self, urgency: Urgency) -> Self {
        Self { urgency, ..self }
    }

    const fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    const fn public(self) -> Self {
        Self { public: true, ..self }
    }

    const fn photos(self, photos: [Option<usize>; 3]) -> Self {
        Self { photos, ..self }
    }
}

/// Lives a scene; each of its steps with where it leads.
pub(super) fn play(course: &mut Course, random: &mut Random, scene: &Scene) -> Vec<Option<Post>> {
    let mut to = vec![None];
    for one in scene.moves {
        if one.action == Action::Answer {
            course.answers(one.after, random);
        } else {
            let step: &mut Step = course.about(one.after, (one.action, one.rating, one.part), one.by);
            step.words = one.words.map(Into::into);
            step.days = one.days;
        }
        to.push(one.to);
    }
    to
}

/// How many matters they are.
pub fn many() -> usize {
    SCENES.iter().map(|scene| scene.copies).sum()
}

#[cfg(test)]
mod tests {
    use shared::Timestamp;

    use super::*;
    use crate::{
        demo::topics,
        model::{Circumstances, Standing, Walked},
    };

    #[test]
    fn every_scene_is_one_that_the_table_allows() {
        const NOW: Timestamp = Timestamp(1_795_000_000_000_000);
        for scene in SCENES {
            let topics = topics::of(scene.category, scene.kind);
            let topic = topics
                .iter()
                .find(|topic| scene.about.is_empty() || topic.about == scene.about);
            let topic = *topic.unwrap_or_else(|| panic!("{scene:?}"));
            for ago in [scene.ago.0, scene.ago.1] {
                let at = NOW.plus(-ago * Timestamp::MINUTE);
                let mut course = Course::new(topic, 0, at, NOW);
                let to = play(&mut course, &mut Random::new(1), scene);
                assert_eq!(to.len(), course.steps.len());
                let mut standing = Standing::reported(at);
                for step in &course.steps[1..] {
                    let now = Circumstances {
                        by: vec![step.by],
                        at: step.at,
                        returnable: true,
                        waited: true,
                        publishable: true,
                        published: true,
                        parts: step.part.into_iter().collect(),
                        ..Circumstances::default()
                    };
                    let may = standing.may_with(
                        step.action,
                        step.part.filter(|_| step.action != Action::Involve),
                        &now,
                    );
                    assert_eq!(may, Ok(step.by), "{:?} {scene:?}", step.action);
                    standing = standing.after_with(Walked {
                        action: step.action,
                        rating: step.rating,
                        part: step.part,
                        at: step.at,
                    });
                }
                assert_eq!(standing, course.standing);
                let taken: i64 = scene.moves.iter().map(|one| one.after).sum();
                assert!(taken <= ago, "there is time for all of it: {scene:?}");
                assert_eq!(
                    scene.public,
                    scene.moves.iter().any(|one| one.action == Action::Publish)
                        && scene.moves.iter().all(|one| one.action != Action::Hide),
                    "{scene:?}"
                );
            }
        }
    }
}
