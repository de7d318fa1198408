//! Who asks, in tests: the whole router over a small organisation, and people with and without roles in it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use accounts::server::{service, session};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::test::TestDb;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusBuilder;
use notices::server::push::Pushing;
use shared::{Permission as P, Role, UserId};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    background::Caches,
    beside::beside,
    config::Config,
    web::{
        assets::SiteFiles,
        headers::Tls,
        pages,
        state::{App, Shared, finder},
        streams::Streams,
    },
};

/// Routes that take files.
pub const UPLOADS: [&str; 11] = [
    "/admin/orgs/import/upload",
    "/admin/map/import/upload",
    "/admin/calendar/upload",
    "/admin/people/import/upload",
    "/places/photos/add",
    "/inspections/walk",
    "/reports/send",
    "/reports/send/open",
    "/reports/act",
    "/mediation/act",
    "/admin/reports/orders/import/upload",
];

/// A unit in the district where nobody of this test holds a role, and one where they do.
pub const HERE: &str = "320581001001";
const ELSEWHERE: &str = "320582";
const DIVISIONS: &str = "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n\
    320582,张家港市,district,3205\n320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n";

/// Arguments of every server function at once: each takes those it knows.
pub fn arguments(user: UserId) -> String {
    let id = user.0;
    format!(
        "code={HERE}&node={HERE}&parent={HERE}&new_code=320581001001901&into={HERE}&others=320581001&below=&after=&as_of=&sort=\
         &version=1&name=%E5%90%8D%E5%AD%97&on=2026-11-23&basis=%E6%96%87%E4%BB%B6&parts=320581001002+%E4%B8%80%E6%9D%91%0A320581001003+%E4%BA%8C%E6%9D%91&afterwards=ends\
         &id={id}&user={id}&session={id}&attempt={id}&kind=residents_committee&phone=13900000099&address=&from=2026-11-23&to=&number=1\
         &body={id}&term=&title=%E4%B8%BB%E4%BB%BB&person_name=%E6%9F%90%E4%BA%BA&position=1&q=&figure=&lon=120.7&lat=31.6\
         &new=0&renamed=0&moved=0&gone=0&unchanged=0&changed=0&founded=0&review_number=&gap=0.3&overlap=0.3&outside=0.3\
         &password=correct-horse-battery&current=&door=3-501&birthday=2020-01-01&relation=&reason=other&words=%E7%90%86%E7%94%B1\
         &doing=suspend&role=staff&state=&next=&discard=false&action=&own=&subject=&until=&back=register\
         &room={id}&household={id}&building={id}&identity=x&grid={HERE}&why=moved&estates=0&buildings=0&rooms=0&areas=0&households=0\
         &ops=%5B%5D&done=0&choice=theirs&grant={id}"
    )
}

/// How often a stream of these tests asks whether who listens still may.
const BEAT: Duration = Duration::from_millis(20);

pub struct House {
    pub router: Router,
    pub app: App,
    pub test: TestDb,
    /// Somebody with a post here, whom others ask about.
    pub somebody: UserId,
    /// Somebody without any role.
    pub nobody: UserId,
    /// Who holds, elsewhere, a role with the permission.
    pub elsewhere: BTreeMap<P, UserId>,
}

pub async fn house(t: &TestDb) -> Result<House, Box<dyn std::error::Error + Send + Sync>> {
    let plan = orgs::server::import::plan(&t.cx, DIVISIONS.as_bytes()).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    orgs::server::import::apply(&t.cx, plan).await?;
    let somebody = person(t, "13900000099", Some((Role::GroupLead, HERE))).await?;
    let nobody = person(t, "13900000098", None).await?;
    let mut elsewhere = BTreeMap::new();
    for (n, permission) in P::ALL.iter().enumerate() {
        let role = Role::ALL
            .iter()
            .find(|role| role.allows(*permission))
            .expect("every permission has a role");
        let user = person(t, &format!("139000010{n:02}"), Some((*role, ELSEWHERE))).await?;
        elsewhere.insert(*permission, user);
    }
    let config = Config::default();
    let stopping = CancellationToken::new();
    let hub = db::event::Hub::start(&t.house).await?;
    let app = App::new(Shared {
        house: t.house.clone(),
        site: app::site::Site::default(),
        accounts: accounts::server::Settings {
            demo: false,
            secure: false,
        },
        maps: Arc::default(),
        finder: finder(&Arc::default()),
        beside: beside(),
        pushing: Pushing::default(),
        caches: Caches::default(),
        tls: Tls(false),
        proxies: config.trusted_proxies.clone(),
        leptos: LeptosOptions::builder().output_name("linli").build(),
    });
    let mut streams = Streams::new(hub, &config.limits, stopping);
    streams.beat = BEAT;
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let router = pages::router(
        app.clone(),
        &config,
        Arc::new(streams),
        SiteFiles::default(),
        metrics,
    );
    Ok(House {
        router,
        app,
        test: t.clone(),
        somebody,
        nobody,
        elsewhere,
    })
}

/// An account with, perhaps, a role.
async fn person(t: &TestDb, phone: &str, role: Option<(Role, &str)>) -> Result<UserId, shared::AppError> {
    let user = service::add_user(&t.cx, "某人", phone, None).await?;
    if let Some((role, node)) = role {
        service::grant(&t.cx, phone, role, node, None, None).await?;
    }
    Ok(user)
}

/// The token of a fresh session that has shown a second factor: what is asked may end a session.
pub async fn sign_in(t: &TestDb, user: UserId) -> Result<String, shared::AppError> {
    let mut tx = t.cx.write().await?;
    let opened = session::open(
        &mut tx,
        user,
        &session::Browser {
            label: "test".into(),
            last_token: None,
        },
    )
    .await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(opened.token)
}

impl House {
    pub async fn ask(&self, method: Method, path: &str, user: Option<UserId>) -> StatusCode {
        let arguments = arguments(self.somebody);
        let form = method == Method::POST;
        let uri = if form {
            path.to_owned()
        } else {
            format!("{path}?{arguments}")
        };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("sec-fetch-site", "same-origin");
        if let Some(user) = user {
            let token = sign_in(&self.test, user).await.expect("a session");
            request = request.header(header::COOKIE, format!("linli={token}"));
        }
        let files = UPLOADS.contains(&path) || path.ends_with("/admin/staff");
        let request = if files {
            let body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na\r\n--x--\r\n";
            request
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
                .body(Body::from(body))
        } else if form {
            request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(arguments))
        } else {
            request.body(Body::empty())
        };
        self.router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer")
            .status()
    }
}
