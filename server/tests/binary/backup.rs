//! `linli backup`, `linli restore`

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
};

use db::access;
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::place::{Place, said};

/// Tables of each pillar that the demonstration fills.
const FILLED: [&str; 20] = [
    "node",
    "post",
    "role_grant",
    "residency",
    "area",
    "calendar_day",
    "task",
    "building",
    "household",
    "person",
    "deputy",
    "party_member",
    "notice",
    "catalogue_item",
    "team_post",
    "poi",
    "matter",
    "mediation",
    "survey",
    "upload",
];

/// Under which name the sums of the files stand among the tables.
const FILES: &str = "files/";

/// How the search terms of a table are called, whose words PostgreSQL keeps in an order of its own.
const TERMS: &str = ".search";

/// A row, the same whichever engine wrote it: JSON in a text is parsed, for PostgreSQL keeps it with spaces and an order of keys of
/// its own. What was parsed stands in a list, so that the text "1" is not taken for the number.
fn canonical(line: &str, terms: bool) -> String {
    let mut row: Vec<Value> = serde_json::from_str(line).unwrap();
    for cell in &mut row {
        let Value::String(text) = cell else { continue };
        if let Ok(parsed) = serde_json::from_str::<Value>(text) {
            *cell = json!([parsed]);
        } else if terms {
            let words = json!(text.split(' ').collect::<BTreeSet<_>>());
            *cell = words;
        }
    }
    json!(row).to_string()
}

/// The rows of every table as a backup has them, but of what backing up and restoring themselves note, and the sums of the files. Sorted:
/// a database hands rows out as they lie.
async fn tables(place: &Place, name: &str) -> BTreeMap<String, Vec<String>> {
    let house = place.house().await;
    let file = place.folder.path().join(name);
    let manifest = db::backup::backup(&access::system(&house, "test"), &file)
        .await
        .unwrap();
    house.db.close().await;
    assert!(manifest.missing.is_empty(), "{:?}", manifest.missing);
    let files: Vec<String> = manifest
        .files
        .iter()
        .map(|file| format!("{} {} {}", file.object, file.size, file.sha256))
        .collect();
    let mut archive = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let tables = manifest
        .tables
        .into_iter()
        .filter(|table| table.name != "audit_entry");
    tables
        .map(|table| {
            let entry = archive.by_name(&format!("tables/{}.jsonl", table.name)).unwrap();
            let mut rows: Vec<_> = io::read_to_string(entry)
                .unwrap()
                .lines()
                .map(|line| canonical(line, table.name.ends_with(TERMS)))
                .collect();
            assert_eq!(rows.len() as u64, table.rows);
            rows.sort();
            (table.name, rows)
        })
        .chain([(FILES.to_owned(), files)])
        .collect()
}

#[tokio::test]
async fn a_community_moves_to_postgres_and_back() {
    let [sqlite, mut postgres] = Place::both().await;
    let mut again = Place::sqlite();
    postgres.keys.clone_from(&sqlite.keys);
    again.keys.clone_from(&sqlite.keys);
    // The demonstration has rows of every pillar.
    sqlite.linli(&["demo"]).ok();

    let first = sqlite.folder.path().join("first.linli");
    let second = sqlite.folder.path().join("second.linli");
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    assert!(sqlite.linli(&["backup", first]).ok().contains("密钥不在备份里"));
    sqlite.linli(&["backup", first]).fails(1, "已经存在");
    sqlite.linli(&["restore", first]).fails(1, "空");
    postgres.linli(&["restore", first]).ok();
    postgres.linli(&["backup", second]).ok();
    again.linli(&["restore", second]).ok();

    let went = tables(&sqlite, "a").await;
    let between = tables(&postgres, "b").await;
    let came = tables(&again, "c").await;
    for pillar in FILLED {
        assert!(!went[pillar].is_empty(), "the demonstration has rows in {pillar}");
    }
    assert_eq!(went[FILES].len(), went["upload"].len(), "a file each");
    for (stop, reached) in [("in the middle", &between), ("at the end", &came)] {
        let names = |tables: &BTreeMap<String, Vec<String>>| tables.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&went), names(reached), "{stop}");
        for (name, rows) in &went {
            let first = rows.iter().zip(&reached[name]).find(|(one, other)| one != other);
            assert!(
                rows == &reached[name],
                "{stop}, {name} is not what it was: {} rows and {}, {first:?}",
                rows.len(),
                reached[name].len()
            );
        }
    }
    assert_eq!(again.linli(&["doctor"]).out.matches("审计日志完整").count(), 1);

    let text = sqlite.file("text.linli", "不是备份");
    let fresh = Place::sqlite();
    fresh
        .linli(&["restore", text.to_str().unwrap()])
        .fails(1, "不是邻里的备份");
    let without_keys = fresh
        .command()
        .env_remove("LINLI_KEYS")
        .args(["restore", first])
        .output()
        .unwrap();
    assert!(said(without_keys).ok().contains("linli.db.keys"));
    postgres.end().await;
}
