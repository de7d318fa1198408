//! How a life goes, step by step, once it is known where it leads.

use shared::Timestamp;

use super::{DAY, Fate, HOUR};
use crate::{
    demo::{course::Course, random::Random, words},
    model::{Action, By, Rating, State},
};

const RATINGS: [(Rating, i64); 3] = [(Rating::Satisfied, 63), (Rating::Fair, 26), (Rating::Unhappy, 11)];

/// What is known of a life before it is lived.
#[derive(Clone, Copy)]
pub struct How {
    pub fate: Fate,
    pub carried: bool,
    pub accuses: bool,
}

/// Lives it, as far as it goes.
pub fn go(course: &mut Course, random: &mut Random, how: How) {
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
