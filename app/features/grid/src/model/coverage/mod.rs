//! The parts of a unit as a coverage: every place inside the unit belongs to one part, or to none yet, never to two.
//!
//! Corners are whole units and neighbours have the same corners along the border that they share, so a border is moved in both
//! by moving its corners. Each operation keeps three things, and is refused where it could not: sides that two parts share
//! cancel, no side crosses another, and rings keep their direction. With that, every place is covered as often as it was
//! before, without an overlay having to be reckoned; see [`check`] for the proof from scratch.
//!
//! It runs in the browser while somebody draws, and again on the server, which believes no browser.

pub mod check;
mod cut;
mod glue;
mod guard;
mod join;
mod op;
mod refusal;
pub mod segment;
mod sketch;
#[cfg(test)]
pub mod tests;
mod tidy;
pub mod trace;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use self::segment::{Segment, undirected};
use super::{
    Place, area,
    border::{Border, Part, Ring},
};

pub use self::{
    op::{Named, Op},
    refusal::Refusal,
};

/// A part with its border.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
    pub border: Border,
    /// The part out of whose ground it was made, if it was one that the coverage began with.
    pub from: Option<String>,
}

/// What a coverage begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// The unit's own border, which stays; without one it is what its parts cover.
    pub outline: Option<Border>,
    pub units: Vec<Unit>,
    /// Parts of the organisation that have no border yet.
    pub bare: Vec<Named>,
}

/// How a part ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All that it was made into bears new codes.
    SplitUp,
    Into(String),
}

/// The parts of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    outline: Border,
    units: Vec<Unit>,
    /// What belongs to no part.
    void: Border,
    bare: Vec<Named>,
    ended: BTreeMap<String, Ended>,
    /// The codes that it began with.
    began: BTreeSet<String>,
    /// Whether borders crossed when it began, so that they had to be put in order first.
    tidied: bool,
}

impl Coverage {
    /// The coverage of stored borders. Corners that lie on a neighbour's side become the neighbour's too; borders that cross are
    /// put in order, so that what two parts covered belongs to the first of them.
    pub fn new(ground: &Ground) -> Self {
        let mut units = ground.units.clone();
        units.sort_by(|a, b| a.code.cmp(&b.code));
        units.dedup_by(|later, earlier| later.code == earlier.code);
        let mut coverage = Self {
            outline: ground.outline.clone().unwrap_or_default(),
            began: units.iter().map(|unit| unit.code.clone()).collect(),
            units,
            void: Border::default(),
            bare: ground.bare.clone(),
            ended: BTreeMap::new(),
            tidied: false,
        };
        coverage.glue();
        if ground.outline.is_none() {
            coverage.outline = trace::dissolve(coverage.units.iter().flat_map(|unit| unit.border.sides()))
                .unwrap_or_default();
        }
        match coverage.uncovered().filter(|_| coverage.is_sound()) {
            Some(void) => coverage.void = void,
            None => coverage.tidy(ground.outline.is_none()),
        }
        coverage
    }

    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    pub const fn outline(&self) -> &Border {
        &self.outline
    }

    /// The ground that belongs to no part, piece by piece.
    pub fn gaps(&self) -> &[Part] {
        &self.void.0
    }

    pub fn bare(&self) -> &[Named] {
        &self.bare
    }

    /// The parts that ended, and how.
    pub const fn ended(&self) -> &BTreeMap<String, Ended> {
        &self.ended
    }

    /// Whether its borders crossed when it began.
    pub const fn was_tidied(&self) -> bool {
        self.tidied
    }

    /// The codes with which it began.
    pub const fn began_with(&self) -> &BTreeSet<String> {
        &self.began
    }

    /// The parts that share a side with `code`, the one with the longest shared border first.
    pub fn neighbours(&self, code: &str) -> Vec<&Unit> {
        self.unit(code)
            .map(|unit| self.beside(&unit.border, code))
            .unwrap_or_default()
    }

    fn beside(&self, border: &Border, but: &str) -> Vec<&Unit> {
        let sides: BTreeSet<Segment> = border.sides().map(undirected).collect();
        let length = |unit: &Unit| {
            let shared = unit
                .border
                .sides()
                .filter(|side| sides.contains(&undirected(*side)));
            shared.map(|(a, b)| segment::distance(a, (b, b))).sum::<f64>()
        };
        let mut found: Vec<(f64, &Unit)> = self
            .units
            .iter()
            .filter(|unit| unit.code != but)
            .map(|unit| (length(unit), unit))
            .filter(|(length, _)| *length > 0.0)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
        found.into_iter().map(|(_, unit)| unit).collect()
    }

    /// The parts that share a side with a piece of uncovered ground, the one with the longest shared border first.
    pub fn around_gap(&self, gap: &Part) -> Vec<&Unit> {
        self.beside(&Border(vec![gap.clone()]), "")
    }

    /// Every border in turn: the outline, the parts, the uncovered ground.
    fn borders_mut(&mut self) -> impl Iterator<Item = &mut Border> {
        std::iter::once(&mut self.outline)
            .chain(self.units.iter_mut().map(|unit| &mut unit.border))
            .chain(std::iter::once(&mut self.void))
    }

    fn borders(&self) -> impl Iterator<Item = &Border> {
        std::iter::once(&self.outline)
            .chain(self.units.iter().map(|unit| &unit.border))
            .chain(std::iter::once(&self.void))
    }

    /// All sides, each once.
    fn sides(&self) -> BTreeSet<Segment> {
        self.borders().flat_map(Border::sides).map(undirected).collect()
    }

    fn rings_mut(&mut self) -> impl Iterator<Item = &mut Ring> {
        self.borders_mut()
            .flat_map(|border| border.0.iter_mut().flatten())
    }

    /// The ground inside the outline that no part covers; `None` where parts cover ground twice or reach beyond.
    fn uncovered(&self) -> Option<Border> {
        let parts = self
            .units
            .iter()
            .flat_map(|unit| unit.border.sides())
            .map(|(a, b)| (b, a));
        trace::dissolve(self.outline.sides().chain(parts))
    }
}

/// The same ground, drawn without the corners that lie on straight sides: what two states of a border are compared by.
pub fn plain(border: &Border) -> Border {
    let ring = |ring: &Ring| {
        let mut kept: Ring = ring.clone();
        let mut at = 0;
        while kept.len() > 3 && at < kept.len() {
            let (before, after) = ((at + kept.len() - 1) % kept.len(), (at + 1) % kept.len());
            let side = kept.get(before).copied().zip(kept.get(after).copied());
            let straight = side
                .zip(kept.get(at).copied())
                .is_some_and(|(side, corner)| segment::beside(corner, side, segment::NEAR));
            if straight {
                kept.remove(at);
            } else {
                at += 1;
            }
        }
        trace::begun_at_the_least(kept)
    };
    let mut parts: Vec<Part> = border
        .0
        .iter()
        .map(|part| part.iter().map(ring).collect())
        .collect();
    parts.iter_mut().for_each(|part: &mut Part| {
        if let Some(holes) = part.get_mut(1..) {
            holes.sort();
        }
    });
    parts.sort();
    Border(parts)
}

/// A place inside a border, where it is widest at some height; `None` where it has no inside.
pub fn inside_of(border: &Border) -> Option<Place> {
    let (x, y) = tidy::inside(border.0.first()?)?;
    Some(Place {
        lon: x.round() as i32,
        lat: y.round() as i32,
    })
}

/// Whether two borders go around the same ground.
pub fn same_ground(one: &Border, other: &Border) -> bool {
    one == other || plain(one) == plain(other)
}

/// What became of one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub code: String,
    pub name: String,
    pub before: Option<f64>,
    pub after: Option<f64>,
    pub from: Option<String>,
    pub ended: Option<Ended>,
}

/// What differs between two states of a coverage: parts that are new, ended, or have other ground. Areas in square metres.
pub fn differences(before: &[Unit], after: &[Unit], ended: &BTreeMap<String, Ended>) -> Vec<Difference> {
    let mut all: BTreeMap<&str, (Option<&Unit>, Option<&Unit>)> = BTreeMap::new();
    for unit in before {
        all.entry(&unit.code).or_default().0 = Some(unit);
    }
    for unit in after {
        all.entry(&unit.code).or_default().1 = Some(unit);
    }
    let metres = |unit: Option<&Unit>| unit.map(|unit| area::square_metres(&unit.border));
    let told = |(code, (old, new)): (&str, (Option<&Unit>, Option<&Unit>))| {
        let same = old
            .zip(new)
            .is_some_and(|(old, new)| same_ground(&old.border, &new.border));
        (!same).then(|| Difference {
            code: code.to_owned(),
            name: new.or(old).map(|unit| unit.name.clone()).unwrap_or_default(),
            before: metres(old),
            after: metres(new),
            from: new.and_then(|unit| unit.from.clone()).filter(|from| from != code),
            ended: ended.get(code).cloned().filter(|_| new.is_none()),
        })
    };
    all.into_iter().filter_map(told).collect()
}
