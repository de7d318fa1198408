//! Parts and their parent.

use super::*;

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
fn an_enclave_is_covered_like_any_other_part() {
    let mut around = block(0, 0, 10, 10);
    let mut hole = block(4, 4, 6, 6).0.remove(0).remove(0);
    hole.reverse();
    around.0[0].push(hole);
    let checked = check_grids(&[around, block(4, 4, 6, 6)]);
    assert_eq!(checked.problems, []);
}
