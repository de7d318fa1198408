//! `linli demo`

use db::crypt::Keyring;

use crate::place::{NODES, Place, findings, said};

#[tokio::test]
async fn the_demonstration_is_loaded_once_and_marks_its_database() {
    let place = Place::sqlite();
    let first = place.linli(&["demo"]).ok();
    assert!(
        first.contains("安全管理员") && first.contains("13900000001"),
        "{first}"
    );
    let nodes = place.count(NODES).await;
    let people = "select count(*) from user_account";
    let accounts = place.count(people).await;
    assert!(nodes > 23_000 && accounts > 17, "{nodes} {accounts}");
    assert_eq!(place.linli(&["demo"]).ok(), first);
    assert_eq!(
        (place.count(NODES).await, place.count(people).await),
        (nodes, accounts)
    );
    let report = findings(&place.linli(&["doctor", "--json"]));
    assert!(
        report.iter().any(|f| f.0 == "messages" && f.1 == "ok"),
        "{report:?}"
    );
    assert!(report.iter().any(|f| f.0 == "push" && f.1 == "ok"), "{report:?}");
    let refused = place
        .command()
        .env("LINLI_DEMO", "false")
        .arg("demo")
        .output()
        .unwrap();
    said(refused).fails(2, "demo = false");
    let open = place
        .command()
        .env("LINLI_PUBLIC_URL", "https://linli.example")
        .args(["doctor", "--json"])
        .output()
        .unwrap();
    assert!(
        findings(&said(open))
            .iter()
            .any(|f| f.0 == "demo" && f.1 == "error")
    );
    let other = place
        .command()
        .env("LINLI_KEYS", Keyring::generate().to_text().replace('\n', ";"))
        .arg("demo")
        .output()
        .unwrap();
    said(other).fails(1, "密钥");
}
