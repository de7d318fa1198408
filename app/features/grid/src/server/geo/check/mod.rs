//! Whether the areas of a file may be stored: each by itself, each against the organisation, and all that share a parent
//! together.

mod coverage;
mod hierarchy;
mod overlay;
mod rings;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{HashMap, HashSet};

use orgs::model::NodeKind;

use super::read::{Feature, Reading};
use super::{Border, area, label};
use crate::model::{Bounds, Kind, Place, Problem, ProblemCounts, Severity};

/// How much is forgiven, as shares of the parent's area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Ground inside the parent that no part covers.
    pub gap: f64,
    /// Ground that two parts cover.
    pub overlap: f64,
    /// Ground that a part covers outside the parent.
    pub outside: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            gap: 0.003,
            overlap: 0.003,
            outside: 0.003,
        }
    }
}

/// A unit of the organisation, as far as borders are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUnit {
    pub name: String,
    /// The code of the unit above, empty for the topmost.
    pub parent: String,
    /// Whether it lies where the importer may import.
    pub covered: bool,
}

/// What is stored already.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By code: the units that the file may speak of, their parents and their siblings.
    pub units: HashMap<String, KnownUnit>,
    /// By code: the borders of those units that have one. One in the file takes the place of the stored one.
    pub borders: HashMap<String, Border>,
}

/// An area that could be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub index: u32,
    pub line: u64,
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub parent: String,
    pub border: Border,
    pub bounds: Bounds,
    pub square_metres: f64,
    /// A place well inside, for the label.
    pub label: Place,
}

/// The outcome: the areas that hold by themselves, and everything that is wrong with the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub areas: Vec<Area>,
    /// The worst first.
    pub problems: Vec<Problem>,
    pub counts: ProblemCounts,
}

impl Checked {
    /// Whether the areas may be stored when the problems named by these keys are accepted: nothing is blocking, and
    /// nothing acceptable is left unnamed.
    pub fn storable(&self, accepted: &[String]) -> bool {
        let accepted: HashSet<&str> = accepted.iter().map(String::as_str).collect();
        let named = self
            .problems
            .iter()
            .filter(|problem| {
                problem.severity == Severity::Acceptable && accepted.contains(problem.key().as_str())
            })
            .count();
        self.counts.blocking == 0 && named == self.counts.acceptable
    }
}

/// Checks what was read against what is known.
pub fn check(reading: Reading, known: &Known, tolerance: &Tolerance) -> Checked {
    let Reading {
        features,
        mut problems,
        more_problems,
    } = reading;
    let mut areas = Vec::with_capacity(features.len());
    let named = hierarchy::check(&features, known, &mut problems);
    for (feature, placed) in features.into_iter().zip(named) {
        let subject = Subject::of(&feature);
        let border = rings::repair(feature.parts, &subject, &mut problems);
        if let (Some(border), Some((kind, parent))) = (border, placed)
            && let Some(bounds) = border.bounds()
        {
            areas.push(Area {
                index: feature.index,
                line: feature.line,
                code: feature.code,
                name: feature.name,
                kind,
                parent,
                bounds,
                square_metres: area::square_metres(&border),
                label: label::inside(&border).unwrap_or_else(|| bounds.centre()),
                border,
            });
        }
    }
    coverage::check(&areas, known, tolerance, &mut problems);

    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let counts = ProblemCounts {
        blocking: count(Severity::Blocking) + more_problems,
        acceptable: count(Severity::Acceptable),
        notes: count(Severity::Note),
    };
    problems.sort_by_key(|problem| (problem.severity, problem.feature));
    Checked {
        areas,
        problems,
        counts,
    }
}

/// Whom a problem is about.
struct Subject {
    feature: Option<u32>,
    line: Option<u64>,
    code: String,
    name: String,
}

impl Subject {
    fn of(feature: &Feature) -> Self {
        Self {
            feature: Some(feature.index),
            line: Some(feature.line),
            code: feature.code.clone(),
            name: feature.name.clone(),
        }
    }

    fn problem(&self, severity: Severity, kind: Kind, message: impl Into<String>) -> Problem {
        Problem {
            severity,
            kind,
            feature: self.feature,
            line: self.line,
            code: self.code.clone(),
            name: self.name.clone(),
            other: None,
            place: None,
            measure: None,
            message: message.into(),
            outline: Vec::new(),
        }
    }
}

impl From<&Area> for Subject {
    fn from(area: &Area) -> Self {
        Self {
            feature: Some(area.index),
            line: Some(area.line),
            code: area.code.clone(),
            name: area.name.clone(),
        }
    }
}
