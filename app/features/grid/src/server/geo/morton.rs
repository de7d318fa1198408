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

    /// The four cells of the next level.
    fn parts(self) -> [Self; 4] {
        let quarter = self.lowest() >> 2;
        [-3, -1, 1, 3].map(|step| Self(self.0 + step * quarter))
    }

    /// The corners of the cell, in the quadtree's units.
    fn square(self) -> ([u32; 2], u32) {
        let path = (self.0 ^ self.lowest()) as u64 >> 1;
        let side = 1_u32 << (LEVELS - self.level());
        ([spread(path >> 1), spread(path)], side)
    }
}

/// The numbers of all cells that a rectangle touches, as few ranges as `most` allows (at least one); they may reach a
/// little beyond it. Larger stored cells that hold the rectangle are not among them: see [`Cell::and_above`].
pub fn cover(bounds: Bounds, most: usize) -> Vec<RangeInclusive<i64>> {
    let (low, high) = (axes(bounds.min), axes(bounds.max));
    let mut cells = vec![Cell::around(bounds)];
    loop {
        let mut next = Vec::with_capacity(cells.len() * 2);
        let mut finer = false;
        for cell in &cells {
            let ([x, y], side) = cell.square();
            let end = |start: u32| start + (side - 1);
            let within = low[0] <= x && end(x) <= high[0] && low[1] <= y && end(y) <= high[1];
            if within || side == 1 {
                next.push(*cell);
                continue;
            }
            finer = true;
            next.extend(cell.parts().into_iter().filter(|part| {
                let ([x, y], side) = part.square();
                x <= high[0] && low[0] <= x + (side - 1) && y <= high[1] && low[1] <= y + (side - 1)
            }));
        }
        let joined = join(&next);
        if joined.len() > most.max(1) {
            return join(&cells);
        }
        if !finer {
            return joined;
        }
        cells = next;
    }
}

/// Neighbouring ranges become one.
fn join(cells: &[Cell]) -> Vec<RangeInclusive<i64>> {
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
    for range in cells.iter().map(|cell| cell.range()) {
        match ranges.last_mut() {
            // Between the ranges of neighbouring cells lie only numbers of cells that hold both.
            Some(last) if last.end() + 2 >= *range.start() => *last = *last.start()..=*range.end(),
            _ => ranges.push(range),
        }
    }
    ranges
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

/// Gathers every other bit, the reverse of [`interleave`].
fn spread(value: u64) -> u32 {
    let mut bits = value & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0F0F_0F0F_0F0F_0F0F),
        (4, 0x00FF_00FF_00FF_00FF),
        (8, 0x0000_FFFF_0000_FFFF),
        (16, 0x0000_0000_FFFF_FFFF),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}

#[cfg(test)]
mod tests {
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
    fn a_cover_misses_nothing_and_stays_near() {
        let bounds = Bounds {
            min: at(1_207_334_400, 317_542_900),
            max: at(1_209_000_000, 318_000_001),
        };
        for most in [1, 4, 16, 64] {
            let ranges = cover(bounds, most);
            assert!(ranges.len() <= most, "{} of {most}", ranges.len());
            assert!(ranges.windows(2).all(|pair| pair[0].end() < pair[1].start()));
            let covered = |place| ranges.iter().any(|range| range.contains(&Cell::of(place).key()));
            for step in 0..500 {
                let share = |step: i32, factor: f64| (f64::from(step) * factor).fract();
                let along = |a: i32, b: i32, share: f64| a + (f64::from(b - a) * share) as i32;
                let place = at(
                    along(bounds.min.lon, bounds.max.lon, share(step, 0.618_034)),
                    along(bounds.min.lat, bounds.max.lat, share(step, 0.754_878)),
                );
                assert!(covered(place), "{place:?} with {most}");
            }
            assert!(covered(bounds.min) && covered(bounds.max));
        }
        // With enough ranges, what is a rectangle's width away is not covered.
        let ranges = cover(bounds, 64);
        let far = at(bounds.max.lon + 1_700_000, bounds.max.lat);
        assert!(!ranges.iter().any(|range| range.contains(&Cell::of(far).key())));
    }
}
