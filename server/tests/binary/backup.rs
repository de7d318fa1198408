//! `linli backup`, `linli restore`

use std::{collections::BTreeMap, fs::File, io};

use db::access;
use zip::ZipArchive;

use crate::place::{Place, said};

/// Tables of each pillar that the demonstration fills.
const FILLED: [&str; 16] = [
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
];

/// PostgreSQL keeps JSON in an order of its own, so the text of these comes back otherwise; their rows are counted.
const WITH_JSON: [&str; 16] = [
    "area_import",
    "calendar_import",
    "catalogue_item",
    "catalogue_narrowing",
    "division_import",
    "event",
    "grid_draft",
    "idempotency",
    "job",
    "people_import",
    "poi",
    "setting",
    "task",
    "task_entry",
    "task_step",
    "work_week",
];

/// The rows of every table as a backup has them, but of what backing up and restoring themselves note. Sorted: a database
/// hands rows out as they lie.
async fn tables(place: &Place, name: &str) -> BTreeMap<String, Vec<String>> {
    let house = place.house().await;
    let file = place.folder.path().join(name);
    let manifest = db::backup::backup(&access::system(&house, "test"), &file)
        .await
        .unwrap();
    house.db.close().await;
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
                .map(str::to_owned)
                .collect();
            assert_eq!(rows.len() as u64, table.rows);
            rows.sort();
            (table.name, rows)
        })
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
    let count = |tables: &BTreeMap<String, Vec<String>>| {
        tables
            .iter()
            .map(|(name, rows)| (name.clone(), rows.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(count(&went), count(&between));
    assert_eq!(count(&went), count(&came));
    for (name, rows) in &went {
        if !WITH_JSON.contains(&name.as_str()) {
            assert!(rows == &came[name], "what came back of {name} is what went");
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
