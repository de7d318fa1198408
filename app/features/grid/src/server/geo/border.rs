//! Borders as the `geo` crates want them, and back.

use crate::model::Place;
pub use crate::model::border::{Border, Part, Ring, doubled_area, on_side, sides, turn};

impl Border {
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
    pub use crate::model::border::tests::{at, rectangle};

    use super::*;

    #[test]
    fn the_geo_crates_give_back_what_they_got() {
        let border = rectangle(1_207_000_000, 316_000_000, 1_207_000_007, 316_000_003);
        let origin = at(1_206_000_000, 315_000_000);
        assert_eq!(Border::from_geo(&border.to_geo(origin), origin), border);
    }
}
