//! Areas as the library reckons them: the yardstick of ours.

use geo::GeodesicArea;

use super::Border;
use crate::model::Place;
pub use crate::model::area::square_metres;

/// Area in square metres with geodesic sides, by the library: the yardstick of [`square_metres`], slow.
pub fn geodesic_square_metres(border: &Border) -> f64 {
    use geo::MapCoords;
    let degrees = border.to_geo(Place::default()).map_coords(|c| geo::Coord {
        x: c.x / 1e7,
        y: c.y / 1e7,
    });
    degrees.geodesic_area_unsigned()
}

#[cfg(test)]
mod tests {
    use super::super::border::tests::{at, rectangle};
    use super::*;

    #[test]
    fn areas_agree_with_geodesic_ones() {
        // A grid of 300 m, a community, a district of 60 km with slanted sides of 20 km.
        let small = rectangle(1_207_000_000, 316_000_000, 1_207_030_000, 316_030_000);
        let slanted = Border(vec![vec![vec![
            at(1_205_000_000, 315_000_000),
            at(1_206_800_000, 315_900_000),
            at(1_206_500_000, 317_500_000),
            at(1_204_900_000, 316_400_000),
        ]]]);
        for (border, allowed) in [(small, 1e-7), (slanted, 1e-4)] {
            let (ours, theirs) = (square_metres(&border), geodesic_square_metres(&border));
            assert!((ours / theirs - 1.0).abs() < allowed, "{ours} against {theirs}");
        }
    }

    #[test]
    fn holes_count_against_the_area() {
        let mut border = rectangle(1_207_000_000, 316_000_000, 1_207_100_000, 316_100_000);
        let whole = square_metres(&border);
        let mut hole = rectangle(1_207_000_000, 316_000_000, 1_207_050_000, 316_100_000)
            .0
            .remove(0)
            .remove(0);
        hole.reverse();
        border.0[0].push(hole);
        assert!((square_metres(&border) / whole - 0.5).abs() < 1e-6);
    }
}
