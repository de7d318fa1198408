//! Parts of one parent together: they should cover it, each bit of ground once.
//!
//! The sides of all parts, less the sides of the parent, are added up: sides that two neighbours share run in opposite
//! directions and cancel, and so do those of the parts' outer edge against the parent's. If nothing is left, every place is covered
//! exactly as often as it should be, and no overlay is needed. What is left forms closed loops, and how often they wind
//! around a place tells what is wrong there: less than zero times is a gap, more is an overlap or lies outside.

use std::collections::{BTreeMap, HashMap};

use super::overlay::{Region, beyond, common, windings};
use super::{Area, Known, Subject, Tolerance};
use crate::model::{Bounds, Kind, Measure, Place, Problem, Severity, Unit};
use crate::server::geo::{Border, area};

/// Gaps told of one parent.
const GAPS: usize = 20;

/// A part of a parent: in the file, or stored already.
struct Member<'a> {
    code: &'a str,
    border: &'a Border,
    bounds: Bounds,
    square_metres: f64,
    /// The area of the file; `None` for a stored one.
    area: Option<&'a Area>,
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
                overlaps(&members, None, whole, tolerance, problems);
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
    tell_gaps(subject, &gaps, whole, tolerance, missing, problems);
    if !too_often.is_empty() {
        overlaps(members, Some(&too_often), whole, tolerance, problems);
        outside(subject, parent, &too_often, members, whole, tolerance, problems);
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

fn tell_gaps(
    subject: &Subject,
    gaps: &[Region],
    whole: f64,
    tolerance: &Tolerance,
    missing: &[String],
    problems: &mut Vec<Problem>,
) {
    let total: f64 = gaps.iter().map(|gap| gap.square_metres).sum();
    let severity = severity(total, whole, tolerance.gap);
    let because = match missing {
        [] => String::new(),
        [one] => format!("。{one}还没有边界"),
        [one, ..] => format!("。{one}等 {} 个单位还没有边界", missing.len()),
    };
    let rest = gaps.get(GAPS..).unwrap_or_default();
    for (number, gap) in gaps.iter().take(GAPS).enumerate() {
        let share = gap.square_metres / whole;
        let more = if !rest.is_empty() && number + 1 == GAPS {
            let together = rest.iter().map(|gap| gap.square_metres).sum();
            format!("。另有 {} 处更小的空隙，合计 {}", rest.len(), metres(together))
        } else {
            String::new()
        };
        let message = format!(
            "有 {}没有划给任何下级，占 {}{because}{more}",
            metres(gap.square_metres),
            percent(share)
        );
        problems.push(Problem {
            place: Some(gap.place()),
            measure: Some(measure(gap.square_metres, share)),
            outline: gap.outline(),
            ..subject.problem(severity, Kind::Gap, message)
        });
    }
}

/// Finds which parts overlap: only among those that reach into one of the regions, where the regions are known.
fn overlaps(
    members: &[Member<'_>],
    regions: Option<&[Region]>,
    whole: f64,
    tolerance: &Tolerance,
    problems: &mut Vec<Problem>,
) {
    let suspect = |bounds: Bounds| regions.is_none_or(|all| all.iter().any(|r| r.bounds.overlaps(bounds)));
    let suspects: Vec<&Member<'_>> = members.iter().filter(|member| suspect(member.bounds)).collect();
    let mut found = Vec::new();
    let mut total = 0.0;
    // Sorted by their west side: those further east than this one's east side cannot reach it.
    for (i, one) in suspects.iter().enumerate() {
        let near = suspects
            .iter()
            .skip(i + 1)
            .take_while(|o| o.bounds.min.lon < one.bounds.max.lon);
        for other in near.filter(|other| other.bounds.overlaps(one.bounds)) {
            // What is wrong between two stored ones was accepted when they were stored.
            if one.area.is_none() && other.area.is_none() {
                continue;
            }
            let pieces = common(one.border, other.border);
            let square_metres: f64 = pieces.iter().map(|piece| piece.square_metres).sum();
            if square_metres > 0.0 {
                total += square_metres;
                found.push((*one, *other, pieces, square_metres));
            }
        }
    }
    let severity = severity(total, whole, tolerance.overlap);
    for (one, other, pieces, square_metres) in found {
        // Told of the one in the file, with the later of two.
        let (told, beside) = match (one.area, other.area) {
            (Some(a), Some(b)) if a.index < b.index => (b, one),
            (Some(a), _) => (a, other),
            (None, Some(b)) => (b, one),
            (None, None) => continue,
        };
        let share = square_metres / one.square_metres.min(other.square_metres);
        let name = beside.area.map_or(beside.code, |area| area.name.as_str());
        let message = format!(
            "与“{name}”（{}）重叠 {}，占较小一方的 {}",
            beside.code,
            metres(square_metres),
            percent(share)
        );
        problems.push(Problem {
            other: Some(beside.code.to_owned()),
            place: pieces.first().map(Region::place),
            measure: Some(measure(square_metres, share)),
            outline: pieces.first().map(Region::outline).unwrap_or_default(),
            ..Subject::from(told).problem(severity, Kind::Overlap, message)
        });
    }
}

/// Finds which parts reach beyond the parent.
fn outside(
    subject: &Subject,
    parent: &Border,
    regions: &[Region],
    members: &[Member<'_>],
    whole: f64,
    tolerance: &Tolerance,
    problems: &mut Vec<Problem>,
) {
    let abroad: Vec<Region> = regions
        .iter()
        .flat_map(|region| beyond(&region.border, parent))
        .collect();
    let mut found = Vec::new();
    let mut total = 0.0;
    for member in members {
        let near = abroad
            .iter()
            .filter(|region| region.bounds.overlaps(member.bounds));
        let pieces: Vec<Region> = near
            .flat_map(|region| common(member.border, &region.border))
            .collect();
        let square_metres: f64 = pieces.iter().map(|piece| piece.square_metres).sum();
        if square_metres > 0.0 {
            total += square_metres;
            found.push((member, pieces, square_metres));
        }
    }
    let severity = severity(total, whole, tolerance.outside);
    for (member, pieces, square_metres) in found {
        let share = square_metres / member.square_metres;
        let largest = pieces
            .iter()
            .max_by(|a, b| a.square_metres.total_cmp(&b.square_metres));
        // A stored part is outside because the parent's border in the file is smaller: then it is told of the parent.
        let (about, who) = match member.area {
            Some(area) => (Subject::from(area), String::new()),
            None => (
                Subject {
                    feature: subject.feature,
                    line: subject.line,
                    code: subject.code.clone(),
                    name: subject.name.clone(),
                },
                format!("已有的 {} ", member.code),
            ),
        };
        let message = format!(
            "{who}超出上级“{}”的范围 {}，占本身的 {}",
            subject.name,
            metres(square_metres),
            percent(share)
        );
        problems.push(Problem {
            other: Some(
                if member.area.is_some() {
                    &subject.code
                } else {
                    member.code
                }
                .to_owned(),
            ),
            place: largest.map(Region::place),
            measure: Some(measure(square_metres, share)),
            outline: largest.map(Region::outline).unwrap_or_default(),
            ..about.problem(severity, Kind::Outside, message)
        });
    }
}

/// Whether so much ground, all of one kind in a parent together, needs to be accepted.
fn severity(total: f64, whole: f64, tolerance: f64) -> Severity {
    if total > whole * tolerance {
        Severity::Acceptable
    } else {
        Severity::Note
    }
}

fn measure(square_metres: f64, share: f64) -> Measure {
    Measure {
        value: square_metres,
        unit: Unit::SquareMetres,
        share: Some(share),
    }
}

/// An area as people read it.
fn metres(square_metres: f64) -> String {
    if square_metres >= 1e6 {
        return format!("{:.2} 平方公里", square_metres / 1e6);
    }
    let whole = format!("{square_metres:.0}");
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} 平方米")
}

/// A share in per cent, never shown as nothing.
fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value < 0.01 {
        "不到 0.01%".to_owned()
    } else {
        format!("{value:.2}%")
    }
}
