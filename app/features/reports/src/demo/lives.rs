//! Lives of matters, made up from a seed: every step is one that the table has.

use shared::{Role, Timestamp};

use super::{random::Random, words};
use crate::model::{Action, By, Door, Kind, Rating, Standing, State, Urgency};

/// Over how many days they are spread, and from which age on all of them have ended.
const DAYS: i64 = 365;
const ENDED: i64 = 21;
/// What people remember as lately, in days.
const LATELY: i64 = 14;

/// A step of one.
#[derive(Clone, Debug)]
pub struct Step {
    pub action: Action,
    pub by: By,
    pub at: Timestamp,
    pub state: State,
    pub words: Option<&'static str>,
    pub rating: Option<Rating>,
    pub door: Option<Door>,
    pub days: Option<i64>,
}

/// How a matter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Closed,
    Unrated,
    Reopened,
    Refused,
    Withdrawn,
    Merged,
    /// As far as it is now.
    Open(State),
    /// At work, past its time, gone up a unit.
    Late,
}

/// A matter, but for where it is and who has it.
#[derive(Clone, Debug)]
pub struct Life {
    pub kind: Kind,
    pub category: &'static str,
    pub urgency: Urgency,
    pub at: Timestamp,
    pub fate: Fate,
    /// Whether somebody else than the grid's worker carried it.
    pub carried: Option<Role>,
    pub words: String,
    pub may_publish: bool,
    pub public: bool,
    pub standing: Standing,
    pub steps: Vec<Step>,
}

const KINDS: [(Kind, i64); 6] = [
    (Kind::Problem, 56),
    (Kind::Question, 11),
    (Kind::Idea, 9),
    (Kind::Complaint, 13),
    (Kind::Help, 8),
    (Kind::Praise, 3),
];
const CATEGORIES: [(&str, i64); 9] = [
    ("safety", 12),
    ("parking", 18),
    ("noise", 15),
    ("space", 13),
    ("hygiene", 14),
    ("facility", 15),
    ("dispute", 5),
    ("community", 5),
    ("other", 3),
];
const FATES: [(Fate, i64); 6] = [
    (Fate::Closed, 83),
    (Fate::Unrated, 6),
    (Fate::Reopened, 3),
    (Fate::Refused, 3),
    (Fate::Withdrawn, 3),
    (Fate::Merged, 2),
];
const RATINGS: [(Rating, i64); 3] = [(Rating::Satisfied, 63), (Rating::Fair, 26), (Rating::Unhappy, 11)];

/// So many lives up to `now`, the oldest first.
pub fn lives(seed: u64, many: usize, now: Timestamp) -> Vec<Life> {
    let mut random = Random::new(seed);
    let mut begins: Vec<Timestamp> = (0..many).map(|_| begin(&mut random, now)).collect();
    begins.sort_unstable();
    begins.into_iter().map(|at| life(&mut random, at, now)).collect()
}

/// Some time of a day between seven and ten in the evening; most of it when people are up and about.
fn begin(random: &mut Random, now: Timestamp) -> Timestamp {
    const NIGHT: i64 = 8 * Timestamp::HOUR;
    let midnight = now.0 - (now.0 + NIGHT).rem_euclid(Timestamp::DAY);
    // More and more people know of it.
    let most = if random.percent(15) { LATELY } else { DAYS };
    let day = midnight - random.between(1, most) * Timestamp::DAY;
    let minutes = random.between(7 * 60, 22 * 60);
    Timestamp(day).plus(minutes * Timestamp::MINUTE + random.between(0, 59) * Timestamp::SECOND)
}

fn life(random: &mut Random, at: Timestamp, now: Timestamp) -> Life {
    let age = (now.0 - at.0).div_euclid(Timestamp::DAY);
    let kind = random.weighed(&KINDS);
    let category = random.weighed(&CATEGORIES);
    // A complaint about a community is the street's, whose posts are those of the demonstration's own people: nothing is left to do.
    let accuses = kind == Kind::Complaint && category == "community";
    let fate = if age >= ENDED {
        random.weighed(&FATES)
    } else if accuses {
        Fate::Withdrawn
    } else {
        young(random, age)
    };
    // Only what has had time to is reopened.
    let fate = if fate == Fate::Reopened && age < 2 * ENDED {
        Fate::Closed
    } else {
        fate
    };
    let ended = !matches!(fate, Fate::Open(_) | Fate::Late);
    let urgency = match (category, random.between(0, 99)) {
        ("dispute", _) => Urgency::Complex,
        // What runs in hours is not left lying about.
        (_, ..2) if ended => Urgency::Sudden,
        (_, ..9) if ended => Urgency::Urgent,
        _ => Urgency::Ordinary,
    };
    let carried = (!accuses && ended && random.percent(38)).then(|| {
        random.weighed(&[
            (Role::Property, 30),
            (Role::Staff, 55),
            (Role::SocialOrg, 8),
            (Role::OwnersCommittee, 7),
        ])
    });
    let said = random.pick(words::told(category));
    let building = random.between(1, 28);
    let words = format!("{}{said}，在 {building} 幢附近。（演示）", words::opening(kind));
    let may_publish = random.percent(62);
    let public =
        may_publish && !accuses && matches!(fate, Fate::Closed | Fate::Reopened) && random.percent(45);
    let mut course = Course::new(at, now);
    go(&mut course, random, fate, carried.is_some(), public);
    Life {
        kind,
        category,
        urgency,
        at,
        fate,
        carried,
        words,
        may_publish,
        public,
        standing: course.standing,
        steps: course.steps,
    }
}

/// What has become of it in its first three weeks.
fn young(random: &mut Random, age: i64) -> Fate {
    match age {
        ..2 => random.weighed(&[
            (Fate::Open(State::Reported), 55),
            (Fate::Open(State::Accepted), 30),
            (Fate::Open(State::Handling), 15),
        ]),
        2..6 => random.weighed(&[
            (Fate::Open(State::Handling), 45),
            (Fate::Open(State::Dispatched), 15),
            (Fate::Open(State::Paused), 10),
            (Fate::Open(State::Answered), 30),
        ]),
        6..14 => random.weighed(&[
            (Fate::Open(State::Answered), 20),
            (Fate::Open(State::Checked), 15),
            (Fate::Open(State::Handling), 5),
            (Fate::Withdrawn, 4),
            (Fate::Closed, 56),
        ]),
        14..18 => random.weighed(&[(Fate::Late, 20), (Fate::Closed, 80)]),
        _ => Fate::Closed,
    }
}

/// A life on its way.
struct Course {
    standing: Standing,
    at: Timestamp,
    now: Timestamp,
    steps: Vec<Step>,
}

impl Course {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        let first = Step {
            action: Action::Report,
            by: By::Reporter,
            at,
            state: State::Reported,
            words: None,
            rating: None,
            door: None,
            days: None,
        };
        Self {
            standing: Standing::reported(at),
            at,
            now,
            steps: vec![first],
        }
    }

    /// Takes a step some minutes later, never after now.
    fn then(&mut self, minutes: i64, action: Action, by: By) -> &mut Step {
        self.rated(minutes, action, by, None)
    }

    fn rated(&mut self, minutes: i64, action: Action, by: By, rating: Option<Rating>) -> &mut Step {
        self.at = self.at.plus(minutes * Timestamp::MINUTE).min(self.now);
        self.standing = self.standing.after(action, rating, self.at);
        self.steps.push(Step {
            action,
            by,
            at: self.at,
            state: self.standing.state,
            words: None,
            rating,
            door: None,
            days: None,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

fn go(course: &mut Course, random: &mut Random, fate: Fate, carried: bool, public: bool) {
    match fate {
        Fate::Withdrawn => {
            course.then(random.between(30, 2 * DAY), Action::Withdraw, By::Reporter);
            return;
        }
        Fate::Merged => {
            course.then(random.between(30, DAY), Action::Merge, By::Dispatcher);
            return;
        }
        Fate::Refused => {
            let step = course.then(random.between(HOUR, DAY), Action::Refuse, By::Dispatcher);
            step.words = Some(words::REFUSALS);
            step.door = Some(Door::Court);
            return;
        }
        Fate::Open(State::Reported) => return,
        _ => {}
    }
    course.then(random.between(20, 20 * HOUR), Action::Accept, By::Dispatcher);
    if fate == Fate::Open(State::Accepted) {
        return;
    }
    if carried || fate == Fate::Open(State::Dispatched) {
        course.then(random.between(10, 5 * HOUR), Action::Dispatch, By::Dispatcher);
    }
    if fate == Fate::Open(State::Dispatched) {
        return;
    }
    course.then(random.between(30, 16 * HOUR), Action::Begin, By::Holder);
    match fate {
        Fate::Open(State::Handling) => return,
        Fate::Open(State::Paused) => {
            course
                .then(random.between(HOUR, DAY), Action::Pause, By::Dispatcher)
                .words = Some(words::PAUSES);
            return;
        }
        Fate::Late => {
            course.at = course
                .at
                .max(course.now.plus(-random.between(3, 30) * Timestamp::HOUR));
            course.then(0, Action::Escalate, By::System);
            return;
        }
        _ => {}
    }
    let slow = random.percent(7) && !matches!(fate, Fate::Open(_) | Fate::Reopened | Fate::Unrated);
    if slow {
        let step = course.then(random.between(HOUR, DAY), Action::AskTime, By::Holder);
        step.words = Some(words::MORE);
        step.days = Some(3);
        let step = course.then(random.between(30, 5 * HOUR), Action::GiveTime, By::Above);
        step.words = Some(words::GIVEN);
        step.days = Some(3);
    }
    let works = if slow { (6, 9) } else { (0, 3) };
    let minutes = random.between(works.0, works.1) * DAY + random.between(HOUR, 9 * HOUR);
    course.then(minutes, Action::Answer, By::Holder).words = Some(*random.pick(&words::ANSWERS));
    finish(course, random, fate, public);
}

/// From the answer to the end.
fn finish(course: &mut Course, random: &mut Random, fate: Fate, public: bool) {
    if fate == Fate::Open(State::Answered) {
        return;
    }
    if fate == Fate::Unrated {
        course.then(random.between(DAY, 2 * DAY), Action::Call, By::Dispatcher);
        course.then(random.between(DAY, 2 * DAY), Action::Call, By::Dispatcher);
        course.then(8 * DAY, Action::CloseUnrated, By::System);
        return;
    }
    let checks = random.percent(60) || fate == Fate::Open(State::Checked);
    if checks {
        course
            .then(random.between(2 * HOUR, 30 * HOUR), Action::Check, By::Dispatcher)
            .words = Some(*random.pick(&words::CHECKS));
    }
    if fate == Fate::Open(State::Checked) {
        return;
    }
    let rating = if fate == Fate::Reopened {
        Rating::Unhappy
    } else {
        random.weighed(&RATINGS)
    };
    course.rated(
        random.between(HOUR, 30 * HOUR),
        Action::Rate,
        By::Reporter,
        Some(rating),
    );
    if fate == Fate::Reopened {
        course
            .then(random.between(HOUR, 20 * HOUR), Action::Reopen, By::Reporter)
            .words = Some(words::UNHAPPY);
        course.then(random.between(HOUR, DAY), Action::Begin, By::Holder);
        course
            .then(random.between(DAY, 4 * DAY), Action::Answer, By::Holder)
            .words = Some(*random.pick(&words::ANSWERS));
        course.rated(
            random.between(HOUR, DAY),
            Action::Rate,
            By::Reporter,
            Some(Rating::Fair),
        );
    }
    let minutes = if rating == Rating::Unhappy && fate != Fate::Reopened {
        4 * DAY
    } else {
        0
    };
    course.then(minutes, Action::Close, By::System);
    if public {
        course.then(random.between(10, 5 * HOUR), Action::Publish, By::Dispatcher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Circumstances;

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
        assert!(one.iter().any(|life| life.fate == Fate::Late) && one.iter().any(|life| life.public));
        assert!(one.is_sorted_by_key(|life| life.at));
    }
}
