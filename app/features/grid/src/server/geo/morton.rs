//! Places and rectangles under a B-tree: cells of a quadtree numbered along the Morton curve.
//!
//! A cell's number is its path from the whole globe down, two bits a level, then a 1, then zeros: so the numbers of
//! all cells inside it lie in one range around it, and a cell says how large it is. Sixty-three bits in all, so that the
//! number is a positive `i64` on both engines.

use std::ops::RangeInclusive;

use crate::model::{Bounds, Place};

/// Levels of the quadtree. The smallest cell measures 2e-7 degrees.
const LEVELS: u32 = 31;

/// Level 0 is the whole globe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(i64);

impl Cell {
    /// The smallest cell around a place.
    pub fn of(place: Place) -> Self {
        let [x, y] = axes(place);
        Self::at(x, y)
    }

    /// The smallest cell there, in the quadtree's units.
    fn at(x: u32, y: u32) -> Self {
        Self(((interleave(x) << 1 | interleave(y)) << 1 | 1) as i64)
    }

    /// The smallest cell that holds the whole rectangle.
    pub fn around(bounds: Bounds) -> Self {
        let (a, b) = (Self::of(bounds.min).0 >> 1, Self::of(bounds.max).0 >> 1);
        // The first level, from above, on which the corners part.
        let alike = (a ^ b).leading_zeros().saturating_sub(64 - 2 * LEVELS) / 2;
        Self::of(bounds.min).up_to(alike)
    }

    /// The number as it is stored.
    pub fn key(self) -> i64 {
        self.0
    }

    /// The numbers of all cells within this one, its own too.
    pub fn range(self) -> RangeInclusive<i64> {
        let low = self.lowest();
        self.0 - (low - 1)..=self.0 + (low - 1)
    }

    /// This cell and all that hold it, the globe last: a stored cell that holds a place is one of these.
    pub fn and_above(self) -> impl Iterator<Item = Self> {
        (0..=self.level()).rev().map(move |level| self.up_to(level))
    }

    fn lowest(self) -> i64 {
        self.0 & self.0.wrapping_neg()
    }

    fn level(self) -> u32 {
        LEVELS - self.0.trailing_zeros() / 2
    }

    /// The cell of a level above that holds this one.
    fn up_to(self, level: u32) -> Self {
        let low = 1_i64 << (2 * (LEVELS - level));
        Self(self.0 & !(low | (low - 1)) | low)
    }
}

/// The cells of one level that a rectangle touches, in rows from the south-west. The level is the deepest whose cells are as wide as the
/// rectangle's longer side: at most four cells.
pub fn touched(bounds: Bounds) -> Vec<Cell> {
    let (low, high) = (axes(bounds.min), axes(bounds.max));
    let level = level_for(bounds, 0);
    let along = |axis: usize| low[axis] >> (LEVELS - level)..=high[axis] >> (LEVELS - level);
    let mut cells = Vec::new();
    for y in along(1) {
        for x in along(0) {
            let [x, y] = [x, y].map(|start| start << (LEVELS - level));
            cells.push(Cell::at(x, y).up_to(level));
        }
    }
    cells
}

/// By how many bits the numbers of places are shifted, so that those in one cell `finer` levels below [`touched`] become equal.
pub fn shift(bounds: Bounds, finer: u32) -> i32 {
    (2 * (LEVELS - level_for(bounds, finer)) + 1) as i32
}

fn level_for(bounds: Bounds, finer: u32) -> u32 {
    let (low, high) = (axes(bounds.min), axes(bounds.max));
    let longer = (high[0] - low[0]).max(high[1] - low[1]);
    let side = u32::BITS - longer.leading_zeros();
    (LEVELS.saturating_sub(side) + finer).min(LEVELS)
}

/// Longitude and latitude from 0 in units of 2e-7 degrees: 31 bits each.
fn axes(place: Place) -> [u32; 2] {
    let shifted = |value: i32, half: i64| ((i64::from(value) + half).max(0) >> 1) as u32;
    [shifted(place.lon, 1_800_000_000), shifted(place.lat, 900_000_000)]
}

/// Spreads 31 bits to every other bit.
fn interleave(value: u32) -> u64 {
    let mut bits = u64::from(value);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The cell that holds everything.
    const GLOBE: Cell = Cell(1 << (2 * LEVELS));

    fn at(lon: i32, lat: i32) -> Place {
        Place { lon, lat }
    }

    #[test]
    fn a_cell_holds_its_place_and_says_so_by_its_range() {
        for place in [
            at(1_207_334_400, 317_542_900),
            at(-1_800_000_000, -900_000_000),
            at(1_800_000_000, 900_000_000),
        ] {
            let cell = Cell::of(place);
            assert!(cell.key() > 0);
            assert_eq!(cell.range(), cell.key()..=cell.key());
            let above: Vec<Cell> = cell.and_above().collect();
            assert_eq!(above.len(), 32);
            assert_eq!(above.last(), Some(&GLOBE));
            assert!(above.windows(2).all(|pair| {
                let (inner, outer) = (pair[0].range(), pair[1].range());
                outer.contains(inner.start()) && outer.contains(inner.end())
            }));
        }
    }

    #[test]
    fn the_cell_around_a_rectangle_is_found_from_every_place_in_it() {
        let bounds = Bounds {
            min: at(1_207_000_000, 316_000_000),
            max: at(1_207_090_000, 316_060_000),
        };
        let stored = Cell::around(bounds);
        assert!(
            stored.level() > 8,
            "small rectangles lie in small cells: {}",
            stored.level()
        );
        for place in [bounds.min, bounds.max, bounds.centre()] {
            assert!(Cell::of(place).and_above().any(|cell| cell == stored));
        }
        // One that straddles the first parting, at 34.748 degrees, lies in nothing smaller than the globe.
        let parting = 347_483_648;
        assert_eq!(
            Cell::around(Bounds {
                min: at(parting - 2, 0),
                max: at(parting + 2, 0)
            }),
            GLOBE
        );
        assert_eq!(
            Cell::around(Bounds {
                min: at(7, 7),
                max: at(7, 7)
            }),
            Cell::of(at(7, 7))
        );
    }

    #[test]
    fn what_a_rectangle_touches_misses_nothing_and_stays_near() {
        let bounds = Bounds {
            min: at(1_207_334_400, 317_542_900),
            max: at(1_209_000_000, 318_000_001),
        };
        let cells = touched(bounds);
        assert!(cells.len() <= 4, "{cells:?}");
        let covered = |place| {
            cells
                .iter()
                .filter(|cell| cell.range().contains(&Cell::of(place).key()))
                .count()
        };
        let mut together = BTreeSet::new();
        for step in 0..500 {
            let share = |step: i32, factor: f64| (f64::from(step) * factor).fract();
            let along = |a: i32, b: i32, share: f64| a + (f64::from(b - a) * share) as i32;
            let place = at(
                along(bounds.min.lon, bounds.max.lon, share(step, 0.618_034)),
                along(bounds.min.lat, bounds.max.lat, share(step, 0.754_878)),
            );
            assert_eq!(covered(place), 1, "{place:?}");
            together.insert(Cell::of(place).key() >> shift(bounds, 2));
        }
        assert_eq!(covered(bounds.min) + covered(bounds.max), 2);
        assert_eq!(covered(at(bounds.max.lon + 3_500_000, bounds.max.lat)), 0);
        // Two levels below, the longer side is parted into at most five.
        assert!((4..=25).contains(&together.len()), "{together:?}");
        let one = Bounds {
            min: at(7, 7),
            max: at(7, 7),
        };
        assert_eq!(touched(one), [Cell::of(at(7, 7))]);
    }
}
