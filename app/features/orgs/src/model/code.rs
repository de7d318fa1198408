//! Kinds of nodes and their official codes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use shared::{bind_text, coded};

coded! {
    /// What a node is. Ordered from the top down.
    NodeKind {
        Province = "province", "省";
        City = "city", "设区市";
        District = "district", "县（市、区）";
        Street = "street", "镇（街道）";
        Community = "community", "社区（村）";
        Grid = "grid", "网格";
        MicroGrid = "micro_grid", "微网格";
    }
}

impl NodeKind {
    /// How many digits its official code has: GB/T 2260 and GB/T 10114 down to the town, the statistical code of
    /// urban and rural divisions for the community, then three for the grid and two for the micro-grid.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::District => 6,
            Self::Street => 9,
            Self::Community => 12,
            Self::Grid => 15,
            Self::MicroGrid => 17,
        }
    }

    /// The kind with codes of `digits` digits.
    pub fn with_digits(digits: usize) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.digits() == digits)
    }

    /// The kind that a node of this kind is usually part of.
    pub fn above(self) -> Option<Self> {
        Self::ALL.iter().copied().rev().find(|kind| *kind < self)
    }

    /// The kind of a node's usual parts.
    pub fn below(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| *kind > self)
    }

    /// Whether it is listed in the state's divisions; the grids below are the deployment's own.
    pub const fn is_division(self) -> bool {
        !matches!(self, Self::Grid | Self::MicroGrid)
    }
}

/// An official code: 2, 4, 6, 9, 12, 15 or 17 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("编码只能是数字")]
    NotDigits,
    #[error("编码应有 2、4、6、9、12、15 或 17 位")]
    Length,
}

impl Code {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn kind(&self) -> NodeKind {
        NodeKind::with_digits(self.0.len()).expect("checked when it was made")
    }

    /// The code of what it is part of, by its digits; `None` for a province.
    pub fn parent(&self) -> Option<Self> {
        let above = self.kind().above()?;
        Some(Self(self.0[..above.digits()].to_owned()))
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CodeError::NotDigits);
        }
        NodeKind::with_digits(text.len()).ok_or(CodeError::Length)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

bind_text!(Code);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_tells_the_kind() {
        for (text, kind) in [
            ("32", NodeKind::Province),
            ("3205", NodeKind::City),
            ("320581", NodeKind::District),
            ("320581001", NodeKind::Street),
            ("320581001001", NodeKind::Community),
            ("320581001001007", NodeKind::Grid),
            ("32058100100100701", NodeKind::MicroGrid),
        ] {
            assert_eq!(text.parse::<Code>().unwrap().kind(), kind);
        }
    }

    #[test]
    fn refuses_what_is_no_code() {
        assert_eq!("".parse::<Code>(), Err(CodeError::NotDigits));
        assert_eq!("32058l".parse::<Code>(), Err(CodeError::NotDigits));
        assert_eq!("３２".parse::<Code>(), Err(CodeError::NotDigits));
        assert_eq!("320".parse::<Code>(), Err(CodeError::Length));
        assert!(serde_json::from_str::<Code>("\"../32\"").is_err());
    }

    #[test]
    fn climbs_to_the_province() {
        let mut code: Code = "32058100100100701".parse().unwrap();
        let mut seen = Vec::new();
        while let Some(parent) = code.parent() {
            seen.push(parent.to_string());
            code = parent;
        }
        assert_eq!(
            seen,
            [
                "320581001001007",
                "320581001001",
                "320581001",
                "320581",
                "3205",
                "32"
            ]
        );
    }

    #[test]
    fn kinds_know_their_neighbours() {
        assert_eq!(NodeKind::Province.above(), None);
        assert_eq!(NodeKind::Street.above(), Some(NodeKind::District));
        assert_eq!(NodeKind::Street.below(), Some(NodeKind::Community));
        assert_eq!(NodeKind::MicroGrid.below(), None);
        assert!(NodeKind::Community.is_division() && !NodeKind::Grid.is_division());
    }
}
