//! A map as path data in whole units: small enough to be served inside the page.
//!
//! Corners are rounded to the units of the view box, each to the same unit whichever area it is met in, so that neighbours
//! stay neighbours without gaps; what falls together is dropped. `geo` simplifies further, but each polygon by itself: where two
//! meet, the corner that one drops the other keeps, for what a corner is worth depends on where its ring begins and on the
//! neighbours that it has on the way. Shared borders would come apart. On a sheet of a thousand units there is little left to drop.

use std::fmt::Write;

use super::border::Ring;
use super::mercator::{Metres, extent, project};
use super::{Border, Part};
use crate::model::{Bounds, Drawing, Place, Shape};

/// Shapes on one drawing.
pub const MOST: usize = 500;

/// The longer side of the view box in units: a unit is at most a pixel on a phone, and about one on a desktop.
pub const SIDE: f64 = 1_000.0;

/// Empty margin on each side, as a share of the longer one.
const MARGIN: f64 = 0.02;

/// An area to draw.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub border: &'a Border,
    pub label: Place,
    pub class: Option<u8>,
}

/// Draws areas, the first [`MOST`] of them, and around them the border of the unit whose parts they are; `None` where there
/// is nothing to draw.
pub fn draw(areas: &[Outline<'_>], whole: Option<&Border>) -> Option<Drawing> {
    draw_on(SIDE, areas, whole)
}

/// As [`draw`], on a sheet whose longer side has `side` units.
pub fn draw_on(side: f64, areas: &[Outline<'_>], whole: Option<&Border>) -> Option<Drawing> {
    let drawn = areas.get(..MOST.min(areas.len())).unwrap_or_default();
    let bounds = drawn
        .iter()
        .filter_map(|area| area.border.bounds())
        .chain(whole.and_then(Border::bounds))
        .reduce(Bounds::joined)?;
    let sheet = Sheet::around(bounds, side);
    let shapes = drawn
        .iter()
        .map(|area| {
            let (label_x, label_y) = sheet.unit(area.label);
            Shape {
                code: area.code.to_owned(),
                name: area.name.to_owned(),
                path: sheet.path(area.border, area.label),
                label_x,
                label_y,
                label_room: sheet.room(area.border, area.label),
                class: area.class,
            }
        })
        .collect();
    Some(Drawing {
        width: sheet.width,
        height: sheet.height,
        extent: sheet.extent,
        outline: whole.map(|whole| sheet.path(whole, bounds.centre())),
        shapes,
        left_out: areas.len() - drawn.len(),
    })
}

/// What the view box covers.
struct Sheet {
    width: i32,
    height: i32,
    extent: [f64; 4],
    /// Metres on the projected plane a unit.
    scale: f64,
}

impl Sheet {
    fn around(bounds: Bounds, side: f64) -> Self {
        let [left, bottom, right, top] = extent(bounds);
        // A single place still gets a sheet of some metres.
        let longer = (right - left).max(top - bottom).max(10.0);
        let scale = longer * (1.0 + 2.0 * MARGIN) / side;
        let units = |metres: f64| ((metres + 2.0 * MARGIN * longer) / scale).round().max(1.0);
        let (wide, high) = (units(right - left), units(top - bottom));
        // Whole units in both directions, and the extent is exactly what they cover.
        let (x, y) = ((left + right) / 2.0, (bottom + top) / 2.0);
        let (half_wide, half_high) = (wide * scale / 2.0, high * scale / 2.0);
        Self {
            width: wide as i32,
            height: high as i32,
            extent: [x - half_wide, y - half_high, x + half_wide, y + half_high],
            scale,
        }
    }

    fn exact(&self, place: Place) -> (f64, f64) {
        let Metres { x, y } = project(place);
        let [left, _, _, top] = self.extent;
        ((x - left) / self.scale, (top - y) / self.scale)
    }

    fn unit(&self, place: Place) -> (i32, i32) {
        let (x, y) = self.exact(place);
        (x.round() as i32, y.round() as i32)
    }

    /// A ring in whole units without what rounding made superfluous.
    fn ring(&self, ring: &Ring) -> Vec<(i32, i32)> {
        let mut points: Vec<(i32, i32)> = Vec::with_capacity(ring.len());
        for point in ring.iter().map(|place| self.unit(*place)) {
            add(&mut points, point);
        }
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        points
    }

    /// Path data of all rings. An area smaller than a unit becomes a dot of one, so that it can still be seen and pressed.
    fn path(&self, border: &Border, label: Place) -> String {
        let mut path = String::new();
        let rings = |part: &Part| part.iter().map(|ring| self.ring(ring)).collect::<Vec<_>>();
        for ring in border.0.iter().flat_map(rings).filter(|ring| ring.len() > 2) {
            draw_ring(&mut path, &ring);
        }
        if path.is_empty() {
            let (x, y) = self.unit(label);
            draw_ring(&mut path, &[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]);
        }
        path
    }

    /// How far it is from the label to the border, west or east, whichever is nearer.
    fn room(&self, border: &Border, label: Place) -> i32 {
        let (x, y) = self.exact(label);
        let nearest = border
            .sides()
            .filter(|(a, b)| (a.lat > label.lat) != (b.lat > label.lat))
            .map(|(a, b)| {
                let ((ax, ay), (bx, by)) = (self.exact(a), self.exact(b));
                let crossing = if ay == by {
                    ax
                } else {
                    ax + (bx - ax) * (y - ay) / (by - ay)
                };
                (crossing - x).abs()
            })
            .fold(f64::INFINITY, f64::min);
        if nearest.is_finite() {
            nearest.floor() as i32
        } else {
            0
        }
    }
}

/// Adds a point, dropping the one before it where it lies on the straight way to it.
fn add(points: &mut Vec<(i32, i32)>, point: (i32, i32)) {
    if points.last() == Some(&point) {
        return;
    }
    if let [.., a, b] = points.as_slice() {
        let (bx, by) = (b.0 - a.0, b.1 - a.1);
        let (cx, cy) = (point.0 - b.0, point.1 - b.1);
        let straight = i64::from(bx) * i64::from(cy) == i64::from(by) * i64::from(cx);
        let onward = i64::from(bx) * i64::from(cx) + i64::from(by) * i64::from(cy) > 0;
        if straight && onward {
            points.pop();
        }
    }
    points.push(point);
}

/// Appends one closed ring: absolute start, then relative steps with as few characters as they need.
fn draw_ring(path: &mut String, ring: &[(i32, i32)]) {
    let Some((start, rest)) = ring.split_first() else {
        return;
    };
    let _ = write!(path, "M{} {}", start.0, start.1);
    let mut here = *start;
    // The last command letter: it need not be repeated.
    let mut last = ' ';
    for point in rest {
        let (dx, dy) = (point.0 - here.0, point.1 - here.1);
        let (command, numbers) = match (dx, dy) {
            (dx, 0) => ('h', (dx, None)),
            (0, dy) => ('v', (dy, None)),
            (dx, dy) => ('l', (dx, Some(dy))),
        };
        if command != last {
            path.push(command);
            last = command;
        } else if numbers.0 >= 0 {
            path.push(' ');
        }
        let _ = write!(path, "{}", numbers.0);
        if let Some(second) = numbers.1 {
            if second >= 0 {
                path.push(' ');
            }
            let _ = write!(path, "{second}");
        }
        here = *point;
    }
    path.push('z');
}

#[cfg(test)]
mod tests {
    use super::super::border::tests::rectangle;
    use super::super::label;
    use super::*;

    fn outline<'a>(border: &'a Border, code: &'a str) -> Outline<'a> {
        Outline {
            code,
            name: code,
            border,
            label: label::inside(border).unwrap(),
            class: None,
        }
    }

    #[test]
    fn neighbours_share_their_units_and_the_extent_is_what_is_covered() {
        let west = rectangle(1_207_000_000, 316_000_000, 1_207_123_457, 316_070_000);
        let east = rectangle(1_207_123_457, 316_000_000, 1_207_200_000, 316_070_000);
        let drawing = draw(&[outline(&west, "w"), outline(&east, "e")], None).unwrap();
        assert_eq!(drawing.width, 1_000);
        let [left, bottom, right, top] = drawing.extent;
        let scale = (right - left) / f64::from(drawing.width);
        assert!(
            ((top - bottom) / f64::from(drawing.height) - scale).abs() < 1e-9,
            "units are square"
        );
        // West ends where east begins.
        assert_eq!(drawing.shapes[0].path, "M19 415h594v-396h-594z");
        assert_eq!(drawing.shapes[1].path, "M613 415h368v-396h-368z");
        assert_eq!(drawing.view_box(), format!("0 0 1000 {}", drawing.height));
        assert_eq!(drawing.data_extent().split(',').count(), 4);
        let shape = &drawing.shapes[0];
        assert!((shape.label_x - shape.label_room >= 19) && (shape.label_x + shape.label_room <= 613));
    }

    #[test]
    fn what_is_too_small_becomes_a_dot_and_what_is_too_many_is_counted() {
        let town = rectangle(1_207_000_000, 316_000_000, 1_217_000_000, 326_000_000);
        let yard = rectangle(1_207_000_000, 316_000_000, 1_207_000_100, 316_000_100);
        let drawing = draw(&[outline(&town, "t"), outline(&yard, "y")], None).unwrap();
        assert!(
            drawing.shapes[1].path.ends_with("h1v1h-1z"),
            "{}",
            drawing.shapes[1].path
        );
        let many = vec![outline(&yard, "y"); MOST + 3];
        let drawing = draw(&many, Some(&town)).unwrap();
        assert!(drawing.outline.is_some_and(|path| path.starts_with('M')));
        assert_eq!((drawing.shapes.len(), drawing.left_out), (MOST, 3));
        assert_eq!(draw(&[], None), None);
    }

    #[test]
    fn steps_are_written_short() {
        let mut path = String::new();
        draw_ring(&mut path, &[(5, 5), (8, 4), (10, 6), (10, 9), (7, 9)]);
        assert_eq!(path, "M5 5l3-1 2 2v3h-3z");
    }
}
