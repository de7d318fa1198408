//! A tile being made: Mapbox Vector Tile 2.1.

use geo::{BooleanOps, BoundingRect, Orient, Rect, Simplify, coord, orient::Direction};
use mvt::{Feature, GeomData, GeomEncoder, GeomType, Layer};
use shared::AppError;

use super::address::{EXTENT, MARGIN, Tile};
use crate::{model::Place, server::geo::Border};

/// What is finer than so many units is left out: half a pixel.
const FINEST: f64 = 4.0;
/// Twice the area, in square units, from which on a ring is drawn.
const SMALLEST: i64 = 32;

/// What is told about a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tag<'a> {
    Text(&'a str),
    Number(i64),
    Flag(bool),
}

/// A tile with its layers.
pub struct Sheet {
    tile: Tile,
    made: mvt::Tile,
}

/// A layer of a [`Sheet`].
pub struct Drawn {
    tile: Tile,
    layer: Layer,
}

fn fault(error: mvt::Error) -> AppError {
    db::internal(&error)
}

impl Sheet {
    pub fn new(tile: Tile) -> Self {
        Self {
            tile,
            made: mvt::Tile::new(EXTENT),
        }
    }

    /// A layer to draw on, to be [`Sheet::put`] when it is done.
    pub fn layer(&self, name: &str) -> Drawn {
        Drawn {
            tile: self.tile,
            layer: self.made.create_layer(name),
        }
    }

    /// # Errors
    /// [`AppError::Internal`] for a second layer of the same name.
    pub fn put(&mut self, drawn: Drawn) -> Result<(), AppError> {
        if drawn.layer.num_features() > 0 {
            self.made.add_layer(drawn.layer).map_err(fault)?;
        }
        Ok(())
    }

    /// The bytes; none at all where nothing is drawn.
    ///
    /// # Errors
    /// [`AppError::Internal`] if it cannot be encoded.
    pub fn bytes(&self) -> Result<Vec<u8>, AppError> {
        self.made.to_bytes().map_err(fault)
    }
}

impl Drawn {
    /// A point, if it lies in this very tile.
    ///
    /// # Errors
    /// [`AppError::Internal`] if it cannot be encoded.
    pub fn point(self, place: Place, tags: &[(&str, Tag<'_>)]) -> Result<Self, AppError> {
        let at = self.tile.at(place);
        if !Tile::owns(at) {
            return Ok(self);
        }
        let geometry = GeomEncoder::new(GeomType::Point)
            .point(at.x, at.y)
            .and_then(GeomEncoder::encode)
            .map_err(fault)?;
        Ok(self.with(geometry, tags))
    }

    /// As much of an area as lies in the tile; nothing of one that is too small to be seen.
    ///
    /// # Errors
    /// [`AppError::Internal`] if it cannot be encoded.
    pub fn area(self, border: &Border, tags: &[(&str, Tag<'_>)]) -> Result<Self, AppError> {
        let geometry = encoded(&cut(self.tile, border)).map_err(fault)?;
        Ok(if geometry.is_empty() {
            self
        } else {
            self.with(geometry, tags)
        })
    }

    fn with(self, geometry: GeomData, tags: &[(&str, Tag<'_>)]) -> Self {
        let mut feature: Feature = self.layer.into_feature(geometry);
        for (key, tag) in tags {
            match *tag {
                Tag::Text(text) => feature.add_tag_string(key, text),
                Tag::Number(number) => feature.add_tag_int(key, number),
                Tag::Flag(flag) => feature.add_tag_bool(key, flag),
            }
        }
        Self {
            tile: self.tile,
            layer: feature.into_layer(),
        }
    }
}

/// The area in the tile's units, without what is too fine to be seen, clipped to the tile and its margin; outer rings clockwise as one
/// sees them, for the units count southwards.
fn cut(tile: Tile, border: &Border) -> geo::MultiPolygon<f64> {
    let ring = |ring: &Vec<Place>| {
        let mut line: geo::LineString<f64> = ring.iter().map(|place| tile.at(*place)).collect();
        line.close();
        line
    };
    let polygons = border.0.iter().filter_map(|part| {
        let mut rings = part.iter().map(ring);
        Some(geo::Polygon::new(rings.next()?, rings.collect()))
    });
    let area = geo::MultiPolygon::new(polygons.collect()).simplify(FINEST);
    let (low, high) = (-MARGIN, f64::from(EXTENT) + MARGIN);
    let window = Rect::new(coord! { x: low, y: low }, coord! { x: high, y: high });
    let inside = area.bounding_rect().is_none_or(|all| {
        all.min().x >= low && all.min().y >= low && all.max().x <= high && all.max().y <= high
    });
    let clipped = if inside {
        area
    } else {
        area.intersection(&window.to_polygon())
    };
    clipped.orient(Direction::Default)
}

fn encoded(area: &geo::MultiPolygon<f64>) -> Result<GeomData, mvt::Error> {
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    let mut last = None;
    for polygon in area {
        for (number, line) in std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .enumerate()
        {
            let mut ring: Vec<(i32, i32)> = line
                .coords()
                .map(|corner| (corner.x.round() as i32, corner.y.round() as i32))
                .collect();
            ring.dedup();
            if ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() < 3 || doubled_area(&ring).abs() < SMALLEST {
                // Holes go with an outer ring that is too small to be seen.
                if number == 0 {
                    break;
                }
                continue;
            }
            // The encoder would run two rings together where one begins at the corner at which the other ended.
            if ring.first().copied() == last {
                ring.rotate_left(1);
            }
            for (x, y) in &ring {
                encoder.add_point(f64::from(*x), f64::from(*y))?;
            }
            encoder.complete_geom()?;
            last = ring.last().copied();
        }
    }
    encoder.encode()
}

fn doubled_area(ring: &[(i32, i32)]) -> i64 {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter()
        .zip(next)
        .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
        .sum()
}

#[cfg(test)]
mod tests {
    use geo::Area;

    use super::*;
    use crate::server::geo::border::tests::{at, rectangle};

    fn tile() -> Tile {
        "12-3420-1658.mvt".parse().unwrap()
    }

    #[test]
    fn an_area_is_clipped_and_turned_as_the_standard_wants_it() {
        let bounds = tile().bounds(0.0);
        let whole = rectangle(
            bounds.min.lon - 9_000_000,
            bounds.min.lat - 9_000_000,
            bounds.max.lon + 9_000_000,
            bounds.max.lat + 9_000_000,
        );
        let area = cut(tile(), &whole);
        let side = f64::from(EXTENT) + 2.0 * MARGIN;
        assert!(
            (area.signed_area() - side * side).abs() < 1.0,
            "{}",
            area.signed_area()
        );
        let far = rectangle(0, 0, 9_000_000, 9_000_000);
        assert!(encoded(&cut(tile(), &far)).unwrap().is_empty());
        // A quarter of a pixel.
        let speck = rectangle(
            bounds.min.lon,
            bounds.min.lat,
            bounds.min.lon + 300,
            bounds.min.lat + 300,
        );
        assert!(encoded(&cut(tile(), &speck)).unwrap().is_empty());
    }

    #[test]
    fn a_tile_holds_what_is_drawn_and_is_empty_without() {
        let bounds = tile().bounds(0.0);
        let mut sheet = Sheet::new(tile());
        sheet.put(sheet.layer("areas")).unwrap();
        assert!(sheet.bytes().unwrap().is_empty());
        let inner = rectangle(
            bounds.min.lon + 100_000,
            bounds.min.lat + 100_000,
            bounds.centre().lon,
            bounds.centre().lat,
        );
        let areas = sheet
            .layer("areas")
            .area(
                &inner,
                &[("name", Tag::Text("东桥网格")), ("leaf", Tag::Flag(true))],
            )
            .unwrap();
        let points = sheet
            .layer("points")
            .point(bounds.centre(), &[("count", Tag::Number(7))])
            .and_then(|layer| layer.point(at(0, 0), &[]))
            .unwrap();
        assert_eq!(
            points.layer.num_features(),
            1,
            "a point elsewhere is not in this tile"
        );
        sheet.put(areas).unwrap();
        sheet.put(points).unwrap();
        let bytes = sheet.bytes().unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("areas") && text.contains("points") && text.contains("东桥网格"));
    }

    #[test]
    fn rings_that_meet_in_a_corner_stay_two() {
        let ring = |points: &[(f64, f64)]| geo::Polygon::new(points.to_vec().into(), Vec::new());
        let one = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        let two = ring(&[(0.0, 10.0), (0.0, 20.0), (-10.0, 20.0)]);
        let apart = ring(&[(1.0, 10.0), (1.0, 20.0), (-10.0, 20.0)]);
        let size = |parts: Vec<geo::Polygon<f64>>| encoded(&geo::MultiPolygon::new(parts)).unwrap().len();
        assert_eq!(size(vec![one.clone(), two]), size(vec![one, apart]));
    }
}
