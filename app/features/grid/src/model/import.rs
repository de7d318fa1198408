//! What is told of a map file before and after it is applied.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::{RecordId, Timestamp};

use super::{Datum, Drawing, Problem};

/// What a file changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Units that get their first border.
    pub new: usize,
    /// Units whose border becomes another.
    pub changed: usize,
    pub unchanged: usize,
    /// Grids that the organisation did not have before; they are among the new.
    pub founded: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            new,
            changed,
            unchanged,
            founded,
        } = self;
        write!(
            f,
            "新增边界 {new}，更新 {changed}，不变 {unchanged}；新建网格 {founded}"
        )
    }
}

/// How many problems a file has, told or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemCounts {
    pub blocking: usize,
    pub acceptable: usize,
    pub notes: usize,
}

/// A file that was sent, and what it would change or has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPreview {
    pub id: RecordId,
    pub file_name: String,
    pub sent_at: Timestamp,
    pub datum: Datum,
    /// When it was applied, and what that changed.
    pub applied: Option<(Timestamp, Counts)>,
    /// Why it cannot be read at all.
    pub unreadable: Option<String>,
    pub counts: Counts,
    pub problems: Vec<Problem>,
    pub problem_counts: ProblemCounts,
    /// The areas of the file, and after them the trouble spots in the order of `problems`.
    pub drawing: Option<Drawing>,
    /// How many shapes of the drawing are areas.
    pub areas_drawn: usize,
}

/// What an administrator sets for the maps of the deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapSettings {
    /// 审图号, empty where there is none.
    pub review_number: String,
    /// The one that the operator's configuration names; it counts where none is entered.
    pub configured: Option<String>,
    /// Shares of the parent's area, in per cent.
    pub gap: f64,
    pub overlap: f64,
    pub outside: f64,
}
