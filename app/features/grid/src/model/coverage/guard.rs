//! What an operation must not do: make sides cross, or turn a ring inside out.

use std::collections::{BTreeSet, HashSet};

use super::{
    Coverage, Refusal,
    segment::{Index, Segment, beside, crossing, undirected},
};
use crate::model::{
    Place,
    border::{Border, doubled_area},
};

impl Coverage {
    /// Whether no side crosses another and all rings run as they should.
    pub(super) fn is_sound(&self) -> bool {
        self.guard(&BTreeSet::new()).is_ok()
    }

    /// Looks at the sides that were not there `before`.
    pub(super) fn guard(&self, before: &BTreeSet<Segment>) -> Result<(), Refusal> {
        let all = self.sides();
        let list: Vec<Segment> = all.iter().copied().collect();
        let index = Index::of(&list);
        for side in all.difference(before) {
            for number in index.near(*side) {
                let Some(other) = list.get(number as usize).filter(|other| *other != side) else {
                    continue;
                };
                let touched = [other.0, other.1]
                    .into_iter()
                    .find(|corner| beside(*corner, *side, 0.0));
                let touching = [side.0, side.1]
                    .into_iter()
                    .find(|corner| beside(*corner, *other, 0.0));
                if let Some(at) = crossing(*side, *other).or(touched).or(touching) {
                    return Err(self.told(at, *side, *other));
                }
            }
        }
        self.guard_rings()
    }

    fn guard_rings(&self) -> Result<(), Refusal> {
        for (name, border) in self.named() {
            for part in &border.0 {
                for (number, ring) in part.iter().enumerate() {
                    let area = doubled_area(ring);
                    let distinct: HashSet<&Place> = ring.iter().collect();
                    if area == 0 || (area > 0) != (number == 0) || distinct.len() != ring.len() {
                        let at = ring.first().copied().unwrap_or_default();
                        return Err(Refusal::Folded {
                            name: name.to_owned(),
                            at,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn named(&self) -> impl Iterator<Item = (&str, &Border)> {
        let units = self.units.iter().map(|unit| (unit.name.as_str(), &unit.border));
        units.chain([("空白处", &self.void), ("外边界", &self.outline)])
    }

    /// In words: beyond the outline, or over whose ground.
    fn told(&self, at: Place, side: Segment, other: Segment) -> Refusal {
        let has = |border: &Border, side: Segment| border.sides().any(|one| undirected(one) == side);
        if has(&self.outline, other) || has(&self.outline, side) {
            return Refusal::Outside { at };
        }
        let owners = |side: Segment| -> BTreeSet<&str> {
            let of = self.units.iter().filter(|unit| has(&unit.border, side));
            of.map(|unit| unit.name.as_str()).collect()
        };
        let (mine, theirs) = (owners(side), owners(other));
        let over = theirs.difference(&mine).next().or_else(|| theirs.first());
        Refusal::Overlap {
            name: over.map(|name| (*name).to_owned()).unwrap_or_default(),
            at,
        }
    }
}
