//! Parts of a matter that other units have (协办): one unit leads, each of the others has its part and its deadline.

use shared::coded;

use super::Action;

/// Parts that run at a time at most.
pub const PARTS: usize = 8;

coded! {
    /// How a part stands.
    PartState {
        Asked = "asked", "在办";
        /// Whoever has it says that it is not theirs; whoever dispatches decides.
        Returned = "returned", "要求退回";
        Done = "done", "已办完";
        Released = "released", "不用办了";
    }
}

impl PartState {
    /// Whether the lead's answer waits for it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Returned)
    }

    /// What an action makes of the part that it names; nothing where it names none.
    pub const fn after(action: Action) -> Option<Self> {
        match action {
            Action::Involve | Action::PartKeep => Some(Self::Asked),
            Action::PartDone => Some(Self::Done),
            Action::PartReturn => Some(Self::Returned),
            Action::PartRelease => Some(Self::Released),
            _ => None,
        }
    }
}
