//! The demonstration file, whole, shifted and broken.

use super::*;

/// The demonstration file: everything that is known of the organisation is what the file says.
fn demo(datum: Datum) -> (Reading, Known) {
    let text = include_bytes!("../../../../../demo/changshu-demo-grids.geojson");
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
