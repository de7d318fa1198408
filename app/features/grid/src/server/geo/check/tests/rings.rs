//! One area by itself.

use super::super::rings::repair;
use super::*;

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
        let mended = repair(closed(&border), &subject, &mut problems).unwrap();
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
            repair(closed(&mended), &subject, &mut again).as_ref(),
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
        repair(closed(&circle), &subject, &mut problems),
        Some(circle.clone()),
        "{problems:?}"
    );
    let mut knotted = circle;
    knotted.0[0][0].swap(700, 1_200);
    assert!(repair(closed(&knotted), &subject, &mut problems).is_none());
    assert_eq!(problems[0].kind, Kind::SelfIntersection);
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
    assert!(crate::server::geo::border::doubled_area(ring) > 0);
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
