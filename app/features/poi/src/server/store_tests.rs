//! What the pillar does, on both engines.

mod following;
mod nearest;
mod photos;
mod told;

use accounts::server::{service, session};
use db::{
    Cx,
    test::{TestDb, on_both},
};
use grid::{
    model::{Datum, Place},
    server::{Settings, import, tiles::workplace},
};
use shared::{Actor, AppError, Permission, Role};

use super::{Asked, edit, end, list, near, point, save, tiles};
use crate::model::{Kind, PointForm, PointId};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DIVISIONS: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581001001,花园浜社区居委会,community,320581001\n";
const COMMUNITY: &str = "320581001001";
/// Two grids side by side, each a hundredth of a degree wide.
const GRIDS: [&str; 2] = ["320581001001001", "320581001001002"];

/// A square of degrees as a feature.
fn feature(code: &str, level: &str, parent: &str, west: f64, east: f64) -> serde_json::Value {
    let ring = [
        [west, 31.6],
        [east, 31.6],
        [east, 31.61],
        [west, 31.61],
        [west, 31.6],
    ];
    serde_json::json!({
        "type": "Feature",
        "properties": { "code": code, "name": format!("单位{code}"), "level": level, "parent_code": parent },
        "geometry": { "type": "Polygon", "coordinates": [ring] },
    })
}

/// The organisation, and the borders of its two grids.
async fn organised(t: &TestDb) -> Outcome {
    let plan = orgs::server::import::plan_on(&t.cx, DIVISIONS.as_bytes(), "2023-06-30".parse()?).await?;
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    orgs::server::import::apply(&t.cx, plan).await?;
    let file = serde_json::json!({
        "type": "FeatureCollection",
        "features": [
            feature(COMMUNITY, "community", "320581001", 120.75, 120.77),
            feature(GRIDS[0], "grid", COMMUNITY, 120.75, 120.76),
            feature(GRIDS[1], "grid", COMMUNITY, 120.76, 120.77),
        ],
    });
    let plan = import::plan(&t.cx, file.to_string().into_bytes(), Datum::Cgcs2000).await?;
    let since = "2023-07-01".parse()?;
    import::apply(
        &t.cx,
        &plan,
        "t.geojson",
        import::Origin::Synthetic { since },
        &plan.acceptable(),
    )
    .await?;
    Ok(())
}

/// Somebody with a role, signed in, the second factor shown.
async fn holder(t: &TestDb, n: u32, role: Role, place: &str) -> Outcome<Actor> {
    let phone = format!("1390000{n:04}");
    let user = service::add_user(&t.cx, "工作者", &phone, None).await?;
    service::grant(&t.cx, &phone, role, place, None, None).await?;
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

fn form(kind: &str, name: &str, at: &str) -> PointForm {
    PointForm {
        kind: kind.into(),
        name: name.into(),
        at: at.into(),
        ..PointForm::default()
    }
}

async fn keep(cx: &Cx, form: &PointForm) -> Result<PointId, AppError> {
    save(cx, &Settings::default(), None, 0, form).await
}

/// The names that the viewer of `cx` is shown at a place.
async fn names(cx: &Cx, node: &str, kind: Option<Kind>, q: &str) -> Outcome<Vec<String>> {
    let asked = Asked {
        node: Some(node.parse().map_err(|_| "no code")?),
        kind,
        q: q.into(),
        after: None,
    };
    let page = list(cx, asked).await?;
    Ok(page.rows.rows.into_iter().map(|row| row.name).collect())
}

#[tokio::test]
async fn a_point_lies_where_its_place_is_and_only_who_works_there_keeps_it() {
    on_both(|t| async move {
        organised(&t).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRIDS[0]).await?;
        let cx = t.request(Some(worker)).require(Permission::PoiEdit)?;
        let id = keep(&cx, &form("charger", "东门充电棚", "120.755, 31.605")).await?;
        let public = t.request(None).public();
        let there = point(&public, id).await?;
        assert_eq!((there.unit.code.as_str(), there.may_edit), (GRIDS[0], false));
        for (at, words) in [
            ("120.765, 31.605", "不归您维护"),
            ("120.9, 31.9", "不在任何一个网格里"),
        ] {
            let refused = keep(&cx, &form("charger", "别处", at)).await;
            let Err(AppError::Invalid(errors)) = refused else {
                panic!("{refused:?}")
            };
            assert!(
                errors[0].field == "at" && errors[0].message.contains(words),
                "{errors:?}"
            );
        }
        let other = holder(&t, 2, Role::GridWorker, GRIDS[1]).await?;
        let other = t.request(Some(other)).require(Permission::PoiEdit)?;
        assert_eq!(edit(&other, Some(id)).await.err(), Some(AppError::NotFound));
        assert_eq!(end(&other, id, 1).await, Err(AppError::NotFound));

        let page = edit(&cx, Some(id)).await?;
        assert_eq!(page.form.at, "120.755000, 31.605000");
        let mut better = page.form;
        better.access[0] = true;
        save(&cx, &Settings::default(), Some(id), page.version, &better).await?;
        let stale = save(&cx, &Settings::default(), Some(id), page.version, &better).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        assert_eq!(point(&public, id).await?.access.len(), 1);
        assert!(matches!(end(&cx, id, 1).await, Err(AppError::Conflict(_))));
        end(&cx, id, 2).await?;
        assert!(names(&public, COMMUNITY, None, "").await?.is_empty());
        assert!(
            point(&public, id).await?.ended.is_some(),
            "who kept the address is told"
        );
        assert_eq!(end(&cx, id, 3).await, Err(AppError::NotFound));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn lists_find_by_kind_name_and_pinyin_and_hide_cameras() {
    on_both(|t| async move {
        organised(&t).await?;
        for (kind, name, at) in [
            ("meals", "花园浜助餐点", "120.751, 31.601"),
            ("charger", "东门充电棚", "120.752, 31.602"),
            ("camera", "路口监控", "120.753, 31.603"),
            ("hydrant", "100%_消火栓", "120.765, 31.604"),
        ] {
            keep(&t.cx, &form(kind, name, at)).await?;
        }
        let public = t.request(None).public();
        assert_eq!(names(&public, COMMUNITY, None, "").await?.len(), 3);
        assert_eq!(names(&public, GRIDS[1], None, "").await?, ["100%_消火栓"]);
        for q in ["充电", "dmcdp", "dongmen", "CHONGDIAN"] {
            assert_eq!(names(&public, COMMUNITY, None, q).await?, ["东门充电棚"], "{q}");
        }
        assert_eq!(
            names(&public, COMMUNITY, None, "%_").await?,
            ["100%_消火栓"],
            "signs are meant as they are"
        );
        assert!(
            names(&public, COMMUNITY, Some(Kind::Camera), "")
                .await?
                .is_empty()
        );
        let near = near(
            &public,
            Place::from_degrees(120.7531, 31.6031).ok_or("place")?,
            None,
        )
        .await?;
        let found: Vec<_> = near
            .iter()
            .map(|row| (row.name.as_str(), row.metres.unwrap_or_default()))
            .collect();
        assert_eq!(found.len(), 3, "no camera, however near: {found:?}");
        assert_eq!(found[0].0, "东门充电棚");
        assert!(found.windows(2).all(|two| two[0].1 <= two[1].1), "{found:?}");
        let far = super::near(&public, Place::from_degrees(121.5, 31.6).ok_or("place")?, None).await?;
        assert!(far.is_empty());

        let worker = holder(&t, 1, Role::GridWorker, GRIDS[0]).await?;
        let own = t.request(Some(worker)).public();
        assert_eq!(names(&own, GRIDS[0], Some(Kind::Camera), "").await?, ["路口监控"]);
        assert!(
            names(&own, COMMUNITY, Some(Kind::Camera), "").await?.is_empty(),
            "the whole is not theirs"
        );
        let camera = list(
            &own,
            Asked {
                node: Some(GRIDS[0].parse().map_err(|_| "code")?),
                ..Asked::default()
            },
        )
        .await?;
        let id = camera
            .rows
            .rows
            .iter()
            .find(|row| row.kind == Kind::Camera)
            .ok_or("no camera")?
            .id;
        assert_eq!(point(&public, id).await.err(), Some(AppError::NotFound));
        assert_eq!(point(&own, id).await?.name, "路口监控");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_long_list_goes_on_without_a_gap() {
    on_both(|t| async move {
        organised(&t).await?;
        for n in 0..120 {
            keep(
                &t.cx,
                &form("hydrant", &format!("消火栓{:03}", n / 2), "120.755, 31.605"),
            )
            .await?;
        }
        let public = t.request(None).public();
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let node = Some(COMMUNITY.parse().map_err(|_| "code")?);
            let page = list(
                &public,
                Asked {
                    node,
                    after,
                    ..Asked::default()
                },
            )
            .await?;
            all.extend(page.rows.rows.into_iter().map(|row| row.id));
            match page.rows.next {
                Some(next) => after = Some(next.parse().map_err(|_| "cursor")?),
                None => break,
            }
        }
        let distinct: std::collections::BTreeSet<_> = all.iter().map(|id| id.0).collect();
        assert_eq!((all.len(), distinct.len()), (120, 120));
        Ok(())
    })
    .await;
}

/// Texts stand in a tile as they are.
fn holds(tile: &[u8], text: &str) -> bool {
    tile.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_tile_of_a_day_that_has_passed_shows_what_was_there_then() {
    on_both(|t| async move {
        organised(&t).await?;
        let first = t.cx.now().date();
        let gone = keep(&t.cx, &form("charger", "旧充电棚", "120.755, 31.605")).await?;
        keep(&t.cx, &form("camera", "旧监控", "120.7551, 31.605")).await?;
        t.clock.advance(shared::Timestamp::DAY);
        end(&t.cx, gone, 1).await?;
        keep(&t.cx, &form("charger", "新充电棚", "120.756, 31.605")).await?;
        t.clock.advance(shared::Timestamp::DAY);
        let (public, nobody) = (t.request(None).public(), shared::Scope::default());
        let everywhere = shared::Scope::everything();
        for (on, old, new) in [
            (Some(first.plus_days(-1)), false, false),
            (Some(first), true, false),
            (Some(first.plus_days(1)), false, true),
            (None, false, true),
        ] {
            for tile in ["14-13687-6674.mvt", "6-53-26.mvt"] {
                let made = tiles::points(&public, tile.parse()?, &nobody, on).await?;
                assert_eq!(
                    (holds(&made, "旧充电棚"), holds(&made, "新充电棚")),
                    (old, new),
                    "{on:?}"
                );
                assert!(!holds(&made, "旧监控"), "{on:?}");
            }
        }
        let made = tiles::points(&public, "14-13687-6674.mvt".parse()?, &everywhere, Some(first)).await?;
        assert!(holds(&made, "旧监控"));
        // Many are told together, those of that day only.
        for n in 0..260 {
            keep(
                &t.cx,
                &form(
                    "hydrant",
                    &format!("{n}号栓"),
                    &format!("120.{}, 31.605", 7502 + n % 90),
                ),
            )
            .await?;
        }
        let far: grid::server::tiles::Tile = "6-53-26.mvt".parse()?;
        let today = Some(first.plus_days(2));
        let together = tiles::points(&public, far, &nobody, today).await?;
        assert!(!holds(&together, "号栓") && holds(&together, "points"));
        let then = tiles::points(&public, far, &nobody, Some(first)).await?;
        assert!(holds(&then, "旧充电棚") && !holds(&then, "号栓"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_tile_shows_each_point_or_how_many_and_cameras_to_those_only_who_work_there() {
    on_both(|t| async move {
        organised(&t).await?;
        let worker = holder(&t, 1, Role::GridWorker, GRIDS[0]).await?;
        let request = t.request(Some(worker));
        let cx = request.require(Permission::PoiEdit)?;
        keep(&cx, &form("charger", "东门充电棚", "120.755, 31.605")).await?;
        keep(&cx, &form("camera", "东门监控", "120.7551, 31.605")).await?;
        let other = t.request(Some(holder(&t, 2, Role::GridWorker, GRIDS[1]).await?));
        let (near, far) = ("14-13687-6674.mvt".parse()?, "6-53-26.mvt".parse()?);
        for (request, cameras) in [(&t.request(None), false), (&other, false), (&request, true)] {
            let cx = request.public();
            let scope = workplace(&cx);
            for tile in [near, far] {
                let made = tiles::points(&cx, tile, &scope, None).await?;
                assert!(holds(&made, "东门充电棚") && holds(&made, "充"));
                assert_eq!(holds(&made, "东门监控"), cameras);
            }
            let elsewhere = tiles::points(&cx, "14-13688-6674.mvt".parse()?, &scope, None).await?;
            assert!(elsewhere.is_empty());
        }

        // Too many for one tile: they are told together from afar, and each by itself from near.
        for n in 0..30 {
            for m in 0..10 {
                let at = format!(
                    "{:.4}, {:.4}",
                    120.7502 + f64::from(n) * 3e-4,
                    31.6005 + f64::from(m) * 9e-4
                );
                keep(&cx, &form("hydrant", &format!("{n}-{m}号栓"), &at)).await?;
            }
        }
        let (public, nobody) = (t.request(None).public(), shared::Scope::default());
        let together = tiles::points(&public, far, &nobody, None).await?;
        assert!(!holds(&together, "号栓") && holds(&together, "points"));
        let each = tiles::points(&public, near, &nobody, None).await?;
        assert!(holds(&each, "号栓"));
        Ok(())
    })
    .await;
}
