//! Which step of the organisation an area belongs to, as map files write it.

use serde::{Deserialize, Serialize};

/// A step of the organisation, told by the length of the official code: 2, 4, 6, 9 and 12 digits down to the community,
/// then three more for the grid and two more for the micro-grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    City,
    District,
    Street,
    Community,
    Grid,
    MicroGrid,
}

impl Level {
    const ALL: [Self; 7] = [
        Self::Province,
        Self::City,
        Self::District,
        Self::Street,
        Self::Community,
        Self::Grid,
        Self::MicroGrid,
    ];

    /// Digits of a code on this level.
    pub fn digits(self) -> usize {
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

    /// What the level is called in the interface.
    pub fn label(self) -> &'static str {
        match self {
            Self::Province => "省",
            Self::City => "市",
            Self::District => "区县",
            Self::Street => "镇街",
            Self::Community => "社区（村）",
            Self::Grid => "网格",
            Self::MicroGrid => "微网格",
        }
    }

    /// The level of a code; `None` where it is not all digits or of no official length.
    pub fn of_code(code: &str) -> Option<Self> {
        if !code.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::ALL.into_iter().find(|level| level.digits() == code.len())
    }

    /// The level named by a map file, in English or Chinese.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "province" | "省" => Some(Self::Province),
            "city" | "市" => Some(Self::City),
            "district" | "county" | "区" | "县" | "区县" => Some(Self::District),
            "street" | "town" | "township" | "街道" | "镇" | "乡" | "镇街" => Some(Self::Street),
            "community" | "village" | "社区" | "村" => Some(Self::Community),
            "grid" | "网格" => Some(Self::Grid),
            "micro_grid" | "microgrid" | "micro" | "微网格" => Some(Self::MicroGrid),
            _ => None,
        }
    }

    /// The code of the unit above by the official scheme, `None` for a province and for what is no code.
    pub fn parent_code(code: &str) -> Option<&str> {
        let level = Self::of_code(code)?;
        let above = Self::ALL.into_iter().rev().find(|other| *other < level)?;
        code.get(..above.digits())
    }

    /// Whether areas of this level may make units of the organisation that did not exist before: grids are drawn on the
    /// map first, divisions come from the official list.
    pub fn made_by_map(self) -> bool {
        self >= Self::Grid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_tells_its_level_and_its_parent() {
        assert_eq!(Level::of_code("320581001001007"), Some(Level::Grid));
        assert_eq!(Level::parent_code("32058100100100701"), Some("320581001001007"));
        assert_eq!(Level::parent_code("320581001001007"), Some("320581001001"));
        assert_eq!(Level::parent_code("320581001"), Some("320581"));
        assert_eq!(Level::parent_code("32"), None);
        for wrong in ["", "3", "32058", "32058x", "３２０５８１"] {
            assert_eq!(Level::of_code(wrong), None, "{wrong}");
            assert_eq!(Level::parent_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn levels_are_read_in_both_languages() {
        assert_eq!(Level::parse(" Village "), Some(Level::Community));
        assert_eq!(Level::parse("微网格"), Some(Level::MicroGrid));
        assert_eq!(Level::parse("楼栋"), None);
    }
}
