//! What the map page shows.

use orgs::model::{Crumb, KindCount, NodeKind};
use serde::{Deserialize, Serialize};
use shared::Date;

use super::{Drawing, Figure, Legend, draft::DraftId};

/// On what terms borders are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// Made up for demonstration.
    Synthetic,
    /// Under this review number (审图号).
    Reviewed(String),
    /// To staff only, for no review number is entered.
    Internal,
    /// There are borders, and the viewer may not see them.
    Hidden,
    /// There are none.
    Nothing,
}

impl Terms {
    /// What stands on the map itself, also on paper and in pictures made of it.
    pub fn mark(&self) -> Option<String> {
        match self {
            Self::Synthetic => Some("示意图，内部边界为演示生成".to_owned()),
            Self::Reviewed(number) => Some(format!("审图号：{number}")),
            Self::Internal => Some("内部使用，请勿公开".to_owned()),
            Self::Hidden | Self::Nothing => None,
        }
    }
}

/// What stands on a map: its terms and, of one of the past, its day.
pub fn mark(terms: &Terms, on: Option<Date>) -> Option<String> {
    let of_day = on.map(|day| format!("{} 的边界", day.zh()));
    let said: Vec<String> = terms.mark().into_iter().chain(of_day).collect();
    (!said.is_empty()).then(|| said.join("；"))
}

/// One part of the unit that the map is of; a row of the table that says what the map says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    /// Whether it has a map of its own to go down to.
    pub has_map: bool,
    /// Square metres; none without a border that the viewer may see.
    pub square_metres: Option<i64>,
    pub grids: i64,
    pub workers: i64,
    /// The chosen figure, if it is counted apart, as [`Figure::written`] takes it; none where it is not known or not told.
    #[serde(default)]
    pub counted: Option<i64>,
    /// Whether that is because so few are not told of.
    #[serde(default)]
    pub few: bool,
    /// The class of the chosen figure, an index into the legend.
    pub class: Option<u8>,
}

impl Part {
    /// The value of a figure; none where it is not known.
    pub fn value(&self, figure: Figure) -> Option<f64> {
        match figure {
            Figure::Grids => Some(self.grids as f64),
            Figure::Workers => Some(self.workers as f64),
            // To the hundredth of a square kilometre, as it is written.
            Figure::Area => self
                .square_metres
                .map(|metres| (metres as f64 / 1e4).round() / 100.0),
            Figure::Service => self.counted.map(|hundredths| hundredths as f64 / 100.0),
            // All that is counted apart, each a whole number.
            _ => self.counted.map(|counted| counted as f64),
        }
    }
}

/// The page of a unit's map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapPage {
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub ancestors: Vec<Crumb>,
    /// On the server only: the browser has `picture`.
    #[serde(skip)]
    pub drawing: Option<Drawing>,
    /// The drawing as markup, which the live map takes over.
    pub picture: Option<String>,
    pub parts: Vec<Part>,
    /// Parts beyond those that a page holds.
    pub more_parts: usize,
    pub figure: Option<Figure>,
    /// The figures that it can be coloured by.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// On the server only: the browser has `key`.
    #[serde(skip)]
    pub legend: Option<Legend>,
    /// The legend as markup.
    pub key: Option<String>,
    /// What has no colour on a coloured map, in words.
    pub without: Option<String>,
    pub terms: Terms,
    /// Where the map adapter's script is.
    pub script: Option<String>,
    /// What the adapter is told, as JSON; without the view and the selection, which the address names.
    pub options: String,
    /// Whether the viewer may import borders.
    pub may_import: bool,
    /// Whether the viewer may draw its parts' borders.
    pub may_edit: bool,
    /// The day that is shown, if it is not today.
    pub on: Option<Date>,
    /// Why the day that was asked for cannot be shown.
    pub refused: Option<String>,
    /// Whether the viewer may read the roll of the place.
    #[serde(default)]
    pub reads_roll: bool,
    /// Approved drafts of its borders whose day is still to come, for those who draw there; the next to take effect first.
    #[serde(default)]
    pub coming: Vec<Coming>,
}

/// A draft of borders that waits for its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    pub id: DraftId,
    pub on: Date,
}

impl MapPage {
    pub fn mark(&self) -> Option<String> {
        mark(&self.terms, self.on)
    }

    /// What follows the address of any map of the same day.
    pub fn day(&self) -> String {
        self.on.map(|day| format!("?on={day}")).unwrap_or_default()
    }
}

/// Somebody who works for a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    pub name: String,
    /// The role, in Chinese.
    pub role: String,
    /// Only for those who may see it.
    pub phone: Option<String>,
}

/// The grid that somebody lives in, as their first page tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnGrid {
    pub name: String,
    pub kind: NodeKind,
    pub workers: Vec<Worker>,
    /// Whether phone numbers were left out because the viewer may not see them.
    pub phones_hidden: bool,
}

/// What is told beside the map of the chosen unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    /// What it is part of.
    pub above: Option<Crumb>,
    pub square_metres: Option<i64>,
    pub counts: Vec<KindCount>,
    pub workers: Vec<Worker>,
    /// Whether phone numbers were left out because the viewer may not see them.
    pub phones_hidden: bool,
    pub has_map: bool,
    /// Whether the viewer may see what became of its border.
    pub history: bool,
    /// The day that this is of, if it is not today.
    pub on: Option<Date>,
}

/// The smallest unit at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub code: String,
    pub name: String,
    /// The code of the unit on whose map it is shown as a part.
    pub map: String,
}

/// An area in words: square kilometres from one hundredth on, else square metres.
pub fn area_in_words(square_metres: i64) -> String {
    if square_metres >= 10_000 {
        format!("{:.2} 平方公里", square_metres as f64 / 1e6)
    } else {
        format!("{square_metres} 平方米")
    }
}
