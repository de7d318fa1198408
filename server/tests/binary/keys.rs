//! `linli keys`

use std::{fs, path::Path};

use db::{access, crypt::Keyring, on};
use sqlx::AssertSqlSafe;

use crate::place::{Place, findings, said};

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn keys_are_made_once_and_rotated() {
    let place = Place::sqlite();
    let path = place.folder.path().join("keys");
    let file = path.to_str().unwrap();
    let linli = |arguments: &[&str]| {
        said(
            place
                .command()
                .env_remove("LINLI_KEYS")
                .env("LINLI_KEYS_FILE", file)
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    linli(&["keys", "new", file]).ok();
    assert_eq!(mode(&path), 0o600);
    let first = fs::read_to_string(&path).unwrap();
    linli(&["keys", "new", file]).fails(1, "没有覆盖");
    assert_eq!(fs::read_to_string(&path).unwrap(), first);

    linli(&["migrate"]).ok();
    linli(&["user", "add", "--phone", "13812341234", "--name", "张三"]).ok();
    let old = Keyring::load(&first).unwrap();
    let said = linli(&["keys", "rotate", "--add"]).ok();
    assert_eq!(mode(&path), 0o600);
    let new = Keyring::load(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        new.current() != old.current() && said.contains(new.current()),
        "{said}"
    );
    let sealed_anew = "select count(*) from user_account where phone is not null";
    assert_eq!(place.count(sealed_anew).await, 1);
    assert!(linli(&["keys", "rotate"]).ok().contains("重新加密 0 项"));
    place.linli(&["keys", "rotate", "--add"]).fails(2, "LINLI_KEYS");
}

/// Once the old key is gone for good, nothing may be left that it sealed: whatever the rotation does not know of shows here.
#[tokio::test]
async fn after_a_rotation_nothing_needs_the_old_key() {
    let place = Place::sqlite();
    let path = place.folder.path().join("linli.db.keys");
    let linli = |arguments: &[&str]| {
        let mut command = place.command();
        said(command.env_remove("LINLI_KEYS").args(arguments).output().unwrap())
    };
    linli(&["demo"]).ok();
    let old = Keyring::load(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(sealed_with(&place, old.current()).await > 20);
    linli(&["keys", "rotate", "--add"]).ok();
    assert_eq!(sealed_with(&place, old.current()).await, 0);
    let text = fs::read_to_string(&path).unwrap();
    let without: Vec<&str> = text
        .lines()
        .filter(|line| line.split_whitespace().nth(1) != Some(old.current()))
        .collect();
    assert_eq!(without.len() + 1, text.lines().count(), "{text}");
    fs::write(&path, without.join("\n")).unwrap();
    linli(&["demo"]).ok();
    let doctor = findings(&linli(&["doctor", "--json"]));
    assert!(doctor.iter().any(|f| f.0 == "keys" && f.1 == "ok"), "{doctor:?}");
}

/// How many values of any table `key` has sealed.
async fn sealed_with(place: &Place, key: &str) -> i64 {
    let house = place.house().await;
    let mut tx = access::system(&house, "test").read().await.unwrap();
    let columns: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(
        "select m.name, c.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like '%\\_fts%' escape '\\'"
    )
    .fetch_all(c)
    .await)
    .unwrap();
    let mut count = 0;
    for (table, column) in columns {
        let sql = format!("select count(*) from {table} where {column} like $1");
        count += on!(tx, |c| sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql.as_str()))
            .bind(format!("%v1.{key}.%"))
            .fetch_one(c)
            .await)
        .unwrap();
    }
    drop(tx);
    house.db.close().await;
    count
}
