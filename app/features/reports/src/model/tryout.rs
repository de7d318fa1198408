//! A try-out of rules: what would have become of last month's matters.

use serde::{Deserialize, Serialize};
use shared::{FieldError, Page, Role, Timestamp};

use super::{Facts, Kind, Unit};

/// By what somebody has a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TriedBy {
    /// The rule that is being written.
    Draft,
    /// A rule that is kept, at its unit.
    Rule { unit: Unit, position: i64, facts: Facts },
    /// No rule: whom the category names.
    Category,
    /// No rule: the first on the way up.
    Order,
}

impl TriedBy {
    pub const fn is_rule(&self) -> bool {
        matches!(self, Self::Draft | Self::Rule { .. })
    }
}

/// Where one of last month's matters would have gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedRow {
    pub code: String,
    pub number: String,
    pub title: String,
    pub kind: Kind,
    pub at: Timestamp,
    /// By what, and whither; nowhere if nobody is there.
    pub goes: Option<TriedTo>,
}

/// Where it would have gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedTo {
    pub by: TriedBy,
    pub unit: Unit,
    pub role: Role,
    /// By name, where the rule names somebody.
    pub person: Option<String>,
}

/// A part of a try-out: the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryPage {
    pub here: Unit,
    pub rows: Page<TriedRow>,
    /// Whether a rule that is not kept was tried, too.
    pub draft: bool,
    /// What is wrong with it, by field.
    pub wrong: Vec<FieldError>,
    pub categories: Vec<(String, String)>,
}
