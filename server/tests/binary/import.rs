//! `linli import`

use std::path::Path;

use crate::place::{NODES, Place, divisions};

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
