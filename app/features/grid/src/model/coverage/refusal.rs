//! Why something cannot be done to a coverage, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{cut::MOST_CORNERS, op::MOST_PUT};
use crate::model::Place;

/// Why something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    Overlap { name: String, at: Place },
    Outside { at: Place },
    Folded { name: String, at: Place },
    OuterBorder { at: Place },
    NoCorner { at: Place },
    NoSide { at: Place },
    Occupied { at: Place },
    Junction { at: Place },
    TiedOff { name: String, at: Place },
    TooFewCorners { name: String },
    TooManyCorners { count: usize },
    TooLarge { count: usize },
    TooShort,
    NoArea,
    CrossesItself { at: Place },
    TooNarrow { at: Place },
    BesideThePart,
    NotThrough,
    TooManyPieces { count: usize },
    NoUnit { code: String },
    NotNeighbours { name: String, other: String },
    NoNeighbour,
    Covers { name: String },
    CodeTaken { code: String },
    BadName,
    NoGap,
    OtherGround,
}

impl Refusal {
    /// Where it is wrong, if that is one place.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Overlap { at, .. }
            | Self::Outside { at }
            | Self::Folded { at, .. }
            | Self::OuterBorder { at }
            | Self::NoCorner { at }
            | Self::NoSide { at }
            | Self::Occupied { at }
            | Self::Junction { at }
            | Self::TiedOff { at, .. }
            | Self::CrossesItself { at }
            | Self::TooNarrow { at } => Some(*at),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlap { name, .. } => write!(f, "这样会和“{name}”重叠，没有改。"),
            Self::Outside { .. } => f.write_str("这样会画到外边界的外面，没有改。"),
            Self::Folded { name, .. } => write!(f, "这样“{name}”的边界会自己折叠起来，没有改。"),
            Self::OuterBorder { .. } => f.write_str("这个点在外边界上，外面还有别人的地方，不能在这里挪。"),
            Self::NoCorner { .. } => f.write_str("这里已经没有这个顶点。"),
            Self::NoSide { .. } => f.write_str("这里已经没有这段边界。"),
            Self::Occupied { .. } => f.write_str("这里已经有一个顶点，请放到旁边。"),
            Self::Junction { .. } => f.write_str("有几个网格在这个点相接，不能去掉。"),
            Self::TiedOff { name, .. } => write!(f, "这样“{name}”会在这里被夹断，没有改。"),
            Self::TooFewCorners { name } => write!(f, "“{name}”只剩三个顶点，不能再去掉。"),
            Self::TooManyCorners { count } => {
                write!(
                    f,
                    "一次最多画 {} 个点，这条线有 {count} 个，请分几次画。",
                    MOST_CORNERS
                )
            }
            Self::TooLarge { count } => write!(
                f,
                "这些边界一共有 {count} 个点，一次最多套用 {MOST_PUT} 个，请分几份草稿来改。"
            ),
            Self::TooShort => f.write_str("线太短，请至少画两个点。"),
            Self::NoArea => f.write_str("画出来的是一条线，没有围出地方，请至少画三个不在一条线上的点。"),
            Self::CrossesItself { .. } => f.write_str("画的线自己交叉了，请重画。"),
            Self::TooNarrow { .. } => f.write_str("画的线离旁边的边界太近，请离开一点，或者正好画在上面。"),
            Self::BesideThePart => f.write_str("线没有穿过选中的网格。"),
            Self::NotThrough => f.write_str("线没有把网格分开，请从一边的边界画到另一边的边界。"),
            Self::TooManyPieces { count } => write!(f, "线把网格切成了 {count} 块，请只切成两块。"),
            Self::NoUnit { code } => write!(f, "没有代码是 {code} 的网格。"),
            Self::NotNeighbours { name, other } => write!(f, "“{name}”和“{other}”不相邻，不能这样做。"),
            Self::NoNeighbour => f.write_str("这个网格没有邻居，没有谁可以划给。"),
            Self::Covers { name } => write!(f, "画的地方盖住了整个“{name}”。要撤销它，请用“合并”。"),
            Self::CodeTaken { code } => write!(f, "代码 {code} 已经有网格在用，请换一个。"),
            Self::BadName => f.write_str("请填新网格的名称，最多 40 个字。"),
            Self::NoGap => f.write_str("这里没有空白的地方。"),
            Self::OtherGround => f.write_str("这些网格的范围已经不一样，套不上去。"),
        }
    }
}
