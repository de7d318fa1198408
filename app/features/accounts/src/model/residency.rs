//! Where a resident lives, and whether a grid worker has confirmed it.

use serde::{Deserialize, Serialize};
use shared::{NodeId, RecordId, Timestamp, UserId};

use super::RefusalReason;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResidencyState {
    Waiting,
    Confirmed,
    Refused,
    /// Moved away, or registered elsewhere since.
    Ended,
}

impl ResidencyState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等网格员核实",
            Self::Confirmed => "已核实",
            Self::Refused => "没有通过",
            Self::Ended => "已搬离",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Confirmed, Self::Refused, Self::Ended]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// One's own registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyResidency {
    pub id: RecordId,
    pub node: NodeId,
    pub node_code: String,
    pub node_name: String,
    pub door: String,
    pub state: ResidencyState,
    pub reason: Option<RefusalReason>,
    pub words: Option<String>,
    pub since: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// A registration that waits, as lists show it: masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingResident {
    pub id: RecordId,
    pub user: UserId,
    pub name: String,
    pub phone: String,
    pub door: String,
    pub node_name: String,
    pub state: ResidencyState,
    pub since: Timestamp,
}

/// A resident in full, after a reason was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentDetails {
    pub name: String,
    pub phone: Option<String>,
    pub door: String,
}
