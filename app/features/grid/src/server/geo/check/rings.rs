//! One area by itself: what can be mended is mended and said, what crosses itself is found with its place.

use geo::Validation;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::super::border::{doubled_area, on_side, sides, turn};
use super::super::{Border, Part, Ring};
use super::{Subject, overlay};
use crate::model::{Kind, Measure, Place, Problem, Severity, Unit};

/// Crossings told of one area.
const CROSSINGS: usize = 5;

/// Up to so many sides, comparing each with each is quicker than an index.
const FEW: usize = 40;

/// Mends the rings of an area; `None` where nothing sensible is left or a ring crosses itself.
pub fn repair(parts: Vec<Vec<Ring>>, subject: &Subject, problems: &mut Vec<Problem>) -> Option<Border> {
    let before = problems.len();
    let mut turned = 0;
    let mut doubled = 0;
    let mut border = Border::default();
    for part in parts {
        let mut mended: Part = Vec::with_capacity(part.len());
        for (number, ring) in part.into_iter().enumerate() {
            let place = ring.first().copied();
            let mut report = |kind, message: &str| {
                problems.push(Problem {
                    place,
                    ..subject.problem(Severity::Blocking, kind, message)
                });
            };
            let corners = ring.len();
            let Some(mut ring) = closed(ring) else {
                report(
                    Kind::OpenRing,
                    "边界没有闭合：首尾两个顶点应当相同，边界可能被截断",
                );
                continue;
            };
            ring.dedup();
            if straight(&ring) {
                report(Kind::Degenerate, "边界没有围出面积");
                continue;
            }
            doubled += corners - 1 - ring.len();
            // RFC 7946: outer rings counter-clockwise, holes clockwise. A bow tie may have no area either way.
            let area = doubled_area(&ring);
            if area != 0 && (area > 0) != (number == 0) {
                ring.reverse();
                turned += 1;
            }
            mended.push(ring);
        }
        border.0.push(mended);
    }
    if turned > 0 {
        let message = format!("{turned} 个环的方向与 GeoJSON 标准相反，已自动改正");
        problems.push(subject.problem(Severity::Note, Kind::RingOrder, message));
    }
    if doubled > 0 {
        problems.push(Problem {
            measure: Some(Measure {
                value: doubled as f64,
                unit: Unit::Vertices,
                share: None,
            }),
            ..subject.problem(
                Severity::Note,
                Kind::DuplicateVertices,
                format!("去掉了 {doubled} 个重复的顶点"),
            )
        });
    }
    let fatal = |problem: &Problem| problem.severity == Severity::Blocking;
    if problems.iter().skip(before).any(fatal) {
        return None;
    }
    let crossings = crossings(&border);
    let untied = if crossings.is_empty() {
        None
    } else {
        overlay::untied(&border)
    };
    for place in crossings {
        let (severity, message) = match untied {
            Some(_) => (Severity::Note, "与自身相接或略有交叉，面积不受影响，已自动理顺"),
            None => (Severity::Blocking, "与自身相交，请在制图软件里修正"),
        };
        let message = format!("边界在{}处{message}", place.told());
        problems.push(Problem {
            place: Some(place),
            ..subject.problem(severity, Kind::SelfIntersection, message)
        });
    }
    let border = untied.unwrap_or(border);
    if !problems.iter().skip(before).any(fatal)
        && border.rings().count() > 1
        && let Some(place) = misplaced(&border)
    {
        let message = format!("{}一带：内环不在外环里面，或几个部分互相重叠", place.told());
        problems.push(Problem {
            place: Some(place),
            ..subject.problem(Severity::Blocking, Kind::HoleOutside, message)
        });
    }
    (!problems.iter().skip(before).any(fatal)).then_some(border)
}

/// The ring without its repeated last corner; `None` where it is not closed.
fn closed(mut ring: Ring) -> Option<Ring> {
    if ring.len() < 2 || ring.first() != ring.last() {
        return None;
    }
    ring.pop();
    // A corner repeated across the seam is a repeated corner like any other.
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    Some(ring)
}

/// Whether all corners lie on one line, or are too few to enclose anything.
fn straight(ring: &[Place]) -> bool {
    let [a, b, rest @ ..] = ring else { return true };
    rest.iter().all(|corner| turn(*a, *b, *corner) == 0)
}

/// Whether rings lie in each other as they should, judged by the library; a place on the first that does not.
fn misplaced(border: &Border) -> Option<Place> {
    let origin = border.corners().next()?;
    (!border.to_geo(origin).is_valid()).then_some(())?;
    // Which one it is: the first hole that makes its part invalid, else the first part.
    border
        .0
        .iter()
        .find_map(|part| {
            let (outer, holes) = part.split_first()?;
            holes.iter().find_map(|hole| {
                let one = Border(vec![vec![outer.clone(), hole.clone()]]);
                (!one.to_geo(origin).is_valid())
                    .then(|| hole.first().copied())
                    .flatten()
            })
        })
        .or(Some(origin))
}

/// A side of a ring: its ends, and where it stands.
#[derive(Clone, Copy)]
struct Side {
    a: Place,
    b: Place,
    ring: usize,
    number: usize,
    /// How many sides its ring has.
    of: usize,
}

/// Where rings cross or run along themselves or each other. Exact. Rings of the same area may touch in a point, a ring
/// may not touch itself.
fn crossings(border: &Border) -> Vec<Place> {
    let all: Vec<Side> = border
        .rings()
        .enumerate()
        .flat_map(|(ring, corners)| {
            let of = corners.len();
            sides(corners).enumerate().map(move |(number, (a, b))| Side {
                a,
                b,
                ring,
                number,
                of,
            })
        })
        .collect();
    let mut found = Vec::new();
    let mut look = |one: &Side, other: &Side| {
        if found.len() < CROSSINGS
            && let Some(place) = meeting(one, other)
            && !found.contains(&place)
        {
            found.push(place);
        }
    };
    if all.len() <= FEW {
        for (i, one) in all.iter().enumerate() {
            all.iter().skip(i + 1).for_each(|other| look(one, other));
        }
        return found;
    }
    let point = |p: Place| [f64::from(p.lon), f64::from(p.lat)];
    let boxes = all
        .iter()
        .enumerate()
        .map(|(i, side)| GeomWithData::new(Rectangle::from_corners(point(side.a), point(side.b)), i));
    let tree = RTree::bulk_load(boxes.collect());
    for (i, one) in all.iter().enumerate() {
        let around = AABB::from_corners(point(one.a), point(one.b));
        for near in tree
            .locate_in_envelope_intersecting(&around)
            .filter(|near| near.data > i)
        {
            if let Some(other) = all.get(near.data) {
                look(one, other);
            }
        }
    }
    found
}

/// Where two sides meet that should not.
fn meeting(one: &Side, other: &Side) -> Option<Place> {
    let same_ring = one.ring == other.ring;
    if same_ring {
        let apart = one.number.abs_diff(other.number);
        if apart == 1 || apart == one.of - 1 {
            return spike(one, other);
        }
    }
    let (c_side, d_side) = (turn(one.a, one.b, other.a), turn(one.a, one.b, other.b));
    let (a_side, b_side) = (turn(other.a, other.b, one.a), turn(other.a, other.b, one.b));
    let opposite = |x: i128, y: i128| (x > 0 && y < 0) || (x < 0 && y > 0);
    if opposite(a_side, b_side) && opposite(c_side, d_side) {
        let part = a_side as f64 / (a_side - b_side) as f64;
        let along = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as i32;
        return Some(Place {
            lon: along(one.a.lon, one.b.lon),
            lat: along(one.a.lat, one.b.lat),
        });
    }
    let touching = [
        (other.a, on_side(other.a, one.a, one.b)),
        (other.b, on_side(other.b, one.a, one.b)),
        (one.a, on_side(one.a, other.a, other.b)),
        (one.b, on_side(one.b, other.a, other.b)),
    ];
    let mut places = touching
        .iter()
        .filter(|(_, touches)| *touches)
        .map(|(place, _)| *place);
    let first = places.next()?;
    // Two different common points: the sides run along each other.
    (same_ring || places.any(|place| place != first)).then_some(first)
}

/// Where neighbouring sides fold back onto each other.
fn spike(one: &Side, other: &Side) -> Option<Place> {
    let (a, b, c) = if one.b == other.a {
        (one.a, one.b, other.b)
    } else {
        (other.a, other.b, one.b)
    };
    let wide = i128::from;
    let back = (wide(a.lon) - wide(b.lon)) * (wide(c.lon) - wide(b.lon))
        + (wide(a.lat) - wide(b.lat)) * (wide(c.lat) - wide(b.lat));
    (turn(a, b, c) == 0 && back > 0).then_some(b)
}
