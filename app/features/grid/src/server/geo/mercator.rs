//! Web Mercator (EPSG:3857), in which web maps are drawn.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use crate::model::{Bounds, Place};

/// The radius of the projection's sphere in metres.
const RADIUS: f64 = 6_378_137.0;

/// Half the side of the projected world in metres: where latitude is cut off at 85.05 degrees.
pub const EDGE: f64 = PI * RADIUS;

/// A point on the projected plane, in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metres {
    pub x: f64,
    pub y: f64,
}

/// Projects a place. Latitudes beyond the projection's edge come to lie on the edge.
pub fn project(place: Place) -> Metres {
    let x = RADIUS * place.lon_degrees().to_radians();
    let y = RADIUS * (FRAC_PI_4 + place.lat_degrees().to_radians() / 2.0).tan().ln();
    Metres {
        x,
        y: if y.is_finite() {
            y.clamp(-EDGE, EDGE)
        } else {
            EDGE.copysign(f64::from(place.lat))
        },
    }
}

/// The place of a point on the plane; `None` outside the projected world.
pub fn unproject(point: Metres) -> Option<Place> {
    let lat = 2.0 * (point.y / RADIUS).exp().atan() - FRAC_PI_2;
    Place::from_degrees((point.x / RADIUS).to_degrees(), lat.to_degrees())
}

/// The projected rectangle: left, bottom, right, top in metres.
pub fn extent(bounds: Bounds) -> [f64; 4] {
    let (min, max) = (project(bounds.min), project(bounds.max));
    [min.x, min.y, max.x, max.y]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_are_met_and_come_back() {
        // EPSG Guidance Note 7-2 (method 1024): 24°22'54.433"N 100°20'00.000"W is E -11169055.58 m, N 2800000.00 m.
        let place = Place::from_degrees(-100.333_333_3, 24.381_786_9).unwrap();
        let point = project(place);
        assert!((point.x + 11_169_055.58).abs() < 0.05, "{point:?}");
        assert!((point.y - 2_800_000.0).abs() < 0.05, "{point:?}");
        assert_eq!(unproject(point), Some(place));
        assert_eq!(unproject(Metres { x: 1e12, y: 0.0 }), None);
    }

    #[test]
    fn the_poles_lie_on_the_edge() {
        for (lat, y) in [(90.0, EDGE), (-90.0, -EDGE), (89.9, EDGE)] {
            assert_eq!(project(Place::from_degrees(0.0, lat).unwrap()).y, y);
        }
    }
}
