//! The steps of which it is told how long they take.

use shared::{Timestamp, coded};

use super::facts::Mark;
use crate::model::Action;

coded! {
    /// From one step to another.
    Stage {
        Taken = "taken", "上报到受理";
        Dispatched = "dispatched", "受理到派单";
        Begun = "begun", "交办到开始处置";
        Answered = "answered", "处置到反馈";
        /// The parts of other units.
        Joint = "joint", "请协办到办完";
        Whole = "whole", "上报到反馈";
        /// What runs in hours, whole.
        Urgent = "urgent", "急件上报到反馈";
        Checked = "checked", "反馈到回访";
        Rated = "rated", "反馈到评价";
        Heard = "heard", "回访到办结";
        Closed = "closed", "评价到办结";
        /// While it waits for its reporter.
        Stood = "stood", "挂起到恢复";
    }
}

/// By what its time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The working time of the unit that has the matter now: where a limit in working days runs.
    Working,
    /// Day and night.
    Wall,
}

impl Stage {
    /// By what it is measured: as its limit is. Nobody's limit runs while a reporter has not rated or is waited for, nor once it is answered and asked about.
    pub const fn clock(self) -> Clock {
        match self {
            Self::Urgent | Self::Rated | Self::Heard | Self::Closed | Self::Stood => Clock::Wall,
            _ => Clock::Working,
        }
    }

    /// Whether it is the time itself in which a matter's clock stands; of all others that is no part.
    pub const fn is_pause(self) -> bool {
        matches!(self, Self::Stood)
    }

    /// Whether it is of matters whose limit runs in hours; the others are of those whose limit runs in working days.
    pub const fn runs_in_hours(self) -> bool {
        matches!(self, Self::Urgent)
    }

    /// What its grades are counted under.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Dispatched => "dispatched",
            Self::Begun => "begun",
            Self::Answered => "answered",
            Self::Joint => "joint",
            Self::Whole => "whole",
            Self::Urgent => "urgent",
            Self::Checked => "checked",
            Self::Rated => "waited",
            Self::Heard => "heard",
            Self::Closed => "closed",
            Self::Stood => "stood",
        }
    }

    /// From when to when, in a matter's first handling; nothing where it did not come so far.
    pub fn span(self, steps: &[Mark]) -> Option<(Timestamp, Timestamp)> {
        let again = steps.iter().position(|step| step.action == Action::Reopen);
        let steps = &steps[..again.unwrap_or(steps.len())];
        let first = |wanted: &[Action]| steps.iter().position(|step| wanted.contains(&step.action));
        let (from, to) = match self {
            Self::Taken => (0, first(&[Action::Accept, Action::Refuse])?),
            Self::Dispatched => (first(&[Action::Accept])?, first(&[Action::Dispatch])?),
            Self::Begun => {
                let begun = first(&[Action::Begin])?;
                let given = steps[..begun].iter().rposition(|step| {
                    matches!(step.action, Action::Accept | Action::Dispatch | Action::Reassign)
                });
                (given?, begun)
            }
            Self::Answered => (first(&[Action::Begin])?, first(&[Action::Answer])?),
            // Once it is answered all of them are over.
            Self::Joint => {
                let over = &steps[..first(&[Action::Answer])?];
                let last = over
                    .iter()
                    .rposition(|step| matches!(step.action, Action::PartDone | Action::PartRelease));
                (first(&[Action::Involve])?, last?)
            }
            Self::Whole | Self::Urgent => (0, first(&[Action::Answer])?),
            Self::Checked => (first(&[Action::Answer])?, first(&[Action::Check])?),
            Self::Rated => (first(&[Action::Answer])?, first(&[Action::Rate])?),
            Self::Heard => (
                first(&[Action::Check])?,
                first(&[Action::Close, Action::CloseUnrated])?,
            ),
            Self::Closed => (first(&[Action::Rate])?, first(&[Action::Close])?),
            Self::Stood => (first(&[Action::Pause])?, first(&[Action::Resume])?),
        };
        Some((steps.get(from)?.at, steps.get(to)?.at))
    }
}
