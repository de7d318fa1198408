//! Repeat reports: the same category in the same place, shortly before.

use grid::model::Place;
use shared::Timestamp;

/// How long before: thirty days.
pub const SINCE: i64 = 30 * Timestamp::DAY;
/// How far apart the pins of one place are at most, in metres.
const NEAR: f64 = 100.0;
/// Metres of a degree of latitude.
const DEGREE: f64 = 111_195.0;
/// Places are kept in so many parts of a degree.
const PARTS: f64 = 1e7;

/// Whether two matters that lie in the same grid are at the same place: their pins at most a hundred metres apart. Where one has no pin, the grid is
/// all that is known of its place, and is the same.
pub fn same_place(one: Option<Place>, other: Option<Place>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return true;
    };
    let metres = |a: i32, b: i32| (f64::from(a) - f64::from(b)) / PARTS * DEGREE;
    let north = metres(one.lat, other.lat);
    let east = metres(one.lon, other.lon) * (f64::from(one.lat) / PARTS).to_radians().cos();
    north.hypot(east) <= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_metres_are_the_same_place() {
        let at = |lon, lat| Place::from_degrees(lon, lat);
        let here = at(120.7512, 31.6541);
        assert!(same_place(here, here) && same_place(here, None) && same_place(None, None));
        assert!(same_place(here, at(120.7512, 31.6549)), "89 m");
        assert!(!same_place(here, at(120.7512, 31.6551)), "111 m");
        assert!(same_place(here, at(120.7522, 31.6541)), "95 m at this latitude");
        assert!(!same_place(here, at(120.7525, 31.6541)));
    }
}
