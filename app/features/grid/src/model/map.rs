//! What the map page shows.

use orgs::model::{Crumb, KindCount, NodeKind};
use serde::{Deserialize, Serialize};
use shared::Date;

use super::{Drawing, Legend, draft::DraftId};

/// A figure that the map can be coloured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// How many grids lie in it.
    Grids,
    /// How many people work for it: grid workers, staff, secretaries.
    Workers,
    /// Square kilometres.
    Area,
    /// How many households live there.
    Households,
    /// How many people live there.
    Persons,
    /// How many of them are under 6.
    Infants,
    /// How many are from 6 to 17.
    Minors,
    /// How many are from 60 to 79.
    Old,
    /// How many are 80 or older.
    Aged,
    /// How many of those live alone.
    Alone,
    /// 服务用房 a hundred households.
    Service,
    /// How many points of interest there are.
    Points,
}

impl Figure {
    pub const ALL: [Self; 12] = [
        Self::Grids,
        Self::Workers,
        Self::Area,
        Self::Households,
        Self::Persons,
        Self::Infants,
        Self::Minors,
        Self::Old,
        Self::Aged,
        Self::Alone,
        Self::Service,
        Self::Points,
    ];

    /// Whether it counts residents: told of the parts of districts and of what is below them, and to the public without small groups.
    pub const fn is_of_residents(self) -> bool {
        matches!(
            self,
            Self::Households
                | Self::Persons
                | Self::Infants
                | Self::Minors
                | Self::Old
                | Self::Aged
                | Self::Alone
                | Self::Service
        )
    }

    /// Whether it is counted only where it is asked for.
    pub const fn is_counted_apart(self) -> bool {
        self.is_of_residents() || matches!(self, Self::Points)
    }

    /// A count as it is written: that of an area goes by hundredths.
    pub fn written(self, counted: i64) -> String {
        if matches!(self, Self::Service) {
            format!("{}.{:02}", counted / 100, counted % 100)
        } else {
            counted.to_string()
        }
    }

    /// The label with its unit.
    pub fn title(self) -> String {
        format!("{}（{}）", self.label(), self.unit())
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Grids => "grids",
            Self::Workers => "workers",
            Self::Area => "area",
            Self::Households => "households",
            Self::Persons => "persons",
            Self::Infants => "infants",
            Self::Minors => "minors",
            Self::Old => "old",
            Self::Aged => "aged",
            Self::Alone => "alone",
            Self::Service => "service",
            Self::Points => "points",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Grids => "网格数",
            Self::Workers => "工作人员",
            Self::Area => "面积",
            Self::Households => "户数",
            Self::Persons => "人口",
            Self::Infants => "0–5 岁",
            Self::Minors => "6–17 岁",
            Self::Old => "60–79 岁",
            Self::Aged => "80 岁以上",
            Self::Alone => "高龄独居",
            Self::Service => "每百户服务用房",
            Self::Points => "点位",
        }
    }

    pub const fn unit(self) -> &'static str {
        match self {
            Self::Grids | Self::Points => "个",
            Self::Workers
            | Self::Persons
            | Self::Infants
            | Self::Minors
            | Self::Old
            | Self::Aged
            | Self::Alone => "人",
            Self::Area => "平方公里",
            Self::Households => "户",
            Self::Service => "平方米",
        }
    }

    /// The figure that an address names; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == text)
    }
}

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
            Figure::Households
            | Figure::Persons
            | Figure::Infants
            | Figure::Minors
            | Figure::Old
            | Figure::Aged
            | Figure::Alone
            | Figure::Points => self.counted.map(|counted| counted as f64),
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
    pub drawing: Option<Drawing>,
    pub parts: Vec<Part>,
    /// Parts beyond those that a page holds.
    pub more_parts: usize,
    pub figure: Option<Figure>,
    pub legend: Option<Legend>,
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
