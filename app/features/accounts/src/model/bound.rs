//! Relatives who act for a resident (亲友代办).

use serde::{Deserialize, Serialize};
use shared::{RecordId, Timestamp, UserId};

/// What the relative is to the resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Child,
    Spouse,
    Parent,
    Sibling,
    Other,
}

impl Relation {
    pub const ALL: &[Self] = &[
        Self::Child,
        Self::Spouse,
        Self::Parent,
        Self::Sibling,
        Self::Other,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Spouse => "spouse",
            Self::Parent => "parent",
            Self::Sibling => "sibling",
            Self::Other => "other",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Child => "子女",
            Self::Spouse => "配偶",
            Self::Parent => "父母",
            Self::Sibling => "兄弟姐妹",
            Self::Other => "其他亲友",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|relation| relation.code() == code)
    }
}

/// One binding, as either side sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundRelative {
    pub id: RecordId,
    /// The other person.
    pub user: UserId,
    pub name: String,
    pub relation: Relation,
    pub since: Timestamp,
    /// Whether the reader is the one who acts (as against the one acted for).
    pub i_act: bool,
}
