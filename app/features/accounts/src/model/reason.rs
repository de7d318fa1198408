//! Reasons that are asked for: stored as a code, with words where the code says too little.

use serde::{Deserialize, Serialize};

/// Why somebody looks at personal data in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnmaskReason {
    Visit,
    Contact,
    Verify,
    Emergency,
    Other,
}

impl UnmaskReason {
    pub const ALL: &[Self] = &[
        Self::Verify,
        Self::Contact,
        Self::Visit,
        Self::Emergency,
        Self::Other,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Contact => "contact",
            Self::Verify => "verify",
            Self::Emergency => "emergency",
            Self::Other => "other",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Visit => "上门走访",
            Self::Contact => "联系本人办事",
            Self::Verify => "核实登记",
            Self::Emergency => "紧急情况",
            Self::Other => "其他（请写明）",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

/// Why a registration is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    NotHere,
    WrongDoor,
    Duplicate,
    Other,
}

impl RefusalReason {
    pub const ALL: &[Self] = &[Self::NotHere, Self::WrongDoor, Self::Duplicate, Self::Other];

    pub const fn code(self) -> &'static str {
        match self {
            Self::NotHere => "not_here",
            Self::WrongDoor => "wrong_door",
            Self::Duplicate => "duplicate",
            Self::Other => "other",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::NotHere => "不住在这个网格",
            Self::WrongDoor => "门牌对不上",
            Self::Duplicate => "重复登记",
            Self::Other => "其他（请写明）",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}
