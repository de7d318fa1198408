use db::test::{TestDb, TestResult, on_both, person};
use shared::{Grant, Role, Timestamp};

use super::*;
use crate::{
    demo,
    model::{Datum, Place},
    server::{Settings, import, page},
};

/// The file of the tile of a level in which the place lies, by the rule of slippy maps.
fn address(level: u8, place: Place) -> String {
    let many = f64::from(1_u32 << level);
    let x = (place.lon_degrees() + 180.0) / 360.0 * many;
    let y = (1.0 - place.lat_degrees().to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * many;
    format!("{level}-{}-{}.mvt", x as u32, y as u32)
}

fn tile(level: u8, place: Place) -> Tile {
    address(level, place).parse().expect("a tile")
}

/// Texts stand in a tile as they are.
fn holds(tile: &[u8], text: &str) -> bool {
    tile.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_tile_shows_the_deepest_units_that_can_be_told_apart() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        demo::load(&t.cx).await?;
        let public = t.request(None).public();
        let settings = Settings::default();
        let here = Place::from_degrees(120.735, 31.745).unwrap();
        for (level, there, absent) in [
            (6, "district", "street"),
            (9, "street", "community"),
            (12, "community", "grid"),
            (13, "grid", "micro_grid"),
            (14, "grid", "micro_grid"),
        ] {
            let made = borders::areas(&public, &settings, tile(level, here), None).await?;
            assert!(holds(&made, "areas") && holds(&made, there), "{level}: {there}");
            assert!(!holds(&made, absent), "{level}: {absent}");
        }
        let grids = borders::areas(&public, &settings, tile(14, here), None).await?;
        assert!(holds(&grids, "names") && holds(&grids, "网格"));
        let staff = borders::staff(&public, &settings, tile(14, here)).await?;
        assert!(holds(&staff, "staff") && holds(&staff, "workers") && holds(&staff, "网格"));
        // The parts of a unit, however near and however far; around them nothing else.
        let district: Code = "320581".parse()?;
        let sea = Place::from_degrees(-30.0, 0.0).unwrap();
        for level in [6, 10, 14] {
            let made = borders::parts(&public, &settings, &district, tile(level, here), None).await?;
            assert!(holds(&made, "street") && !holds(&made, "grid"), "{level}");
            assert!(!holds(&made, "district"), "{level}");
        }
        let none = borders::parts(&public, &settings, &district, tile(10, sea), None).await?;
        assert!(none.is_empty());
        let (whole, _) = page::outline(&public, &settings, &district, "")
            .await?
            .ok_or("no border")?;
        let whole: serde_json::Value = serde_json::from_str(&whole)?;
        assert_eq!(whole["features"].as_array().map(Vec::len), Some(1));
        for nothing in [
            borders::areas(&public, &settings, tile(10, sea), None).await?,
            borders::staff(&public, &settings, tile(10, sea)).await?,
        ] {
            assert!(nothing.is_empty());
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_tile_of_a_day_that_has_passed_shows_the_borders_and_names_of_that_day() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        demo::load(&t.cx).await?;
        let public = t.request(None).public();
        let settings = Settings::default();
        let here = Place::from_degrees(120.735, 31.745).unwrap();
        let since = orgs::demo::as_of();
        for level in [9, 12, 14] {
            let now = borders::areas(&public, &settings, tile(level, here), None).await?;
            let then = borders::areas(&public, &settings, tile(level, here), Some(since)).await?;
            assert!(holds(&now, "areas") && holds(&then, "areas"), "{level}");
            let before = Some(since.plus_days(-1));
            let nothing = borders::areas(&public, &settings, tile(level, here), before).await?;
            assert!(nothing.is_empty(), "{level}");
        }
        // Of a unit, the parts that it had then.
        let district: Code = "320581".parse()?;
        for level in [6, 10, 14] {
            let square = tile(level, here);
            let then = borders::parts(&public, &settings, &district, square, Some(since)).await?;
            assert!(holds(&then, "street") && !holds(&then, "grid"), "{level}");
            let before = Some(since.plus_days(-1));
            let nothing = borders::parts(&public, &settings, &district, square, before).await;
            assert_eq!(nothing, Err(AppError::NotFound), "{level}");
        }
        // What has ended since was there until the day before.
        let today = t.cx.now().date();
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update area set valid_to = $1 where valid_to is null", today)?;
        tx.commit().await?;
        for (on, shown) in [(None, false), (Some(today.plus_days(-1)), true)] {
            let made = borders::areas(&public, &settings, tile(14, here), on).await?;
            assert_eq!(holds(&made, "网格"), shown, "{on:?}");
            let made = borders::parts(&public, &settings, &district, tile(10, here), on).await?;
            assert_eq!(holds(&made, "street"), shown, "{on:?}");
        }
        let yesterday = today.plus_days(-1).to_string();
        let (whole, _) = page::outline(&public, &settings, &district, &yesterday)
            .await?
            .ok_or("no border then")?;
        let whole: serde_json::Value = serde_json::from_str(&whole)?;
        assert_eq!(whole["features"].as_array().map(Vec::len), Some(1));
        // As an address names it.
        let day = |text: &str| OfDay { on: text.into() }.day(&public);
        assert_eq!(day(""), Ok(None));
        assert_eq!(day("2025-01-01"), Ok("2025-01-01".parse().ok()));
        for wrong in ["2099-01-01", "2025-02-30", "昨天", "../"] {
            assert_eq!(day(wrong), Err(AppError::NotFound), "{wrong}");
        }
        TestResult::Ok(())
    })
    .await;
}

/// Somebody with a role at a unit, with its second factor shown.
async fn holder(t: &TestDb, role: Role, code: &str) -> Result<Request, AppError> {
    let mut tx = t.cx.read().await?;
    let code = code.parse().map_err(|_| AppError::NotFound)?;
    let node = orgs::server::store::by_code(&mut tx, &code)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut actor = person(t);
    actor.second_factor = true;
    actor.grants.push(Grant {
        role,
        node: node.id,
        code: node.code.to_string(),
        node_name: node.name,
        path: node.path,
        until: None,
        delegated: false,
    });
    Ok(t.request(Some(actor)))
}

#[tokio::test]
async fn a_real_border_is_in_no_tile_but_of_those_who_work_there() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let plan = import::plan(&t.cx, demo::BORDERS, Datum::Cgcs2000).await?;
        let accepted = plan.acceptable();
        import::apply(&t.cx, &plan, "real.geojson", import::Origin::Surveyed, &accepted).await?;
        let here = Place::from_degrees(120.735, 31.745).ok_or("place")?;
        let found = page::at(&t.cx, &Settings::default(), here)
            .await?
            .ok_or("no grid")?;
        let elsewhere = if found.code.starts_with("320581107") {
            "320581001"
        } else {
            "320581107"
        };
        let stranger = t.request(None);
        let worker = holder(&t, Role::Secretary, &found.map).await?;
        let other = holder(&t, Role::Secretary, elsewhere).await?;

        // As the route answers, all from one cache.
        let kept = TileCache::default();
        let ask = async |who: &Request, file: &str| {
            let (who, kept) = (Extension(who.clone()), Extension(kept.clone()));
            let (path, headers) = (Path(file.to_owned()), HeaderMap::new());
            let answer = areas(
                who,
                kept,
                path,
                Query(OfDay::default()),
                headers,
                Extensions::new(),
            )
            .await;
            let cached = answer.headers()[header::CACHE_CONTROL]
                .to_str()
                .map(ToOwned::to_owned);
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
            (cached.unwrap_or_default(), body.unwrap_or_default())
        };
        for level in [6, 9, 12, 13, 14] {
            let file = address(level, here);
            for (who, public, theirs) in [
                (&stranger, true, false),
                (&other, false, false),
                (&worker, false, true),
                (&stranger, true, false),
                (&other, false, false),
            ] {
                let (cached, body) = ask(who, &file).await;
                assert_eq!(cached.starts_with("public"), public, "{level}");
                assert!(!public || body.is_empty(), "{level}");
                if level >= 12 {
                    assert_eq!(holds(&body, &found.map), theirs, "{level}");
                }
            }
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_a_unit_are_kept_by_their_day_and_for_who_may_see_them() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let plan = import::plan(&t.cx, demo::BORDERS, Datum::Cgcs2000).await?;
        let accepted = plan.acceptable();
        import::apply(&t.cx, &plan, "real.geojson", import::Origin::Surveyed, &accepted).await?;
        let here = Place::from_degrees(120.735, 31.745).ok_or("place")?;
        let found = page::at(&t.cx, &Settings::default(), here)
            .await?
            .ok_or("no grid")?;
        let then = t.cx.now().date().to_string();
        t.clock.advance(3 * Timestamp::DAY);
        let today = t.cx.now().date();
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update area set valid_to = $1 where valid_to is null", today)?;
        tx.commit().await?;
        let stranger = t.request(None);
        let worker = holder(&t, Role::Secretary, &found.map).await?;

        // As the route answers, all from one cache.
        let kept = TileCache::default();
        let ask = async |who: &Request, on: &str| {
            let answer = parts(
                Extension(who.clone()),
                Extension(kept.clone()),
                Path((found.map.clone(), address(14, here))),
                Query(OfDay { on: on.to_owned() }),
                HeaderMap::new(),
                Extensions::new(),
            )
            .await;
            let status = answer.status();
            let cached = answer.headers().get(header::CACHE_CONTROL).cloned();
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
            (status, cached, body.unwrap_or_default())
        };
        for (who, on, said, shown) in [
            (&stranger, "", "public, max-age=60", false),
            (&worker, "", "private, no-cache", false),
            (&worker, then.as_str(), "private, no-cache", true),
            (&stranger, then.as_str(), "public, max-age=60", false),
            (&worker, "", "private, no-cache", false),
            (&worker, then.as_str(), "private, no-cache", true),
        ] {
            let (status, cached, body) = ask(who, on).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(cached, Some(HeaderValue::from_static(said)), "{on}");
            assert_eq!(holds(&body, &found.code), shown, "{on}");
        }
        for wrong in ["2099-01-01", "昨天", "1999-01-01"] {
            let (status, cached, _) = ask(&worker, wrong).await;
            assert_eq!((status, cached), (StatusCode::NOT_FOUND, None), "{wrong}");
        }
        TestResult::Ok(())
    })
    .await;
}

#[tokio::test]
async fn buildings_are_drawn_for_who_may_see_them_and_nobody_else() {
    use people::server::{
        places::{self, Placing},
        write::{self, NewBuilding, NewEstate},
    };

    use crate::server::geo::{border::tests::rectangle, write as geojson};

    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        demo::load(&t.cx).await?;
        let here = Place::from_degrees(120.735, 31.745).unwrap();
        let settings = Settings::default();
        let found = page::at(&t.cx, &settings, here).await?.ok_or("no grid here")?;
        let mut tx = t.cx.write().await?;
        let grid = orgs::server::store::by_code(&mut tx, &found.code.parse()?)
            .await?
            .ok_or("no such grid")?;
        let estate = NewEstate {
            id: t.cx.id(),
            node_id: grid.parent_id.ok_or("no community")?,
            name: "花园浜".to_owned(),
            service_area: None,
        };
        let building = NewBuilding {
            id: t.cx.id(),
            estate_id: estate.id,
            node_id: grid.id,
            number: "3".to_owned(),
            lon: Some(here.lon.into()),
            lat: Some(here.lat.into()),
        };
        let id = building.id;
        write::estates(&mut tx, &[estate]).await?;
        write::buildings(&mut tx, &[building]).await?;
        tx.commit().await?;

        let all = Scope::everything();
        let point = buildings::buildings(&t.cx, &all, tile(14, here)).await?;
        assert!(holds(&point, "buildings") && holds(&point, "3幢"));
        let shape = rectangle(
            here.lon - 2_000,
            here.lat - 2_000,
            here.lon + 2_000,
            here.lat + 2_000,
        );
        let placing = Placing {
            place: Some((here.lon.into(), here.lat.into())),
            shape: Some(geojson::geometry(&shape)),
        };
        places::place_building(&t.cx, id, 1, &placing).await?;
        let outlined = buildings::buildings(&t.cx, &all, tile(14, here)).await?;
        assert!(outlined.len() > point.len() && holds(&outlined, &id.to_string()));
        let far = buildings::buildings(&t.cx, &all, tile(11, here)).await?;
        assert!(
            holds(&far, "3幢") && far.len() < outlined.len(),
            "a point from afar"
        );
        for scope in [Scope::default(), Scope::new(vec!["99/".into()])] {
            let nothing = buildings::buildings(&t.cx, &scope, tile(14, here)).await?;
            assert!(nothing.is_empty(), "{scope:?}");
        }

        // No cache between us keeps one, even one with nothing in it.
        let worker = holder(&t, Role::Secretary, &found.map).await?;
        let sea = Place::from_degrees(-30.0, 0.0).ok_or("place")?;
        for (at, drawn) in [(here, true), (sea, false)] {
            let answer = buildings(
                Extension(worker.clone()),
                Extension(TileCache::default()),
                Path(address(14, at)),
                HeaderMap::new(),
            )
            .await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, no-cache");
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await?;
            assert_eq!(holds(&body, "3幢"), drawn);
        }
        TestResult::Ok(())
    })
    .await;
}

#[test]
fn only_what_everybody_is_shown_is_for_caches_between_us() {
    let tile = || {
        Ok(Kept {
            plain: bytes::Bytes::from_static(b"x"),
            gzip: bytes::Bytes::from_static(b"y"),
            tag: HeaderValue::from_static("W/\"1\""),
        })
    };
    for (audience, said) in [
        (Audience::of(&Scope::default()), "public, max-age=60"),
        (Audience::of(&Scope::new(vec!["32/".into()])), "private, no-cache"),
    ] {
        let answer = answered(tile(), audience, &HeaderMap::new());
        assert_eq!(answer.headers()[header::CACHE_CONTROL], said, "{audience:?}");
    }
}
