//! Nobody gets past the access token: every server function, route and page is asked without a session, with a session
//! that has no role, and with the right role in another subtree.
//!
//! Whoever adds one adds a line here; the test fails until then. [`Outside::Nothing`] is for what shows or changes only
//! what is in one's own scope to begin with, so that there is nothing outside to ask for.

use std::{collections::BTreeMap, sync::Arc};

use accounts::server::{service, session};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::test::{TestDb, TestResult, on_both};
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusBuilder;
use shared::{Permission as P, Role, UserId};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{assets::SiteFiles, cache::PageCache, events::Streams, headers::Tls, pages, state::App};
use crate::config::Config;

#[derive(Clone, Copy, Debug)]
enum Outside {
    /// Asked for something outside one's subtree, it says that there is no such thing.
    NotFound,
    /// As above, beside the field of a form in which it was named.
    Refused,
    Nothing,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Anybody.
    Public,
    SignedIn,
    Needs(P, Outside),
}

use Outside::{NotFound, Nothing, Refused};
use Rule::{Needs, Public, SignedIn};

const FUNCTIONS: &[(&str, Rule)] = &[
    ("accounts/sign-in/page", Public),
    ("accounts/sign-in/request", Public),
    ("accounts/sign-in/code", Public),
    ("accounts/sign-in/enter", Public),
    ("accounts/sign-in/password", Public),
    ("accounts/sign-in/factor-page", SignedIn),
    ("accounts/sign-in/factor", SignedIn),
    ("accounts/sign-out", SignedIn),
    ("accounts/sign-out/elsewhere", SignedIn),
    // With the ticket of a number just verified, or a session.
    ("accounts/register/page", SignedIn),
    ("accounts/register", Public),
    // Also for a bound relative, who holds no role (亲友代办); whom one may act for is asked of the binding.
    ("accounts/act/candidates", SignedIn),
    ("accounts/act/start", SignedIn),
    ("accounts/act/stop", SignedIn),
    ("accounts/act/add", Needs(P::ActFor, Refused)),
    ("accounts/me", SignedIn),
    ("accounts/me/residency", SignedIn),
    ("accounts/me/devices", SignedIn),
    ("accounts/me/data", SignedIn),
    ("accounts/me/consent", SignedIn),
    ("accounts/me/name", SignedIn),
    ("accounts/me/phone/request", SignedIn),
    ("accounts/me/phone", SignedIn),
    ("accounts/me/code", SignedIn),
    ("accounts/me/erase", SignedIn),
    ("accounts/me/keep", SignedIn),
    ("accounts/me/security", SignedIn),
    ("accounts/me/password", SignedIn),
    ("accounts/me/factor/begin", SignedIn),
    ("accounts/me/factor/enrol", SignedIn),
    ("accounts/me/factor/remove", SignedIn),
    ("accounts/me/relatives", SignedIn),
    ("accounts/relatives/ask", SignedIn),
    ("accounts/relatives/bind", SignedIn),
    ("accounts/relatives/revoke", SignedIn),
    ("accounts/children/add", SignedIn),
    ("accounts/children/withdraw", SignedIn),
    ("accounts/grids", Public), // grids are public
    ("accounts/me/home", SignedIn),
    ("accounts/delegations", SignedIn),
    ("accounts/delegations/start", Needs(P::RoleDelegate, Nothing)),
    ("accounts/delegations/end", SignedIn),
    ("accounts/residents", Needs(P::ResidentConfirm, Nothing)),
    ("accounts/residents/waiting", Needs(P::ResidentConfirm, Nothing)),
    ("accounts/residents/confirm", Needs(P::ResidentConfirm, NotFound)),
    ("accounts/residents/refuse", Needs(P::ResidentConfirm, NotFound)),
    ("accounts/residents/unmask", Needs(P::Unmask, NotFound)),
    ("accounts/admin/user", Needs(P::AccountManage, NotFound)),
    ("accounts/admin/user/manage", Needs(P::AccountManage, NotFound)),
    ("accounts/admin/roles", Needs(P::RoleGrant, Nothing)),
    ("accounts/admin/roles/grant", Needs(P::RoleGrant, Refused)),
    ("accounts/admin/roles/revoke", Needs(P::RoleGrant, NotFound)),
    ("accounts/admin/staff", Needs(P::StaffImport, Nothing)),
    ("accounts/admin/staff/allowed", SignedIn),
    ("accounts/admin/audit", Needs(P::AuditRead, Nothing)),
    ("accounts/admin/jobs", Needs(P::JobsManage, Nothing)),
    ("accounts/admin/jobs/decide", Needs(P::JobsManage, NotFound)),
    ("grid/map", Public),
    ("grid/panel", Public),
    ("grid/home", Public),
    ("grid/at", Public), // which grid a place is in is public
    ("grid/import/allowed", Needs(P::MapImport, Nothing)),
    ("grid/import/preview", Needs(P::MapImport, NotFound)),
    ("grid/import/apply", Needs(P::MapImport, NotFound)),
    ("grid/settings", Needs(P::MapSettings, Nothing)),
    ("grid/settings/save", Needs(P::MapSettings, Nothing)),
    ("orgs/children", Public),
    ("orgs/search", Public),
    ("orgs/node", Public),
    ("orgs/edit", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/found", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/rename", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/move", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/merge", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/split", Needs(P::OrgEdit, NotFound)),
    ("orgs/node/abolish", Needs(P::OrgEdit, NotFound)),
    ("orgs/body/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/term/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/post/save", Needs(P::OrgEdit, NotFound)),
    ("orgs/entry/remove", Needs(P::OrgEdit, NotFound)),
    ("orgs/import/preview", Needs(P::OrgImport, NotFound)),
    ("orgs/import/allowed", Needs(P::OrgImport, Nothing)),
    ("orgs/import/apply", Needs(P::OrgImport, NotFound)),
];

/// Everything that is no server function: pages and plain routes, as axum writes their paths.
const ROUTES: &[(&str, Rule)] = &[
    ("/", Public),
    ("/_ui", Public), // in a demonstration only
    ("/sign-in", Public),
    ("/sign-in/factor", SignedIn),
    // A page for those whose number was just verified; to anybody else it says to sign in.
    ("/register", SignedIn),
    ("/me", SignedIn),
    ("/me/home", SignedIn),
    ("/me/devices", SignedIn),
    ("/me/data", SignedIn),
    ("/me/data/export", SignedIn),
    ("/me/relatives", SignedIn),
    ("/me/security", SignedIn),
    ("/me/delegate", SignedIn),
    ("/act", SignedIn),
    ("/residents/pending", Needs(P::ResidentConfirm, Nothing)),
    ("/admin/users", Needs(P::AccountManage, Nothing)),
    ("/admin/roles", Needs(P::RoleGrant, Nothing)),
    ("/admin/staff-import", Needs(P::StaffImport, Nothing)),
    ("/admin/audit", Needs(P::AuditRead, Nothing)),
    ("/admin/audit/export", Needs(P::AuditExport, Nothing)),
    ("/admin/jobs", Needs(P::JobsManage, Nothing)),
    ("/admin/orgs/import", Needs(P::OrgImport, Nothing)),
    ("/admin/orgs/import/upload", Needs(P::OrgImport, Nothing)),
    ("/admin/map/import", Needs(P::MapImport, Nothing)),
    ("/admin/map/import/upload", Needs(P::MapImport, Nothing)),
    ("/admin/map/settings", Needs(P::MapSettings, Nothing)),
    ("/orgs", Public),
    ("/orgs/{code}", Public),
    ("/orgs/{code}/edit", Needs(P::OrgEdit, NotFound)),
    ("/map", Public),
    ("/map/{code}", Public),
    ("/map/data/{file}", Public),
    ("/appearance", Public), // a cookie about colours
    ("/events", Public),     // each topic has its own rule: see `events`
    ("/healthz", Public),    // says only that the process is there
    ("/readyz", Public),     // says only whether the process can serve
    ("/metrics", Public),    // for this machine and trusted networks only; not found to others
];

/// Routes that take files.
const UPLOADS: [&str; 2] = ["/admin/orgs/import/upload", "/admin/map/import/upload"];

/// A unit in the district where nobody of this test holds a role, and one where they do.
const HERE: &str = "320581001001";
const ELSEWHERE: &str = "320582";
const DIVISIONS: &str = "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n\
    320582,张家港市,district,3205\n320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n";

/// Arguments of every server function at once: each takes those it knows.
fn arguments(user: UserId) -> String {
    let id = user.0;
    format!(
        "code={HERE}&node={HERE}&parent={HERE}&new_code=320581001001901&into={HERE}&others=320581001&below=&after=&as_of=&sort=\
         &version=1&name=%E5%90%8D%E5%AD%97&on=2026-11-23&basis=%E6%96%87%E4%BB%B6&parts=320581001002+%E4%B8%80%E6%9D%91%0A320581001003+%E4%BA%8C%E6%9D%91&afterwards=ends\
         &id={id}&user={id}&session={id}&attempt={id}&kind=residents_committee&phone=13900000099&address=&from=2026-11-23&to=&number=1\
         &body={id}&term=&title=%E4%B8%BB%E4%BB%BB&person_name=%E6%9F%90%E4%BA%BA&position=1&q=&figure=&lon=120.7&lat=31.6\
         &new=0&renamed=0&moved=0&gone=0&unchanged=0&changed=0&founded=0&review_number=&gap=0.3&overlap=0.3&outside=0.3\
         &password=correct-horse-battery&current=&door=3-501&birthday=2020-01-01&relation=&reason=other&words=%E7%90%86%E7%94%B1\
         &doing=suspend&role=staff&state=&next=&discard=false&action=&own=&subject=&until="
    )
}

struct House {
    router: Router,
    test: TestDb,
    /// Somebody with a post here, whom others ask about.
    somebody: UserId,
    /// Somebody without any role.
    nobody: UserId,
    /// Who holds, elsewhere, a role with the permission.
    elsewhere: BTreeMap<P, UserId>,
}

async fn house(t: &TestDb) -> Result<House, Box<dyn std::error::Error + Send + Sync>> {
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
    let app = App {
        house: t.house.clone(),
        site: app::site::Site::default(),
        accounts: accounts::server::Settings {
            demo: false,
            secure: false,
        },
        maps: Arc::default(),
        cache: PageCache::default(),
        tls: Tls(false),
        proxies: config.trusted_proxies.clone(),
        leptos: LeptosOptions::builder().output_name("linli").build(),
    };
    let streams = Arc::new(Streams::new(hub, &config.limits, stopping));
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let router = pages::router(app, &config, streams, SiteFiles::default(), metrics);
    Ok(House {
        router,
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
async fn sign_in(t: &TestDb, user: UserId) -> Result<String, shared::AppError> {
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
    async fn ask(&self, method: Method, path: &str, user: Option<UserId>) -> StatusCode {
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

    /// What is wrong with how `path` answers.
    async fn fault(&self, method: &Method, path: &str, rule: Rule) -> Option<String> {
        let stranger = self.ask(method.clone(), path, None).await;
        if matches!(rule, Public) {
            let refused = matches!(stranger.as_u16(), 401 | 403 | 500..);
            return refused.then(|| format!("{path}: public, but a stranger gets {stranger}"));
        }
        if stranger != StatusCode::UNAUTHORIZED {
            return Some(format!("{path}: a stranger gets {stranger}"));
        }
        let Needs(permission, outside) = rule else {
            return None;
        };
        let without = self.ask(method.clone(), path, Some(self.nobody)).await;
        if !matches!(without, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
            return Some(format!("{path}: somebody without a role gets {without}"));
        }
        let elsewhere = self
            .ask(method.clone(), path, self.elsewhere.get(&permission).copied())
            .await;
        let well = match outside {
            NotFound => elsewhere == StatusCode::NOT_FOUND,
            Refused => matches!(
                elsewhere,
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
            ),
            Nothing => !elsewhere.is_server_error() && elsewhere != StatusCode::UNAUTHORIZED,
        };
        (!well).then(|| format!("{path}: the right role elsewhere gets {elsewhere}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_server_function_asks_who_one_is() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let registered: BTreeMap<&str, Method> = server_fn::axum::server_fn_paths().collect();
        let known: BTreeMap<String, Rule> = FUNCTIONS
            .iter()
            .map(|(name, rule)| (format!("/api/v1/{name}"), *rule))
            .collect();
        let mut faults: Vec<String> = known
            .keys()
            .filter(|path| !registered.contains_key(path.as_str()))
            .map(|path| format!("{path}: listed, but there is no such function"))
            .collect();
        for (path, method) in registered {
            match known.get(path) {
                None => faults.push(format!("{path}: add a rule for it")),
                Some(rule) => faults.extend(house.fault(&method, path, *rule).await),
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_route_asks_who_one_is() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let text = format!("{:?}", house.router);
        let mut faults = Vec::new();
        // axum tells its routes only so; a path stands in quotes, and matchers of catch-all routes have other shapes.
        let served = text
            .split('"')
            .filter(|part| part.starts_with('/') && !part.starts_with("/api/v1/") && !part.contains("{*"));
        for path in served {
            if !ROUTES.iter().any(|(known, _)| *known == path) {
                faults.push(format!("{path}: add a rule for it"));
            }
        }
        for (path, rule) in ROUTES {
            if *path == "/metrics" || *path == "/events" {
                continue;
            }
            let method = if UPLOADS.contains(path) {
                Method::POST
            } else {
                Method::GET
            };
            let address = path
                .replace("{code}", HERE)
                .replace("{file}", &format!("{HERE}.geojson"));
            faults.extend(house.fault(&method, &address, *rule).await);
        }
        faults.sort();
        faults.dedup();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        TestResult::Ok(())
    })
    .await;
}
