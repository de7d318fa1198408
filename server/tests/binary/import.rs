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
