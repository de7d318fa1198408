//! From directed sides to rings, and from rings to borders. The ground lies to the left of each side.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{
    Place,
    border::{Border, Ring, doubled_area, sides},
};
use super::segment::Segment;

/// The border of what all sides go around: sides that run both ways cancel.
pub fn dissolve(all: impl IntoIterator<Item = Segment>) -> Option<Border> {
    let mut counted: BTreeMap<Segment, i32> = BTreeMap::new();
    for (a, b) in all {
        let (side, times) = if a < b { ((a, b), 1) } else { ((b, a), -1) };
        *counted.entry(side).or_default() += times;
    }
    let mut left = Vec::new();
    for ((a, b), times) in counted {
        match times {
            0 => {}
            1 => left.push((a, b)),
            -1 => left.push((b, a)),
            _ => return None,
        }
    }
    group(rings(&left))
}

/// The rings that sides form: at each corner it goes on along the side that keeps the ground to the left narrowest, so that
/// rings are as small as can be. No ring meets itself.
pub fn rings(all: &[Segment]) -> Vec<Ring> {
    let mut onward: HashMap<Place, Vec<Place>> = HashMap::new();
    for (a, b) in all {
        onward.entry(*a).or_default().push(*b);
    }
    let mut waiting: BTreeSet<Segment> = all.iter().copied().collect();
    let mut found = Vec::new();
    while let Some(first) = waiting.pop_first() {
        let mut ring = vec![first.0];
        let mut here = first;
        while let Some(next) = onward.get(&here.1).and_then(|ends| narrowest(here, ends)) {
            let side = (here.1, next);
            if side == first || !waiting.remove(&side) {
                break;
            }
            ring.push(here.1);
            here = side;
        }
        simple(ring, &mut found);
    }
    found
}

/// The end that comes first turning clockwise from where one has come.
fn narrowest((from, here): Segment, ends: &[Place]) -> Option<Place> {
    let way = |to: Place| {
        (
            i128::from(to.lon) - i128::from(here.lon),
            i128::from(to.lat) - i128::from(here.lat),
        )
    };
    let cross = |a: (i128, i128), b: (i128, i128)| a.0 * b.1 - a.1 * b.0;
    let back = way(from);
    // 0 to just under half a turn, half a turn, beyond, and last of all the way back.
    let part = |to: (i128, i128)| match cross(back, to).signum() {
        -1 => 0,
        1 => 2,
        _ if back.0 * to.0 + back.1 * to.1 < 0 => 1,
        _ => 3,
    };
    ends.iter().copied().min_by(|a, b| {
        let (a, b) = (way(*a), way(*b));
        part(a).cmp(&part(b)).then_with(|| cross(a, b).cmp(&0))
    })
}

/// Cuts a ring where it comes to a corner again; ways there and back fall away.
fn simple(ring: Ring, found: &mut Vec<Ring>) {
    let mut open: Ring = Vec::with_capacity(ring.len());
    let mut places: HashMap<Place, usize> = HashMap::with_capacity(ring.len());
    let keep = |ring: Ring, found: &mut Vec<Ring>| {
        if ring.len() > 2 && doubled_area(&ring) != 0 {
            found.push(begun_at_the_least(ring));
        }
    };
    for corner in ring {
        if let Some(at) = places.get(&corner).copied() {
            let cut: Ring = open.drain(at..).collect();
            for gone in &cut {
                places.remove(gone);
            }
            keep(cut, found);
        }
        places.insert(corner, open.len());
        open.push(corner);
    }
    keep(open, found);
}

/// The same ring begins at the same corner however it was found.
pub fn begun_at_the_least(mut ring: Ring) -> Ring {
    let least = (0..ring.len())
        .min_by_key(|at| ring.get(*at).copied())
        .unwrap_or_default();
    ring.rotate_left(least);
    ring
}

/// Puts each hole into the smallest ring around it; `None` if one lies in none.
pub fn group(rings: Vec<Ring>) -> Option<Border> {
    let (outer, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| doubled_area(ring) > 0);
    let mut parts: Vec<(i128, Vec<Ring>)> = outer
        .into_iter()
        .map(|ring| (doubled_area(&ring), vec![ring]))
        .collect();
    parts.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    for hole in holes {
        let (area, inside) = (-doubled_area(&hole), middle(&hole)?);
        let around = parts
            .iter_mut()
            .find(|(size, part)| *size > area && part.first().is_some_and(|ring| holds(ring, inside)))?;
        around.1.push(hole);
    }
    let mut parts: Vec<Vec<Ring>> = parts.into_iter().map(|(_, part)| part).collect();
    parts.sort();
    Some(Border(parts))
}

/// The middle of a ring's first side, in half units.
fn middle(ring: &[Place]) -> Option<(i64, i64)> {
    sides(ring).next().map(half)
}

/// The middle of a side, in half units, where it is exact.
pub fn half((a, b): Segment) -> (i64, i64) {
    (
        i64::from(a.lon) + i64::from(b.lon),
        i64::from(a.lat) + i64::from(b.lat),
    )
}

/// Whether a place in half units lies inside a ring. Exact, but of places on the ring itself it says anything.
pub fn holds(ring: &[Place], (x, y): (i64, i64)) -> bool {
    let mut inside = false;
    for (a, b) in sides(ring) {
        let (ax, ay) = (2 * i64::from(a.lon), 2 * i64::from(a.lat));
        let (bx, by) = (2 * i64::from(b.lon), 2 * i64::from(b.lat));
        if (ay > y) != (by > y) {
            let turn = i128::from(bx - ax) * i128::from(y - ay) - i128::from(by - ay) * i128::from(x - ax);
            if (turn > 0) == (by > ay) {
                inside = !inside;
            }
        }
    }
    inside
}

/// As [`holds`], of a whole border.
pub fn border_holds(border: &Border, at: (i64, i64)) -> bool {
    border.rings().filter(|ring| holds(ring, at)).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::super::super::border::tests::{at, rectangle};
    use super::*;

    #[test]
    fn neighbours_dissolve_into_one() {
        let (west, east) = (rectangle(0, 0, 10, 10), rectangle(10, 0, 20, 10));
        let both = dissolve(west.sides().chain(east.sides())).unwrap();
        assert_eq!(
            both.0,
            [[[at(0, 0), at(10, 0), at(20, 0), at(20, 10), at(10, 10), at(0, 10)]]]
        );
        // Two that only touch in a corner stay two parts.
        let apart = dissolve(west.sides().chain(rectangle(10, 10, 20, 20).sides())).unwrap();
        assert_eq!(apart.0.len(), 2);
        // The same ground twice is no border.
        assert_eq!(dissolve(west.sides().chain(west.sides())), None);
    }

    #[test]
    fn a_hole_that_touches_its_ring_stays_a_hole() {
        let outer = rectangle(0, 0, 10, 10);
        let hole = [at(0, 0), at(4, 6), at(6, 4)];
        let border = dissolve(outer.sides().chain(sides(&hole))).unwrap();
        assert_eq!(border.0.len(), 1);
        assert_eq!(border.0[0].len(), 2);
        assert!(border_holds(&border, (2, 18)) && !border_holds(&border, (8, 8)));
    }

    #[test]
    fn what_dangles_falls_away() {
        let ring = rectangle(0, 0, 10, 10);
        let spike = [
            (at(0, 0), at(3, 3)),
            (at(3, 3), at(0, 0)),
            (at(3, 3), at(5, 4)),
            (at(5, 4), at(3, 3)),
        ];
        let all: Vec<Segment> = ring.sides().chain(spike).collect();
        assert_eq!(group(rings(&all)), Some(ring));
    }
}
