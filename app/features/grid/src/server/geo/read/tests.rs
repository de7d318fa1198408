use std::io::Cursor;

use shared::datum::{gcj02_to_bd09, wgs84_to_gcj02};

use super::*;
use crate::model::{Kind, Place};

const SQUARE: &str = "[[120.7,31.6],[120.71,31.6],[120.71,31.61],[120.7,31.61],[120.7,31.6]]";

fn feature(code: &str, geometry: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"name\":\"第1网格\",\"level\":\"grid\",\
         \"parent_code\":\"320581001001\",\"extra\":{{\"a\":[1,{{}}]}}}},\"geometry\":{geometry}}}"
    )
}

fn polygon(rings: &str) -> String {
    feature(
        "320581001001001",
        &format!("{{\"type\":\"Polygon\",\"coordinates\":[{rings}]}}"),
    )
}

fn collection(features: &[String]) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",\n\"features\":[\n{}\n]}}",
        features.join(",\n")
    )
}

fn read_text(text: impl AsRef<[u8]>) -> Result<Reading, ReadError> {
    read(Cursor::new(text.as_ref()), None, Datum::Wgs84, &Limits::default())
}

/// The only problem of a file with one feature.
fn problem(geometry: &str) -> (Kind, String) {
    let reading = read_text(collection(&[feature("320581001001001", geometry)])).unwrap();
    assert!(reading.features.is_empty(), "{geometry}");
    let problem = reading.problems.first().unwrap();
    assert_eq!(
        (problem.feature, problem.line, problem.code.as_str()),
        (Some(0), Some(3), "320581001001001")
    );
    (problem.kind, problem.message.clone())
}

fn message(text: impl AsRef<[u8]>) -> String {
    read_text(text).unwrap_err().to_string()
}

#[test]
fn a_feature_is_read_with_its_line_whatever_the_order_of_its_members() {
    let turned = "{\"geometry\":{\"coordinates\":[[[[120.7,31.6,5],[120.71,31.6,5],[120.71,31.61,5],[120.7,31.6,5]]]],\
                  \"type\":\"MultiPolygon\"},\"properties\":{\"name\":\" 东门 \",\"code\":320581001001002,\"kind\":null},\
                  \"type\":\"Feature\"}"
        .to_owned();
    let reading = read_text(collection(&[polygon(SQUARE), turned])).unwrap();
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let [first, second] = reading.features.as_slice() else {
        panic!("{reading:?}")
    };
    assert_eq!(
        (first.line, first.code.as_str(), first.level.as_str()),
        (3, "320581001001001", "grid")
    );
    assert_eq!(
        (first.name.as_str(), first.parent.as_str()),
        ("第1网格", "320581001001")
    );
    assert_eq!(first.parts[0][0].len(), 5);
    assert_eq!(
        first.parts[0][0][1],
        Place {
            lon: 1_207_100_000,
            lat: 316_000_000
        }
    );
    assert_eq!(
        (second.line, second.index, second.code.as_str()),
        (4, 1, "320581001001002")
    );
    assert_eq!(
        (
            second.name.as_str(),
            second.level.as_str(),
            second.parent.as_str()
        ),
        ("东门", "", "")
    );
    assert_eq!(second.parts[0][0].len(), 4);
}

#[test]
fn a_byte_order_mark_is_stepped_over() {
    let mut text = vec![0xEF, 0xBB, 0xBF];
    text.extend(collection(&[polygon(SQUARE)]).bytes());
    assert_eq!(read_text(text).unwrap().features.len(), 1);
}

#[test]
fn a_feature_that_is_no_area_is_told_and_the_others_are_read() {
    let point = feature(
        "320581001001002",
        "{\"type\":\"Point\",\"coordinates\":[120.7,31.6]}",
    );
    let reading = read_text(collection(&[point, polygon(SQUARE)])).unwrap();
    assert_eq!((reading.features.len(), reading.problems.len()), (1, 1));
    assert_eq!(reading.problems[0].kind, Kind::NotPolygon);
    assert!(reading.problems[0].message.contains("Point"));
    for (geometry, kind) in [
        ("null", Kind::NotPolygon),
        ("{}", Kind::NotPolygon),
        (
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
            Kind::NotPolygon,
        ),
        ("{\"type\":\"Polygon\"}", Kind::BadCoordinates),
        ("{\"type\":\"Polygon\",\"coordinates\":[]}", Kind::BadCoordinates),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[120.7]]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[120.7,31.6],[120.8,31.6]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[\"120.7\",31.6]]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[null,31.6]]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[{},31.6]]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":[[[120.7,31.6],[[120.7,31.6]]]]}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"Polygon\",\"coordinates\":\"all\"}",
            Kind::BadCoordinates,
        ),
        (
            "{\"type\":\"MultiPolygon\",\"coordinates\":[[[120.7,31.6],[120.8,31.6],[120.7,31.6]]]}",
            Kind::BadCoordinates,
        ),
    ] {
        assert_eq!(problem(geometry).0, kind, "{geometry}");
    }
}

#[test]
fn swapped_and_projected_coordinates_are_guessed() {
    let (kind, text) =
        problem("{\"type\":\"Polygon\",\"coordinates\":[[[31.6,120.7],[31.6,120.71],[31.61,120.7]]]}");
    assert_eq!(kind, Kind::OutOfRange);
    assert!(text.contains("写反"), "{text}");
    let (_, text) = problem("{\"type\":\"Polygon\",\"coordinates\":[[[40521000.5,3500000],[1,1],[2,2]]]}");
    assert!(text.contains("投影"), "{text}");
    let (_, text) = problem("{\"type\":\"Polygon\",\"coordinates\":[[[200,31.6],[1,1],[2,2]]]}");
    assert!(text.contains("-180 到 180"), "{text}");
}

#[test]
fn a_shifted_datum_is_shifted_back() {
    let place = (120.7_f64, 31.6_f64);
    let gcj = wgs84_to_gcj02(place.0, place.1);
    let baidu = gcj02_to_bd09(gcj.0, gcj.1);
    for (datum, (lon, lat)) in [
        (Datum::Gcj02, gcj),
        (Datum::Bd09, baidu),
        (Datum::Cgcs2000, place),
    ] {
        let text = collection(&[polygon(&format!(
            "[[{lon},{lat}],[120.71,31.6],[120.71,31.61],[{lon},{lat}]]"
        ))]);
        let reading = read(Cursor::new(&text), None, datum, &Limits::default()).unwrap();
        let corner = reading.features[0].parts[0][0][0];
        assert!(
            (corner.lon - 1_207_000_000).abs() <= 1 && (corner.lat - 316_000_000).abs() <= 1,
            "{corner:?}"
        );
    }
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_before_it_is_read() {
    struct Untouched;
    impl Read for Untouched {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            panic!("nothing of it should be read");
        }
    }
    let limits = Limits::default();
    let known = read(Untouched, Some(52_428_800), Datum::Wgs84, &limits);
    assert!(matches!(known, Err(ReadError::TooLarge { .. })));
    assert!(known.unwrap_err().to_string().contains("最多 50 MB"));

    // Where the size is not known, reading ends at the limit: here a file that never ends, within a small one.
    let start = "{\"type\":\"FeatureCollection\",\"features\":[";
    let endless = Read::chain(Cursor::new(start), std::io::repeat(b' '));
    let limits = Limits {
        bytes: 100_000,
        ..limits
    };
    assert!(matches!(
        read(endless, None, Datum::Wgs84, &limits),
        Err(ReadError::TooLarge { limit: 100_000 })
    ));

    // A file of exactly the limit is read.
    let text = collection(&[polygon(SQUARE)]);
    let limits = Limits {
        bytes: text.len() as u64,
        ..limits
    };
    assert!(read(Cursor::new(&text), Some(text.len() as u64), Datum::Wgs84, &limits).is_ok());
    let limits = Limits {
        bytes: text.len() as u64 - 1,
        ..limits
    };
    assert!(matches!(
        read(Cursor::new(&text), None, Datum::Wgs84, &limits),
        Err(ReadError::TooLarge { .. })
    ));
}

#[test]
fn features_and_vertices_are_bounded() {
    let text = collection(&[polygon(SQUARE), polygon(SQUARE), polygon(SQUARE)]);
    let with = |limits: Limits| read(Cursor::new(&text), None, Datum::Wgs84, &limits);
    let limits = Limits::default();
    let error = with(Limits {
        features: 2,
        ..limits
    })
    .unwrap_err();
    assert!(
        matches!(error, ReadError::TooManyFeatures { limit: 2 }),
        "{error}"
    );
    let error = with(Limits {
        vertices: 12,
        ..limits
    })
    .unwrap_err();
    assert!(
        matches!(error, ReadError::TooManyVertices { line: 5, limit: 12 }),
        "{error:?}"
    );
    let reading = with(Limits {
        vertices_per_feature: 4,
        problems: 2,
        ..limits
    })
    .unwrap();
    assert!(reading.features.is_empty());
    assert_eq!((reading.problems.len(), reading.more_problems), (2, 1));
    assert_eq!(reading.problems[0].kind, Kind::TooManyVertices);
}

#[test]
fn nesting_is_bounded_on_the_stack() {
    let deep = |text: &str, times: usize| text.repeat(times);
    // In the coordinates it is a problem of the feature, in what is not read it does not matter.
    let (open, close) = (deep("[", 100_000), deep("]", 100_000));
    let (kind, _) = problem(&format!("{{\"type\":\"Polygon\",\"coordinates\":{open}{close}}}"));
    assert_eq!(kind, Kind::BadCoordinates);
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"crs\":{open}{close},\"features\":[{}]}}",
        polygon(SQUARE)
    );
    assert_eq!(read_text(text).unwrap().features.len(), 1);
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{open}{close}]}}");
    assert!(read_text(text).is_err());
}

#[test]
fn broken_json_is_told_with_its_line() {
    let text = collection(&[polygon(SQUARE), polygon(SQUARE).replace(",31.6]", ",31.6,]")]);
    assert!(message(&text).starts_with("第 4 行第 "), "{}", message(&text));
    let text = collection(&[polygon(SQUARE)]);
    assert!(message(&text[..text.len() - 20]).starts_with("第 3 行：文件到这里就断了"));
    for number in ["NaN", "Infinity", "-Infinity", "1e999"] {
        let text = collection(&[polygon(&SQUARE.replace("120.71", number))]);
        assert!(
            message(&text).starts_with("第 3 行第 "),
            "{number}: {}",
            message(&text)
        );
    }
    let twice = format!("{}\n{{}}", collection(&[polygon(SQUARE)]));
    assert!(message(&twice).starts_with("第 5 行"), "{}", message(&twice));
}

#[test]
fn other_files_are_named() {
    for (bytes, told) in [
        (b"".as_slice(), "是空的"),
        (b"\xEF\xBB\xBF", "是空的"),
        (b"  \n\n", "是空的"),
        (b"code,name\n1,2\n", "普通文本或表格"),
        (b"<?xml version=\"1.0\"?><kml/>", "KML"),
        (b"PK\x03\x04\x14\x00", "压缩包"),
        (b"\x00\x00\x27\x0a\x00\x00", "Shapefile"),
        (b"SQLite format 3\x00", "GeoPackage"),
        (b"\xFF\xFE{\x00", "UTF-8"),
        (b"[1,2]", "数据列表"),
        (b"{}", "FeatureCollection"),
        (b"{\"type\":\"Topology\",\"features\":[]}", "FeatureCollection"),
        (b"{\"type\":7,\"features\":[]}", "FeatureCollection"),
        (
            b"{\"type\":\"FeatureCollection\",\"features\":{}}",
            "FeatureCollection",
        ),
        (
            b"{\"type\":\"FeatureCollection\",\"features\":[7]}",
            "FeatureCollection",
        ),
        (b"{\"type\":\"FeatureCollection\",\"features\":[]}", "没有要素"),
    ] {
        assert!(
            message(bytes).contains(told),
            "{}: {}",
            String::from_utf8_lossy(bytes),
            message(bytes)
        );
    }
    // 第1网格 in GB18030.
    let mut text = collection(&[polygon(SQUARE)]).into_bytes();
    let name = "第1网格".as_bytes();
    let start = text.windows(name.len()).position(|part| part == name).unwrap();
    text.splice(
        start..start + name.len(),
        [0xB5, 0xDA, 0x31, 0xCD, 0xF8, 0xB8, 0xF1],
    );
    assert!(
        message(&text).starts_with("第 3 行：文件不是 UTF-8"),
        "{}",
        message(&text)
    );
}
