//! The border of an area: rings of corners in whole units.

use serde::{Deserialize, Serialize};

use super::{Bounds, Place};

/// A ring of corners. The last corner is joined to the first and not repeated.
pub type Ring = Vec<Place>;

/// One connected part: its outer ring counter-clockwise, then its holes clockwise.
pub type Part = Vec<Ring>;

/// The border of an area, of one part or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Numbers", into = "Numbers")]
pub struct Border(pub Vec<Part>);

/// A border as it travels: bare numbers, longitude first.
type Numbers = Vec<Vec<Vec<[i32; 2]>>>;

impl From<Numbers> for Border {
    fn from(parts: Numbers) -> Self {
        let place = |[lon, lat]: [i32; 2]| Place { lon, lat };
        let ring = |ring: Vec<[i32; 2]>| ring.into_iter().map(place).collect();
        Self(
            parts
                .into_iter()
                .map(|part| part.into_iter().map(ring).collect())
                .collect(),
        )
    }
}

impl From<Border> for Numbers {
    fn from(border: Border) -> Self {
        let ring = |ring: Ring| ring.into_iter().map(|place| [place.lon, place.lat]).collect();
        border
            .0
            .into_iter()
            .map(|part| part.into_iter().map(ring).collect())
            .collect()
    }
}

impl Border {
    /// All rings, holes too.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.0.iter().flatten()
    }

    /// All corners of all rings.
    pub fn corners(&self) -> impl Iterator<Item = Place> {
        self.rings().flatten().copied()
    }

    /// The sides of all rings in their direction: the area lies to the left of each.
    pub fn sides(&self) -> impl Iterator<Item = (Place, Place)> {
        self.rings().flat_map(|ring| sides(ring))
    }

    /// The smallest rectangle around it; `None` for an empty border.
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::around(self.corners())
    }

    /// Whether the place lies inside, or on the border itself. Exact.
    pub fn contains(&self, place: Place) -> bool {
        let mut inside = false;
        for (a, b) in self.sides() {
            if on_side(place, a, b) {
                return true;
            }
            if (a.lat > place.lat) != (b.lat > place.lat) {
                let left = turn(a, b, place) > 0;
                if left == (b.lat > a.lat) {
                    inside = !inside;
                }
            }
        }
        inside
    }
}

/// The sides of one ring.
pub fn sides(ring: &[Place]) -> impl Iterator<Item = (Place, Place)> {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().copied().zip(next.copied())
}

/// Twice the signed area of the triangle a, b, c in square units: above 0 where c lies left of the way from a to b.
pub fn turn(a: Place, b: Place, c: Place) -> i128 {
    let wide = i128::from;
    (wide(b.lon) - wide(a.lon)) * (wide(c.lat) - wide(a.lat))
        - (wide(b.lat) - wide(a.lat)) * (wide(c.lon) - wide(a.lon))
}

/// Twice the signed area of a ring in square units: above 0 counter-clockwise.
pub fn doubled_area(ring: &[Place]) -> i128 {
    let wide = i128::from;
    sides(ring)
        .map(|(a, b)| wide(a.lon) * wide(b.lat) - wide(b.lon) * wide(a.lat))
        .sum()
}

/// Whether the place lies on the side from a to b, its ends included.
pub fn on_side(place: Place, a: Place, b: Place) -> bool {
    let within = |value: i32, x: i32, y: i32| (x.min(y)..=x.max(y)).contains(&value);
    within(place.lon, a.lon, b.lon) && within(place.lat, a.lat, b.lat) && turn(a, b, place) == 0
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn at(lon: i32, lat: i32) -> Place {
        Place { lon, lat }
    }

    /// A rectangle, counter-clockwise.
    pub fn rectangle(left: i32, bottom: i32, right: i32, top: i32) -> Border {
        Border(vec![vec![vec![
            at(left, bottom),
            at(right, bottom),
            at(right, top),
            at(left, top),
        ]]])
    }

    #[test]
    fn a_place_is_inside_on_the_border_or_outside() {
        let hole = vec![at(4, 4), at(4, 6), at(6, 6), at(6, 4)];
        let mut ring = rectangle(0, 0, 10, 10);
        ring.0[0].push(hole);
        assert!(ring.contains(at(1, 1)) && ring.contains(at(0, 5)) && ring.contains(at(10, 10)));
        assert!(
            ring.contains(at(4, 5)),
            "the border of a hole belongs to the area"
        );
        assert!(!ring.contains(at(5, 5)) && !ring.contains(at(11, 5)) && !ring.contains(at(-1, 0)));
        // A ray through a corner must not count it twice.
        let diamond = Border(vec![vec![vec![at(0, -5), at(5, 0), at(0, 5), at(-5, 0)]]]);
        assert!(diamond.contains(at(-1, 0)) && !diamond.contains(at(-6, 0)) && !diamond.contains(at(6, 0)));
    }

    #[test]
    fn comparisons_stay_exact_at_the_ends_of_the_earth() {
        let (a, b) = (at(-1_800_000_000, -900_000_000), at(1_800_000_000, 900_000_000));
        assert_eq!(turn(a, b, at(0, 0)), 0);
        assert!(turn(a, b, at(0, 1)) > 0 && turn(a, b, at(1, 0)) < 0);
        assert_eq!(doubled_area(&rectangle(0, 0, 3, 2).0[0][0]), 12);
    }
}
