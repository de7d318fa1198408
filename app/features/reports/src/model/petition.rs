//! What belongs to the petition office (信访) and is not taken here: it says that it went there, and nothing else.

use super::{Action, Door, State};

/// What is told of it instead of how it stands.
pub const PETITION: &str = "已转信访";

impl State {
    /// As it is called where everybody reads it.
    pub const fn said(self, petition: bool) -> &'static str {
        if petition { PETITION } else { self.label() }
    }
}

/// Whether a step is the one by which it went there.
pub fn is_petition(action: Action, door: Option<Door>) -> bool {
    action == Action::Refuse && door == Some(Door::Petition)
}
