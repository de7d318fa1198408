//! Places on the ground in whole units, the same on both engines and exact to compare.

use serde::{Deserialize, Serialize};

/// Units in a degree: 1e-7 degrees is 1.1 cm on the ground.
pub const UNITS_PER_DEGREE: f64 = 1e7;

/// A place in CGCS2000/WGS 84, in 1e-7 degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub lon: i32,
    pub lat: i32,
}

impl Place {
    /// The nearest place to longitude and latitude in degrees; `None` outside the globe and for what is no number.
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return None;
        }
        Some(Self {
            lon: (lon * UNITS_PER_DEGREE).round() as i32,
            lat: (lat * UNITS_PER_DEGREE).round() as i32,
        })
    }

    /// Longitude in degrees.
    pub fn lon_degrees(self) -> f64 {
        f64::from(self.lon) / UNITS_PER_DEGREE
    }

    /// Latitude in degrees.
    pub fn lat_degrees(self) -> f64 {
        f64::from(self.lat) / UNITS_PER_DEGREE
    }

    /// As it is told to people: `东经 120.73344°，北纬 31.75429°`.
    pub fn told(self) -> String {
        let side = |value: i32, plus, minus| if value < 0 { minus } else { plus };
        format!(
            "{} {:.5}°，{} {:.5}°",
            side(self.lon, "东经", "西经"),
            self.lon_degrees().abs(),
            side(self.lat, "北纬", "南纬"),
            self.lat_degrees().abs(),
        )
    }
}

/// A rectangle of longitude and latitude, its sides belonging to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub min: Place,
    pub max: Place,
}

impl Bounds {
    /// The smallest rectangle around the places; `None` without any.
    pub fn around(places: impl IntoIterator<Item = Place>) -> Option<Self> {
        places.into_iter().fold(None, |bounds, place| {
            let one = Self {
                min: place,
                max: place,
            };
            Some(bounds.map_or(one, |bounds: Self| bounds.joined(one)))
        })
    }

    /// The smallest rectangle around both.
    pub fn joined(self, other: Self) -> Self {
        Self {
            min: Place {
                lon: self.min.lon.min(other.min.lon),
                lat: self.min.lat.min(other.min.lat),
            },
            max: Place {
                lon: self.max.lon.max(other.max.lon),
                lat: self.max.lat.max(other.max.lat),
            },
        }
    }

    pub fn contains(self, place: Place) -> bool {
        (self.min.lon..=self.max.lon).contains(&place.lon)
            && (self.min.lat..=self.max.lat).contains(&place.lat)
    }

    /// Whether the rectangles have more than a side in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.min.lon < other.max.lon
            && other.min.lon < self.max.lon
            && self.min.lat < other.max.lat
            && other.min.lat < self.max.lat
    }

    pub fn centre(self) -> Place {
        let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        Place {
            lon: middle(self.min.lon, self.max.lon),
            lat: middle(self.min.lat, self.max.lat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_become_whole_units_and_back() {
        let place = Place::from_degrees(120.733_440_1, -31.754_29).unwrap();
        assert_eq!(
            place,
            Place {
                lon: 1_207_334_401,
                lat: -317_542_900
            }
        );
        assert!((place.lon_degrees() - 120.733_440_1).abs() < 1e-9);
        assert_eq!(place.told(), "东经 120.73344°，南纬 31.75429°");
        for (lon, lat) in [(f64::NAN, 0.0), (f64::INFINITY, 0.0), (180.1, 0.0), (0.0, 90.1)] {
            assert_eq!(Place::from_degrees(lon, lat), None);
        }
    }

    #[test]
    fn bounds_hold_their_places() {
        let at = |lon, lat| Place { lon, lat };
        assert_eq!(Bounds::around([]), None);
        let bounds = Bounds::around([at(5, -5), at(-3, 9)]).unwrap();
        assert_eq!(
            bounds,
            Bounds {
                min: at(-3, -5),
                max: at(5, 9)
            }
        );
        assert!(bounds.contains(at(5, 9)) && !bounds.contains(at(6, 0)));
        assert!(
            !bounds.overlaps(Bounds {
                min: at(5, -5),
                max: at(8, 9)
            }),
            "only a side in common"
        );
    }
}
