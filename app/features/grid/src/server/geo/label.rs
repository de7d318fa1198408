//! Where an area's label goes: the place furthest from its border.
//!
//! The search is the quadtree refinement of Mapbox's polylabel (V. Agafonkin, "A new algorithm for finding a visual center of
//! a polygon", 2016). The crate of that name was passed over: it switches on triangulation and threads in `geo`.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::border::{doubled_area, relative, sides};
use super::{Border, Part};
use crate::model::{Bounds, Place};

/// How near to the best place the answer must be, as a share of the area's smaller side.
const NEAR: f64 = 0.02;

/// Cells looked at before the best so far is taken: a bound for borders made to be hard.
const CELLS: usize = 2_000;

/// The place inside the largest part that is furthest from its border, in the metric of the map there. `None` where the
/// area has no inside.
pub fn inside(border: &Border) -> Option<Place> {
    let largest = border
        .0
        .iter()
        .max_by_key(|part| part.first().map_or(0, |ring| doubled_area(ring)))?;
    let bounds = Bounds::around(largest.iter().flatten().copied())?;
    let best = furthest(largest, bounds)?;
    let one = Border(vec![largest.clone()]);
    one.contains(best).then_some(best)
}

/// A square and how far its centre is from the border, above 0 inside.
struct Cell {
    x: f64,
    y: f64,
    half: f64,
    distance: f64,
    /// The most that any place in the square can be from the border.
    most: f64,
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.most.total_cmp(&other.most)
    }
}

/// The sides of the rings on a plane, whose units are equal north and east.
struct Plane {
    sides: Vec<[f64; 4]>,
}

impl Plane {
    fn cell(&self, x: f64, y: f64, half: f64) -> Cell {
        let distance = self.distance(x, y);
        Cell {
            x,
            y,
            half,
            distance,
            most: distance + half * std::f64::consts::SQRT_2,
        }
    }

    /// The distance to the nearest side, below 0 outside.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let mut inside = false;
        let mut nearest = f64::INFINITY;
        for &[ax, ay, bx, by] in &self.sides {
            if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                inside = !inside;
            }
            let (dx, dy) = (bx - ax, by - ay);
            let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let (ex, ey) = (x - ax - along * dx, y - ay - along * dy);
            nearest = nearest.min(ex * ex + ey * ey);
        }
        let distance = nearest.sqrt();
        if inside { distance } else { -distance }
    }
}

fn furthest(part: &Part, bounds: Bounds) -> Option<Place> {
    let origin = bounds.centre();
    // A degree of longitude is shorter than one of latitude.
    let squeeze = origin.lat_degrees().to_radians().cos().max(0.01);
    let point = |place: Place| {
        let c = relative(place, origin);
        (c.x * squeeze, c.y)
    };
    let plane = Plane {
        sides: part
            .iter()
            .flat_map(|ring| sides(ring))
            .filter(|(a, b)| a != b)
            .map(|(a, b)| {
                let ((ax, ay), (bx, by)) = (point(a), point(b));
                [ax, ay, bx, by]
            })
            .collect(),
    };
    let ((left, bottom), (right, top)) = (point(bounds.min), point(bounds.max));
    let (wide, high) = (right - left, top - bottom);
    let size = wide.min(high);
    if size <= 0.0 || plane.sides.is_empty() {
        return None;
    }
    // A long thin area is covered by at most so many first squares.
    let half = size.max(wide.max(high) / 64.0) / 2.0;
    let mut queue = BinaryHeap::new();
    let mut y = bottom;
    while y < top {
        let mut x = left;
        while x < right {
            queue.push(plane.cell(x + half, y + half, half));
            x += half * 2.0;
        }
        y += half * 2.0;
    }
    let mut best = plane.cell((left + right) / 2.0, (bottom + top) / 2.0, 0.0);
    let mut looked = 0;
    while let Some(cell) = queue.pop() {
        looked += 1;
        if cell.distance > best.distance {
            best = plane.cell(cell.x, cell.y, 0.0);
        }
        // Until a place inside is found the search goes on, however thin the area.
        let enough = best.distance > 0.0 && cell.most - best.distance <= size * NEAR;
        if enough || looked > CELLS {
            break;
        }
        let half = cell.half / 2.0;
        for (sx, sy) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
            queue.push(plane.cell(cell.x + sx * half, cell.y + sy * half, half));
        }
    }
    Some(Place {
        lon: (best.x / squeeze + f64::from(origin.lon)).round() as i32,
        lat: (best.y + f64::from(origin.lat)).round() as i32,
    })
}

#[cfg(test)]
mod tests {
    use super::super::border::tests::{at, rectangle};
    use super::*;

    #[test]
    fn the_label_of_a_rectangle_stands_on_its_middle_line() {
        let place = inside(&rectangle(1_207_000_000, 316_000_000, 1_207_400_000, 316_100_000)).unwrap();
        assert!((place.lat - 316_050_000).abs() < 3_000, "{place:?}");
    }

    #[test]
    fn the_label_stays_inside_where_the_centre_does_not() {
        // A horseshoe, a ring with a hole, two islands of which the second is larger.
        let horseshoe = Border(vec![vec![vec![
            at(0, 0),
            at(9_000, 0),
            at(9_000, 9_000),
            at(7_000, 9_000),
            at(7_000, 2_000),
            at(2_000, 2_000),
            at(2_000, 9_000),
            at(0, 9_000),
        ]]]);
        let mut holed = rectangle(0, 0, 10_000, 10_000);
        holed.0[0].push(vec![
            at(1_000, 1_000),
            at(1_000, 9_000),
            at(9_000, 9_000),
            at(9_000, 1_000),
        ]);
        let mut islands = rectangle(0, 0, 1_000, 1_000);
        islands.0.extend(rectangle(50_000, 0, 60_000, 10_000).0);
        for border in [&horseshoe, &holed, &islands] {
            let place = inside(border).unwrap();
            assert!(border.contains(place), "{place:?}");
        }
        assert!(inside(&islands).unwrap().lon > 50_000);
    }

    #[test]
    fn what_has_no_inside_has_no_label() {
        assert_eq!(inside(&Border::default()), None);
        assert_eq!(inside(&Border(vec![vec![vec![at(0, 0), at(5, 0)]]])), None);
        // A needle 1 km long and 10 cm wide ends in reasonable time, with or without a place.
        let needle = rectangle(0, 0, 100_000, 9);
        assert!(inside(&needle).is_none_or(|place| needle.contains(place)));
    }
}
