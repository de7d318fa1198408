//! Store tests of drafts: who does what with one, and what is refused. Each file beside has one subject.

mod clash;
mod follow;
mod history;
mod late;
mod listed;
mod micro_grids;
mod told;

use accounts::server::service::{add_user, grant};
use db::{
    Cx,
    access::Request,
    execute, on,
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

#[tokio::test]
async fn what_is_drawn_is_approved_by_another_and_holds_from_its_day() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let day = house.today().plus_days(3);
        let (id, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        // It survives a reload, is one's own, and nobody else sees it yet.
        let again = editing(
            &house.draws(&house.worker),
            &Settings::default(),
            &code(COMMUNITY),
        )
        .await?;
        assert_eq!(
            again.draft.as_ref().map(|draft| (draft.id, draft.done)),
            Some((id, 1))
        );
        assert_eq!(
            one(&house.draws(&house.secretary), id).await,
            Err(AppError::NotFound)
        );
        assert!(matches!(
            house.begin(&house.worker, vec![shift(5)]).await,
            Err(AppError::Conflict(_))
        ));

        propose(&house.draws(&house.worker), id, version, &house.proposal(day)).await?;
        assert_eq!(waiting(&house.approves()).await?, 1);
        let shown = list(&house.draws(&house.secretary), None, "").await?;
        assert_eq!((shown.waiting.rows.len(), shown.others.rows.len()), (1, 0));
        let shown = one(&house.draws(&house.secretary), id).await?;
        assert!(shown.doings.decide && shown.before.is_some() && shown.after.is_some());
        assert_eq!(
            shown
                .differences
                .iter()
                .map(|one| one.code.as_str())
                .collect::<Vec<_>>(),
            [ONE, TWO]
        );
        // A grid worker approves nothing; a colleague who draws does not either.
        assert!(house.worker.require(Permission::MapApprove).is_err());
        assert!(house.other.require(Permission::MapApprove).is_err());
        approve(&house.approves(), id, version + 1, "同意").await?;
        assert_eq!(house.state(id).await?, DraftState::Approved);

        // Before its day nothing has changed; who draws there is told on the map that it will.
        assert_eq!(put_due(&t.cx).await?, 0);
        let settings = Settings::default();
        for (cx, told) in [
            (house.secretary.public(), true),
            (t.request(None).public(), false),
        ] {
            let shown = maps::map(&cx, &settings, &code(COMMUNITY), None, "").await?;
            let expected = told.then_some(Coming { id, on: day });
            assert_eq!(shown.coming, Vec::from_iter(expected));
        }
        assert!(
            house
                .ground()
                .await?
                .unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(100_000, 50_000))
        );
        t.clock.advance(3 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        assert_eq!(put_due(&t.cx).await?, 0, "once");
        assert_eq!(house.state(id).await?, DraftState::InEffect);
        let cx = house.secretary.public();
        let shown = maps::map(&cx, &settings, &code(COMMUNITY), None, "").await?;
        assert!(shown.coming.is_empty());
        let now = house.ground().await?;
        for part in [ONE, TWO] {
            assert!(
                now.unit(part)
                    .unwrap()
                    .border
                    .corners()
                    .any(|corner| corner == at(110_000, 50_000)),
                "{part}"
            );
        }
        // The map of before is still there, and the border's history names the draft.
        let before = house.today().plus_days(-1).to_string();
        let cx = house.secretary.public();
        let (then, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), &before)
            .await?
            .unwrap();
        assert!(then.contains("120.71,31.605") && !then.contains("120.711,31.605"));
        let (now, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), "")
            .await?
            .unwrap();
        assert!(now.contains("120.711,31.605"));
        let told = history(&house.secretary.require(Permission::StaffView)?, &code(ONE)).await?;
        assert_eq!(told.states.len(), 2);
        assert_eq!(told.states[0].draft, Some(id));
        assert_eq!(told.states[0].from, day);
        assert_eq!(
            (told.states[1].to, told.states[1].source.as_str()),
            (Some(day), "t.geojson")
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_approves_what_they_drew() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let (id, version) = house
            .hand_in(&house.secretary, vec![shift(9_000)], house.today())
            .await?;
        assert_eq!(
            approve(&house.approves(), id, version, "").await,
            Err(AppError::Forbidden)
        );
        assert!(!one(&house.draws(&house.secretary), id).await?.doings.decide);
        // Nor does the database let them.
        let mut tx = t.cx.write().await?;
        let author = house.secretary.actor.as_ref().unwrap().user;
        let by_hand = execute!(
            tx,
            "update grid_draft set decided_by = $2 where id = $1",
            id,
            author
        );
        assert!(by_hand.is_err());
        drop(tx);
        // Who is nobody there is told nothing.
        let elsewhere = holder(&t, "13900000009", Role::Secretary, "320581001002").await?;
        let cx = elsewhere.require(Permission::MapApprove)?;
        assert_eq!(approve(&cx, id, version, "").await, Err(AppError::NotFound));
        let cx = elsewhere.require(Permission::MapPropose)?;
        assert_eq!(one(&cx, id).await, Err(AppError::NotFound));
        assert!(list(&cx, None, "").await?.others.rows.is_empty());
        assert_eq!(
            editing(&cx, &Settings::default(), &code(COMMUNITY)).await,
            Err(AppError::NotFound)
        );
        let cx = elsewhere.require(Permission::StaffView)?;
        assert_eq!(history(&cx, &code(ONE)).await, Err(AppError::NotFound));
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_split_founds_a_grid_and_a_merge_ends_one() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let merge = Op::Merge {
            code: THREE.to_owned(),
            into: TWO.to_owned(),
        };
        let (id, version) = house
            .hand_in(&house.other, vec![split(), merge], house.today())
            .await?;
        approve(&house.approves(), id, version, "").await?;
        assert_eq!(house.state(id).await?, DraftState::InEffect, "its day had come");
        let mut tx = t.cx.read().await?;
        let new = nodes::by_code(&mut tx, &code(NEW)).await?.unwrap();
        assert_eq!(
            (new.name.as_str(), new.kind, new.valid_from),
            ("第四网格", NodeKind::Grid, house.today())
        );
        assert!(nodes::by_code(&mut tx, &code(THREE)).await?.is_none());
        let old = nodes::latest_by_code(&mut tx, &code(THREE)).await?.unwrap();
        assert_eq!(old.valid_to, Some(house.today()));
        let one = nodes::by_code(&mut tx, &code(ONE)).await?.unwrap();
        assert_eq!(states::successions(&mut tx, one.id).await?.len(), 1);
        // Who comes after this asks where each place lies now.
        let parent = nodes::by_code(&mut tx, &code(COMMUNITY)).await?.unwrap();
        let places = [at(10_000, 10), at(60_000, 10), at(250_000, 10), at(900_000, 10)];
        let two = nodes::by_code(&mut tx, &code(TWO)).await?.unwrap();
        assert_eq!(
            parts_at(&mut tx, parent.id, &places).await?,
            [Some(one.id), Some(new.id), Some(two.id), None]
        );
        let told: Vec<db::Json<serde_json::Value>> = on!(tx, |c| sqlx::query_scalar(
            "select data from event where kind = 'grid.border.changed'"
        )
        .fetch_all(c)
        .await)?;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0["split"][0]["into"][0], new.id.to_string());
        assert_eq!(told[0].0["merged"][0]["into"], two.id.to_string());
        let jobs: Vec<db::Json<Moved>> = on!(tx, |c| sqlx::query_scalar(
            "select payload from job where kind = 'grid.ground.moved'"
        )
        .fetch_all(c)
        .await)?;
        let [db::Json(moved)] = &jobs[..] else {
            panic!("{jobs:?}")
        };
        assert_eq!((moved.unit, moved.on), (parent.id, house.today()));
        assert_eq!(moved.successor(old.id), Some(two.id));
        assert_eq!((moved.ended.len(), moved.touched.len()), (1, 4));
        drop(tx);
        // Yesterday's map has three, the third too; today's has the new one.
        let cx = house.secretary.public();
        let before = house.today().plus_days(-1).to_string();
        let (then, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), &before)
            .await?
            .unwrap();
        assert!(then.contains("第三网格") && !then.contains("第四网格"));
        let (now, _) = maps::geojson(&cx, &Settings::default(), &code(COMMUNITY), "")
            .await?
            .unwrap();
        assert!(!now.contains("第三网格") && now.contains("第四网格"));
        assert!(house.ground().await?.faults().is_empty());
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_cannot_be_handed_in() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let before = house.ground().await?;
        let nothing = house.hand_in(&house.other, Vec::new(), today).await;
        assert!(matches!(nothing, Err(AppError::Invalid(_))));
        // Steps that cannot be done are not kept.
        let beyond = Op::Move {
            from: at(100_000, 50_000),
            to: at(900_000, 50_000),
        };
        let cx = house.draws(&house.worker);
        assert!(matches!(
            save(&cx, &code(COMMUNITY), None, vec![beyond], 1).await,
            Err(AppError::Invalid(_))
        ));
        let many: Vec<Place> = (0..100_000).map(|i| at(i % 1_000, i / 1_000)).collect();
        let put = Op::Put {
            units: vec![Unit {
                code: ONE.to_owned(),
                name: String::new(),
                border: Border(vec![vec![many.clone()]]),
                from: None,
            }],
        };
        let draw = Op::Draw {
            unit: named(NEW, "画的"),
            ring: many,
        };
        for endless in [put, draw] {
            let refused = save(&cx, &code(COMMUNITY), None, vec![endless], 1).await;
            assert!(
                matches!(&refused, Err(AppError::Invalid(faults)) if faults[0].message.contains("100000 个")),
                "{refused:?}"
            );
        }
        // Somebody else's grids only.
        let third = Op::Move {
            from: at(200_000, 50_000),
            to: at(205_000, 50_000),
        };
        let not_mine = house.hand_in(&house.worker, vec![third], today).await;
        assert!(matches!(not_mine, Err(AppError::Invalid(faults)) if faults[0].message.contains("您负责的")));
        // A code of elsewhere.
        let elsewhere = Op::Split {
            code: ONE.to_owned(),
            line: vec![at(50_000, -10), at(50_000, 100_010)],
            left: named(ONE, ""),
            right: named("320581001002001", "别处"),
        };
        let (id, version) = {
            let shown = editing(&house.draws(&house.other), &Settings::default(), &code(COMMUNITY)).await?;
            let draft = shown.draft.unwrap();
            let saved = save(
                &house.draws(&house.other),
                &code(COMMUNITY),
                Some((draft.id, draft.version)),
                vec![elsewhere],
                1,
            )
            .await?;
            (saved.id, saved.version)
        };
        let refused = propose(&house.draws(&house.other), id, version, &house.proposal(today)).await;
        assert!(matches!(refused, Err(AppError::Invalid(faults)) if faults[0].message.contains("代码")));
        // A second tab of the same person saves over nothing.
        let stale = save(
            &house.draws(&house.other),
            &code(COMMUNITY),
            Some((id, version - 1)),
            vec![split()],
            1,
        )
        .await;
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        // Refused with a reason, gone on with, handed in again.
        let (id, version) = (id, version);
        let saved = save(
            &house.draws(&house.other),
            &code(COMMUNITY),
            Some((id, version)),
            vec![split()],
            1,
        )
        .await?;
        propose(
            &house.draws(&house.other),
            id,
            saved.version,
            &house.proposal(today),
        )
        .await?;
        assert!(matches!(
            refuse(&house.approves(), id, saved.version + 1, " ").await,
            Err(AppError::Invalid(_))
        ));
        refuse(&house.approves(), id, saved.version + 1, "名称不合适").await?;
        assert!(matches!(
            refuse(&house.approves(), id, saved.version + 1, "名称不合适").await,
            Err(AppError::Conflict(_))
        ));
        let version = one(&house.draws(&house.other), id).await?.version;
        reopen(&house.draws(&house.other), id, version).await?;
        withdraw(&house.draws(&house.other), id, version + 1).await?;
        // All of that has changed no border.
        let after = house.ground().await?;
        assert_eq!(after.units().len(), before.units().len());
        for part in [ONE, TWO, THREE] {
            let (was, is) = (before.unit(part).unwrap(), after.unit(part).unwrap());
            assert!(same_ground(&was.border, &is.border), "{part}");
        }
        TestResult::Ok(())
    })
    .await;
}
