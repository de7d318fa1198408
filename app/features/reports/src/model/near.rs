//! What is told to whoever writes a report: what is published near there, that the same is being handled, what was answered before. Pure, but
//! for where it is read.

use grid::model::Place;
use serde::{Deserialize, Serialize};
use shared::Timestamp;

use super::{State, text};

/// The side of a square of the lattice on which near is told, in 1e-7 degrees: a good two hundred metres. A pin is published nowhere, and by
/// asking again and again nobody finds more of it than its square.
const SQUARE: i32 = 25_000;
/// Smaller groups are not told by their number.
const GROUP: i64 = 5;
/// Pairs of characters that a text has to have in common with what was typed.
const PAIRS: usize = 2;
/// What every second sentence says.
const USUAL: [&str; 16] = [
    "我们", "我家", "请问", "怎么", "么办", "什么", "有没", "没有", "小区", "社区", "可以", "希望", "一个",
    "这个", "问题", "现在",
];

/// What is published near there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearRow {
    pub code: String,
    /// The category and the place.
    pub title: String,
    pub state: State,
    /// It belongs to the petition office (信访): that is told instead of the state.
    pub petition: bool,
    pub at: Timestamp,
    /// As it was made fit to be published.
    pub text: String,
    /// How many met with the same.
    pub followers: i64,
    /// Whether it is at the pin, as closely as that is told.
    pub here: bool,
}

/// What was answered before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub title: String,
    pub text: String,
    /// The page of the matter that was answered; none for a standard answer.
    pub code: Option<String>,
}

/// What the reporter told of before, and what still runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRow {
    pub code: String,
    pub title: String,
    pub at: Timestamp,
}

/// What is known near there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearPage {
    /// Of the category, and one's own.
    pub own: Vec<OwnRow>,
    pub rows: Vec<NearRow>,
    /// How many of the category are being handled in the community and not published: nothing, or as [`told`] tells it.
    pub also: Option<i64>,
    pub answers: Vec<Answered>,
}

/// A number of matters that are not published, by fives: `Some(0)` stands for fewer than five.
pub const fn told(count: i64) -> Option<i64> {
    if count <= 0 {
        None
    } else {
        Some(count - count % GROUP)
    }
}

/// Whether two places lie in the same or in neighbouring squares.
pub const fn together(a: Place, b: Place) -> bool {
    const fn apart(a: i32, b: i32) -> i32 {
        (a.div_euclid(SQUARE) - b.div_euclid(SQUARE)).abs()
    }
    apart(a.lon, b.lon) <= 1 && apart(a.lat, b.lat) <= 1
}

/// What was typed, as texts are asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said(Vec<String>);

impl Said {
    pub fn read(words: &str) -> Self {
        let mut pairs = text::pairs(words);
        pairs.retain(|pair| pair.chars().nth(1).is_some() && !USUAL.contains(&pair.as_str()));
        pairs.sort();
        pairs.dedup();
        Self(pairs)
    }

    /// How much of it a text speaks of; nothing where that is too little to tell.
    pub fn in_text(&self, text: &str) -> Option<usize> {
        let common = self.0.iter().filter(|pair| text.contains(pair.as_str())).count();
        (common >= PAIRS).then_some(common)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_told_by_squares_and_numbers_by_fives() {
        let at = |lon, lat| Place { lon, lat };
        let home = at(1_207_402_000, 316_411_000);
        assert!(together(home, at(1_207_402_900, 316_411_500)));
        assert!(!together(home, at(1_207_502_000, 316_411_000)));
        assert_eq!(
            [0, 1, 4, 5, 9, 12].map(told),
            [None, Some(0), Some(0), Some(5), Some(5), Some(10)]
        );
    }

    #[test]
    fn what_was_answered_is_found_by_what_is_typed() {
        let said = Said::read("请问小区的路灯不亮了怎么办");
        assert_eq!(said.in_text("公共设施：路灯不亮，灯泡换好了"), Some(3));
        assert_eq!(
            said.in_text("请问小区怎么停车"),
            None,
            "what everybody says is nothing in common"
        );
        assert!(Said::read("怎么办").in_text("怎么办").is_none());
        assert!(Said::read("").is_empty());
    }
}
