//! A matter on its way through the table: the guards, and what a step leads to. Pure: the server asks it before each step, pages ask it
//! what to offer, and what is stored is replayed through it.

use serde::{Deserialize, Serialize};
use shared::{AppError, Timestamp};

use super::{
    Rating,
    part::{PARTS, PartState},
    table::{Action, Apart, By, Guard, Rule, State, TABLE, To},
};

/// Calls without an answer after which it may end unrated, and working days.
pub const CALLS: u16 = 2;
pub const WAITS: u16 = 5;
/// Days for which a matter waits for its reporter until both they and those who dispatch are reminded of it, and again after as many.
pub const REMINDED: i64 = 5;
/// A button that is pressed twice is one call: so long, in microseconds, lies between two.
const BETWEEN_CALLS: i64 = Timestamp::HOUR;

/// A matter as far as the table goes: it follows from its steps and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub state: State,
    /// Where it stood when it was paused.
    pub before: Option<State>,
    /// What was done that is done once.
    pub done: Vec<Action>,
    pub time_asked: bool,
    /// Since the last answer.
    pub calls: u16,
    /// When the last of them was.
    pub called: Option<Timestamp>,
    pub rating: Option<Rating>,
    /// How the parts stand that other units have, by their numbers from 1 on.
    pub parts: Vec<PartState>,
    /// How many steps led here, and when the last was taken.
    pub steps: i64,
    pub at: Timestamp,
}

/// Who acts, and what the clock says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// All that somebody is to the matter.
    pub by: Vec<By>,
    pub at: Timestamp,
    /// Whether they have it now.
    pub holds: bool,
    /// Whether they handled it, or a part of it.
    pub handled: bool,
    pub returnable: bool,
    /// Whether [`WAITS`] working days have passed since the answer.
    pub waited: bool,
    /// Whether its reporter left no way to be called.
    pub unreachable: bool,
    pub publishable: bool,
    pub published: bool,
    /// The numbers of the parts that are theirs.
    pub parts: Vec<i64>,
}

/// A step that was taken, as far as the table goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    pub action: Action,
    pub rating: Option<Rating>,
    /// The number of the part that it is about.
    pub part: Option<i64>,
    pub at: Timestamp,
}

impl From<(Action, Option<Rating>, Timestamp)> for Walked {
    fn from((action, rating, at): (Action, Option<Rating>, Timestamp)) -> Self {
        Self {
            action,
            rating,
            part: None,
            at,
        }
    }
}

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotYours,
    NotNow(State),
    Once,
    Apart(Apart),
    /// Whoever handled it rates it for the reporter.
    OwnWork,
    TooLate,
    NothingAsked,
    TooSoon,
    CalledLately,
    NotUnhappy,
    NotPublishable,
    NotPublished,
    TooManyParts,
    PartsOpen,
    /// No such part, or not as it stands.
    NoPart,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        let words = match refusal {
            Refusal::NotYours => return Self::Forbidden,
            Refusal::NotNow(state) => {
                let now = state.label();
                return Self::Conflict(format!("这件事现在是“{now}”，不能这样办。请刷新后再看一下。"));
            }
            Refusal::Once => "这一步只能办一次，已经办过了。",
            Refusal::Apart(Apart::Handler) => "办理的人不能自己回访，请换一位同事来做。",
            Refusal::Apart(_) => "这件事在您手里，停表和延期要由别人来定。",
            Refusal::OwnWork => {
                "这件事是您办的，不能由您来评价。请反映人自己评，或者请没有办过这件事的人代他评。"
            }
            Refusal::TooLate => "派来已经超过一个工作日，不能再退单。请联系派单人改派。",
            Refusal::NothingAsked => "没有等待答复的延期申请。",
            Refusal::TooSoon => "答复后满 5 个工作日、打过两次电话仍联系不上，才能不经评价办结。",
            Refusal::CalledLately => "一小时内已经记过一次没有接通。请过一会儿再打，再记。",
            Refusal::NotUnhappy => "您对结果表示过满意。还有别的问题，请另外反映一件。",
            Refusal::NotPublishable => "反映人没有同意公开，或者这件事不宜公开。",
            Refusal::NotPublished => "这件事没有公开，不用撤下。",
            Refusal::TooManyParts => "协办的单位太多了，请等前面的办完再请。",
            Refusal::PartsOpen => "还有协办的单位没有办完。请等他们办完，或者写明原因免除协办，再答复。",
            Refusal::NoPart => "这一部分协办现在不能这样办，请刷新后再看一下。",
        };
        Self::Conflict(words.into())
    }
}

impl Standing {
    /// A matter that was just reported.
    pub fn reported(at: Timestamp) -> Self {
        Self {
            state: State::Reported,
            before: None,
            done: Vec::new(),
            time_asked: false,
            calls: 0,
            called: None,
            rating: None,
            parts: Vec::new(),
            steps: 1,
            at,
        }
    }

    /// As what somebody may do it, or why not.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn may(&self, action: Action, now: &Circumstances) -> Result<By, Refusal> {
        self.may_with(action, None, now)
    }

    /// As [`Standing::may`], with the part of that number; without one it is enough that there is any with which they may.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn may_with(&self, action: Action, part: Option<i64>, now: &Circumstances) -> Result<By, Refusal> {
        let rule = action.rule();
        let by = rule.by.iter().copied().find(|by| now.by.contains(by));
        let by = by.ok_or(Refusal::NotYours)?;
        if !rule.from.contains(&self.state) {
            return Err(Refusal::NotNow(self.state));
        }
        if rule.once && self.done.contains(&action) {
            return Err(Refusal::Once);
        }
        let involved = match rule.apart {
            Apart::Nobody => false,
            Apart::Holder => now.holds,
            Apart::Handler => now.handled,
        };
        if involved && action == Action::Rate {
            return Err(Refusal::OwnWork);
        }
        if involved {
            return Err(Refusal::Apart(rule.apart));
        }
        let (holds, refusal) = match rule.guard {
            Guard::Always => (true, Refusal::NotYours),
            Guard::Returnable => (now.returnable, Refusal::TooLate),
            Guard::TimeAsked => (self.time_asked, Refusal::NothingAsked),
            Guard::Waited => (
                now.waited && (self.calls >= CALLS || now.unreachable),
                Refusal::TooSoon,
            ),
            Guard::CallDue => (
                self.called
                    .is_none_or(|called| now.at >= called.plus(BETWEEN_CALLS)),
                Refusal::CalledLately,
            ),
            Guard::Unhappy => (self.rating.is_none_or(Rating::reopens), Refusal::NotUnhappy),
            Guard::Publishable => (now.publishable, Refusal::NotPublishable),
            Guard::Room => (self.open_parts() < PARTS, Refusal::TooManyParts),
            Guard::PartsDone => (self.open_parts() == 0, Refusal::PartsOpen),
            Guard::OwnPart => (
                self.any_part(part, |number, state| {
                    state == PartState::Asked && now.parts.contains(&number)
                }),
                Refusal::NoPart,
            ),
            Guard::PartReturned => (
                self.any_part(part, |_, state| state == PartState::Returned),
                Refusal::NoPart,
            ),
            Guard::PartOpen => (self.any_part(part, |_, state| state.is_open()), Refusal::NoPart),
            Guard::Hideable => (
                now.published || (by == By::Reporter && now.publishable),
                Refusal::NotPublished,
            ),
        };
        if holds { Ok(by) } else { Err(refusal) }
    }

    fn open_parts(&self) -> usize {
        self.parts.iter().filter(|part| part.is_open()).count()
    }

    /// Whether there is a part, or that of the number, that is as it has to be.
    fn any_part(&self, named: Option<i64>, fits: impl Fn(i64, PartState) -> bool) -> bool {
        let mut parts = (1_i64..).zip(&self.parts);
        parts.any(|(number, state)| named.is_none_or(|named| named == number) && fits(number, *state))
    }

    /// The number that the next part gets.
    pub fn next_part(&self) -> i64 {
        i64::try_from(self.parts.len() + 1).unwrap_or(i64::MAX)
    }

    /// The matter after a step that it may take, at an instant that is no earlier than the last step's.
    #[must_use]
    pub fn after(&self, action: Action, rating: Option<Rating>, at: Timestamp) -> Self {
        self.after_with((action, rating, at).into())
    }

    /// As [`Standing::after`], with the part that the step is about.
    #[must_use]
    pub fn after_with(&self, step: Walked) -> Self {
        let Walked {
            action,
            rating,
            part,
            at,
        } = step;
        let rule = action.rule();
        let mut next = self.clone();
        next.state = match rule.to {
            To::State(state) => state,
            To::Same => self.state,
            To::Before => self.before.unwrap_or(State::Accepted),
        };
        next.before = match next.state {
            State::Paused if self.state == State::Paused => self.before,
            State::Paused => Some(self.state),
            _ => None,
        };
        if rule.once {
            next.done.push(action);
        }
        match action {
            Action::AskTime => next.time_asked = true,
            Action::GiveTime | Action::DenyTime | Action::Reopen => next.time_asked = false,
            Action::Call => {
                next.calls += 1;
                next.called = Some(at.max(self.at));
            }
            Action::Answer => (next.calls, next.called) = (0, None),
            Action::Rate => next.rating = rating,
            _ => {}
        }
        if action == Action::Reopen {
            next.rating = None;
        }
        if action == Action::Involve {
            next.parts.push(PartState::Asked);
        } else if let Some(state) = PartState::after(action) {
            let place = part.and_then(|number| usize::try_from(number - 1).ok());
            if let Some(part) = place.and_then(|place| next.parts.get_mut(place)) {
                *part = state;
            }
        }
        // Whatever ends the matter ends its parts.
        if next.state.has_ended() {
            let open = next.parts.iter_mut().filter(|part| part.is_open());
            open.for_each(|part| *part = PartState::Released);
        }
        next.steps += 1;
        next.at = at.max(self.at);
        next
    }

    /// The matter that its steps lead to, in their order; the first is its report.
    pub fn replay<S: Into<Walked>>(steps: impl IntoIterator<Item = S>) -> Option<Self> {
        let mut steps = steps.into_iter().map(Into::<Walked>::into);
        let first = steps.next()?;
        if first.action != Action::Report {
            return None;
        }
        Some(steps.fold(Self::reported(first.at), |standing, step| {
            standing.after_with(step)
        }))
    }

    /// What somebody may do now, in the order of the table.
    pub fn offers(&self, now: &Circumstances) -> Vec<Action> {
        let may = |rule: &&Rule| self.may(rule.action, now).is_ok();
        TABLE.iter().filter(may).map(|rule| rule.action).collect()
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
