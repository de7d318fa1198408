//! What is wrong between parts and their parent, in words and measures.

use super::coverage::Member;
use super::overlay::{Region, beyond, common};
use super::{Subject, Tolerance};
use crate::model::{Bounds, Kind, Measure, Problem, Severity, Unit};
use crate::server::geo::Border;

/// Gaps told of one parent.
const GAPS: usize = 20;

/// Tells where ground of the parent belongs to none of its parts.
pub fn gaps(
    subject: &Subject,
    regions: &[Region],
    whole: f64,
    tolerance: &Tolerance,
    missing: &[String],
    problems: &mut Vec<Problem>,
) {
    let total: f64 = regions.iter().map(|gap| gap.square_metres).sum();
    let severity = severity(total, whole, tolerance.gap);
    let because = match missing {
        [] => String::new(),
        [one] => format!("。{one}还没有边界"),
        [one, ..] => format!("。{one}等 {} 个单位还没有边界", missing.len()),
    };
    let rest = regions.get(GAPS..).unwrap_or_default();
    for (number, gap) in regions.iter().take(GAPS).enumerate() {
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
pub fn overlaps(
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
pub fn outside(
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
