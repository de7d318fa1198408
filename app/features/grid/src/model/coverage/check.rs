//! Whether borders are a coverage, from scratch: without believing how they came about.
//!
//! The sides of all parts less those of the outline are added up. If nothing is left and no sides cross, every place inside the
//! outline is covered exactly once. What is left, or crosses, tells where it is not.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Coverage,
    segment::{Index, NEAR, Segment, along, beside, crossing, undirected},
    trace,
};
use crate::model::{
    Place,
    area::square_metres,
    border::{Border, doubled_area},
};

/// What is wrong with a coverage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: Wrong,
    pub at: Place,
    /// Square metres, where that is known.
    pub metres: Option<f64>,
    pub names: Vec<String>,
    /// The ground, for the map.
    pub ground: Border,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// Ground that belongs to no part.
    Gap,
    /// Ground that belongs to two.
    Overlap,
    /// Ground beyond the outline.
    Outside,
    /// A border that meets or crosses itself.
    Folded,
    /// A part in several pieces: allowed, and seldom meant.
    Scattered,
}

impl Wrong {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gap => "有空隙",
            Self::Overlap => "重叠",
            Self::Outside => "超出外边界",
            Self::Folded => "边界自相交",
            Self::Scattered => "不相连",
        }
    }

    /// Whether a draft with it can be handed in.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Scattered)
    }
}

/// Gaps smaller than this, in square metres, are rounding.
const SMALLEST: f64 = 1.0;

impl Coverage {
    /// What is still to be mended. Operations make nothing worse than gaps and scattered parts; the rest they refuse.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self
            .gaps()
            .iter()
            .filter_map(|part| {
                let ground = Border(vec![part.clone()]);
                let metres = square_metres(&ground);
                (metres >= SMALLEST).then(|| Fault {
                    kind: Wrong::Gap,
                    at: super::inside_of(&ground).unwrap_or_default(),
                    metres: Some(metres),
                    names: self
                        .around_gap(part)
                        .iter()
                        .map(|unit| unit.name.clone())
                        .collect(),
                    ground,
                })
            })
            .collect();
        let scattered = self.units().iter().filter(|unit| unit.border.0.len() > 1);
        faults.extend(scattered.map(|unit| Fault {
            kind: Wrong::Scattered,
            at: unit.border.corners().next().unwrap_or_default(),
            metres: None,
            names: vec![unit.name.clone()],
            ground: unit.border.clone(),
        }));
        faults
    }
}

/// What is wrong with named borders inside an outline, as many as `most`.
pub fn check(outline: &Border, parts: &[(&str, &Border)], most: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut owners = Owners::new();
    const OUTLINE: u32 = u32::MAX;
    let mut add = |(a, b): Segment, times: i32, owner: u32| {
        let (side, times) = if a < b { ((a, b), times) } else { ((b, a), -times) };
        let entry = owners.entry(side).or_default();
        entry.0 += times;
        entry.1.push(owner);
    };
    for (number, (name, border)) in (0..).zip(parts) {
        border.sides().for_each(|side| add(side, 1, number));
        for part in &border.0 {
            for (place, ring) in part.iter().enumerate() {
                let area = doubled_area(ring);
                if (area == 0 || (area > 0) != (place == 0)) && faults.len() < most {
                    faults.push(fault(Wrong::Folded, ring.first().copied(), &[name]));
                }
            }
        }
    }
    outline.sides().for_each(|side| add(side, -1, OUTLINE));
    let owners = noded(owners);
    // Where sides cross.
    let mut sides: Vec<Segment> = owners.keys().copied().collect();
    sides.sort_unstable();
    let index = Index::of(&sides);
    let named = |owner: &u32| parts.get(*owner as usize).map(|(name, _)| *name);
    for (number, side) in (0..).zip(&sides) {
        if faults.len() >= most {
            return faults;
        }
        for other in index.near(*side).into_iter().filter(|other| *other > number) {
            let Some(other) = sides.get(other as usize) else {
                continue;
            };
            let Some(at) = crossing(*side, *other) else {
                continue;
            };
            let (mine, theirs) = (owners.get(side), owners.get(other));
            let all = || mine.into_iter().chain(theirs).flat_map(|(_, owners)| owners);
            let mut names: Vec<&str> = all().filter_map(named).collect();
            names.sort_unstable();
            names.dedup();
            let kind = match names.len() {
                _ if all().any(|owner| *owner == OUTLINE) => Wrong::Outside,
                1 => Wrong::Folded,
                _ => Wrong::Overlap,
            };
            faults.push(fault(kind, Some(at), &names));
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    // Nothing crosses: then what is left goes around ground that is covered too often, or not at all.
    let left: Vec<Segment> = owners
        .iter()
        .flat_map(|((a, b), (times, _))| {
            let side = if *times > 0 { (*a, *b) } else { (*b, *a) };
            std::iter::repeat_n(side, times.unsigned_abs() as usize)
        })
        .collect();
    for ring in trace::rings(&left) {
        let gap = doubled_area(&ring) < 0;
        let mut ground = ring.clone();
        if gap {
            ground.reverse();
        }
        let ground = Border(vec![vec![ground]]);
        let metres = square_metres(&ground);
        if metres < SMALLEST {
            continue;
        }
        let around: Vec<Segment> = crate::model::border::sides(&ring).map(undirected).collect();
        let all = || {
            around
                .iter()
                .filter_map(|side| owners.get(side))
                .flat_map(|(_, owners)| owners)
        };
        let mut names: Vec<&str> = all().filter_map(named).collect();
        names.sort_unstable();
        names.dedup();
        let kind = match gap {
            true => Wrong::Gap,
            false
                if names.len() < 2
                    || !trace::border_holds(
                        outline,
                        around.first().map(|side| trace::half(*side)).unwrap_or_default(),
                    ) =>
            {
                Wrong::Outside
            }
            false => Wrong::Overlap,
        };
        if faults.len() < most {
            faults.push(Fault {
                metres: Some(metres),
                ground,
                ..fault(kind, ring.first().copied(), &names)
            });
        }
    }
    faults
}

/// How often each side counts, and whose it is.
type Owners = HashMap<Segment, (i32, Vec<u32>)>;

/// The same sides, cut where the corners of others lie on them: a parent has fewer corners than its parts.
fn noded(mut owners: Owners) -> Owners {
    let sides: Vec<Segment> = owners.keys().copied().collect();
    let index = Index::of(&sides);
    let mut corners: Vec<Place> = sides.iter().flat_map(|(a, b)| [*a, *b]).collect();
    corners.sort_unstable();
    corners.dedup();
    let mut cuts: HashMap<Segment, Vec<Place>> = HashMap::new();
    for corner in corners {
        for number in index.near((corner, corner)) {
            if let Some(side) = sides.get(number as usize)
                && beside(corner, *side, NEAR)
            {
                cuts.entry(*side).or_default().push(corner);
            }
        }
    }
    for (side, mut between) in cuts {
        let Some((times, whose)) = owners.remove(&side) else {
            continue;
        };
        between.sort_by_key(|corner| along(*corner, side));
        between.push(side.1);
        let mut from = side.0;
        for to in between {
            let (piece, times) = if from < to {
                ((from, to), times)
            } else {
                ((to, from), -times)
            };
            let entry = owners.entry(piece).or_default();
            entry.0 += times;
            entry.1.extend(&whose);
            from = to;
        }
    }
    owners
}

fn fault(kind: Wrong, at: Option<Place>, names: &[&str]) -> Fault {
    Fault {
        kind,
        at: at.unwrap_or_default(),
        metres: None,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ground: Border::default(),
    }
}
