//! `linli import`

use std::path::Path;

use orgs::model::LARGEST;
use shared::Role;

use crate::{
    place::{NODES, Place, divisions},
    served::{Server, sign_in},
};

#[tokio::test]
async fn an_import_is_shown_applied_and_idempotent() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        let csv = file.to_str().unwrap();
        let shown = place.linli(&["import", "divisions", csv, "--dry-run"]).ok();
        assert!(
            shown.contains("没有写入") && shown.contains("新增 6013"),
            "{shown}"
        );
        // The first of them, how many more there are, and the counts.
        assert!(
            shown.starts_with("新增 32 江苏省\n") && shown.contains("\n新增……还有 5963 项\n"),
            "{shown}"
        );
        let lines: Vec<&str> = shown.trim().lines().collect();
        assert!(lines.len() == 52 && lines[51].starts_with("试运行"), "{shown}");
        assert_eq!(place.count(NODES).await, 0);
        let done = place.linli(&["import", "divisions", csv]).ok();
        assert!(
            done.trim().lines().count() == 1 && done.contains("新增 6013"),
            "{done}"
        );
        assert_eq!(place.count(NODES).await, 6013);
        let again = place.linli(&["import", "divisions", csv]).ok();
        assert!(again.contains("新增 0") && again.contains("不变 6013"), "{again}");
        assert_eq!(place.count(NODES).await, 6013);
        place.end().await;
    }
}

#[tokio::test]
async fn a_faulty_line_is_named_and_nothing_is_stored() {
    for place in Place::both().await {
        let mut lines = divisions();
        // The header is line 1.
        lines[4999] = "32058X,坏行,community,320581".into();
        let file = place.file("faulty.csv", lines.join("\n"));
        let text = place
            .linli(&["import", "divisions", file.to_str().unwrap()])
            .fails(1, "第 5000 行");
        assert!(text.contains("什么也没有写入"), "{text}");
        assert_eq!(place.count(NODES).await, 0);
        place.end().await;
    }
    let place = Place::sqlite();
    place
        .linli(&["import", "divisions", "nowhere.csv"])
        .fails(1, "nowhere.csv");
}

/// One feature, for 常熟市.
fn border(ring: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature",
            "properties":{{"code":"320581","name":"常熟市"}},
            "geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}]}}"#
    )
}

#[tokio::test]
async fn borders_are_imported_whole_or_refused_by_feature() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
        let square = place.file(
            "square.json",
            border("[120.6,31.5],[120.9,31.5],[120.9,31.8],[120.6,31.8],[120.6,31.5]"),
        );
        let tie = place.file(
            "tie.json",
            border("[120.6,31.5],[120.9,31.8],[120.9,31.5],[120.6,31.8],[120.6,31.5]"),
        );
        let import = |file: &Path, rest: &[&str]| {
            let mut arguments = vec!["import", "grids", file.to_str().unwrap()];
            arguments.extend(rest);
            place.linli(&arguments)
        };
        import(&square, &[]).fails(2, "--datum");
        import(&square, &["--datum", "mars"]).fails(2, "mars");
        let text = import(&tie, &["--datum", "wgs84"]).fails(1, "自相交");
        assert!(text.contains("什么也没有写入"), "{text}");
        let shown = import(&square, &["--datum", "wgs84", "--dry-run"]).ok();
        assert!(
            shown.contains("没有写入") && shown.contains("新增边界 1"),
            "{shown}"
        );
        assert_eq!(place.count("select count(*) from area").await, 0);
        assert!(import(&square, &["--datum", "wgs84"]).ok().contains("新增边界 1"));
        assert!(import(&square, &["--datum", "wgs84"]).ok().contains("不变 1"));
        place.end().await;
    }
}

/// Sixty communities of one street, each a square of its own; `side` is that of the first.
fn squares(side: f64) -> String {
    let features: Vec<String> = (0..60)
        .map(|n| {
            let (west, south) = (
                120.6 + f64::from(n % 10) * 0.01,
                31.5 + f64::from(n / 10) * 0.01,
            );
            let side = if n == 0 { side } else { 0.01 };
            let (east, north) = (west + side, south + side);
            format!(
                r#"{{"type":"Feature","properties":{{"code":"320581001{:03}"}},"geometry":{{"type":"Polygon",
                    "coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#,
                n + 1
            )
        })
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

#[tokio::test]
async fn a_trial_names_the_borders_that_would_change() {
    for place in Place::both().await {
        let file = place.file("divisions.csv", divisions().join("\n"));
        place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
        let import = |content: String, rest: &[&str]| {
            let file = place.file("squares.json", content);
            let mut arguments = vec!["import", "grids", file.to_str().unwrap(), "--datum", "cgcs2000"];
            arguments.extend(rest);
            place.linli(&arguments).ok()
        };
        let shown = import(squares(0.01), &["--dry-run"]);
        assert!(
            shown.starts_with("新增边界 320581001001") && shown.contains("\n新增边界……还有 10 项\n"),
            "{shown}"
        );
        let lines: Vec<&str> = shown.trim().lines().collect();
        assert!(lines.len() == 52 && lines[51].contains("新增边界 60"), "{shown}");
        import(squares(0.01), &[]);
        let shown = import(squares(0.008), &["--dry-run"]);
        let lines: Vec<&str> = shown.trim().lines().collect();
        assert!(
            lines.len() == 2
                && lines[0].starts_with("更新边界 320581001001")
                && lines[1].contains("更新 1，不变 59"),
            "{shown}"
        );
        place.end().await;
    }
}

/// Grids of one community in a row, each over half of the one before.
fn overlapping(grids: u32) -> String {
    let features: Vec<String> = (0..grids)
        .map(|n| {
            let west = 120.7 + f64::from(n) * 0.001;
            let east = 120.7 + f64::from(n + 2) * 0.001;
            format!(
                r#"{{"type":"Feature","properties":{{"code":"320581001001{:03}","name":"第{}网格"}},"geometry":{{"type":"Polygon",
                    "coordinates":[[[{west},31.7],[{east},31.7],[{east},31.701],[{west},31.701],[{west},31.7]]]}}}}"#,
                n + 1,
                n + 1
            )
        })
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

#[tokio::test]
async fn a_trial_lists_every_problem_and_all_that_may_be_are_accepted_at_once() {
    let place = Place::sqlite();
    let file = place.file("divisions.csv", divisions().join("\n"));
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let file = place.file("overlapping.json", overlapping(62));
    let import = |rest: &[&str]| {
        let mut arguments = vec!["import", "grids", file.to_str().unwrap(), "--datum", "cgcs2000"];
        arguments.extend(rest);
        place.linli(&arguments)
    };
    let text = import(&[]).fails(1, "还有 11 处");
    assert_eq!(text.matches("--accept overlap:").count(), 50, "{text}");
    let text = import(&["--dry-run"]).fails(1, "有 61 处问题");
    assert_eq!(text.matches("--accept overlap:").count(), 61, "{text}");
    let done = import(&["--accept-all"]).ok();
    assert!(done.contains("新建网格 62"), "{done}");
    place.end().await;
}

/// Content of so many bytes, from `fill` repeated between two ends.
fn filled(size: usize, head: &str, fill: &str, tail: &str) -> Vec<u8> {
    let mut bytes = head.as_bytes().to_vec();
    let room = size - head.len() - tail.len();
    bytes.extend_from_slice(fill.repeat(room / fill.len()).as_bytes());
    bytes.resize(size - tail.len(), b' ');
    bytes.extend_from_slice(tail.as_bytes());
    bytes
}

/// A map file with 常熟市 in it, as long as wanted by a note that nobody reads.
fn long_border(size: usize) -> Vec<u8> {
    filled(
        size,
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"320581","note":""#,
        "a",
        r#""},"geometry":{"type":"Polygon","coordinates":
            [[[120.6,31.5],[120.9,31.5],[120.9,31.8],[120.6,31.8],[120.6,31.5]]]}}]}"#,
    )
}

#[tokio::test]
async fn a_file_beyond_fifty_megabytes_is_refused_however_it_comes() {
    let place = Place::sqlite();
    let large = long_border(LARGEST + 1);
    let file = place.file("large.json", &large);
    let file = file.to_str().unwrap();
    for arguments in [
        vec!["import", "divisions", file],
        vec!["import", "grids", file, "--datum", "wgs84"],
        vec!["import", "people", file, "--dry-run"],
    ] {
        let text = place.linli(&arguments).fails(1, "最多 50 MB");
        assert!(text.contains("什么也没有写入"), "{text}");
    }
    // Nothing was asked of a database, which therefore has not even been set up.
    assert!(!place.folder.path().join("linli.db").exists());

    let file = place.file("divisions.csv", divisions()[..4].join("\n"));
    place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    let token = sign_in(&place, "13812341234", Role::DistrictAdmin, "320581").await;
    let server = Server::start(&place, &[]);
    let form = [
        &b"--x\r\nContent-Disposition: form-data; name=\"datum\"\r\n\r\nwgs84\r\n--x\r\n\
           Content-Disposition: form-data; name=\"file\"; filename=\"large.json\"\r\n\r\n"[..],
        large.as_slice(),
        &b"\r\n--x--\r\n"[..],
    ]
    .concat();
    let headers = format!(
        "Content-Type: multipart/form-data; boundary=x\r\nCookie: linli={token}\r\nAccept: {}\r\n",
        ui::sending::LINES
    );
    let said = server.post("/admin/map/import/upload", &headers, &form);
    assert!(
        said.status == 422 && said.body.contains("最多 50 MB"),
        "{} {}",
        said.status,
        said.body
    );
    drop(server);
    assert_eq!(place.count("select count(*) from area_import").await, 0);
    place.end().await;
}

#[tokio::test]
async fn a_file_of_fifty_megabytes_is_handled() {
    let place = Place::sqlite();
    let lines = divisions()[..4].join("\n");
    let blank = filled(LARGEST, &lines, " ", "\n");
    let file = place.file("blank.csv", blank);
    let done = place.linli(&["import", "divisions", file.to_str().unwrap()]).ok();
    assert!(done.contains("新增 3"), "{done}");

    // One good feature among more than a file may have.
    let border = border("[120.6,31.5],[120.9,31.5],[120.9,31.8],[120.6,31.8],[120.6,31.5]");
    let head = border.trim_end_matches("]}");
    let many = filled(LARGEST, head, ",{}", "]}");
    let file = place.file("many.json", many);
    let text = place
        .linli(&["import", "grids", file.to_str().unwrap(), "--datum", "wgs84"])
        .fails(1, "要素太多");
    assert!(!text.contains("内部错误"), "{text}");
    assert_eq!(place.count("select count(*) from area").await, 0);
    place.end().await;
}

#[tokio::test]
async fn files_as_offices_save_them_are_read_or_refused_with_a_sentence() {
    let text = divisions()[..6].join("\r\n");
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for place in Place::both().await {
        let import = |name: &str, content: &[u8]| {
            let file = place.file(name, content);
            place.linli(&["import", "divisions", file.to_str().unwrap()])
        };
        for (name, content, sentence) in [
            ("utf16.csv", &utf16[..], "UTF-16"),
            (
                "latin.csv",
                b"code,name,level,parent_code\n32,J\xe9,province,\n",
                "编码",
            ),
            ("table.xlsx", b"PK\x03\x04\x14\0\x06\0", "CSV"),
            (
                "nul.csv",
                b"code,name,level,parent_code\n32,\0,province,\n",
                "不是文本文件",
            ),
            ("header.csv", b"a,b\n1,2\n", "表头"),
            ("empty.csv", b"", "表头"),
            (
                "parent.csv",
                "code,name,level,parent_code\n3205,苏州市,city,32\n".as_bytes(),
                "第 2 行",
            ),
        ] {
            let text = import(name, content).fails(1, sentence);
            assert!(text.contains("什么也没有写入"), "{name}: {text}");
        }
        for formula in [
            "=1+1",
            "+1",
            "-2",
            "@SUM(A1)",
            "＝1+1",
            "=HYPERLINK(\"\"http://x\"\")",
        ] {
            let content = format!("code,name,level,parent_code\n32,\"{formula}\",province,\n");
            import("formula.csv", content.as_bytes()).fails(1, "第 2 行");
        }
        assert_eq!(place.count(NODES).await, 0);
        let with_bom = ["\u{feff}".as_bytes(), text.as_bytes()].concat();
        assert!(import("bom.csv", &with_bom).ok().contains("新增 5"));
        assert!(import("gb18030.csv", &gb18030).ok().contains("不变 5"));
        assert_eq!(
            place
                .count("select count(*) from node where name = '常熟市'")
                .await,
            1
        );
        place.end().await;
    }
}
