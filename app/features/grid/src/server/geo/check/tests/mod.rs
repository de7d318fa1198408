//! Broken and sound areas, from one ring to the whole demonstration.

mod coverage;
mod demo;
mod hierarchy;
mod rings;

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
