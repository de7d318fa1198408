//! Cutting ground along a line that somebody drew.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Coverage, Refusal,
    glue::Corners,
    segment::{Index, NEAR, Segment, along, beside, crossing, same, undirected},
    trace::{self, border_holds, half},
};
use crate::model::{
    Place,
    border::{Border, Part},
};

/// Corners of a line or ring that is drawn. A finger makes some dozens; more is a program's.
pub const MOST_CORNERS: usize = 1_000;

/// Rounds of giving line and borders the same corners.
const ROUNDS: usize = 8;

/// What a line cuts a border into.
pub(super) struct Cut {
    /// To the left of the line, with all that the line did not cut off.
    pub left: Border,
    pub right: Border,
}

/// Looks at what was drawn, before anything is done with it.
pub(super) fn readable(line: &[Place], least: usize, closed: bool) -> Result<Vec<Place>, Refusal> {
    if line.len() > MOST_CORNERS {
        return Err(Refusal::TooManyCorners { count: line.len() });
    }
    let mut clean: Vec<Place> = Vec::with_capacity(line.len());
    for place in line {
        if clean.last().is_none_or(|last| !same(*last, *place)) {
            clean.push(*place);
        }
    }
    while closed && clean.len() > 1 && clean.first().zip(clean.last()).is_some_and(|(a, b)| same(*a, *b)) {
        clean.pop();
    }
    if clean.len() < least {
        return Err(if closed {
            Refusal::NoArea
        } else {
            Refusal::TooShort
        });
    }
    let all = segments(&clean, closed);
    for (number, one) in all.iter().enumerate() {
        for other in all.get(number + 1..).unwrap_or_default() {
            let touches = [other.0, other.1].into_iter().find(|end| beside(*end, *one, 0.0));
            let touched = [one.0, one.1].into_iter().find(|end| beside(*end, *other, 0.0));
            if let Some(at) = crossing(*one, *other).or(touches).or(touched) {
                return Err(Refusal::CrossesItself { at });
            }
        }
    }
    let distinct: BTreeSet<&Place> = clean.iter().collect();
    match clean.iter().find(|_| distinct.len() < clean.len()) {
        Some(at) => Err(Refusal::CrossesItself { at: *at }),
        None => Ok(clean),
    }
}

pub(super) fn segments(line: &[Place], closed: bool) -> Vec<Segment> {
    let back = line.last().copied().zip(line.first().copied()).filter(|_| closed);
    line.windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some((*a, *b)),
            _ => None,
        })
        .chain(back)
        .collect()
}

impl Coverage {
    /// Gives the line a corner wherever it meets a border, and borders a corner wherever they meet the line.
    pub(super) fn lay(&mut self, line: &[Place], closed: bool) -> Result<Vec<Place>, Refusal> {
        let mut line = line.to_vec();
        for _ in 0..ROUNDS {
            let all: Vec<Segment> = self.sides().into_iter().collect();
            let index = Index::of(&all);
            let mut corners = Corners::new();
            // Ends and corners first: onto a corner that is there, or into a side that they lie on.
            for place in &mut line {
                let near = index.near((*place, *place));
                let sides: Vec<Segment> = near
                    .iter()
                    .filter_map(|number| all.get(*number as usize))
                    .copied()
                    .collect();
                let ends = sides.iter().flat_map(|(a, b)| [*a, *b]);
                let nearest = ends.filter(|end| same(*end, *place)).min();
                if let Some(end) = nearest {
                    *place = end;
                    continue;
                }
                for side in sides {
                    if beside(*place, side, NEAR) {
                        corners.entry(side).or_default().insert(*place);
                    }
                }
            }
            if !corners.is_empty() {
                self.put(&corners);
                continue;
            }
            let mut longer: Vec<Place> = Vec::with_capacity(line.len());
            for segment in segments(&line, closed) {
                longer.push(segment.0);
                let mut met: BTreeSet<Place> = BTreeSet::new();
                for side in index
                    .near(segment)
                    .into_iter()
                    .filter_map(|number| all.get(number as usize))
                {
                    met.extend(
                        [side.0, side.1]
                            .into_iter()
                            .filter(|corner| beside(*corner, segment, NEAR)),
                    );
                    if let Some(at) = crossing(segment, *side) {
                        match [side.0, side.1].into_iter().find(|end| same(*end, at)) {
                            Some(end) => _ = met.insert(end),
                            None => {
                                corners.entry(*side).or_default().insert(at);
                                met.insert(at);
                            }
                        }
                    }
                }
                let mut met: Vec<Place> = met
                    .into_iter()
                    .filter(|place| *place != segment.0 && *place != segment.1)
                    .collect();
                met.sort_by_key(|place| along(*place, segment));
                longer.extend(met);
            }
            if !closed {
                longer.extend(line.last());
            }
            longer.dedup();
            let settled = corners.is_empty() && longer == line;
            line = longer;
            self.put(&corners);
            if settled {
                let distinct: BTreeSet<&Place> = line.iter().collect();
                return if distinct.len() == line.len() {
                    Ok(line)
                } else {
                    Err(Refusal::TooNarrow {
                        at: line.first().copied().unwrap_or_default(),
                    })
                };
            }
        }
        Err(Refusal::TooNarrow {
            at: line.first().copied().unwrap_or_default(),
        })
    }

    /// Whether a piece of a laid line runs beyond the outline.
    pub(super) fn runs_beyond(&self, piece: Segment) -> bool {
        !self.outline.0.is_empty()
            && !self
                .outline
                .sides()
                .any(|side| undirected(side) == undirected(piece))
            && !border_holds(&self.outline, half(piece))
    }

    /// Those pieces of a line that run inside a border.
    fn inside(&self, border: &Border, line: &[Segment]) -> Vec<Segment> {
        let known = self.sides();
        line.iter()
            .copied()
            .filter(|piece| !known.contains(&undirected(*piece)) && border_holds(border, half(*piece)))
            .collect()
    }

    /// Cuts a part in two along a line that has been laid.
    pub(super) fn cut(&self, border: &Border, line: &[Place]) -> Result<Cut, Refusal> {
        let chords = self.inside(border, &segments(line, false));
        if chords.is_empty() {
            return Err(Refusal::BesideThePart);
        }
        let pieces = pieces(border, &chords).ok_or(Refusal::NotThrough)?;
        match pieces.len().checked_sub(border.0.len()) {
            Some(1) => {}
            Some(0) | None => return Err(Refusal::NotThrough),
            Some(more) => return Err(Refusal::TooManyPieces { count: more + 1 }),
        }
        let ahead: BTreeSet<Segment> = chords.iter().copied().collect();
        let back: BTreeSet<Segment> = chords.iter().map(|(a, b)| (*b, *a)).collect();
        let runs = |part: &Part, along: &BTreeSet<Segment>| {
            Border(vec![part.clone()])
                .sides()
                .any(|side| along.contains(&side))
        };
        let (right, left): (Vec<Part>, Vec<Part>) = pieces
            .into_iter()
            .partition(|part| runs(part, &back) && !runs(part, &ahead));
        if right.is_empty() || left.is_empty() {
            return Err(Refusal::NotThrough);
        }
        Ok(Cut {
            left: Border(left),
            right: Border(right),
        })
    }

    /// Takes what lies inside a laid ring out of every part and out of the uncovered ground. Returns it, and the parts from
    /// which it was taken, the one that gave most sides first.
    pub(super) fn carve(&mut self, ring: &[Place]) -> Result<(Border, Vec<String>), Refusal> {
        let around = segments(ring, true);
        let on: BTreeSet<Segment> = around.iter().copied().collect();
        let inside = |part: &Part| {
            let sides: Vec<Segment> = Border(vec![part.clone()]).sides().collect();
            let free = sides
                .iter()
                .find(|(a, b)| !on.contains(&(*a, *b)) && !on.contains(&(*b, *a)));
            match free {
                Some(side) => trace::holds(ring, half(*side)),
                // All of its sides lie on the ring: it is what the ring goes around, or what is around the ring.
                None => sides.iter().any(|side| on.contains(side)),
            }
        };
        let mut taken: Vec<Part> = Vec::new();
        let mut givers: BTreeMap<String, usize> = BTreeMap::new();
        let mut left: Vec<(usize, Border)> = Vec::new();
        let borders: Vec<Border> = self
            .units
            .iter()
            .map(|unit| unit.border.clone())
            .chain([self.void.clone()])
            .collect();
        for (number, border) in borders.iter().enumerate() {
            let chords = self.inside(border, &around);
            let pieces = pieces(border, &chords).ok_or(Refusal::NotThrough)?;
            let (in_it, out): (Vec<Part>, Vec<Part>) = pieces.into_iter().partition(inside);
            if in_it.is_empty() {
                continue;
            }
            if let Some(unit) = self.units.get(number) {
                if out.is_empty() {
                    return Err(Refusal::Covers {
                        name: unit.name.clone(),
                    });
                }
                givers.insert(unit.code.clone(), in_it.iter().flatten().map(Vec::len).sum());
            }
            taken.extend(in_it);
            left.push((number, Border(out)));
        }
        let whole = trace::dissolve(Border(taken).sides()).filter(|border| !border.0.is_empty());
        let whole = whole.ok_or(Refusal::NoArea)?;
        for (number, border) in left {
            match self.units.get_mut(number) {
                Some(unit) => unit.border = border,
                None => self.void = border,
            }
        }
        let mut givers: Vec<(usize, String)> =
            givers.into_iter().map(|(code, sides)| (sides, code)).collect();
        givers.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok((whole, givers.into_iter().map(|(_, code)| code).collect()))
    }
}

/// The pieces that chords cut a border into.
fn pieces(border: &Border, chords: &[Segment]) -> Option<Vec<Part>> {
    if chords.is_empty() {
        return Some(border.0.clone());
    }
    let both = chords.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
    let all: Vec<Segment> = border.sides().chain(both).collect();
    Some(trace::group(trace::rings(&all))?.0)
}
