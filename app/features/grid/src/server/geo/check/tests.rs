use std::io::Cursor;

use super::*;
use crate::model::Datum;
use crate::server::geo::border::tests::{at, rectangle};
use crate::server::geo::read::{Limits, read};
use crate::server::geo::{Ring, write};

/// One unit of the maps below: some 95 m east, 111 m north.
const STEP: i32 = 10_000;

/// A rectangle in steps from a corner near 常熟.
fn block(left: i32, bottom: i32, right: i32, top: i32) -> Border {
    let x = |step: i32| 1_207_000_000 + step * STEP;
    let y = |step: i32| 316_000_000 + step * STEP;
    rectangle(x(left), y(bottom), x(right), y(top))
}

fn closed(border: &Border) -> Vec<Vec<Ring>> {
    let close = |ring: &Ring| ring.iter().chain(ring.first()).copied().collect();
    border
        .0
        .iter()
        .map(|part| part.iter().map(close).collect())
        .collect()
}

fn feature(index: u32, code: &str, border: &Border) -> Feature {
    Feature {
        index,
        line: u64::from(index) + 2,
        code: code.to_owned(),
        name: format!("第{index}网格"),
        level: String::new(),
        parent: String::new(),
        parts: closed(border),
    }
}

const COMMUNITY: &str = "320581001001";

fn grid(number: u32) -> String {
    format!("{COMMUNITY}{number:03}")
}

/// A community of ten by ten steps that is known and has its border, and one beside it without.
fn known() -> Known {
    let unit = |name: &str, parent: &str| KnownUnit {
        name: name.to_owned(),
        parent: parent.to_owned(),
        covered: true,
    };
    Known {
        units: HashMap::from([
            ("320581001".to_owned(), unit("虞山街道", "320581")),
            (COMMUNITY.to_owned(), unit("报北社区", "320581001")),
            ("320581001002".to_owned(), unit("泰安社区", "320581001")),
        ]),
        borders: HashMap::from([(COMMUNITY.to_owned(), block(0, 0, 10, 10))]),
    }
}

fn check_features(features: Vec<Feature>) -> Checked {
    check(
        Reading {
            features,
            ..Reading::default()
        },
        &known(),
        &Tolerance::default(),
    )
}

/// Checks grids in the community.
fn check_grids(borders: &[Border]) -> Checked {
    let number = |i: usize| u32::try_from(i).unwrap();
    check_features(
        borders
            .iter()
            .enumerate()
            .map(|(i, b)| feature(number(i), &grid(number(i) + 1), b))
            .collect(),
    )
}

fn only(checked: &Checked) -> &Problem {
    let [problem] = checked.problems.as_slice() else {
        panic!("{:#?}", checked.problems)
    };
    problem
}

fn near(value: f64, expected: f64) -> bool {
    (value / expected - 1.0).abs() < 0.001
}

#[test]
fn parts_that_cover_their_parent_have_no_problem() {
    let checked = check_grids(&[block(0, 0, 5, 10), block(5, 0, 10, 10)]);
    assert_eq!(checked.problems, []);
    assert!(checked.storable(&[]));
    let [west, _] = checked.areas.as_slice() else {
        panic!()
    };
    assert_eq!((west.kind, west.parent.as_str()), (NodeKind::Grid, COMMUNITY));
    assert!(west.border.contains(west.label));
    assert!(
        near(west.square_metres, 5.0 * 94.9 * 10.0 * 110.9),
        "{}",
        west.square_metres
    );
}

#[test]
fn a_corner_that_only_one_neighbour_has_is_no_problem() {
    // West has a corner in the middle of its east side, one unit off, as rounding leaves it.
    let mut west = block(0, 0, 5, 10);
    west.0[0][0].insert(2, at(1_207_050_001, 316_050_000));
    let checked = check_grids(&[west, block(5, 0, 10, 10)]);
    assert_eq!(checked.problems, []);
}

#[test]
fn a_bow_tie_is_found_where_it_crosses() {
    let mut tie = block(0, 0, 10, 10);
    tie.0[0][0].swap(2, 3);
    let checked = check_grids(&[tie]);
    let problem = checked
        .problems
        .iter()
        .find(|p| p.kind == Kind::SelfIntersection)
        .unwrap();
    assert_eq!(problem.severity, Severity::Blocking);
    assert_eq!(problem.place, Some(at(1_207_050_000, 316_050_000)));
    assert!(
        problem.message.contains("东经 120.70500°，北纬 31.60500°"),
        "{}",
        problem.message
    );
    assert_eq!(
        (problem.feature, problem.line, problem.code.clone()),
        (Some(0), Some(2), grid(1))
    );
    assert!(checked.areas.is_empty() && !checked.storable(&[problem.key()]));
}

#[test]
fn a_ring_that_only_touches_itself_is_mended() {
    let ring = |points: &[(i32, i32)]| {
        let place = |(x, y): &(i32, i32)| at(1_207_000_000 + x * STEP, 316_000_000 + y * STEP);
        Border(vec![vec![points.iter().map(place).collect()]])
    };
    for (what, border, place) in [
        (
            "a spike",
            ring(&[(0, 0), (10, 0), (10, 5), (15, 5), (10, 5), (10, 10), (0, 10)]),
            (15, 5),
        ),
        (
            "a touched corner",
            ring(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)]),
            (5, 0),
        ),
        (
            "a corner met twice",
            ring(&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10)]),
            (5, 5),
        ),
        (
            "a side run twice",
            ring(&[(0, 0), (9, 0), (9, 9), (6, 9), (6, 0), (3, 0), (3, 9), (0, 9)]),
            (3, 0),
        ),
    ] {
        let mut problems = Vec::new();
        let subject = Subject::of(&feature(0, &grid(1), &border));
        let mended = rings::repair(closed(&border), &subject, &mut problems).unwrap();
        let place = at(1_207_000_000 + place.0 * STEP, 316_000_000 + place.1 * STEP);
        let told = |p: &Problem| p.kind == Kind::SelfIntersection && p.place == Some(place);
        assert!(problems.iter().any(told), "{what}: {problems:#?}");
        assert!(
            problems.iter().all(|p| p.severity == Severity::Note),
            "{what}: {problems:#?}"
        );
        assert!(
            near(area::square_metres(&mended), area::square_metres(&border)),
            "{what}"
        );
        let mut again = Vec::new();
        assert_eq!(
            rings::repair(closed(&mended), &subject, &mut again).as_ref(),
            Some(&mended),
            "{what}: {again:#?}"
        );
    }
}

#[test]
fn a_crossing_is_found_in_a_long_ring_too() {
    // A circle of 2,000 corners is fine; with two of them swapped it crosses itself.
    let corner = |i: usize| {
        let angle = i as f64 / 2_000.0 * std::f64::consts::TAU;
        at(
            1_207_050_000 + (angle.cos() * 45_000.0) as i32,
            316_050_000 + (angle.sin() * 45_000.0) as i32,
        )
    };
    let circle = Border(vec![vec![(0..2_000).map(corner).collect()]]);
    let mut problems = Vec::new();
    let subject = Subject::of(&feature(0, &grid(1), &circle));
    assert_eq!(
        rings::repair(closed(&circle), &subject, &mut problems),
        Some(circle.clone()),
        "{problems:?}"
    );
    let mut knotted = circle;
    knotted.0[0][0].swap(700, 1_200);
    assert!(rings::repair(closed(&knotted), &subject, &mut problems).is_none());
    assert_eq!(problems[0].kind, Kind::SelfIntersection);
}

#[test]
fn an_overlap_is_measured_and_may_be_accepted() {
    let checked = check_grids(&[block(0, 0, 6, 10), block(5, 0, 10, 10)]);
    let problem = only(&checked);
    assert_eq!(
        (problem.severity, problem.kind),
        (Severity::Acceptable, Kind::Overlap)
    );
    assert_eq!(
        (problem.code.clone(), problem.other.clone()),
        (grid(2), Some(grid(1)))
    );
    let measure = problem.measure.unwrap();
    assert!(near(measure.value, 94.9 * 10.0 * 110.9), "{measure:?}");
    assert!(near(measure.share.unwrap(), 0.2));
    let place = problem.place.unwrap();
    assert!((1_207_050_000..=1_207_060_000).contains(&place.lon), "{place:?}");
    assert_eq!(problem.outline.first().map(Vec::len), Some(4));
    assert!(
        problem.message.contains("第0网格") && problem.message.contains("20.00%"),
        "{}",
        problem.message
    );
    assert!(!checked.storable(&[]) && checked.storable(&[problem.key()]));
}

#[test]
fn a_gap_is_measured_against_the_parent() {
    let checked = check_grids(&[block(0, 0, 4, 10), block(5, 0, 10, 10)]);
    let problem = only(&checked);
    assert_eq!(
        (problem.severity, problem.kind),
        (Severity::Acceptable, Kind::Gap)
    );
    assert_eq!((problem.code.as_str(), problem.feature), (COMMUNITY, None));
    let measure = problem.measure.unwrap();
    assert!(
        near(measure.value, 94.9 * 10.0 * 110.9) && near(measure.share.unwrap(), 0.1),
        "{measure:?}"
    );
    let place = problem.place.unwrap();
    assert!((1_207_040_000..=1_207_050_000).contains(&place.lon), "{place:?}");
    // With a larger tolerance the same is for information.
    let features = vec![
        feature(0, &grid(1), &block(0, 0, 4, 10)),
        feature(1, &grid(2), &block(5, 0, 10, 10)),
    ];
    let tolerance = Tolerance {
        gap: 0.11,
        ..Tolerance::default()
    };
    let checked = check(
        Reading {
            features,
            ..Reading::default()
        },
        &known(),
        &tolerance,
    );
    assert_eq!(only(&checked).severity, Severity::Note);
    assert!(checked.storable(&[]));
}

#[test]
fn a_small_gap_is_within_the_tolerance() {
    // 0.2 % of the community.
    let mut east = block(5, 0, 10, 10);
    for corner in &mut east.0[0][0] {
        corner.lon = corner.lon.max(1_207_050_200);
    }
    let checked = check_grids(&[block(0, 0, 5, 10), east]);
    assert_eq!(
        (only(&checked).severity, only(&checked).kind),
        (Severity::Note, Kind::Gap)
    );
}

#[test]
fn what_lies_outside_the_parent_is_measured() {
    let checked = check_grids(&[block(0, 0, 5, 10), block(5, 0, 12, 10)]);
    let problem = only(&checked);
    assert_eq!(
        (problem.severity, problem.kind),
        (Severity::Acceptable, Kind::Outside)
    );
    assert_eq!(
        (problem.code.clone(), problem.other.as_deref()),
        (grid(2), Some(COMMUNITY))
    );
    assert!(
        near(problem.measure.unwrap().value, 2.0 * 94.9 * 10.0 * 110.9),
        "{:?}",
        problem.measure
    );
    assert!(problem.place.unwrap().lon > 1_207_100_000);
    // Far from the parent it is outside altogether, and the parent is empty there.
    let checked = check_grids(&[block(50, 0, 60, 10)]);
    let kinds: Vec<Kind> = checked.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [Kind::Gap, Kind::Outside]);
}

#[test]
fn an_overlap_beside_a_gap_is_told_apart() {
    // Overlap, gap and overhang in one file, meeting in one corner.
    let checked = check_grids(&[
        block(0, 0, 6, 5),
        block(5, 0, 10, 5),
        block(0, 6, 5, 10),
        block(5, 5, 11, 10),
    ]);
    let mut kinds: Vec<Kind> = checked.problems.iter().map(|problem| problem.kind).collect();
    kinds.sort();
    assert_eq!(
        kinds,
        [Kind::Overlap, Kind::Gap, Kind::Outside],
        "{:#?}",
        checked.problems
    );
}

#[test]
fn neighbours_from_before_count_and_new_borders_replace_them() {
    let mut known = known();
    let stored = grid(1);
    known.units.insert(
        stored.clone(),
        KnownUnit {
            name: "第1网格".to_owned(),
            parent: COMMUNITY.to_owned(),
            covered: true,
        },
    );
    known.borders.insert(stored.clone(), block(0, 0, 5, 10));
    let run = |features| {
        check(
            Reading {
                features,
                ..Reading::default()
            },
            &known,
            &Tolerance::default(),
        )
    };
    assert_eq!(run(vec![feature(0, &grid(2), &block(5, 0, 10, 10))]).problems, []);
    let checked = run(vec![feature(0, &grid(2), &block(4, 0, 10, 10))]);
    assert_eq!(
        (only(&checked).kind, only(&checked).other.clone()),
        (Kind::Overlap, Some(stored.clone()))
    );
    let mut replaced = feature(1, &stored, &block(0, 0, 4, 10));
    replaced.name = "第1网格".to_owned();
    let checked = run(vec![feature(0, &grid(2), &block(4, 0, 10, 10)), replaced]);
    assert_eq!(checked.problems, []);
    // A smaller border for the parent leaves the stored part outside: told of the parent.
    let mut parent = feature(0, COMMUNITY, &block(0, 0, 4, 10));
    parent.name = "报北社区".to_owned();
    let checked = run(vec![parent]);
    let outside = checked
        .problems
        .iter()
        .find(|problem| problem.kind == Kind::Outside)
        .unwrap();
    assert_eq!(
        (outside.code.as_str(), outside.other.clone()),
        (COMMUNITY, Some(stored))
    );
}

#[test]
fn a_gap_names_the_parts_that_have_no_border() {
    let mut street = feature(0, "320581001", &block(0, 0, 20, 10));
    street.name = "虞山街道".to_owned();
    let checked = check_features(vec![street]);
    let gap = only(&checked);
    assert_eq!((gap.kind, gap.feature), (Kind::Gap, Some(0)));
    assert!(gap.message.contains("泰安社区还没有边界"), "{}", gap.message);
}

#[test]
fn codes_and_parents_are_checked() {
    let square = block(0, 0, 10, 10);
    let with = |change: fn(&mut Feature)| {
        let mut feature = feature(0, &grid(1), &square);
        change(&mut feature);
        let checked = check_features(vec![feature]);
        assert!(checked.counts.blocking > 0);
        (checked.problems[0].kind, checked.problems[0].message.clone())
    };
    assert_eq!(with(|f| f.code = String::new()).0, Kind::BadCode);
    assert_eq!(with(|f| f.code = "32O581".to_owned()).0, Kind::BadCode);
    assert_eq!(with(|f| f.code = "320581001009".to_owned()).0, Kind::UnknownCode);
    assert_eq!(
        with(|f| f.code = "320581001009001".to_owned()).0,
        Kind::MissingParent
    );
    assert_eq!(
        with(|f| f.parent = "320581001002".to_owned()).0,
        Kind::WrongParent
    );
    assert_eq!(with(|f| f.level = "community".to_owned()).0, Kind::WrongLevel);
    assert_eq!(with(|f| f.level = "楼栋".to_owned()).0, Kind::WrongLevel);
    assert_eq!(with(|f| f.name = String::new()).0, Kind::MissingName);

    let mut elsewhere = known();
    elsewhere.units.get_mut(COMMUNITY).unwrap().covered = false;
    let features = vec![feature(0, &grid(1), &square)];
    let checked = check(
        Reading {
            features,
            ..Reading::default()
        },
        &elsewhere,
        &Tolerance::default(),
    );
    assert!(
        checked
            .problems
            .iter()
            .any(|problem| problem.kind == Kind::OutOfScope)
    );

    let twice = check_features(vec![feature(0, &grid(1), &square), feature(1, &grid(1), &square)]);
    let problem = only(&twice);
    assert_eq!((problem.kind, problem.feature), (Kind::DuplicateCode, Some(1)));
    assert!(problem.message.contains("第 1 个要素"));
}

#[test]
fn rings_are_mended_and_it_is_said() {
    let mut turned = block(0, 0, 10, 10);
    turned.0[0][0].reverse();
    let first = turned.0[0][0][0];
    turned.0[0][0].insert(0, first);
    let checked = check_grids(&[turned]);
    let kinds: Vec<Kind> = checked.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [Kind::RingOrder, Kind::DuplicateVertices]);
    assert!(checked.storable(&[]));
    let ring = &checked.areas[0].border.0[0][0];
    assert_eq!(ring.len(), 4);
    assert!(super::super::border::doubled_area(ring) > 0);
}

#[test]
fn rings_that_cannot_be_mended_block() {
    let kinds = |parts: Vec<Vec<Ring>>| {
        let mut one = feature(0, &grid(1), &Border::default());
        one.parts = parts;
        let checked = check_features(vec![one]);
        assert!(checked.areas.is_empty());
        checked
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect::<Vec<_>>()
    };
    let mut open = closed(&block(0, 0, 10, 10));
    open[0][0].pop();
    assert_eq!(kinds(open), [Kind::OpenRing]);
    assert_eq!(kinds(vec![vec![vec![at(0, 0); 5]]]), [Kind::Degenerate]);
    assert_eq!(
        kinds(vec![vec![vec![at(0, 0), at(5, 5), at(9, 9), at(0, 0)]]]),
        [Kind::Degenerate]
    );
    assert_eq!(kinds(vec![vec![vec![]]]), [Kind::OpenRing]);
    // A hole beside its ring, a hole across it, parts on top of each other.
    let with_hole = |hole: Border| {
        let mut parts = closed(&block(0, 0, 4, 4));
        parts[0].extend(closed(&hole).remove(0));
        parts
    };
    assert!(kinds(with_hole(block(6, 6, 8, 8))).contains(&Kind::HoleOutside));
    assert!(kinds(with_hole(block(3, 3, 8, 8))).contains(&Kind::SelfIntersection));
    let mut twice = closed(&block(0, 0, 4, 4));
    twice.extend(closed(&block(1, 1, 3, 3)));
    assert!(kinds(twice).contains(&Kind::HoleOutside));
}

#[test]
fn an_enclave_is_covered_like_any_other_part() {
    let mut around = block(0, 0, 10, 10);
    let mut hole = block(4, 4, 6, 6).0.remove(0).remove(0);
    hole.reverse();
    around.0[0].push(hole);
    let checked = check_grids(&[around, block(4, 4, 6, 6)]);
    assert_eq!(checked.problems, []);
}

/// The demonstration file: everything that is known of the organisation is what the file says.
fn demo(datum: Datum) -> (Reading, Known) {
    let text = include_bytes!("../../../../demo/changshu-demo-grids.geojson");
    let reading = read(
        Cursor::new(text),
        Some(text.len() as u64),
        datum,
        &Limits::default(),
    )
    .unwrap();
    let units = reading
        .features
        .iter()
        .filter(|feature| feature.code.len() <= 12)
        .map(|feature| {
            (
                feature.code.clone(),
                KnownUnit {
                    name: feature.name.clone(),
                    parent: feature.parent.clone(),
                    covered: true,
                },
            )
        });
    let known = Known {
        units: units.collect(),
        borders: HashMap::new(),
    };
    (reading, known)
}

#[test]
fn the_demonstration_holds_without_a_problem() {
    let (reading, known) = demo(Datum::Cgcs2000);
    assert_eq!((reading.features.len(), reading.problems.len()), (3_435, 0));
    let checked = check(reading, &known, &Tolerance::default());
    assert_eq!(checked.problems, []);
    let count = |kind| checked.areas.iter().filter(|area| area.kind == kind).count();
    assert_eq!(count(NodeKind::District), 1);
    assert_eq!(count(NodeKind::Street), 17);
    assert_eq!(count(NodeKind::Community), 356);
    assert_eq!(count(NodeKind::Grid), 3_061);
    // 常熟 has some 1,276 square kilometres.
    let city = checked
        .areas
        .iter()
        .find(|area| area.kind == NodeKind::District)
        .unwrap();
    assert!(
        (1.2e9..1.35e9).contains(&city.square_metres),
        "{}",
        city.square_metres
    );
    assert!(checked.areas.iter().all(|area| area.border.contains(area.label)));
}

#[test]
fn the_demonstration_goes_out_and_comes_in_unchanged() {
    let (reading, known) = demo(Datum::Cgcs2000);
    let first = check(reading, &known, &Tolerance::default());
    let geometries: Vec<String> = first
        .areas
        .iter()
        .map(|area| write::geometry(&area.border))
        .collect();
    let features = first
        .areas
        .iter()
        .zip(&geometries)
        .map(|(area, geometry)| write::Feature {
            code: &area.code,
            name: &area.name,
            label: "",
            level: area.kind.code(),
            parent: &area.parent,
            leaf: true,
            geometry,
        });
    let text = write::collection(features, "示意图");
    let again = read(Cursor::new(&text), None, Datum::Wgs84, &Limits::default()).unwrap();
    let second = check(again, &known, &Tolerance::default());
    assert_eq!(second.problems, []);
    let borders = |checked: &Checked| {
        checked
            .areas
            .iter()
            .map(|area| area.border.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(borders(&first), borders(&second));
}

#[test]
fn the_demonstration_shifted_still_holds() {
    // Taken as GCJ-02, every corner moves by half a kilometre, neighbours alike.
    let (reading, known) = demo(Datum::Gcj02);
    let checked = check(reading, &known, &Tolerance::default());
    assert_eq!(
        (checked.counts.blocking, checked.counts.acceptable),
        (0, 0),
        "{:#?}",
        checked.problems
    );
    // One hairpin of a few centimetres is turned inside out by the shift, and mended.
    assert!(checked.counts.notes < 5, "{:#?}", checked.problems);
    let west = |checked: &Checked| {
        checked
            .areas
            .iter()
            .map(|area| area.bounds.min.lon)
            .min()
            .unwrap()
    };
    let (reading, known) = demo(Datum::Cgcs2000);
    let by = west(&check(reading, &known, &Tolerance::default())) - west(&checked);
    assert!((40_000..50_000).contains(&by), "{by}");
}

#[test]
fn the_demonstration_broken_in_places_is_told_in_those_places() {
    let (mut reading, known) = demo(Datum::Cgcs2000);
    let position =
        |reading: &Reading, code: &str| reading.features.iter().position(|f| f.code == code).unwrap();
    // One grid is gone, another is moved by some 100 m.
    let gone = position(&reading, "320581001002007");
    let gone = reading.features.remove(gone);
    let moved = position(&reading, "320581001002008");
    for corner in reading.features[moved].parts.iter_mut().flatten().flatten() {
        corner.lon += 10_000;
    }
    let checked = check(reading, &known, &Tolerance::default());
    assert_eq!(checked.counts.blocking, 0);
    let gap = checked
        .problems
        .iter()
        .find(|problem| problem.kind == Kind::Gap)
        .unwrap();
    assert_eq!(gap.code, "320581001002");
    let hole = Border(
        gone.parts
            .iter()
            .map(|part| part.iter().map(|ring| ring[1..].to_vec()).collect())
            .collect(),
    );
    assert!(hole.contains(gap.place.unwrap()) || gap.measure.unwrap().value > 0.0);
    assert!(
        checked
            .problems
            .iter()
            .any(|problem| problem.kind == Kind::Overlap)
    );
    assert!(
        checked
            .problems
            .iter()
            .all(|p| p.code.starts_with("320581001002")),
        "{:#?}",
        checked.problems
    );
}
