//! What is done to whole parts: cut, given away in pieces, made one, and taken as they were drawn elsewhere.

use std::collections::BTreeSet;

use super::{MOST_PUT, Named, Refusal};
use crate::model::{
    Place, area,
    border::{Border, sides},
    coverage::{Coverage, Ended, Unit, cut::readable, same_ground, segment::Segment, trace},
};

impl Coverage {
    pub(super) fn split(
        &mut self,
        code: &str,
        line: &[Place],
        left: &Named,
        right: &Named,
    ) -> Result<(), Refusal> {
        let line = readable(line, 2, false)?;
        self.place_of(code)?;
        if left.code == right.code {
            return Err(Refusal::CodeTaken {
                code: left.code.clone(),
            });
        }
        for side in [left, right].into_iter().filter(|side| side.code != code) {
            self.fresh(side)?;
        }
        let line = self.lay(&line, false)?;
        let (old, cut) = self.take_apart(code, &line)?;
        let from = self.origin(&old);
        for (side, border) in [(left, cut.0), (right, cut.1)] {
            let keeps = side.code == code;
            self.units.push(Unit {
                code: side.code.clone(),
                name: if keeps {
                    old.name.clone()
                } else {
                    side.name.trim().to_owned()
                },
                border,
                from: if keeps { old.from.clone() } else { from.clone() },
            });
            self.bare.retain(|bare| bare.code != side.code);
        }
        if left.code != code && right.code != code && self.began.contains(code) {
            self.ended.insert(code.to_owned(), Ended::SplitUp);
        }
        Ok(())
    }

    /// Takes a part out and gives it back in two pieces, left and right of a line that has been laid.
    fn take_apart(&mut self, code: &str, line: &[Place]) -> Result<(Unit, (Border, Border)), Refusal> {
        let at = self.place_of(code)?;
        let border = self
            .units
            .get(at)
            .map(|unit| unit.border.clone())
            .unwrap_or_default();
        let cut = self.cut(&border, line)?;
        Ok((self.units.remove(at), (cut.left, cut.right)))
    }

    /// The part with which the coverage began and whose ground this is.
    pub(super) fn origin(&self, unit: &Unit) -> Option<String> {
        if self.began.contains(&unit.code) {
            Some(unit.code.clone())
        } else {
            unit.from.clone()
        }
    }

    pub(super) fn give(&mut self, code: &str, line: &[Place], to: &str) -> Result<(), Refusal> {
        let line = readable(line, 2, false)?;
        let (from, other) = (self.place_of(code)?, self.place_of(to)?);
        let names = (
            self.units.get(from).map(|unit| unit.name.clone()),
            self.units.get(other).map(|unit| unit.name.clone()),
        );
        let line = self.lay(&line, false)?;
        let (old, (left, right)) = self.take_apart(code, &line)?;
        let at = self.place_of(to)?;
        let Some(taker) = self.units.get_mut(at) else {
            return Err(Refusal::NoUnit { code: to.to_owned() });
        };
        let borders_on = |piece: &Border| shares_side(piece, &taker.border);
        let smaller_left = area::square_metres(&left) <= area::square_metres(&right);
        let (given, kept) = match (borders_on(&left), borders_on(&right)) {
            (true, false) => (left, right),
            (false, true) => (right, left),
            (true, true) if smaller_left => (left, right),
            (true, true) => (right, left),
            (false, false) => {
                return Err(Refusal::NotNeighbours {
                    name: names.0.unwrap_or_default(),
                    other: names.1.unwrap_or_default(),
                });
            }
        };
        let joined = trace::dissolve(taker.border.sides().chain(given.sides()));
        taker.border = joined.ok_or(Refusal::NotThrough)?;
        self.units.push(Unit { border: kept, ..old });
        Ok(())
    }

    pub(super) fn merge(&mut self, code: &str, into: &str) -> Result<(), Refusal> {
        let (at, _) = (self.place_of(code)?, self.place_of(into)?);
        if code == into {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        }
        let gone = self.units.remove(at);
        let at = self.place_of(into)?;
        let Some(taker) = self.units.get_mut(at) else {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        };
        if !shares_side(&gone.border, &taker.border) {
            return Err(Refusal::NotNeighbours {
                name: gone.name,
                other: taker.name.clone(),
            });
        }
        let joined = trace::dissolve(taker.border.sides().chain(gone.border.sides()));
        taker.border = joined.ok_or(Refusal::NotThrough)?;
        // What had merged into it goes with it.
        for ended in self.ended.values_mut() {
            if *ended == Ended::Into(code.to_owned()) {
                *ended = Ended::Into(into.to_owned());
            }
        }
        if self.began.contains(code) {
            self.ended.insert(code.to_owned(), Ended::Into(into.to_owned()));
        } else if let Some(from) = &gone.from
            && self.ended.get(from) == Some(&Ended::SplitUp)
            && !self.units.iter().any(|unit| unit.from.as_ref() == Some(from))
        {
            // The last of what a part was split into: then that part is what merged.
            self.ended.insert(from.clone(), Ended::Into(into.to_owned()));
        }
        Ok(())
    }

    pub(super) fn set(&mut self, units: &[Unit]) -> Result<(), Refusal> {
        let count = units.iter().map(|unit| unit.border.corners().count()).sum();
        if count > MOST_PUT {
            return Err(Refusal::TooLarge { count });
        }
        let ground = |units: &[Unit]| trace::dissolve(units.iter().flat_map(|unit| unit.border.sides()));
        let mut old = Vec::new();
        for unit in units {
            let at = self.place_of(&unit.code)?;
            old.extend(self.units.get(at).cloned());
        }
        let (was, is) = (ground(&old), ground(units));
        if was.is_none() || !was.zip(is).is_some_and(|(was, is)| same_ground(&was, &is)) {
            return Err(Refusal::OtherGround);
        }
        for unit in units {
            let at = self.place_of(&unit.code)?;
            if let Some(known) = self.units.get_mut(at) {
                known.border = unit.border.clone();
            }
        }
        self.glue();
        Ok(())
    }
}

pub(super) fn shares_side(one: &Border, other: &Border) -> bool {
    let back: BTreeSet<Segment> = one
        .rings()
        .flat_map(|ring| sides(ring))
        .map(|(a, b)| (b, a))
        .collect();
    other.sides().any(|side| back.contains(&side))
}
