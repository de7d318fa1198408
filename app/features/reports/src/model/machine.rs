//! A matter on its way through the table: the guards, and what a step leads to. Pure: the server asks it before each step, pages ask it
//! what to offer, and what is stored is replayed through it.

use serde::{Deserialize, Serialize};
use shared::{AppError, Timestamp};

use super::{
    Rating,
    table::{Action, Apart, By, Guard, Rule, State, TABLE, To},
};

/// Calls without an answer after which it may end unrated, and working days.
pub const CALLS: u16 = 2;
pub const WAITS: u16 = 5;

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
    pub rating: Option<Rating>,
    /// How many steps led here, and when the last was taken.
    pub steps: i64,
    pub at: Timestamp,
}

/// Who acts, and what the clock says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// All that somebody is to the matter.
    pub by: Vec<By>,
    /// Whether they have it now.
    pub holds: bool,
    /// Whether they handled it.
    pub handled: bool,
    pub returnable: bool,
    /// Whether [`WAITS`] working days have passed since the answer.
    pub waited: bool,
    pub publishable: bool,
}

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotYours,
    NotNow(State),
    Once,
    Apart(Apart),
    TooLate,
    NothingAsked,
    TooSoon,
    NotUnhappy,
    NotPublishable,
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
            Refusal::TooLate => "派来已经超过一个工作日，不能再退单。请联系派单人改派。",
            Refusal::NothingAsked => "没有等待答复的延期申请。",
            Refusal::TooSoon => "答复后满 5 个工作日、打过两次电话仍联系不上，才能不经评价办结。",
            Refusal::NotUnhappy => "您对结果表示过满意。还有别的问题，请另外反映一件。",
            Refusal::NotPublishable => "反映人没有同意公开，或者这件事不宜公开。",
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
            rating: None,
            steps: 1,
            at,
        }
    }

    /// As what somebody may do it, or why not.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn may(&self, action: Action, now: &Circumstances) -> Result<By, Refusal> {
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
        if involved {
            return Err(Refusal::Apart(rule.apart));
        }
        let (holds, refusal) = match rule.guard {
            Guard::Always => (true, Refusal::NotYours),
            Guard::Returnable => (now.returnable, Refusal::TooLate),
            Guard::TimeAsked => (self.time_asked, Refusal::NothingAsked),
            Guard::Waited => (now.waited && self.calls >= CALLS, Refusal::TooSoon),
            Guard::Unhappy => (self.rating.is_none_or(Rating::reopens), Refusal::NotUnhappy),
            Guard::Publishable => (now.publishable, Refusal::NotPublishable),
        };
        if holds { Ok(by) } else { Err(refusal) }
    }

    /// The matter after a step that it may take, at an instant that is no earlier than the last step's.
    #[must_use]
    pub fn after(&self, action: Action, rating: Option<Rating>, at: Timestamp) -> Self {
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
            Action::Call => next.calls += 1,
            Action::Answer => next.calls = 0,
            Action::Rate => next.rating = rating,
            _ => {}
        }
        if action == Action::Reopen {
            next.rating = None;
        }
        next.steps += 1;
        next.at = at.max(self.at);
        next
    }

    /// The matter that its steps lead to, in their order; the first is its report.
    pub fn replay(steps: impl IntoIterator<Item = (Action, Option<Rating>, Timestamp)>) -> Option<Self> {
        let mut steps = steps.into_iter();
        let (first, _, at) = steps.next()?;
        if first != Action::Report {
            return None;
        }
        Some(steps.fold(Self::reported(at), |standing, (action, rating, at)| {
            standing.after(action, rating, at)
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
