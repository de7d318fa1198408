//! Lives of matters, made up from a seed: every step is one that the table has.

mod going;
#[cfg(test)]
mod tests;

use shared::{Role, Timestamp};

use self::going::How;
use super::{
    course::{Course, Step},
    random::Random,
    topics, words,
};
use crate::model::{Action, By, Kind, Standing, State, Urgency};

/// Over how many days they are spread, and from which age on all of them have ended.
const DAYS: i64 = 365;
const ENDED: i64 = 21;
/// What people remember as lately, in days.
const LATELY: i64 = 14;

/// In minutes.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

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
    /// What everybody reads, if it is public.
    pub shown: String,
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
    let category = random.weighed(&CATEGORIES);
    let wanted = random.weighed(&KINDS);
    // What is about those who work there is a complaint, whatever it is called, but for praise and a question (`Category::kind`).
    let accuses = category == "community" && wanted.accuses();
    let kind = if accuses { Kind::Complaint } else { wanted };
    let fate = if age >= ENDED {
        random.weighed(&FATES)
    } else if accuses {
        // With the street, whose posts are those of the demonstration's own people: they have enough.
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
        // What runs in hours is not left lying about: what is open of it is told by itself.
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
    let topic = *random.pick(&topics::of(category, kind));
    let (way, outcome) = (random.below(2), random.below(2));
    let words = words::report(random, topic, way);
    let may_publish = random.percent(62);
    let fit = match fate {
        Fate::Closed | Fate::Reopened => random.percent(45),
        Fate::Open(State::Accepted | State::Dispatched | State::Handling | State::Answered) => {
            random.percent(50)
        }
        _ => false,
    };
    let public = may_publish && !accuses && kind != Kind::Help && fit;
    let mut course = Course::new(topic, outcome, at, now);
    let how = How {
        fate,
        carried: carried.is_some(),
        accuses,
    };
    going::go(&mut course, random, how);
    if public {
        course.then(random.between(10, 5 * HOUR), Action::Publish, By::Dispatcher);
    }
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
        shown: words::public(topic, course.standing.state.has_ended().then_some(outcome)),
        standing: course.standing,
        steps: course.steps,
    }
}

/// What has become of it in its first three weeks. Each that is open costs some dozen statements of tasks: enough to look at, and no more.
fn young(random: &mut Random, age: i64) -> Fate {
    match age {
        ..2 => random.weighed(&[
            (Fate::Open(State::Reported), 36),
            (Fate::Open(State::Accepted), 24),
            (Fate::Open(State::Handling), 12),
            (Fate::Closed, 28),
        ]),
        2..6 => random.weighed(&[
            (Fate::Open(State::Handling), 22),
            (Fate::Open(State::Dispatched), 8),
            (Fate::Open(State::Paused), 7),
            (Fate::Open(State::Answered), 20),
            (Fate::Closed, 43),
        ]),
        6..14 => random.weighed(&[
            (Fate::Open(State::Answered), 16),
            (Fate::Open(State::Checked), 14),
            (Fate::Open(State::Handling), 5),
            (Fate::Withdrawn, 4),
            (Fate::Closed, 61),
        ]),
        14..18 => random.weighed(&[(Fate::Late, 45), (Fate::Closed, 55)]),
        _ => Fate::Closed,
    }
}
