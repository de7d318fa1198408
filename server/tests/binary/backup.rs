//! `linli backup`, `linli restore`

use db::access;

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

/// Every table as the backup's manifest counts and sums it, but for what backing up and restoring themselves note.
async fn tables(place: &Place, name: &str) -> Vec<db::backup::TableEntry> {
    let house = place.house().await;
    let manifest = db::backup::backup(&access::system(&house, "test"), &place.folder.path().join(name))
        .await
        .unwrap();
    house.db.close().await;
    manifest
        .tables
        .into_iter()
        .filter(|table| table.name != "audit_entry")
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

    let tables_of = [
        tables(&sqlite, "a").await,
        tables(&postgres, "b").await,
        tables(&again, "c").await,
    ];
    for pillar in FILLED {
        let filled = tables_of[0]
            .iter()
            .any(|table| table.name == pillar && table.rows > 0);
        assert!(filled, "the demonstration has rows in {pillar}");
    }
    let rows = |tables: &[db::backup::TableEntry]| {
        tables
            .iter()
            .map(|t| (t.name.clone(), t.rows))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&tables_of[0]), rows(&tables_of[1]));
    for (went, came) in tables_of[0].iter().zip(&tables_of[2]) {
        if !WITH_JSON.contains(&went.name.as_str()) {
            assert_eq!(went, came, "what came back is what went");
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
