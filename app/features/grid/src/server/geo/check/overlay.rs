//! Overlay of borders, and what is worth telling of its result.

use geo::BooleanOps;
use geo::algorithm::bool_ops::{FillRule, OpType};

use super::super::border::sides;
use super::super::{Border, area, label};
use crate::model::{Bounds, Place};

/// Regions narrower than this are rounding, in metres: corners are whole units of a centimetre, and a corner that one
/// neighbour has on a straight side of the other is off by up to one unit.
const NARROWEST: f64 = 0.1;

/// Regions smaller than this are rounding, in square metres.
const SMALLEST: f64 = 1.0;

/// Corners told of a region: enough to recognise it on a map.
const CORNERS: usize = 120;

/// A connected piece of ground where something is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub border: Border,
    pub bounds: Bounds,
    pub square_metres: f64,
}

impl Region {
    /// A place well inside.
    pub fn place(&self) -> Place {
        label::inside(&self.border).unwrap_or_else(|| self.bounds.centre())
    }

    /// Its outer ring with so many corners as a map needs to show it.
    pub fn outline(&self) -> Vec<Vec<Place>> {
        let ring = self.border.0.first().and_then(|part| part.first());
        ring.map(|ring| {
            ring.iter()
                .copied()
                .step_by(ring.len().div_ceil(CORNERS).max(1))
                .collect()
        })
        .into_iter()
        .collect()
    }
}

/// Where the rings wind around the ground more than zero times, and where less.
pub fn windings(loops: Vec<Vec<Place>>) -> (Vec<Region>, Vec<Region>) {
    let Some(bounds) = Bounds::around(loops.iter().flatten().copied()) else {
        return (Vec::new(), Vec::new());
    };
    let origin = bounds.centre();
    let rings = Border(loops.into_iter().map(|ring| vec![ring]).collect()).to_geo(origin);
    let nothing = geo::MultiPolygon::<f64>::new(Vec::new());
    let of = |rule| {
        regions(
            &rings.boolean_op_with_fill_rule(&nothing, OpType::Union, rule),
            origin,
        )
    };
    (of(FillRule::Positive), of(FillRule::Negative))
}

/// The same ground with rings that do not touch themselves, where that is beyond doubt: what is wound around twice or
/// the wrong way is nothing but rounding. Shifting a datum turns hairpins inside out by a centimetre; a bow tie is another
/// matter, and comes back as `None`.
pub fn untied(border: &Border) -> Option<Border> {
    let origin = border.bounds()?.centre();
    let rings = border.to_geo(origin);
    let nothing = geo::MultiPolygon::<f64>::new(Vec::new());
    let of = |rule| rings.boolean_op_with_fill_rule(&nothing, OpType::Union, rule);
    let once = of(FillRule::Positive);
    // Between what is covered at all and what is covered an odd number of times lies what is covered twice.
    let twice = once.difference(&of(FillRule::EvenOdd));
    let wrong_way = of(FillRule::Negative);
    if !regions(&twice, origin).is_empty() || !regions(&wrong_way, origin).is_empty() {
        return None;
    }
    let mut pieces = regions(&once, origin).into_iter().peekable();
    pieces.peek()?;
    Some(Border(pieces.flat_map(|region| region.border.0).collect()))
}

/// The ground that both cover.
pub fn common(one: &Border, other: &Border) -> Vec<Region> {
    with(one, other, OpType::Intersection)
}

/// The ground that the first covers and the second does not.
pub fn beyond(one: &Border, other: &Border) -> Vec<Region> {
    with(one, other, OpType::Difference)
}

fn with(one: &Border, other: &Border, operation: OpType) -> Vec<Region> {
    let Some(bounds) = one.bounds() else {
        return Vec::new();
    };
    let origin = bounds.centre();
    regions(
        &one.to_geo(origin).boolean_op(&other.to_geo(origin), operation),
        origin,
    )
}

/// The pieces worth telling, the largest first.
fn regions(shape: &geo::MultiPolygon<f64>, origin: Place) -> Vec<Region> {
    let mut regions: Vec<Region> = Border::from_geo(shape, origin)
        .0
        .into_iter()
        .filter_map(|part| {
            let border = Border(vec![part]);
            let square_metres = area::square_metres(&border);
            let bounds = border.bounds()?;
            let wide = 2.0 * square_metres / perimeter(&border).max(f64::MIN_POSITIVE);
            (square_metres >= SMALLEST && wide >= NARROWEST).then_some(Region {
                border,
                bounds,
                square_metres,
            })
        })
        .collect();
    regions.sort_by(|a, b| b.square_metres.total_cmp(&a.square_metres));
    regions
}

/// The length of all rings in metres, on a sphere: only to tell thin from wide.
fn perimeter(border: &Border) -> f64 {
    /// Metres in 1e-7 degrees of latitude.
    const UNIT: f64 = 0.011_132;
    border
        .rings()
        .flat_map(|ring| sides(ring))
        .map(|(a, b)| {
            let east = (f64::from(b.lon) - f64::from(a.lon)) * a.lat_degrees().to_radians().cos();
            east.hypot(f64::from(b.lat) - f64::from(a.lat)) * UNIT
        })
        .sum()
}
