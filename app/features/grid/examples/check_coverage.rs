//! How long it takes to prove that 35,000 polygons are a coverage, beside how long the library takes to look at each of them by
//! itself. `cargo xtask bench topology` runs it; it prints one JSON object.

use std::time::Instant;

use geo::Validation;
use grid::model::{
    Place,
    border::Border,
    coverage::check::{Wrong, check},
};

/// A grid's side in units: 400 m.
const SIDE: i32 = 40_000;
/// Corners on each side of a grid.
const STEPS: i32 = 10;
const WEST: i32 = 1_200_000_000;
const SOUTH: i32 = 310_000_000;

/// The same crooked corner for the same place on the lattice, on the outline a straight one.
fn corner(x: i32, y: i32, across: i32, up: i32) -> Place {
    let mixed = u64::from(x.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(y.unsigned_abs()).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let by = SIDE / STEPS / 3;
    let bent = |bits: u64, on_outline: bool| {
        if on_outline {
            0
        } else {
            (bits % (2 * by as u64 + 1)) as i32 - by
        }
    };
    Place {
        lon: WEST + x * (SIDE / STEPS) + bent(mixed >> 8, x == 0 || x == across * STEPS),
        lat: SOUTH + y * (SIDE / STEPS) + bent(mixed >> 36, y == 0 || y == up * STEPS),
    }
}

fn grids(across: i32, up: i32) -> Vec<Border> {
    let at = |x: i32, y: i32| corner(x, y, across, up);
    let mut borders = Vec::new();
    for row in 0..up {
        for column in 0..across {
            let (x, y) = (column * STEPS, row * STEPS);
            let mut ring = Vec::new();
            ring.extend((0..STEPS).map(|i| at(x + i, y)));
            ring.extend((0..STEPS).map(|i| at(x + STEPS, y + i)));
            ring.extend((0..STEPS).map(|i| at(x + STEPS - i, y + STEPS)));
            ring.extend((0..STEPS).map(|i| at(x, y + STEPS - i)));
            borders.push(Border(vec![vec![ring]]));
        }
    }
    borders
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (across, up) = if quick { (100, 35) } else { (200, 175) };
    let mut borders = grids(across, up);
    let (east, north) = (WEST + across * SIDE, SOUTH + up * SIDE);
    let at = |lon, lat| Place { lon, lat };
    let outline = Border(vec![vec![vec![
        at(WEST, SOUTH),
        at(east, SOUTH),
        at(east, north),
        at(WEST, north),
    ]]]);
    let faults = |borders: &[Border]| {
        let parts: Vec<(&str, &Border)> = borders.iter().map(|border| ("", border)).collect();
        check(&outline, &parts, 20)
    };
    let start = Instant::now();
    let found = faults(&borders);
    let seconds = start.elapsed().as_secs_f64();
    assert!(found.is_empty(), "a coverage is one: {found:?}");
    let start = Instant::now();
    let sound = borders.iter().all(|border| {
        border
            .to_geo(
                border
                    .0
                    .first()
                    .and_then(|part| part.first()?.first().copied())
                    .unwrap_or_default(),
            )
            .is_valid()
    });
    let each = start.elapsed().as_secs_f64();
    assert!(sound, "each polygon by itself is sound");
    // It is not fast because it sees nothing: one corner of one polygon that is moved is found.
    if let Some(corner) = borders
        .get_mut(4_321 % (across * up) as usize)
        .and_then(|border| border.0.first_mut()?.first_mut()?.get_mut(3))
    {
        corner.lon += SIDE / 20;
        corner.lat += SIDE / 20;
    }
    let found = faults(&borders);
    assert!(
        found
            .iter()
            .any(|fault| matches!(fault.kind, Wrong::Overlap | Wrong::Gap)),
        "one fault is found: {found:?}"
    );
    let corners: usize = borders.iter().map(|border| border.corners().count()).sum();
    println!(
        "{}",
        serde_json::json!({ "seconds": seconds, "each": each, "polygons": borders.len(), "corners": corners })
    );
}
