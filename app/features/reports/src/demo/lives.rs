//! Lives of matters, made up from a seed: every step is one that the table has.

use shared::{Role, Timestamp};

use super::{
    course::{Course, Step},
    random::Random,
    topics, words,
};
use crate::model::{Action, By, Kind, Rating, Standing, State, Urgency};

/// Over how many days they are spread, and from which age on all of them have ended.
const DAYS: i64 = 365;
const ENDED: i64 = 21;
/// What people remember as lately, in days.
const LATELY: i64 = 14;

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
    let category = random.weighed(&CATEGORIES);
    let kind = match random.weighed(&KINDS) {
        kind @ (Kind::Praise | Kind::Question) => kind,
        // What is about those who work there accuses them, whatever it is called.
        _ if category == "community" => Kind::Complaint,
        kind => kind,
    };
    let accuses = kind == Kind::Complaint && category == "community";
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
    go(&mut course, random, how);
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

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// What is known of a life before it is lived.
#[derive(Clone, Copy)]
struct How {
    fate: Fate,
    carried: bool,
    accuses: bool,
}

fn go(course: &mut Course, random: &mut Random, how: How) {
    let fate = how.fate;
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
            let (door, why) = words::refusal(course.topic.category);
            let step = course.says(random.between(HOUR, DAY), Action::Refuse, By::Dispatcher, why);
            step.door = Some(door);
            return;
        }
        Fate::Open(State::Reported) => return,
        _ => {}
    }
    course.then(random.between(20, 20 * HOUR), Action::Accept, By::Dispatcher);
    if fate == Fate::Open(State::Accepted) {
        return;
    }
    if how.carried || fate == Fate::Open(State::Dispatched) {
        course.then(random.between(10, 5 * HOUR), Action::Dispatch, By::Dispatcher);
    }
    if fate == Fate::Open(State::Dispatched) {
        return;
    }
    course.then(random.between(30, 16 * HOUR), Action::Begin, By::Holder);
    match fate {
        Fate::Open(State::Handling) => return,
        Fate::Open(State::Paused) => {
            let why = *random.pick(&words::PAUSES);
            course.says(random.between(HOUR, DAY), Action::Pause, By::Dispatcher, why);
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
    let answered = between(course, random, how);
    course.answers(answered, random);
    finish(course, random, fate);
}

/// What comes between the beginning and the answer; after how many minutes that is given.
fn between(course: &mut Course, random: &mut Random, how: How) -> i64 {
    if random.percent(5) {
        let note = *random.pick(&words::NOTES);
        course.says(random.between(5, HOUR), Action::Note, By::Holder, note);
    }
    if random.percent(5) {
        let added = *random.pick(&words::ADDED);
        course.says(random.between(10, 4 * HOUR), Action::Add, By::Reporter, added);
    }
    if random.percent(4) {
        let which = random.below(words::PAUSES.len());
        course.says(
            random.between(HOUR, 5 * HOUR),
            Action::Pause,
            By::Dispatcher,
            words::PAUSES[which],
        );
        course.says(
            random.between(HOUR, DAY),
            Action::Resume,
            By::Reporter,
            words::RESUMED[which],
        );
    }
    if random.percent(3) {
        let why = *random.pick(&words::URGED);
        let step = course.says(random.between(HOUR, DAY), Action::Urge, By::Above, why);
        step.days = Some(3);
    }
    if !how.accuses && !how.carried && random.percent(3) {
        course.then(random.between(30, 5 * HOUR), Action::Escalate, By::Holder);
    }
    let slow = random.percent(7) && !matches!(how.fate, Fate::Open(_) | Fate::Reopened | Fate::Unrated);
    let mut works = (0, 3);
    if slow {
        let why = *random.pick(&words::MORE);
        let step = course.says(random.between(HOUR, DAY), Action::AskTime, By::Holder, why);
        step.days = Some(3);
        let minutes = random.between(30, 5 * HOUR);
        if random.percent(20) {
            let no = *random.pick(&words::DENIED);
            course.says(minutes, Action::DenyTime, By::Above, no);
        } else {
            let yes = *random.pick(&words::GIVEN);
            course.says(minutes, Action::GiveTime, By::Above, yes).days = Some(3);
            works = (6, 9);
        }
    }
    random.between(works.0, works.1) * DAY + random.between(HOUR, 9 * HOUR)
}

/// From the answer to the end.
fn finish(course: &mut Course, random: &mut Random, fate: Fate) {
    if fate == Fate::Open(State::Answered) {
        return;
    }
    if fate == Fate::Unrated {
        course.then(random.between(DAY, 2 * DAY), Action::Call, By::Dispatcher);
        course.then(random.between(DAY, 2 * DAY), Action::Call, By::Dispatcher);
        course.then(8 * DAY, Action::CloseUnrated, By::System);
        return;
    }
    let rating = if fate == Fate::Reopened {
        Rating::Unhappy
    } else {
        random.weighed(&RATINGS)
    };
    if random.percent(60) || fate == Fate::Open(State::Checked) {
        let heard = words::check(random, Some(rating));
        course.says(
            random.between(2 * HOUR, 30 * HOUR),
            Action::Check,
            By::Dispatcher,
            heard,
        );
    }
    if fate == Fate::Open(State::Checked) {
        return;
    }
    course.rated(
        random.between(HOUR, 30 * HOUR),
        Action::Rate,
        By::Reporter,
        Some(rating),
    );
    if fate == Fate::Reopened {
        let why = *random.pick(&words::UNHAPPY);
        course.says(random.between(HOUR, 20 * HOUR), Action::Reopen, By::Reporter, why);
        course.then(random.between(HOUR, DAY), Action::Begin, By::Holder);
        course.answers(random.between(DAY, 4 * DAY), random);
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
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
}
