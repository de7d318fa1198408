//! What is done on ground: a part is drawn onto it, and uncovered ground is given to a part or made one.

use super::{Named, Refusal, parts::shares_side};
use crate::model::{
    Place,
    border::{Border, Part, doubled_area},
    coverage::{
        Coverage, Unit,
        cut::{readable, segments},
        segment::beside,
        trace,
    },
};

impl Coverage {
    pub(super) fn draw(&mut self, unit: &Named, ring: &[Place]) -> Result<(), Refusal> {
        let mut ring = readable(ring, 3, true)?;
        let area = doubled_area(&ring);
        if area == 0 {
            return Err(Refusal::NoArea);
        }
        if area < 0 {
            ring.reverse();
        }
        self.fresh(unit)?;
        let ring = self.lay(&ring, true)?;
        let beyond = segments(&ring, true)
            .into_iter()
            .find(|piece| self.runs_beyond(*piece));
        if let Some((at, _)) = beyond {
            return Err(Refusal::Outside { at });
        }
        let (border, givers) = self.carve(&ring)?;
        let giver = givers.first().and_then(|code| self.unit(code)).cloned();
        let from = giver.and_then(|giver| self.origin(&giver));
        self.add(unit, border, from);
        Ok(())
    }

    fn add(&mut self, unit: &Named, border: Border, from: Option<String>) {
        self.bare.retain(|bare| bare.code != unit.code);
        self.units.push(Unit {
            code: unit.code.clone(),
            name: unit.name.trim().to_owned(),
            border,
            from,
        });
    }

    /// Takes out the piece of uncovered ground in which a place lies.
    fn take_gap(&mut self, at: Place) -> Result<Border, Refusal> {
        let twice = (2 * i64::from(at.lon), 2 * i64::from(at.lat));
        let holds = |part: &Part| {
            let one = Border(vec![part.clone()]);
            trace::border_holds(&one, twice) || one.sides().any(|side| beside(at, side, 1.0))
        };
        let number = self.void.0.iter().position(holds).ok_or(Refusal::NoGap)?;
        Ok(Border(vec![self.void.0.remove(number)]))
    }

    pub(super) fn fill(&mut self, at: Place, into: &str) -> Result<(), Refusal> {
        let gap = self.take_gap(at)?;
        let number = self.place_of(into)?;
        let Some(unit) = self.units.get_mut(number) else {
            return Err(Refusal::NoUnit {
                code: into.to_owned(),
            });
        };
        if !shares_side(&gap, &unit.border) {
            return Err(Refusal::NotNeighbours {
                name: "空白处".to_owned(),
                other: unit.name.clone(),
            });
        }
        let joined = trace::dissolve(unit.border.sides().chain(gap.sides()));
        unit.border = joined.ok_or(Refusal::NotThrough)?;
        Ok(())
    }

    pub(super) fn found(&mut self, at: Place, unit: &Named) -> Result<(), Refusal> {
        self.fresh(unit)?;
        let gap = self.take_gap(at)?;
        self.add(unit, gap, None);
        Ok(())
    }
}
