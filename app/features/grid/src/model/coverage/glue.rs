//! Giving neighbours the same corners along the border that they share.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Coverage,
    segment::{Index, NEAR, Segment, along, beside, same, undirected},
};
use crate::model::{
    Place,
    border::{Ring, sides},
};

/// Corners to be put into sides, by the side.
pub(super) type Corners = HashMap<Segment, BTreeSet<Place>>;

/// Rounds after which what still moves is left as it is: each can bring a corner near to another side.
const ROUNDS: usize = 4;

impl Coverage {
    /// Makes one corner of those that are the same place, and puts into each side the corners that lie on it.
    pub(super) fn glue(&mut self) {
        self.join_corners();
        for _ in 0..ROUNDS {
            let corners = self.corners_on_sides();
            if corners.is_empty() {
                break;
            }
            self.put(&corners);
        }
    }

    /// Corners that are the same place become the outline's, or the least of them.
    fn join_corners(&mut self) {
        const SQUARE: i32 = 8;
        let outer: BTreeSet<Place> = self.outline.corners().collect();
        let mut all: Vec<Place> = self
            .borders()
            .flat_map(crate::model::border::Border::corners)
            .collect();
        all.sort_by_key(|place| (!outer.contains(place), *place));
        all.dedup();
        let mut kept: HashMap<(i32, i32), Vec<Place>> = HashMap::new();
        let mut instead: BTreeMap<Place, Place> = BTreeMap::new();
        for place in all {
            let (x, y) = (place.lon.div_euclid(SQUARE), place.lat.div_euclid(SQUARE));
            let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
            let known = around
                .filter_map(|square| kept.get(&square))
                .flatten()
                .copied()
                // What the outline has stays as it is.
                .find(|known| same(*known, place) && !outer.contains(&place));
            match known {
                Some(known) if known != place => _ = instead.insert(place, known),
                Some(_) => {}
                None => kept.entry((x, y)).or_default().push(place),
            }
        }
        if instead.is_empty() {
            return;
        }
        for ring in self.rings_mut() {
            for corner in ring.iter_mut() {
                if let Some(known) = instead.get(corner) {
                    *corner = *known;
                }
            }
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
        }
        self.drop_nothings();
    }

    /// Rings that have become lines enclose nothing.
    fn drop_nothings(&mut self) {
        for border in self.borders_mut() {
            for part in &mut border.0 {
                if part.first().is_some_and(|outer| outer.len() < 3) {
                    part.clear();
                }
                part.retain(|ring| ring.len() > 2);
            }
            border.0.retain(|part| !part.is_empty());
        }
        self.units.retain(|unit| !unit.border.0.is_empty());
    }

    fn corners_on_sides(&self) -> Corners {
        let all: Vec<Segment> = self.sides().into_iter().collect();
        let index = Index::of(&all);
        let mut found = Corners::new();
        let corners: BTreeSet<Place> = all.iter().flat_map(|(a, b)| [*a, *b]).collect();
        for corner in corners {
            for number in index.near((corner, corner)) {
                if let Some(side) = all.get(number as usize)
                    && beside(corner, *side, NEAR)
                {
                    found.entry(*side).or_default().insert(corner);
                }
            }
        }
        found
    }

    /// Puts corners into sides, in every border that has the side.
    pub(super) fn put(&mut self, corners: &Corners) {
        for ring in self.rings_mut() {
            if !sides(ring).any(|side| corners.contains_key(&undirected(side))) {
                continue;
            }
            let mut longer: Ring = Vec::with_capacity(ring.len() + 2);
            for side in sides(ring) {
                longer.push(side.0);
                if let Some(between) = corners.get(&undirected(side)) {
                    let mut between: Vec<Place> = between.iter().copied().collect();
                    between.sort_by_key(|place| along(*place, side));
                    longer.extend(between);
                }
            }
            *ring = longer;
        }
    }
}
