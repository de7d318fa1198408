//! The signed port of orders through the whole router, on both engines: who is refused, and one order in and back.

use axum::{
    body::Body,
    http::{Request, header},
};
use db::test::{TestDb, on_both};
use hmac::{Hmac, Mac};
use reports::{
    model::{NewPlatformKey, PlatformForm},
    server::orders::platform,
};
use sha2::Sha256;
use shared::Timestamp;

use super::{
    visitor::HERE,
    world::{Answer, Outcome, World, world},
};

const ORDERS: &str = "/orders/v1/orders";

struct Signed<'a> {
    method: &'a str,
    address: &'a str,
    time: i64,
    nonce: &'a str,
    body: &'a str,
}

async fn hotline(t: &TestDb) -> Outcome<NewPlatformKey> {
    let form = PlatformForm {
        label: "12345".into(),
        node: "320581".into(),
    };
    Ok(platform::give(&t.cx, &form).await?)
}

async fn ask(w: &World, id: &str, key: &str, asked: &Signed<'_>, body: &str) -> Answer {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    let Signed {
        method,
        address,
        time,
        nonce,
        ..
    } = asked;
    mac.update(format!("{method}\n{address}\n{time}\n{nonce}\n{}", asked.body).as_bytes());
    let request = Request::builder()
        .method(*method)
        .uri(*address)
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-linli-key", id)
        .header("x-linli-time", time.to_string())
        .header("x-linli-nonce", *nonce)
        .header("x-linli-signature", hex::encode(mac.finalize().into_bytes()))
        .body(Body::from(body.to_owned()));
    w.house.say(request.expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_signed_now_and_once_is_taken() {
    on_both(|t| async move {
        let w = world(&t, 3).await?;
        let given = hotline(&t).await?;
        let id = given.id.to_string();
        let now = t.cx.now().0 / Timestamp::SECOND;
        let body = format!("{{\"number\":\"JS-1\",\"words\":\"路灯不亮\",\"node\":\"{HERE}\"}}");
        let well = Signed {
            method: "POST",
            address: ORDERS,
            time: now,
            nonce: "aaaaaaaaaaaaaaaa",
            body: &body,
        };

        let wrong = ask(&w, &id, "another key", &well, &body).await;
        assert_eq!(wrong.status.as_u16(), 401, "a bad signature: {}", wrong.text);
        let unknown = ask(&w, HERE, &given.key, &well, &body).await;
        assert_eq!(unknown.status.as_u16(), 401, "a wrong key");
        let changed = ask(&w, &id, &given.key, &well, &body.replace("JS-1", "JS-2")).await;
        assert_eq!(changed.status.as_u16(), 401, "another body");
        for time in [now - 400, now + 400] {
            let old = ask(&w, &id, &given.key, &Signed { time, ..well }, &body).await;
            assert_eq!(old.status.as_u16(), 401, "{time}");
        }
        let short = ask(&w, &id, &given.key, &Signed { nonce: "a", ..well }, &body).await;
        assert_eq!(short.status.as_u16(), 401);
        let large = "x".repeat(70 << 10);
        let too_large = ask(&w, &id, &given.key, &Signed { body: &large, ..well }, &large).await;
        assert!(
            too_large.status.is_client_error() && too_large.status.as_u16() != 401,
            "{}",
            too_large.status
        );
        assert_eq!(w.matters().await?, 0);

        let first = ask(&w, &id, &given.key, &well, &body).await;
        assert_eq!(first.status.as_u16(), 200, "{}", first.text);
        assert_eq!(first.json()["came"], "new");
        let replayed = ask(&w, &id, &given.key, &well, &body).await;
        assert_eq!(replayed.status.as_u16(), 409);
        let again = Signed {
            nonce: "bbbbbbbbbbbbbbbb",
            ..well
        };
        assert_eq!(
            ask(&w, &id, &given.key, &again, &body).await.json()["came"],
            "same"
        );
        assert_eq!(w.matters().await?, 1);

        let address = format!("{ORDERS}/JS-1");
        let asked = Signed {
            method: "GET",
            address: &address,
            time: now,
            nonce: "cccccccccccccccc",
            body: "",
        };
        let stands = ask(&w, &id, &given.key, &asked, "").await.json();
        assert_eq!(
            (&stands["number"], &stands["state"]),
            (&"JS-1".into(), &"reported".into())
        );
        let list = Signed {
            method: "GET",
            address: ORDERS,
            time: now,
            nonce: "dddddddddddddddd",
            body: "",
        };
        let back = ask(&w, &id, &given.key, &list, "").await.json();
        assert_eq!(
            back["orders"].as_array().map(Vec::len),
            Some(0),
            "nothing is answered yet"
        );

        platform::revoke(&t.cx, &id).await?;
        let ended = Signed {
            nonce: "eeeeeeeeeeeeeeee",
            ..list
        };
        assert_eq!(ask(&w, &id, &given.key, &ended, "").await.status.as_u16(), 401);
        Ok(())
    })
    .await;
}
