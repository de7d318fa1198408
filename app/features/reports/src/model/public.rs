//! What a list of what is published is asked for.

use serde::{Deserialize, Serialize};

use super::Kind;

/// A filter of the public list and of its layer on the map; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublicFilter {
    /// A unit's code: at and below it.
    pub node: String,
    /// `open` or `ended`.
    pub state: String,
    pub kind: String,
    pub category: String,
    /// Words of the number, the title and what is published.
    pub q: String,
    pub after: String,
}

impl PublicFilter {
    /// The longest code of a category that is looked for, in bytes.
    const LONGEST: usize = 40;

    /// `open`, `ended`, or nothing.
    pub fn state(&self) -> &'static str {
        match self.state.as_str() {
            "open" => "open",
            "ended" => "ended",
            _ => "",
        }
    }

    /// A kind's code, or nothing.
    pub fn kind(&self) -> &'static str {
        self.kind.parse::<Kind>().map_or("", Kind::code)
    }

    /// A category's code, or nothing; nothing too for what no code looks like, so that it is neither looked for nor kept.
    pub fn category(&self) -> &str {
        let category = self.category.trim();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if category.len() <= Self::LONGEST && category.bytes().all(plain) {
            category
        } else {
            ""
        }
    }

    /// What the layer of the map is narrowed to: as the map's address has it in `only`.
    pub fn only(&self) -> String {
        [
            ("state", self.state()),
            ("kind", self.kind()),
            ("category", self.category()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}.{value}"))
        .collect::<Vec<_>>()
        .join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_code_is_not_looked_for() {
        let filter = PublicFilter {
            state: "handling".into(),
            kind: "nonsense".into(),
            category: "a&b".into(),
            ..PublicFilter::default()
        };
        assert_eq!((filter.state(), filter.kind(), filter.category()), ("", "", ""));
        assert_eq!(filter.only(), "");
        let filter = PublicFilter {
            state: "open".into(),
            kind: "problem".into(),
            category: "noise".into(),
            ..PublicFilter::default()
        };
        assert_eq!(filter.only(), "state.open,kind.problem,category.noise");
    }
}
