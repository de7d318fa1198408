//! Databases that are none, from the future or not there; a port that is taken.

use std::{fs, net::TcpListener};

use crate::place::{Place, divisions};

#[tokio::test]
async fn a_text_file_is_no_database() {
    let place = Place::sqlite();
    let text = "不是数据库\n".repeat(500);
    let path = place.file("linli.db", &text);
    let file = place.file("d.csv", divisions().join("\n"));
    let csv = file.to_str().unwrap();
    for arguments in [
        &["migrate"][..],
        &["serve", "--port", "0"],
        &["demo"],
        &["import", "divisions", csv],
    ] {
        place.linli(arguments).fails(1, "不是数据库文件");
    }
    let doctor = place.linli(&["doctor"]);
    assert!(
        doctor.status == 1 && doctor.out.contains("不是数据库文件"),
        "{}",
        doctor.out
    );
    assert_eq!(fs::read_to_string(path).unwrap(), text, "it was left alone");
}

#[tokio::test]
async fn a_database_from_the_future_is_left_alone() {
    for place in Place::both().await {
        place.linli(&["migrate"]).ok();
        place
            .change(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 9999, 'future', success, checksum, 0 from _sqlx_migrations where version = 1",
            )
            .await;
        for arguments in [&["migrate"][..], &["serve", "--port", "0"], &["demo"]] {
            place.linli(arguments).fails(1, "比程序新");
        }
        let doctor = place.linli(&["doctor"]);
        assert!(
            doctor.status == 1 && doctor.out.contains("比程序新"),
            "{}",
            doctor.out
        );
        place.end().await;
    }
}

#[test]
fn a_server_that_is_not_there_is_one_sentence() {
    let place = Place::sqlite();
    place
        .linli(&["migrate", "--database-url", "postgres://x@127.0.0.1:1/x"])
        .fails(1, "连不上数据库");
}

#[test]
fn a_taken_port_is_one_sentence() {
    let place = Place::sqlite();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = place.linli(&["serve", "--port", &port]).fails(1, "已被占用");
    assert!(text.contains(&port));
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_one_sentence() {
    let place = Place::sqlite();
    place
        .linli(&["keys", "new", "/proc/nowhere/keys"])
        .fails(1, "请检查路径和权限");
    place
        .linli(&["migrate", "--database-url", "sqlite:/proc/linli/x.db"])
        .fails(1, "请检查路径和权限");
}
