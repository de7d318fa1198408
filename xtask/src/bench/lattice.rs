//! A made-up district of many thousand grids that fit together, as the files that an office would send: 25 towns, 500 communities, 35,000
//! grids of 400 m, each with sixteen corners.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde_json::json;

/// Grids of one file, of whole communities: the import takes 20,000 borders at a time.
const A_FILE: usize = 17_500;
/// Units of 1e-7 degrees.
const SIDE: i64 = 40_000;
/// Corners on each side of a grid.
const STEPS: i64 = 4;
const WEST: i64 = 1_200_000_000;
const SOUTH: i64 = 310_000_000;

/// How many parts lie beside and above each other in a unit, from the district down.
const PARTS: [(i64, i64); 3] = [(5, 5), (4, 5), (10, 7)];
/// Quick: a tenth of it.
const FEW: [(i64, i64); 3] = [(5, 5), (2, 2), (7, 5)];

/// What was written.
pub struct Lattice {
    /// In the order in which they are imported: `divisions.csv` first.
    pub borders: Vec<PathBuf>,
    /// The corners of the whole in degrees: west, south, east, north.
    pub corners: [f64; 4],
}

struct Unit {
    code: String,
    level: &'static str,
    /// In grids from the south-west corner: left, bottom, right, top.
    place: [i64; 4],
}

/// Writes `divisions.csv` and files of borders into the folder, the units above the grids in the first.
///
/// # Errors
/// A file cannot be written.
pub fn write(folder: &Path, quick: bool) -> Result<Lattice> {
    let parts = if quick { FEW } else { PARTS };
    let across: i64 = parts.iter().map(|part| part.0).product();
    let up: i64 = parts.iter().map(|part| part.1).product();
    let mut units = vec![Unit {
        code: "329901".into(),
        level: "district",
        place: [0, 0, across, up],
    }];
    let mut divisions = String::from(
        "code,name,level,parent_code\n32,江苏省,province,\n3299,演示市,city,32\n329901,演示区,district,3299\n",
    );
    below(&mut units, &mut divisions, &parts)?;
    fs::write(folder.join("divisions.csv"), divisions)?;
    let above = units.iter().take_while(|unit| unit.level != "grid").count();
    let (above, grids) = units.split_at(above);
    let mut borders = Vec::new();
    for (n, part) in grids.chunks(A_FILE).enumerate() {
        let with = if n == 0 { above } else { &[] };
        let features: Vec<_> = with
            .iter()
            .chain(part)
            .map(|unit| feature(unit, [across, up]))
            .collect();
        let file = folder.join(format!("borders-{}.geojson", n + 1));
        let text = json!({ "type": "FeatureCollection", "name": "演示", "features": features });
        fs::write(&file, text.to_string())?;
        borders.push(file);
    }
    let degrees = |units: i64| units as f64 / 1e7;
    Ok(Lattice {
        borders,
        corners: [
            degrees(WEST),
            degrees(SOUTH),
            degrees(WEST + across * SIDE),
            degrees(SOUTH + up * SIDE),
        ],
    })
}

fn feature(unit: &Unit, whole: [i64; 2]) -> serde_json::Value {
    json!({
        "type": "Feature",
        "properties": {
            "code": unit.code,
            "name": name(unit),
            "level": unit.level,
            "parent_code": parent(&unit.code),
        },
        "geometry": { "type": "Polygon", "coordinates": [ring(unit.place, whole)] },
    })
}

fn below(units: &mut Vec<Unit>, divisions: &mut String, parts: &[(i64, i64); 3]) -> Result<()> {
    let mut above = 0..1;
    for ((across, up), level) in parts.iter().zip(["street", "community", "grid"]) {
        let first = units.len();
        for at in above {
            let [left, bottom, right, top] = units[at].place;
            let (wide, high) = ((right - left) / across, (top - bottom) / up);
            for n in 0..across * up {
                let (x, y) = (left + n % across * wide, bottom + n / across * high);
                let unit = Unit {
                    code: format!("{}{:03}", units[at].code, n + 1),
                    level,
                    place: [x, y, x + wide, y + high],
                };
                if level != "grid" {
                    writeln!(
                        divisions,
                        "{},{},{level},{}",
                        unit.code,
                        name(&unit),
                        parent(&unit.code)
                    )?;
                }
                units.push(unit);
            }
        }
        above = first..units.len();
    }
    Ok(())
}

fn name(unit: &Unit) -> String {
    let number = unit.code.get(unit.code.len() - 3..).unwrap_or_default();
    match unit.level {
        "district" => "演示区".into(),
        "street" => format!("第{number}街道"),
        "community" => format!("第{number}社区"),
        _ => format!("第{number}网格"),
    }
}

fn parent(code: &str) -> &str {
    let digits = match code.len() {
        6 => 4,
        length => length - 3,
    };
    code.get(..digits).unwrap_or_default()
}

/// Counter-clockwise, closed; the same crooked corner for neighbours, on the outline a straight one.
fn ring([left, bottom, right, top]: [i64; 4], whole: [i64; 2]) -> Vec<[f64; 2]> {
    let (l, b, r, t) = (left * STEPS, bottom * STEPS, right * STEPS, top * STEPS);
    let corners = (l..r)
        .map(|x| (x, b))
        .chain((b..t).map(|y| (r, y)))
        .chain((l + 1..=r).rev().map(|x| (x, t)))
        .chain((b + 1..=t).rev().map(|y| (l, y)))
        .chain([(l, b)]);
    corners.map(|(x, y)| corner(x, y, whole)).collect()
}

fn corner(x: i64, y: i64, [across, up]: [i64; 2]) -> [f64; 2] {
    let mixed =
        (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let by = SIDE / STEPS / 4;
    let bent = |bits: u64, straight: bool| {
        if straight {
            0
        } else {
            (bits % (2 * by as u64 + 1)) as i64 - by
        }
    };
    let lon = WEST + x * (SIDE / STEPS) + bent(mixed >> 8, x == 0 || x == across * STEPS);
    let lat = SOUTH + y * (SIDE / STEPS) + bent(mixed >> 36, y == 0 || y == up * STEPS);
    [lon as f64 / 1e7, lat as f64 / 1e7]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let Lattice { borders, corners } = write(folder.path(), true).unwrap();
        let [west, south, east, north] = corners;
        assert!(west < east && south < north);
        let [file] = &borders[..] else {
            panic!("one file is enough for {A_FILE} borders")
        };
        let borders: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let features = borders["features"].as_array().unwrap();
        assert_eq!(features.len(), 1 + 25 + 100 + 3_500);
        let closed = |feature: &serde_json::Value| {
            let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
            ring.first() == ring.last() && ring.len() > 16
        };
        assert!(features.iter().all(closed));
        let divisions = fs::read_to_string(folder.path().join("divisions.csv")).unwrap();
        assert_eq!(divisions.lines().count(), 1 + 3 + 25 + 100);
    }
}
