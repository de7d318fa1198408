//! Kinds of tasks, which the pillars declare, and who has one.

use serde::{Deserialize, Serialize};
use shared::{NodeId, Role, UserId};

use super::{coded::coded, step::Step};

/// What kind of thing is to be done. A pillar declares its kinds as constants.
///
/// ```
/// use shared::Role;
/// use tasks::model::{Kind, Step, When};
///
/// pub const INSPECTION: Kind = Kind::new("grid.inspection", "巡查")
///     .steps(&[
///         Step::remind(When::DaysBefore(1)),
///         Step::remind(When::Overdue),
///         Step::escalate(When::Overdue, Role::GridLead),
///         Step::escalate(When::DaysAfter(2), Role::Secretary),
///     ])
///     .by_hand();
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// `pillar.noun`; stored.
    pub key: &'static str,
    /// What people call it; shown.
    pub label: &'static str,
    pub steps: &'static [Step],
    /// Whether it is done by saying so on its own page; otherwise what its subject comes to does that.
    pub by_hand: bool,
    /// Whether only those who have it see it: complaints, mediation, party matters. Otherwise those who oversee its unit do too.
    pub narrow: bool,
}

impl Kind {
    pub const fn new(key: &'static str, label: &'static str) -> Self {
        Self {
            key,
            label,
            steps: &[],
            by_hand: false,
            narrow: false,
        }
    }

    #[must_use]
    pub const fn steps(self, steps: &'static [Step]) -> Self {
        Self { steps, ..self }
    }

    #[must_use]
    pub const fn by_hand(self) -> Self {
        Self {
            by_hand: true,
            ..self
        }
    }

    #[must_use]
    pub const fn narrow(self) -> Self {
        Self { narrow: true, ..self }
    }
}

/// Who has a task: one person, or whoever holds a role at a unit, by delegation too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    User(UserId),
    Role(Role, NodeId),
}

coded! {
    /// How a task stands.
    State {
        Open = "open", "在办";
        /// Its clock stands still.
        Paused = "paused", "挂起";
        Done = "done", "办结";
        Cancelled = "cancelled", "不用办";
    }
}

impl State {
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

coded! {
    /// What has happened to a task.
    Happening {
        Opened = "opened", "交办";
        Reminded = "reminded", "提醒";
        Escalated = "escalated", "升级";
        Paused = "paused", "挂起";
        Resumed = "resumed", "恢复";
        /// The deadline moved because the calendar or the unit's hours did.
        Moved = "moved", "期限重算";
        Reassigned = "reassigned", "转交";
        Done = "done", "办结";
        Cancelled = "cancelled", "不用办";
    }
}
