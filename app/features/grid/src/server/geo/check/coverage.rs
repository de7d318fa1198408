//! Parts of one parent together: they should cover it, each bit of ground once.
//!
//! The sides of all parts, less the sides of the parent, are added up: sides that two neighbours share run in opposite
//! directions and cancel, and so do those of the parts' outer edge against the parent's. If nothing is left, every place is covered
//! exactly as often as it should be, and no overlay is needed. What is left forms closed loops, and how often they wind
//! around a place tells what is wrong there: less than zero times is a gap, more is an overlap or lies outside.

use std::collections::{BTreeMap, HashMap};

use super::overlay::windings;
use super::{Area, Known, Subject, Tolerance, told};
use crate::model::{Bounds, Kind, Place, Problem, Severity};
use crate::server::geo::{Border, area};

/// A part of a parent: in the file, or stored already.
pub struct Member<'a> {
    pub code: &'a str,
    pub border: &'a Border,
    pub bounds: Bounds,
    pub square_metres: f64,
    /// The area of the file; `None` for a stored one.
    pub area: Option<&'a Area>,
}

/// Checks all parents of which the file changes the border or a part.
pub fn check(areas: &[Area], known: &Known, tolerance: &Tolerance, problems: &mut Vec<Problem>) {
    let in_file: HashMap<&str, &Area> = areas.iter().map(|area| (area.code.as_str(), area)).collect();
    let mut parts: BTreeMap<&str, Vec<Member<'_>>> = BTreeMap::new();
    for area in areas.iter().filter(|area| !area.parent.is_empty()) {
        parts.entry(&area.parent).or_default().push(Member {
            code: &area.code,
            border: &area.border,
            bounds: area.bounds,
            square_metres: area.square_metres,
            area: Some(area),
        });
    }
    // Stored parts stand beside those of the file, and parts all stored count when their parent's border is in the file.
    for (code, border) in known
        .borders
        .iter()
        .filter(|(code, _)| !in_file.contains_key(code.as_str()))
    {
        let Some(parent) = known.units.get(code).map(|unit| unit.parent.as_str()) else {
            continue;
        };
        let touched = parts.contains_key(parent) || in_file.contains_key(parent);
        if let Some(bounds) = border.bounds().filter(|_| touched) {
            let square_metres = area::square_metres(border);
            parts.entry(parent).or_default().push(Member {
                code,
                border,
                bounds,
                square_metres,
                area: None,
            });
        }
    }
    for (code, mut members) in parts {
        members.sort_by_key(|member| (member.bounds.min, member.code));
        let above = in_file.get(code).copied();
        let border = above.map(|area| &area.border).or_else(|| known.borders.get(code));
        let subject = above.map_or_else(
            || Subject {
                feature: None,
                line: None,
                code: code.to_owned(),
                name: known
                    .units
                    .get(code)
                    .map(|unit| unit.name.clone())
                    .unwrap_or_default(),
            },
            Subject::from,
        );
        match border {
            Some(border) => {
                let missing = without_border(code, &in_file, known);
                within(&subject, border, &members, tolerance, &missing, problems);
            }
            None => {
                // The topmost area of a file has a parent that nobody draws; only parts that could leave gaps are worth a word.
                if members.len() > 1 {
                    let message = "上级没有边界，没有检查空隙和超出范围，只检查了互相重叠";
                    problems.push(subject.problem(Severity::Note, Kind::NoParentBorder, message));
                }
                let whole = members.iter().map(|member| member.square_metres).sum();
                told::overlaps(&members, None, whole, tolerance, problems);
            }
        }
    }
}

/// The names of known parts that have no border, neither stored nor in the file: they explain a gap.
fn without_border(parent: &str, in_file: &HashMap<&str, &Area>, known: &Known) -> Vec<String> {
    let mut names: Vec<String> = known
        .units
        .iter()
        .filter(|(code, unit)| {
            unit.parent == parent
                && !in_file.contains_key(code.as_str())
                && !known.borders.contains_key(*code)
        })
        .map(|(_, unit)| unit.name.clone())
        .collect();
    names.sort();
    names
}

/// Checks the parts of a parent whose border is known.
fn within(
    subject: &Subject,
    parent: &Border,
    members: &[Member<'_>],
    tolerance: &Tolerance,
    missing: &[String],
    problems: &mut Vec<Problem>,
) {
    let left = leftover(parent, members);
    if left.is_empty() {
        return;
    }
    let whole = area::square_metres(parent);
    let (too_often, gaps) = windings(loops(left));
    told::gaps(subject, &gaps, whole, tolerance, missing, problems);
    if !too_often.is_empty() {
        told::overlaps(members, Some(&too_often), whole, tolerance, problems);
        told::outside(subject, parent, &too_often, members, whole, tolerance, problems);
    }
}

/// The sides that do not cancel, each as often as it is left.
fn leftover(parent: &Border, members: &[Member<'_>]) -> Vec<(Place, Place)> {
    let mut sides: HashMap<(Place, Place), i32> = HashMap::new();
    let mut add = |(a, b): (Place, Place), times: i32| {
        let (side, times) = if a < b { ((a, b), times) } else { ((b, a), -times) };
        *sides.entry(side).or_default() += times;
    };
    members
        .iter()
        .flat_map(|member| member.border.sides())
        .for_each(|side| add(side, 1));
    parent.sides().for_each(|side| add(side, -1));
    let mut left: Vec<(Place, Place)> = Vec::new();
    for ((a, b), times) in sides {
        let side = if times > 0 { (a, b) } else { (b, a) };
        left.extend(std::iter::repeat_n(side, times.unsigned_abs() as usize));
    }
    left
}

/// Joins sides to closed loops. As many lead to each corner as away from it, since rings were added and taken away whole.
fn loops(left: Vec<(Place, Place)>) -> Vec<Vec<Place>> {
    let mut onward: BTreeMap<Place, Vec<Place>> = BTreeMap::new();
    for (a, b) in left {
        onward.entry(a).or_default().push(b);
    }
    onward.values_mut().for_each(|ends| ends.sort());
    let mut loops = Vec::new();
    while let Some(start) = onward.keys().next().copied() {
        let mut ring = Vec::new();
        let mut here = start;
        while let Some(ends) = onward.get_mut(&here) {
            ring.push(here);
            let next = ends.pop();
            if ends.is_empty() {
                onward.remove(&here);
            }
            match next {
                Some(next) if next != start => here = next,
                _ => break,
            }
        }
        loops.push(ring);
    }
    loops
}
