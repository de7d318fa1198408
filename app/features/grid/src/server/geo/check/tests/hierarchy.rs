//! Codes and parents.

use super::*;

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
