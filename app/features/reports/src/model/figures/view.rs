//! What the page of figures shows.

use serde::{Deserialize, Serialize};
use shared::{Date, Timestamp};

use super::{
    period::Period,
    tally::{Figures, RATES, Rate},
};
use crate::model::Unit;

/// A month of the period, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// By its number: see [`super::month_label`].
    pub month: i64,
    pub all: Option<i64>,
    /// In the order of [`super::RATES`].
    pub rates: [Rate; RATES.len()],
}

/// A unit directly below. Of a grid, which one person has, it is told how much was reported there and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaFigures {
    pub unit: Unit,
    pub all: Option<i64>,
    pub rates: Option<[Rate; 4]>,
}

/// A grid where much is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotSpot {
    pub unit: Unit,
    pub all: Option<i64>,
    /// What most of it is about.
    pub most: Option<String>,
}

/// What is still to be done today, by how long ago it was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeFigures {
    /// Words and counts, the youngest first.
    pub ages: Vec<(String, Option<i64>)>,
    /// Past its time.
    pub late: Option<i64>,
}

/// The page of a place and a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresPage {
    pub here: Unit,
    /// From the top down.
    pub above: Vec<Unit>,
    pub period: Period,
    pub today: Date,
    pub now: Timestamp,
    /// Whether the viewer works there: all is told to them, and they may take it along as a file.
    pub whole: bool,
    pub figures: Figures,
    /// The names of the categories among the figures, by their codes.
    pub labels: Vec<(String, String)>,
    /// For periods of more than one month.
    pub months: Vec<MonthFigures>,
    /// By their codes, in no order of merit.
    pub areas: Vec<AreaFigures>,
    pub hot: Vec<HotSpot>,
    pub open: AgeFigures,
}

impl FiguresPage {
    /// The name of a category.
    pub fn label(&self, code: &str) -> String {
        let found = self.labels.iter().find(|(known, _)| known == code);
        found.map_or_else(|| code.to_owned(), |(_, label)| label.clone())
    }
}
