//! Which square of the map a tile is.

use std::str::FromStr;

use shared::AppError;

use crate::{
    model::{Bounds, Place},
    server::geo::mercator::{EDGE, Metres, project, unproject},
};

/// Units along a tile's side; a browser draws them on 512 pixels.
pub const EXTENT: u32 = 4096;
/// Units beyond each side that are sent too, so that no seam is seen between tiles.
pub const MARGIN: f64 = 64.0;

/// A tile of the usual pyramid over Web Mercator: column `x` from the west and row `y` from the north of 2^z each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    z: u8,
    x: u32,
    y: u32,
}

impl Tile {
    /// The levels that are made. Nearer, a browser enlarges the last one; farther, nothing could be told apart.
    pub const LEVELS: std::ops::RangeInclusive<u8> = 6..=14;

    pub const fn level(self) -> u8 {
        self.z
    }

    /// Metres of the projection in a unit.
    fn unit(self) -> f64 {
        2.0 * EDGE / f64::from(1_u32 << self.z) / f64::from(EXTENT)
    }

    /// The north-west corner.
    fn corner(self) -> Metres {
        let side = self.unit() * f64::from(EXTENT);
        Metres {
            x: f64::from(self.x) * side - EDGE,
            y: EDGE - f64::from(self.y) * side,
        }
    }

    /// A place in units from the north-west corner, east and south.
    pub fn at(self, place: Place) -> geo::Coord<f64> {
        let (point, corner, unit) = (project(place), self.corner(), self.unit());
        geo::Coord {
            x: (point.x - corner.x) / unit,
            y: (corner.y - point.y) / unit,
        }
    }

    /// The rectangle on the ground, widened by `margin` units.
    pub fn bounds(self, margin: f64) -> Bounds {
        let (corner, unit) = (self.corner(), self.unit());
        let place = |x: f64, y: f64| {
            let point = Metres {
                x: (corner.x + x * unit).clamp(-EDGE, EDGE),
                y: (corner.y - y * unit).clamp(-EDGE, EDGE),
            };
            unproject(point).unwrap_or_default()
        };
        let far = f64::from(EXTENT) + margin;
        Bounds {
            min: place(-margin, far),
            max: place(far, -margin),
        }
    }

    /// Whether the point, in units, lies in this tile and not in the next one.
    pub fn owns(point: geo::Coord<f64>) -> bool {
        let side = 0.0..f64::from(EXTENT);
        side.contains(&point.x) && side.contains(&point.y)
    }
}

/// As in an address: `12-3421-1670.mvt`.
impl FromStr for Tile {
    type Err = AppError;

    fn from_str(file: &str) -> Result<Self, AppError> {
        let mut numbers = file
            .strip_suffix(".mvt")
            .ok_or(AppError::NotFound)?
            .split('-')
            .map(|text| text.parse::<u32>().map_err(|_| AppError::NotFound));
        let mut next = || numbers.next().unwrap_or(Err(AppError::NotFound));
        let (z, x, y) = (next()?, next()?, next()?);
        let z = u8::try_from(z).ok().filter(|z| Self::LEVELS.contains(z));
        let z = z.ok_or(AppError::NotFound)?;
        let inside = |n: u32| n < 1 << z;
        if numbers.next().is_some() || !inside(x) || !inside(y) {
            return Err(AppError::NotFound);
        }
        Ok(Self { z, x, y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_square_of_the_map() {
        let tile: Tile = "12-3420-1667.mvt".parse().unwrap();
        // The rule of slippy maps: x = (lon + 180) / 360 · 2^z, y = (1 − asinh(tan φ) / π) / 2 · 2^z.
        let place = Place::from_degrees(120.6, 31.7).unwrap();
        let at = tile.at(place);
        assert!((at.x / 4096.0 - 0.160_00).abs() < 1e-4, "{at:?}");
        assert!((at.y / 4096.0 - 0.376_73).abs() < 1e-4, "{at:?}");
        let bounds = tile.bounds(0.0);
        assert!(bounds.contains(place) && Tile::owns(at));
        let corner = tile.at(Place {
            lon: bounds.min.lon,
            lat: bounds.max.lat,
        });
        assert!(corner.x.abs() < 0.1 && corner.y.abs() < 0.1, "{corner:?}");
        assert!(tile.bounds(MARGIN).contains(bounds.min) && tile.bounds(MARGIN).contains(bounds.max));
    }

    #[test]
    fn nothing_else_is_an_address() {
        for wrong in [
            "",
            ".mvt",
            "6.mvt",
            "6-1.mvt",
            "6-1-1",
            "6-1-1-1.mvt",
            "5-1-1.mvt",
            "15-1-1.mvt",
            "6-64-0.mvt",
            "6-0-64.mvt",
            "6--1-0.mvt",
            "6-1-x.mvt",
            "..%2f",
            "6-4294967296-0.mvt",
        ] {
            assert!(wrong.parse::<Tile>().is_err(), "{wrong}");
        }
        assert!("6-63-63.mvt".parse::<Tile>().is_ok());
    }
}
