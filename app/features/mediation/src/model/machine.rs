//! A case on its way through the table: the guards, and what a step leads to. Pure: the server asks it before each step, pages show what
//! it offers, and what is stored is replayed through it.

use serde::{Deserialize, Serialize};
use shared::{AppError, Timestamp};

use super::table::{Action, By, Guard, State, TABLE, To};

/// A case as far as the table goes: it follows from its steps and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub state: State,
    /// What was done that is done once.
    pub done: Vec<Action>,
    /// Whether the other side was asked.
    pub asked: bool,
    /// How many steps led here, and when the last was taken.
    pub steps: i64,
    pub at: Timestamp,
}

/// Who acts, and what else is so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// All that somebody is to the case.
    pub by: Vec<By>,
    /// Whether nobody has it.
    pub vacant: bool,
    /// Whether [`super::COURT_DAYS`] days have not passed since the agreement came into force.
    pub within_month: bool,
    pub all_kept: bool,
}

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotYours,
    NotNow(State),
    Once,
    Taken,
    NotAsked,
    TooLate,
    CourtNotAsked,
    NotKept,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        let words = match refusal {
            Refusal::NotYours => return Self::Forbidden,
            Refusal::NotNow(state) => {
                let now = state.label();
                return Self::Conflict(format!("这件调解现在是“{now}”，不能这样办。请刷新后再看一下。"));
            }
            Refusal::Once => "这一步只能办一次，已经办过了。",
            Refusal::Taken => "已经有人接手了。",
            Refusal::NotAsked => "还没有征求对方的意见，请先问过、记下来。",
            Refusal::TooLate => "协议生效已经超过 30 天，不能再共同申请司法确认。",
            Refusal::CourtNotAsked => "还没有记下申请司法确认。",
            Refusal::NotKept => "还有没履行完的条款。",
        };
        Self::Conflict(words.into())
    }
}

impl Standing {
    /// A case that was just applied for.
    pub fn applied(at: Timestamp) -> Self {
        Self {
            state: State::Applied,
            done: Vec::new(),
            asked: false,
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
        let (holds, refusal) = match rule.guard {
            Guard::Always => (true, Refusal::NotYours),
            Guard::Vacant => (now.vacant, Refusal::Taken),
            Guard::Asked => (self.asked, Refusal::NotAsked),
            Guard::WithinMonth => (now.within_month, Refusal::TooLate),
            Guard::CourtAsked => (self.done.contains(&Action::AskCourt), Refusal::CourtNotAsked),
            Guard::AllKept => (now.all_kept, Refusal::NotKept),
        };
        if holds { Ok(by) } else { Err(refusal) }
    }

    /// The case after a step that it may take, at an instant that is no earlier than the last step's.
    #[must_use]
    pub fn after(&self, action: Action, at: Timestamp) -> Self {
        let rule = action.rule();
        let mut next = self.clone();
        if let To::State(state) = rule.to {
            next.state = state;
        }
        if rule.once {
            next.done.push(action);
        }
        next.asked |= action == Action::Ask;
        next.steps += 1;
        next.at = at.max(self.at);
        next
    }

    /// The case that its steps lead to, in their order; the first is its application.
    pub fn replay(steps: impl IntoIterator<Item = (Action, Timestamp)>) -> Option<Self> {
        let mut steps = steps.into_iter();
        let (first, at) = steps.next()?;
        if first != Action::Apply {
            return None;
        }
        Some(steps.fold(Self::applied(at), |standing, (action, at)| {
            standing.after(action, at)
        }))
    }

    /// What somebody may do now, in the order of the table.
    pub fn offers(&self, now: &Circumstances) -> Vec<Action> {
        TABLE
            .iter()
            .map(|rule| rule.action)
            .filter(|action| self.may(*action, now).is_ok())
            .collect()
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
