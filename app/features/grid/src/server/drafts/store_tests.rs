//! Store tests of drafts: a community with three grids, and who draws there. Each file beside has one subject.

mod clash;
mod follow;
mod handed;
mod held;
mod history;
mod late;
mod listed;
mod micro_grids;
mod refused;
mod told;

use accounts::server::service::{add_user, grant};
use db::{
    Cx,
    access::Request,
    test::{TestDb, TestResult, on_both},
};
use orgs::{
    model::{Code, NodeKind},
    server::{history as states, store as nodes},
};
use shared::{AppError, Date, Grant, Permission, Role, Timestamp, UserId};

use super::*;
use crate::{
    model::{
        Coming, Place,
        border::Border,
        coverage::{Coverage, Named, Op, Unit, same_ground},
        draft::{Choice, DraftId, DraftState, Proposal},
    },
    server::{Settings, page as maps},
};

const COMMUNITY: &str = "320581001001";
const ONE: &str = "320581001001001";
const TWO: &str = "320581001001002";
const THREE: &str = "320581001001003";
const NEW: &str = "320581001001004";
const DIVISIONS: &str = "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n320581001002,甬江社区居委会,community,320581001\n";

fn at(lon: i32, lat: i32) -> Place {
    Place {
        lon: 1_207_000_000 + lon,
        lat: 316_000_000 + lat,
    }
}

/// A feature of a map file, of one ring.
fn feature(code: &str, name: &str, places: impl IntoIterator<Item = Place>) -> String {
    let mut corners: Vec<String> = places
        .into_iter()
        .map(|place| format!("[{:.7},{:.7}]", place.lon_degrees(), place.lat_degrees()))
        .collect();
    corners.extend(corners.first().cloned());
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        corners.join(",")
    )
}

fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// Imports a map file as one that was surveyed.
async fn import(t: &TestDb, file: String) -> Result<(), AppError> {
    let plan = crate::server::import::plan(&t.cx, file, crate::model::Datum::Cgcs2000).await?;
    let surveyed = crate::server::import::Origin::Surveyed;
    crate::server::import::apply(&t.cx, &plan, "t.geojson", surveyed, &[]).await?;
    Ok(())
}

/// A community with three grids side by side, each 100,000 units wide, with a corner in the middle of each inner border.
fn borders() -> String {
    let feature = |code: &str, name: &str, places: &[(i32, i32)]| {
        feature(code, name, places.iter().map(|(x, y)| at(*x, *y)))
    };
    let w = 100_000;
    let features = [
        feature(
            COMMUNITY,
            "花园浜社区居委会",
            &[
                (0, 0),
                (w, 0),
                (2 * w, 0),
                (3 * w, 0),
                (3 * w, w),
                (2 * w, w),
                (w, w),
                (0, w),
            ],
        ),
        feature(ONE, "第一网格", &[(0, 0), (w, 0), (w, w / 2), (w, w), (0, w)]),
        feature(
            TWO,
            "第二网格",
            &[(w, 0), (2 * w, 0), (2 * w, w / 2), (2 * w, w), (w, w), (w, w / 2)],
        ),
        feature(
            THREE,
            "第三网格",
            &[(2 * w, 0), (3 * w, 0), (3 * w, w), (2 * w, w), (2 * w, w / 2)],
        ),
    ];
    collection(&features)
}

struct House {
    t: TestDb,
    worker: Request,
    secretary: Request,
    other: Request,
}

/// Somebody with an account and a role.
async fn holder(t: &TestDb, phone: &str, role: Role, code: &str) -> Result<Request, AppError> {
    let user: UserId = add_user(&t.cx, "某人", phone, None).await?;
    grant(&t.cx, phone, role, code, None, None).await?;
    let mut tx = t.cx.read().await?;
    let node = nodes::by_code(&mut tx, &code.parse().unwrap())
        .await?
        .ok_or(AppError::NotFound)?;
    let mut actor = db::test::person(t);
    actor.user = user;
    actor.second_factor = true;
    actor.grants.push(Grant {
        role,
        node: node.id,
        code: code.to_owned(),
        node_name: node.name,
        path: node.path,
        until: None,
        delegated: false,
    });
    Ok(t.request(Some(actor)))
}

async fn house(t: &TestDb) -> Result<House, Box<dyn std::error::Error + Send + Sync>> {
    let plan = orgs::server::import::plan(&t.cx, DIVISIONS.as_bytes()).await?;
    orgs::server::import::apply(&t.cx, plan).await?;
    let plan = crate::server::import::plan(&t.cx, borders(), crate::model::Datum::Cgcs2000).await?;
    assert_eq!(plan.problems(), []);
    crate::server::import::apply(
        &t.cx,
        &plan,
        "t.geojson",
        crate::server::import::Origin::Surveyed,
        &[],
    )
    .await?;
    // Borders that began on the day on which they are changed would be replaced instead of ended.
    t.clock.advance(5 * Timestamp::DAY);
    Ok(House {
        worker: holder(t, "13900000001", Role::GridWorker, ONE).await?,
        secretary: holder(t, "13900000002", Role::Secretary, COMMUNITY).await?,
        other: holder(t, "13900000003", Role::Staff, COMMUNITY).await?,
        t: t.clone(),
    })
}

impl House {
    fn draws(&self, who: &Request) -> Cx {
        who.require(Permission::MapPropose).unwrap()
    }

    fn approves(&self) -> Cx {
        self.secretary.require(Permission::MapApprove).unwrap()
    }

    fn today(&self) -> Date {
        self.t.cx.now().date()
    }

    async fn begin(&self, who: &Request, ops: Vec<Op>) -> Result<(DraftId, i64), AppError> {
        let done = ops.len();
        let saved = save(&self.draws(who), &code(COMMUNITY), None, ops, done).await?;
        Ok((saved.id, saved.version))
    }

    async fn hand_in(&self, who: &Request, ops: Vec<Op>, on: Date) -> Result<(DraftId, i64), AppError> {
        let (id, version) = self.begin(who, ops).await?;
        propose(&self.draws(who), id, version, &self.proposal(on)).await?;
        Ok((id, version + 1))
    }

    fn proposal(&self, on: Date) -> Proposal {
        Proposal::read("拆迁以后重划", "花园浜〔2026〕3号", &on.to_string(), self.today()).unwrap()
    }

    async fn state(&self, id: DraftId) -> Result<DraftState, AppError> {
        Ok(one(&self.draws(&self.secretary), id).await?.row.state)
    }

    /// The borders as they are.
    async fn ground(&self) -> Result<Coverage, AppError> {
        let mut tx = self.t.cx.read().await?;
        let node = nodes::by_code(&mut tx, &code(COMMUNITY))
            .await?
            .ok_or(AppError::NotFound)?;
        Ok(Coverage::new(&ground::now(&mut tx, node.id).await?.0.ground))
    }
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn named(code: &str, name: &str) -> Named {
    Named {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

/// The border between the first and the second grid moves east.
fn shift(by: i32) -> Op {
    Op::Move {
        from: at(100_000, 50_000),
        to: at(100_000 + by, 50_000),
    }
}

fn split() -> Op {
    Op::Split {
        code: ONE.to_owned(),
        line: vec![at(50_000, -10), at(50_010, 100_010)],
        left: named(ONE, ""),
        right: named(NEW, "第四网格"),
    }
}
