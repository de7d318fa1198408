//! Segments of borders: where they meet, and an index of many of them.

use std::collections::HashMap;

use super::super::{Place, border::turn};

/// From a corner to the next.
pub type Segment = (Place, Place);

/// What is nearer than this, in units of 1e-7 degrees, is the same place: corners are whole units, so a corner on a slanted
/// border lies up to one unit beside it.
pub const NEAR: f64 = 2.0;

/// The same segment whichever way it is run along.
pub fn undirected((a, b): Segment) -> Segment {
    if a < b { (a, b) } else { (b, a) }
}

fn square(a: Place, b: Place) -> i128 {
    let (x, y) = (
        i128::from(b.lon) - i128::from(a.lon),
        i128::from(b.lat) - i128::from(a.lat),
    );
    x * x + y * y
}

/// Whether two corners are the same place.
pub fn same(a: Place, b: Place) -> bool {
    square(a, b) as f64 <= NEAR * NEAR
}

/// How far along the segment a place lies, as a product that grows from its beginning to its end.
pub fn along(place: Place, (a, b): Segment) -> i128 {
    (i128::from(place.lon) - i128::from(a.lon)) * (i128::from(b.lon) - i128::from(a.lon))
        + (i128::from(place.lat) - i128::from(a.lat)) * (i128::from(b.lat) - i128::from(a.lat))
}

/// Whether the place lies beside the inside of the segment, no further than `within` units, and is none of its ends.
pub fn beside(place: Place, segment: Segment, within: f64) -> bool {
    let (a, b) = segment;
    if place == a || place == b {
        return false;
    }
    let (long, at) = (square(a, b), along(place, segment));
    at > 0 && at < long && (turn(a, b, place).unsigned_abs() as f64) <= within * (long as f64).sqrt()
}

/// Where two segments cross, rounded to whole units; not where they only touch.
pub fn crossing((a, b): Segment, (c, d): Segment) -> Option<Place> {
    let (c_side, d_side) = (turn(a, b, c).signum(), turn(a, b, d).signum());
    let (a_side, b_side) = (turn(c, d, a), turn(c, d, b));
    if c_side * d_side >= 0 || a_side.signum() * b_side.signum() >= 0 {
        return None;
    }
    let part = a_side as f64 / (a_side - b_side) as f64;
    let between = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as i32;
    Some(Place {
        lon: between(a.lon, b.lon),
        lat: between(a.lat, b.lat),
    })
}

/// The shortest way from a place to a segment, in units.
pub fn distance(place: Place, segment: Segment) -> f64 {
    let (a, b) = segment;
    let (long, at) = (square(a, b), along(place, segment));
    if at <= 0 || long == 0 {
        return (square(a, place) as f64).sqrt();
    }
    if at >= long {
        return (square(b, place) as f64).sqrt();
    }
    turn(a, b, place).unsigned_abs() as f64 / (long as f64).sqrt()
}

/// Which segments are near a place or another segment, by the squares of a chessboard that they run through.
pub struct Index {
    side: i64,
    squares: HashMap<(i64, i64), Vec<u32>>,
}

impl Index {
    /// Squares somewhat larger than segments usually are: few of them for each segment, few segments in each.
    pub fn of(segments: &[Segment]) -> Self {
        let size = |(a, b): &Segment| i64::from(a.lon.abs_diff(b.lon)).max(i64::from(a.lat.abs_diff(b.lat)));
        let total: i64 = segments.iter().map(size).sum();
        let count = i64::try_from(segments.len()).unwrap_or(i64::MAX).max(1);
        let mut index = Self {
            side: (2 * total / count).max(16),
            squares: HashMap::with_capacity(segments.len()),
        };
        for (number, segment) in (0..).zip(segments) {
            for square in index.run(*segment) {
                index.squares.entry(square).or_default().push(number);
            }
        }
        index
    }

    /// The squares that a segment runs through, with a margin of a place's own size.
    fn run(&self, (a, b): Segment) -> Vec<(i64, i64)> {
        let margin = NEAR as i64 + 1;
        let (west, east) = if a.lon <= b.lon { (a, b) } else { (b, a) };
        let column = |lon: i64| lon.div_euclid(self.side);
        let (first, last) = (
            column(i64::from(west.lon) - margin),
            column(i64::from(east.lon) + margin),
        );
        let mut squares = Vec::new();
        for x in first..=last {
            let (from, to) = if first == last || west.lon == east.lon {
                (west.lat, east.lat)
            } else {
                let at = |lon: i64| {
                    let lon = lon.clamp(i64::from(west.lon), i64::from(east.lon));
                    let part = (lon - i64::from(west.lon)) as f64
                        / (i64::from(east.lon) - i64::from(west.lon)) as f64;
                    (f64::from(west.lat) + (f64::from(east.lat) - f64::from(west.lat)) * part).round() as i32
                };
                (at(x * self.side - margin), at((x + 1) * self.side + margin))
            };
            let (low, high) = (i64::from(from.min(to)) - margin, i64::from(from.max(to)) + margin);
            squares.extend((low.div_euclid(self.side)..=high.div_euclid(self.side)).map(|y| (x, y)));
        }
        squares
    }

    /// The numbers of the segments that may meet `segment`, in order.
    pub fn near(&self, segment: Segment) -> Vec<u32> {
        let squares = self.run(segment);
        let mut found: Vec<u32> = squares
            .iter()
            .filter_map(|square| self.squares.get(square))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::border::tests::at;
    use super::*;

    #[test]
    fn segments_cross_touch_or_run_beside() {
        let level = (at(0, 0), at(100, 0));
        assert_eq!(crossing(level, (at(50, -10), at(50, 10))), Some(at(50, 0)));
        assert_eq!(crossing(level, (at(50, 0), at(50, 10))), None, "only touches");
        assert_eq!(crossing(level, (at(20, 0), at(60, 0))), None, "runs along");
        assert!(beside(at(50, 2), level, NEAR) && !beside(at(50, 3), level, NEAR));
        assert!(!beside(at(0, 0), level, NEAR) && !beside(at(-1, 0), level, NEAR));
        assert!(
            (distance(at(-3, 4), level) - 5.0).abs() < 1e-9
                && (distance(at(50, 7), level) - 7.0).abs() < 1e-9
        );
    }

    #[test]
    fn the_index_finds_all_that_cross() {
        let mut random = crate::model::coverage::tests::Random(7);
        let mut place = |far: i32| at(random.below(far), random.below(far));
        let segments: Vec<Segment> = (0..400)
            .map(|i| {
                let a = place(1_000_000);
                // Short ones and some that reach across everything.
                let b = if i % 20 == 0 {
                    place(1_000_000)
                } else {
                    let by = place(3_000);
                    at(a.lon + by.lon, a.lat - by.lat)
                };
                (a, b)
            })
            .collect();
        let index = Index::of(&segments);
        for one in &segments {
            let near = index.near(*one);
            for (number, other) in (0..).zip(&segments) {
                if crossing(*one, *other).is_some() {
                    assert!(near.contains(&number), "{one:?} {other:?}");
                }
            }
        }
    }
}
