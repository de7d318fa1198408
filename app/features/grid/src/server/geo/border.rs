//! The border of an area: rings of corners in whole units.

use crate::model::{Bounds, Place};

/// A ring of corners. The last corner is joined to the first and not repeated.
pub type Ring = Vec<Place>;

/// One connected part: its outer ring counter-clockwise, then its holes clockwise.
pub type Part = Vec<Ring>;

/// The border of an area, of one part or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Border(pub Vec<Part>);

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

    /// As the `geo` crates want it: closed rings, in whole units east and north of `origin`.
    pub fn to_geo(&self, origin: Place) -> geo::MultiPolygon<f64> {
        let ring = |ring: &Ring| {
            let coords = ring.iter().map(|p| relative(*p, origin)).collect();
            let mut line = geo::LineString::new(coords);
            line.close();
            line
        };
        let part = |part: &Part| {
            let mut rings = part.iter().map(ring);
            let outer = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
            geo::Polygon::new(outer, rings.collect())
        };
        geo::MultiPolygon::new(self.0.iter().map(part).collect())
    }

    /// Back from the `geo` crates, rounded to whole units.
    pub fn from_geo(shape: &geo::MultiPolygon<f64>, origin: Place) -> Self {
        let ring = |line: &geo::LineString<f64>| {
            let mut ring: Ring = line.0.iter().map(|c| absolute(*c, origin)).collect();
            ring.dedup();
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            ring
        };
        let part = |polygon: &geo::Polygon<f64>| {
            std::iter::once(polygon.exterior())
                .chain(polygon.interiors())
                .map(ring)
                .collect()
        };
        Self(shape.0.iter().map(part).collect())
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

/// A place in whole units east and north of an origin, where floating point is exact.
pub fn relative(place: Place, origin: Place) -> geo::Coord<f64> {
    geo::Coord {
        x: f64::from(place.lon) - f64::from(origin.lon),
        y: f64::from(place.lat) - f64::from(origin.lat),
    }
}

/// Back from [`relative`], rounded to whole units.
pub fn absolute(coord: geo::Coord<f64>, origin: Place) -> Place {
    Place {
        lon: (coord.x + f64::from(origin.lon)).round() as i32,
        lat: (coord.y + f64::from(origin.lat)).round() as i32,
    }
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

    #[test]
    fn the_geo_crates_give_back_what_they_got() {
        let border = rectangle(1_207_000_000, 316_000_000, 1_207_000_007, 316_000_003);
        let origin = at(1_206_000_000, 315_000_000);
        assert_eq!(Border::from_geo(&border.to_geo(origin), origin), border);
    }
}
