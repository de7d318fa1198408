//! The Python package `georeport`, read by which an Open311 server is one, against the real server on both engines.

use std::process::Command;

use accounts::server::{service, session};
use db::{access, execute};
use reports::{model::NewReport, server::report};
use shared::Role;

use crate::{
    place::{Place, said},
    served::{Server, sign_in},
};

const HERE: &str = "320581001001";
const DIVISIONS: &str = "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n";

/// Three matters, of which two are published; their codes.
async fn matters(place: &Place) -> [String; 3] {
    let house = place.house().await;
    let cx = access::system(&house, "test");
    let user = service::add_user(&cx, "赵小明", "13900000302", None)
        .await
        .unwrap();
    let mut tx = cx.write().await.unwrap();
    let opened = session::open(&mut tx, user, &session::Browser::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let visit = session::resolve(&house, &opened.token).await.unwrap().unwrap();
    let request = access::Request {
        house: house.clone(),
        actor: Some(std::sync::Arc::new(visit.actor)),
        address: None,
        trace: "test".into(),
    };
    let resident = request.signed_in().unwrap();
    let mut codes = Vec::new();
    for (n, category) in ["noise", "parking", "noise"].into_iter().enumerate() {
        let form = NewReport {
            kind: "problem".into(),
            category: category.into(),
            words: "楼下天天吵".into(),
            node: HERE.into(),
            open: true,
            ..NewReport::default()
        };
        let settings = grid::server::Settings::default();
        let key = format!("device-key-georeport-{n}");
        let sent = report::report(&resident, &settings, &key, &form, Vec::new())
            .await
            .unwrap();
        codes.push(sent.code);
    }
    let mut tx = cx.write().await.unwrap();
    let now = tx.now();
    for code in &codes[..2] {
        execute!(
            tx,
            "update matter set published_at = $2, public_text = $3 where code = $1",
            code,
            now,
            "广场晚上太吵 <&>"
        )
        .unwrap();
    }
    tx.commit().await.unwrap();
    house.db.close().await;
    codes.try_into().unwrap()
}

#[tokio::test]
async fn the_python_package_reads_what_is_published() {
    let python = std::env::var("LINLI_GEOREPORT").expect(
        "LINLI_GEOREPORT is not set: run `cargo xtask test unit`, which installs georeport, or name a Python that has georeport 0.3.1",
    );
    for place in Place::both().await {
        place.linli(&["migrate"]).ok();
        let divisions = place.file("divisions.csv", DIVISIONS);
        place
            .linli(&["import", "divisions", divisions.to_str().unwrap()])
            .ok();
        sign_in(&place, "13900000303", Role::Staff, HERE).await;
        let codes = matters(&place).await;
        let server = Server::start(&place, &[]);
        let root = format!("http://{}/open311/v2", server.address);
        let read = Command::new(&python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/reads_open311.py"))
            .arg(root)
            .args(&codes)
            .env("PYTHONIOENCODING", "utf-8")
            // It is this machine, whatever proxy the rest of the world is reached by.
            .env("NO_PROXY", "*")
            .output()
            .unwrap();
        assert_eq!(said(read).ok().trim(), "read");
        drop(server);
        place.end().await;
    }
}
