//! What somebody does to a coverage: one thing after another, or nothing where it is refused. Here is also what is done to corners.

mod ground;
mod parts;

use serde::{Deserialize, Serialize};

use super::{
    Coverage, Refusal, Unit,
    segment::{Segment, same, undirected},
};
use crate::model::{Place, border::Border};

/// Code and name of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub name: String,
}

impl Named {
    /// # Errors
    /// The name of a part cannot be this.
    pub fn check_name(name: &str) -> Result<(), Refusal> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Refusal::BadName);
        }
        Ok(())
    }
}

/// One thing done. In the order in which they were done they lead from the stored borders to what is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Moves a corner in all parts that have it.
    Move { from: Place, to: Place },
    /// Lays a corner onto another one, or onto a side, which has it too from then on.
    Join { from: Place, to: Place },
    /// Puts a corner into a side, in both parts that share it.
    Insert { a: Place, b: Place, at: Place },
    /// Takes a corner out that only one border runs through.
    Remove { at: Place },
    /// Cuts a part along a line. One side may keep the code; what bears another is new.
    Split {
        code: String,
        line: Vec<Place>,
        left: Named,
        right: Named,
    },
    /// Cuts a piece off a part and gives it to a neighbour.
    Give {
        code: String,
        line: Vec<Place>,
        to: String,
    },
    /// Makes one of two neighbours.
    Merge { code: String, into: String },
    /// Draws a part onto ground that others, or nobody, had.
    Draw { unit: Named, ring: Vec<Place> },
    /// Gives a piece of uncovered ground to a part that borders on it.
    Fill { at: Place, into: String },
    /// Makes a part of a piece of uncovered ground.
    Found { at: Place, unit: Named },
    /// Takes borders as they were drawn elsewhere, for parts that together keep their ground.
    Put { units: Vec<Unit> },
}

/// Corners of all borders that one step takes from elsewhere. Those of a community's grids are some thousands; more is a program's.
pub const MOST_PUT: usize = 50_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

impl Coverage {
    /// Does one thing, or nothing at all.
    ///
    /// # Errors
    /// Why not.
    pub fn apply(&self, op: &Op) -> Result<Self, Refusal> {
        let before = self.sides();
        let mut next = self.clone();
        match op {
            Op::Move { from, to } => next.shift(*from, *to)?,
            Op::Join { from, to } => next.join(*from, *to)?,
            Op::Insert { a, b, at } => next.insert((*a, *b), *at)?,
            Op::Remove { at } => next.remove(*at)?,
            Op::Split {
                code,
                line,
                left,
                right,
            } => next.split(code, line, left, right)?,
            Op::Give { code, line, to } => next.give(code, line, to)?,
            Op::Merge { code, into } => next.merge(code, into)?,
            Op::Draw { unit, ring } => next.draw(unit, ring)?,
            Op::Fill { at, into } => next.fill(*at, into)?,
            Op::Found { at, unit } => next.found(*at, unit)?,
            Op::Put { units } => next.set(units)?,
        }
        next.units.sort_by(|a, b| a.code.cmp(&b.code));
        next.guard(&before)?;
        Ok(next)
    }

    fn place_of(&self, code: &str) -> Result<usize, Refusal> {
        let found = self.units.iter().position(|unit| unit.code == code);
        found.ok_or_else(|| Refusal::NoUnit {
            code: code.to_owned(),
        })
    }

    fn shift(&mut self, from: Place, to: Place) -> Result<(), Refusal> {
        if self.outline.corners().any(|corner| corner == from) {
            return Err(Refusal::OuterBorder { at: from });
        }
        let corners = |border: &Border, at: Place| border.corners().any(|corner| corner == at);
        if !self.borders().any(|border| corners(border, from)) {
            return Err(Refusal::NoCorner { at: from });
        }
        if from != to
            && self
                .borders()
                .any(|border| border.corners().any(|corner| corner != from && same(corner, to)))
        {
            return Err(Refusal::Occupied { at: to });
        }
        for corner in self.rings_mut().flatten().filter(|corner| **corner == from) {
            *corner = to;
        }
        Ok(())
    }

    fn insert(&mut self, side: Segment, at: Place) -> Result<(), Refusal> {
        let key = undirected(side);
        if self.outline.sides().any(|one| undirected(one) == key) {
            return Err(Refusal::OuterBorder { at });
        }
        if !self.sides().contains(&key) {
            return Err(Refusal::NoSide { at });
        }
        if self
            .borders()
            .any(|border| border.corners().any(|corner| same(corner, at)))
        {
            return Err(Refusal::Occupied { at });
        }
        self.put(&[(key, [at].into())].into());
        Ok(())
    }

    fn remove(&mut self, at: Place) -> Result<(), Refusal> {
        if self.outline.corners().any(|corner| corner == at) {
            return Err(Refusal::OuterBorder { at });
        }
        let meeting = self.sides().iter().filter(|(a, b)| *a == at || *b == at).count();
        match meeting {
            0 => return Err(Refusal::NoCorner { at }),
            2 => {}
            _ => return Err(Refusal::Junction { at }),
        }
        let least = |unit: &&Unit| {
            unit.border
                .rings()
                .any(|ring| ring.len() < 4 && ring.contains(&at))
        };
        if let Some(unit) = self.units.iter().find(least) {
            return Err(Refusal::TooFewCorners {
                name: unit.name.clone(),
            });
        }
        for ring in self.rings_mut() {
            ring.retain(|corner| *corner != at);
        }
        Ok(())
    }

    /// A code and name that a new part may bear.
    fn fresh(&self, unit: &Named) -> Result<(), Refusal> {
        Named::check_name(&unit.name)?;
        if self.units.iter().any(|known| known.code == unit.code) || self.ended.contains_key(&unit.code) {
            return Err(Refusal::CodeTaken {
                code: unit.code.clone(),
            });
        }
        Ok(())
    }
}
