//! How a matter comes: from a life that was drawn, or as a copy of a scene.

use shared::{Role, Timestamp};

use super::{Making, Told, behind::account};
use crate::{
    demo::{
        course::Course,
        lives::{Fate, Life},
        scenes::{self, Post, Scene, Where, Who},
        topics, words,
    },
    model::Action,
    server::bulk::Shows,
};

impl Making<'_> {
    /// Settles a life that was drawn.
    pub fn settle(&mut self, life: Life) {
        let open = matches!(life.fate, Fate::Open(_) | Fate::Late);
        // What is open in the first community is told by itself: scenes.
        let least = usize::from(open);
        let at = least + self.random.below(self.town.communities.len() - least);
        let ground = self.ground(at, None);
        let accuses = self.accuses(life.category, life.kind);
        let begins = self.begins(&ground, accuses);
        let carried = (ground.community.id, life.carried.unwrap_or(Role::Property));
        let to = life.steps.iter().map(|step| match step.action {
            Action::Report => Some(begins),
            Action::Dispatch => Some(carried),
            Action::Escalate | Action::Reopen if !accuses => Some((ground.community.id, Role::Staff)),
            _ => None,
        });
        let to = to.collect();
        let hers = ground.first && ground.grid.id == self.town.communities[0].1[0].id && !open;
        let behind = self.behind(&life, hers);
        let merged = life.fate == Fate::Merged;
        let told = Told {
            kind: life.kind,
            category: life.category,
            urgency: life.urgency,
            at: life.at,
            words: life.words,
            may_publish: life.may_publish,
            public_text: life.public.then_some(life.shown),
            standing: life.standing,
            steps: life.steps,
            to,
        };
        self.enter(&ground, told, behind, merged);
    }

    /// Settles the copies of a scene.
    pub fn stage(&mut self, scene: &Scene, now: Timestamp) {
        for copy in 0..scene.copies {
            let all = self.town.communities.len();
            let ground = match scene.at {
                Where::First(within) => self.ground(0, Some(within)),
                Where::Elsewhere => {
                    let at = 1 + self.random.below(all - 1);
                    self.ground(at, None)
                }
                Where::Anywhere => {
                    let at = self.random.below(all);
                    self.ground(at, None)
                }
            };
            let topics = topics::of(scene.category, scene.kind);
            let fits: Vec<_> = topics
                .into_iter()
                .filter(|topic| scene.about.is_empty() || topic.about == scene.about)
                .collect();
            let topic = *self.random.pick(&fits);
            let ago = self.random.between(scene.ago.0, scene.ago.1);
            let at = now.plus(-ago * Timestamp::MINUTE);
            let outcome = self.random.below(2);
            let mut course = Course::new(topic, outcome, at, now);
            let led = scenes::play(&mut course, &mut self.random, scene);
            let begins = self.begins(&ground, self.accuses(scene.category, scene.kind));
            let to = led.into_iter().enumerate().map(|(number, post)| match post {
                _ if number == 0 => Some(begins),
                Some(Post::Grid(role)) => Some((ground.grid.id, role)),
                Some(Post::Community(role)) => Some((ground.community.id, role)),
                Some(Post::Street(role)) => Some((self.town.street.id, role)),
                None => None,
            });
            let to = to.collect();
            let behind = match (scene.who, self.people.her) {
                (Who::Nobody, _) => self.anonymous(),
                (Who::Her, Some(her)) => account(her),
                _ => account(*self.random.pick(&self.people.residents)),
            };
            let way = self.random.below(2);
            let words = words::report(&mut self.random, topic, way);
            let ended = course.standing.state.has_ended();
            let told = Told {
                kind: scene.kind,
                category: scene.category,
                urgency: scene.urgency,
                at,
                words,
                may_publish: scene.public,
                public_text: scene
                    .public
                    .then(|| words::public(topic, ended.then_some(outcome))),
                standing: course.standing,
                steps: course.steps,
                to,
            };
            self.enter(&ground, told, behind, false);
            if copy == 0 {
                self.hang(scene);
            }
        }
    }

    /// Has the photos of a scene show what was settled last.
    fn hang(&mut self, scene: &Scene) {
        let Some(matter) = self.matters.last() else { return };
        let answer = matter.steps.iter().find(|step| step.action == Action::Answer);
        let shows = [
            Some(Shows::Matter(matter.id)),
            answer.map(|step| Shows::Step(step.id)),
            Some(Shows::Everybody(matter.id)),
        ];
        let pairs = scene.photos.into_iter().zip(shows);
        self.hangs
            .extend(pairs.filter_map(|(photo, shows)| photo.zip(shows)));
    }
}
