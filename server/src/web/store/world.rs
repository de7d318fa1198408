//! A house in which matters are reported, published and told to programs: what the tests of Open311 and of open data begin with.

use std::mem;

use accounts::server::{service, session};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use db::{
    execute, on,
    test::{TestDb, TestResult},
};
use quick_xml::{Reader, events::Event};
use reports::{
    model::{ClientForm, NewReport},
    server::{client, report},
};
use serde_json::Value;
use shared::{Actor, Role};
use tower::ServiceExt;

use super::visitor::{HERE, House, house, sign_in};

pub const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// What nobody may ever read of a matter.
pub const DOOR: &str = "甲栋乙室";
pub const PHONE: &str = "13812341234";
pub const WORDS: &str = "楼下的老张天天吵";

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

/// The texts of an XML document, each under the names of the elements around it. Anything that is not plain elements and text is a fault.
pub fn xml(text: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut found, mut said) = (Vec::<String>::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(start) => {
                path.push(start.name().into_inner().to_owned());
                said.clear();
            }
            Event::Text(text) => said.push_str(&text),
            Event::GeneralRef(reference) => said.push_str(match &*reference {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "#39" => "'",
                other => panic!("an entity: {other}"),
            }),
            Event::End(_) => {
                found.push((path.join("/"), mem::take(&mut said)));
                path.pop();
            }
            Event::Decl(_) => {}
            Event::Eof => return found,
            other => panic!("{other:?}"),
        }
    }
}

/// All texts under these names.
pub fn texts<'a>(document: &'a [(String, String)], path: &str) -> Vec<&'a str> {
    let named = document.iter().filter(|(known, _)| known == path);
    named.map(|(_, text)| text.as_str()).collect()
}

impl House {
    pub async fn say(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        }
    }

    pub async fn read(&self, address: &str) -> Answer {
        let request = Request::get(address).header(header::HOST, "linli.example");
        self.say(request.body(Body::empty()).expect("a request")).await
    }

    /// Asks with a header.
    pub async fn read_with(&self, address: &str, name: header::HeaderName, value: &str) -> Answer {
        let request = Request::get(address).header(header::HOST, "linli.example");
        let request = request.header(name, value).body(Body::empty());
        self.say(request.expect("a request")).await
    }

    pub async fn sent(&self, address: &str, kind: &str, body: &str, once: Option<&str>) -> Answer {
        let mut request = Request::post(address).header(header::CONTENT_TYPE, kind);
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        self.say(request.body(Body::from(body.to_owned())).expect("a request"))
            .await
    }
}

/// A house in which somebody takes what is reported, a resident who reports, and a program with a key.
pub struct World {
    pub house: House,
    t: TestDb,
    resident: Actor,
    pub key: String,
}

pub async fn world(t: &TestDb, per_day: i64) -> Outcome<World> {
    let house = house(t).await?;
    bordered(t).await?;
    service::add_user(&t.cx, "王小明", "13900000201", None).await?;
    service::grant(&t.cx, "13900000201", Role::Staff, HERE, None, None).await?;
    let token = sign_in(t, house.nobody).await?;
    let visit = session::resolve(&t.house, &token).await?.ok_or("no session")?;
    Ok(World {
        house,
        t: t.clone(),
        resident: visit.actor,
        key: key(t, "随手拍", "320581", per_day).await?,
    })
}

/// A border of the community, made up, whose name stands at 120.7, 31.6.
async fn bordered(t: &TestDb) -> TestResult {
    let mut tx = t.cx.write().await?;
    execute!(
        tx,
        "insert into area_import (id, created_at, file_name, datum, status, accepted) \
         values ('0192aaaa-0000-7000-8000-000000000001', 0, 'a.geojson', 'wgs84', 'applied', '[]')"
    )?;
    execute!(
        tx,
        "insert into area (id, node_id, valid_from, geometry, min_lon, min_lat, max_lon, max_lat, label_lon, label_lat, cell, \
         square_metres, synthetic, import_id, created_at) values ('0192aaaa-0000-7000-8000-000000000002', \
         (select id from node where code = '320581001001'), '2024-01-01', '{}', 1207000000, 316000000, 1207000001, 316000001, \
         1207000000, 316000000, 0, 1, true, '0192aaaa-0000-7000-8000-000000000001', 0)"
    )?;
    tx.commit().await?;
    Ok(())
}

/// A key of a program that reports at a unit.
pub async fn key(t: &TestDb, label: &str, node: &str, per_day: i64) -> Outcome<String> {
    let form = ClientForm {
        label: label.into(),
        node: node.into(),
        per_day: per_day.to_string(),
    };
    Ok(client::give(&t.cx, &form).await?.key)
}

impl World {
    /// What a resident reports; its code.
    pub async fn report(&self, n: u32, category: &str, at: &str) -> Outcome<String> {
        let form = NewReport {
            kind: "problem".into(),
            category: category.into(),
            words: WORDS.into(),
            node: HERE.into(),
            at: at.into(),
            door: DOOR.into(),
            phone: PHONE.into(),
            open: true,
            ..NewReport::default()
        };
        let cx = self.t.request(Some(self.resident.clone())).signed_in()?;
        let settings = grid::server::Settings::default();
        let key = format!("device-key-open311-{n}");
        let sent = report::report(&cx, &settings, &key, &form, Vec::new()).await?;
        Ok(sent.code)
    }

    pub async fn publish(&self, code: &str, text: &str) -> TestResult {
        let mut tx = self.t.cx.write().await?;
        let now = tx.now();
        execute!(
            tx,
            "update matter set published_at = $2, public_text = $3 where code = $1",
            code,
            now,
            text
        )?;
        tx.commit().await?;
        // As the event of a publication does.
        self.house.app.caches.open.drop_all();
        Ok(())
    }

    pub async fn end(&self, code: &str) -> TestResult {
        let mut tx = self.t.cx.write().await?;
        let now = tx.now();
        execute!(
            tx,
            "update matter set state = 'closed', ended_at = $2 where code = $1",
            code,
            now
        )?;
        tx.commit().await?;
        self.house.app.caches.open.drop_all();
        Ok(())
    }

    pub async fn matters(&self) -> Outcome<i64> {
        let mut tx = self.t.cx.read().await?;
        Ok(on!(tx, |c| sqlx::query_scalar("select count(*) from matter")
            .fetch_one(c)
            .await)?)
    }

    pub async fn post(&self, body: &str, once: Option<&str>) -> Answer {
        let body = format!("api_key={}&{body}", self.key);
        self.house
            .sent("/open311/v2/requests.json", FORM, &body, once)
            .await
    }
}
