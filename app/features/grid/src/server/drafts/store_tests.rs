use accounts::server::service::add_user;
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
use people::{model::BuildingId, server::write};
use shared::{AppError, Date, Grant, NodeId, Permission, RecordId, Role, Timestamp, UserId};
use tasks::{
    model::{Holder, Kind, Limit, TaskId},
    server::task::NewTask,
};

use super::*;
use crate::{
    model::{
        Place,
        coverage::{Coverage, Named, Op, same_ground},
        draft::{Choice, DraftId, DraftState, Proposal},
    },
    server::{Settings, page as maps},
};

const COMMUNITY: &str = "320581001001";
const ONE: &str = "320581001001001";
const TWO: &str = "320581001001002";
const NEW: &str = "320581001001004";
const DIVISIONS: &str = "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n320581001002,甬江社区居委会,community,320581001\n";

fn at(lon: i32, lat: i32) -> Place {
    Place {
        lon: 1_207_000_000 + lon,
        lat: 316_000_000 + lat,
    }
}

/// A community with three grids side by side, each 100,000 units wide, with a corner in the middle of each inner border.
fn borders() -> String {
    let ring = |places: &[(i32, i32)]| {
        let closed = places.iter().chain(places.first());
        let corners: Vec<String> = closed
            .map(|(x, y)| {
                let place = at(*x, *y);
                format!("[{:.7},{:.7}]", place.lon_degrees(), place.lat_degrees())
            })
            .collect();
        corners.join(",")
    };
    let feature = |code: &str, name: &str, places: &[(i32, i32)]| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring(places)
        )
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
            "320581001001003",
            "第三网格",
            &[(2 * w, 0), (3 * w, 0), (3 * w, w), (2 * w, w), (2 * w, w / 2)],
        ),
    ];
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
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
        assert_eq!(list(&house.draws(&house.secretary)).await?.waiting.len(), 1);
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

        // Before its day nothing has changed.
        assert_eq!(put_due(&t.cx).await?, 0);
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
        assert!(list(&cx).await?.others.is_empty());
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
            code: "320581001001003".to_owned(),
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
        assert!(nodes::by_code(&mut tx, &code("320581001001003")).await?.is_none());
        let old = nodes::latest_by_code(&mut tx, &code("320581001001003"))
            .await?
            .unwrap();
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
async fn the_second_of_two_is_shown_the_difference_and_chooses() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let (mine, version) = house.begin(&house.worker, vec![shift(10_000)]).await?;
        let (theirs, seen) = house.hand_in(&house.other, vec![shift(-20_000)], today).await?;
        approve(&house.approves(), theirs, seen, "").await?;
        // The second is told, and cannot hand in past it.
        let shown = editing(
            &house.draws(&house.worker),
            &Settings::default(),
            &code(COMMUNITY),
        )
        .await?;
        let conflict = shown.conflict.unwrap();
        assert_eq!(conflict.names, ["第一网格", "第二网格"]);
        assert!(conflict.mine.is_some() && conflict.theirs.is_some() && conflict.can_put);
        assert_eq!(conflict.again, (0, 1), "the corner has gone elsewhere");
        let cx = house.draws(&house.worker);
        let refused = propose(&cx, mine, version, &house.proposal(today)).await;
        assert!(matches!(refused, Err(AppError::Conflict(words)) if words.contains("第一网格")));

        // Putting one's own over it keeps what was drawn, as a draft on the new borders; the old one is kept too.
        assert_eq!(rebase(&cx, mine, version, Choice::Mine).await?, 0);
        assert!(
            matches!(
                rebase(&cx, mine, version, Choice::Mine).await,
                Err(AppError::Conflict(_))
            ),
            "a second click"
        );
        let shown = editing(&cx, &Settings::default(), &code(COMMUNITY)).await?;
        assert!(shown.conflict.is_none());
        let drafts = list(&cx).await?.mine;
        assert_eq!(drafts.len(), 2);
        assert!(drafts.iter().any(|draft| draft.state == DraftState::Withdrawn));
        let draft = shown.draft.unwrap();
        propose(&cx, draft.id, draft.version, &house.proposal(today)).await?;
        approve(&house.approves(), draft.id, draft.version + 1, "").await?;
        assert!(
            house
                .ground()
                .await?
                .unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(110_000, 50_000))
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_other_choices_lose_nothing_either() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
        let ops = vec![shift(10_000), split()];
        let (mine, version) = house.begin(&house.worker, ops).await?;
        let (theirs, seen) = house.hand_in(&house.other, vec![shift(-20_000)], today).await?;
        approve(&house.approves(), theirs, seen, "").await?;
        let cx = house.draws(&house.worker);
        // The corner has gone, the cut can be made again.
        assert_eq!(rebase(&cx, mine, version, Choice::Again).await?, 1);
        let shown = editing(&cx, &Settings::default(), &code(COMMUNITY)).await?;
        let draft = shown.draft.unwrap();
        assert_eq!((draft.ops.len(), shown.conflict), (1, None));
        assert_eq!(rebase(&cx, draft.id, draft.version, Choice::Theirs).await?, 0);
        assert_eq!(one(&cx, draft.id).await?.row.state, DraftState::Withdrawn);
        // Withdrawn is not gone: it can be gone on with.
        let version = one(&cx, draft.id).await?.version;
        assert_eq!(reopen(&cx, draft.id, version).await?, COMMUNITY);
        assert_eq!(one(&cx, draft.id).await?.row.state, DraftState::Drafted);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_changes_other_grids_is_not_in_the_way() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let far = Op::Split {
            code: "320581001001003".to_owned(),
            line: vec![at(250_000, -10), at(250_000, 100_010)],
            left: named("320581001001003", ""),
            right: named(NEW, "第四网格"),
        };
        let day = house.today().plus_days(2);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        let (other, seen) = house.hand_in(&house.other, vec![far], house.today()).await?;
        approve(&house.approves(), other, seen, "").await?;
        approve(&house.approves(), id, version, "").await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 1);
        let now = house.ground().await?;
        assert!(now.unit(NEW).is_some() && now.faults().is_empty());
        assert!(
            now.unit(ONE)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(110_000, 50_000))
        );
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_is_overtaken_goes_back_to_its_author() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let day = house.today().plus_days(2);
        let (id, version) = house.hand_in(&house.worker, vec![shift(10_000)], day).await?;
        approve(&house.approves(), id, version, "").await?;
        // Another draft of the same grids is held back while this one waits.
        let (other, seen) = house.begin(&house.other, vec![shift(-5_000)]).await?;
        let held = propose(&house.draws(&house.other), other, seen, &house.proposal(day)).await;
        assert!(matches!(held, Err(AppError::Conflict(_))), "{held:?}");
        // A map file is not: it changes the border under the draft.
        let file = borders().replace("120.7100000,31.6050000", "120.7093000,31.6050000");
        let plan = crate::server::import::plan(&t.cx, file, crate::model::Datum::Cgcs2000).await?;
        crate::server::import::apply(
            &t.cx,
            &plan,
            "u.geojson",
            crate::server::import::Origin::Surveyed,
            &[],
        )
        .await?;
        t.clock.advance(2 * Timestamp::DAY);
        assert_eq!(put_due(&t.cx).await?, 0);
        let shown = one(&house.draws(&house.worker), id).await?;
        assert_eq!(shown.row.state, DraftState::Refused);
        assert!(shown.steps[0].words.contains("没有生效") && shown.steps[0].who.is_none());
        assert!(shown.doings.reopen);
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_cannot_be_handed_in() {
    on_both(|t| async move {
        let house = house(&t).await?;
        let today = house.today();
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
        let draw = Op::Draw {
            unit: named(NEW, "画的"),
            ring: many,
        };
        assert!(matches!(
            save(&cx, &code(COMMUNITY), None, vec![draw], 1).await,
            Err(AppError::Invalid(_))
        ));
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
        assert!(same_ground(
            &house.ground().await?.unit(ONE).unwrap().border,
            &house.ground().await?.unit(ONE).unwrap().border
        ));
        TestResult::Ok(())
    })
    .await;
}

/// A building with one household, where it is said to lie.
async fn inhabited(t: &TestDb, grid: &str, number: i64, place: Place) -> Result<BuildingId, AppError> {
    let mut tx = t.cx.write().await?;
    let community = nodes::by_code(&mut tx, &code(COMMUNITY)).await?.unwrap().id;
    let node_id = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
    let (estate, building, room) = (tx.id(), tx.id(), tx.id());
    let estates = [write::NewEstate {
        id: estate,
        node_id: community,
        name: format!("花园浜{number}区"),
        service_area: None,
    }];
    write::estates(&mut tx, &estates).await?;
    let buildings = [write::NewBuilding {
        id: building,
        estate_id: estate,
        node_id,
        number: "1".to_owned(),
        lon: Some(place.lon.into()),
        lat: Some(place.lat.into()),
    }];
    write::buildings(&mut tx, &buildings).await?;
    let rooms = [write::NewRoom {
        id: room,
        building_id: building,
        unit: String::new(),
        door: "101".to_owned(),
        floor: None,
        area: None,
    }];
    write::rooms(&mut tx, &rooms).await?;
    let households = [write::NewHousehold {
        id: tx.id(),
        room_id: room,
        node_id,
        group_id: None,
        valid_from: Date::new(2020, 1, 1).unwrap(),
    }];
    write::households(&mut tx, &households).await?;
    tx.commit().await?;
    Ok(building)
}

/// A task at a grid, about something.
async fn task(t: &TestDb, grid: &str, about: RecordId) -> Result<TaskId, AppError> {
    let mut tx = t.cx.write().await?;
    let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
    let new = NewTask {
        kind: Kind::new("test.walk", "走访"),
        subject: about,
        node,
        title: "走一遍",
        href: None,
        holder: Holder::Role(Role::GridWorker, node),
        limit: Limit::WorkingDays(5),
        since: None,
    };
    let opened = tasks::server::task::open(&t.cx, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(opened.id)
}

#[tokio::test]
async fn people_and_tasks_go_with_the_ground() {
    on_both(|t| async move {
        let house = house(&t).await?;
        const THREE: &str = "320581001001003";
        let stays = inhabited(&t, ONE, 1, at(10_000, 10)).await?;
        let goes = inhabited(&t, ONE, 2, at(60_000, 10)).await?;
        let merges = inhabited(&t, THREE, 3, at(250_000, 10)).await?;
        let nothing = RecordId(uuid::Uuid::nil());
        let walks = [
            (task(&t, ONE, RecordId(stays.0)).await?, ONE),
            (task(&t, ONE, RecordId(goes.0)).await?, NEW),
            (task(&t, ONE, nothing).await?, ONE),
            (task(&t, THREE, nothing).await?, TWO),
        ];
        let merge = Op::Merge {
            code: THREE.to_owned(),
            into: TWO.to_owned(),
        };
        let (id, version) = house
            .hand_in(&house.other, vec![split(), merge], house.today())
            .await?;
        approve(&house.approves(), id, version, "").await?;

        let mut tx = t.cx.read().await?;
        for (building, grid) in [(stays, ONE), (goes, NEW), (merges, TWO)] {
            let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
            let found: (NodeId, NodeId) = on!(tx, |c| sqlx::query_as(
                "select b.node_id, h.node_id from building b join room m on m.building_id = b.id \
                 join household h on h.room_id = m.id where b.id = $1"
            )
            .bind(building)
            .fetch_one(c)
            .await)?;
            assert_eq!(found, (node, node), "{grid}");
        }
        for (walk, grid) in walks {
            let node = nodes::by_code(&mut tx, &code(grid)).await?.unwrap().id;
            let running = tasks::server::task::running_at(&mut tx, node).await?;
            assert!(running.iter().any(|task| task.id == walk), "{grid}");
        }
        // Who lived where yesterday is still known.
        let spans: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from household_span")
            .fetch_one(c)
            .await)?;
        assert_eq!(spans, 5);
        TestResult::Ok(())
    })
    .await;
}
