//! Store tests of imports, and of the maps that show what they stored.

#[path = "import_tests/applying.rs"]
mod applying;
#[path = "import_tests/figures.rs"]
mod figures;
#[path = "import_tests/waiting.rs"]
mod waiting;

use std::collections::HashMap;

use db::test::{TestDb, TestResult, on_both, person};
use orgs::model::Code;
use shared::{Grant, Role, Scope, Timestamp};

use super::*;
use crate::{
    demo,
    model::{Figure, Kind, Place, Terms},
    server::{
        PartCounter, glance, page,
        settings::{Settings, Typed},
        tiles::{Tile, borders},
    },
};

/// The divisions and borders of the demonstration.
async fn load(t: &TestDb) -> Result<(), AppError> {
    orgs::demo::load(&t.cx).await?;
    demo::load(&t.cx).await?;
    Ok(())
}

async fn import(cx: &Cx, text: &str, datum: Datum) -> Result<Counts, AppError> {
    let plan = plan(cx, text.as_bytes().to_vec(), datum).await?;
    let accepted = plan.acceptable();
    apply(cx, &plan, "test.geojson", Origin::Surveyed, &accepted).await
}

/// A file with the features of the demonstration that `keep` keeps.
fn part_of_demo(keep: impl Fn(&str) -> bool) -> serde_json::Value {
    let mut file: serde_json::Value = serde_json::from_slice(demo::BORDERS).unwrap();
    file["features"]
        .as_array_mut()
        .unwrap()
        .retain(|f| keep(f["properties"]["code"].as_str().unwrap()));
    file
}

/// Somebody with a role at a unit, with its second factor shown.
async fn holder(t: &TestDb, role: Role, code: &str) -> Result<db::access::Request, AppError> {
    let mut tx = t.cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code.parse().unwrap())
        .await?
        .ok_or(AppError::NotFound)?;
    let mut actor = person(t);
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

#[tokio::test]
async fn the_demonstration_is_loaded_once_and_shown_as_such() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let first = demo::load(&t.cx).await?;
        assert_eq!(
            first,
            Counts {
                new: 3_435,
                changed: 0,
                unchanged: 0,
                founded: 3_061
            }
        );
        assert_eq!(demo::load(&t.cx).await?, Counts::default());
        let again = plan(&t.cx, demo::BORDERS, Datum::Cgcs2000).await?;
        assert_eq!(
            again.counts,
            Counts {
                unchanged: 3_435,
                ..Counts::default()
            }
        );
        assert_eq!(again.problems(), []);

        let public = t.request(None).public();
        let settings = Settings::default();
        let city = page::map(&public, &settings, &"320581".parse()?, Some(Figure::Grids), "").await?;
        assert_eq!(city.terms, Terms::Synthetic);
        assert_eq!(city.parts.len(), 17);
        let drawing = city.drawing.as_ref().unwrap();
        assert_eq!((drawing.shapes.len(), drawing.outline.is_some()), (17, true));
        assert_eq!(city.parts.iter().map(|part| part.grids).sum::<i64>(), 3_061);
        assert!(
            city.legend
                .as_ref()
                .is_some_and(|legend| (2..=5).contains(&legend.classes.len()))
        );
        assert!(!city.may_import);
        // Above the city there is nothing but its outline; beside it nothing at all.
        let above = page::map(&public, &settings, &"3205".parse()?, None, "").await?;
        assert_eq!(above.drawing.map(|drawing| drawing.shapes.len()), Some(1));
        let beside = page::map(&public, &settings, &"3201".parse()?, None, "").await?;
        assert_eq!((beside.terms, beside.drawing), (Terms::Nothing, None));
        assert_eq!(page::home(&public, &settings).await?.as_deref(), Some("320581"));

        // The page of the city has the picture, those above it have none.
        let seen = glance::glance(&public, &settings, &"320581".parse()?)
            .await?
            .unwrap();
        assert_eq!(seen.words, "常熟市的地图，画着 17 个镇（街道）");
        assert_eq!(seen.mark, city.terms.mark());
        assert!(seen.outline.is_some() && !seen.labels.is_empty());
        let drawn: usize = drawing.shapes.iter().map(|shape| shape.path.len()).sum();
        assert!(seen.areas.len() < drawn, "{} of {drawn}", seen.areas.len());
        assert_eq!(glance::glance(&public, &settings, &"3205".parse()?).await?, None);
        let fewer = glance::of_at_most(16, &public, &settings, &"320581".parse()?).await?;
        assert_eq!(fewer, None, "too many parts for a small picture");

        let (text, everybodys) = page::geojson(&public, &settings, &"320581001".parse()?, "")
            .await?
            .unwrap();
        let file: serde_json::Value = serde_json::from_str(&text)?;
        assert_eq!(
            file["features"].as_array().map(Vec::len),
            Some(city.parts.len().max(46))
        );
        assert!(everybodys && file["note"].as_str().unwrap().contains("演示"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_map_is_coloured_by_points_and_says_what_nobody_has_noted() {
    on_both(|t| async move {
        load(&t).await?;
        let points = PartCounter::new(|_, path| async move {
            assert_eq!(path, "32/3205/320581/");
            Ok(HashMap::from([("320581001".to_owned(), 7)]))
        });
        let settings = Settings {
            points: Some(points),
            ..Settings::default()
        };
        let (public, county): (_, Code) = (t.request(None).public(), "320581".parse()?);
        let of = async |figure| page::map(&public, &settings, &county, Some(figure), "").await;
        let points = of(Figure::Points).await?;
        let counted = |code: &str| points.parts.iter().find(|part| part.code == code)?.counted;
        assert_eq!(
            (counted("320581001"), counted("320581002")),
            (Some(7), Some(0)),
            "none is a number"
        );
        assert_eq!(points.legend.map(|legend| legend.classes.len()), Some(2));
        let service = of(Figure::Service).await?;
        assert_eq!((service.figure, service.legend), (Some(Figure::Service), None));
        assert!(
            service
                .parts
                .iter()
                .all(|part| part.counted.is_none() && !part.few)
        );
        let persons = of(Figure::Persons).await?;
        assert!(persons.parts.iter().all(|part| part.counted == Some(0)));
        let city = page::map(&public, &settings, &"3205".parse()?, Some(Figure::Persons), "").await?;
        assert_eq!(city.figure, None, "of districts nobody's residents are told");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_place_is_found_in_its_grid() {
    on_both(|t| async move {
        load(&t).await?;
        let (public, settings) = (t.request(None).public(), Settings::default());
        let place = Place::from_degrees(120.735, 31.745).unwrap();
        let found = page::at(&public, &settings, place).await?.unwrap();
        assert_eq!(found.code.len(), 15);
        assert!(found.code.starts_with(&found.map));
        let border = page::geojson(&public, &settings, &found.code.parse()?, "")
            .await?
            .unwrap()
            .0;
        assert!(border.contains(&found.code));
        assert_eq!(
            page::at(&public, &settings, Place::from_degrees(0.0, 0.0).unwrap()).await?,
            None
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn surveyed_borders_are_for_staff_until_a_review_number_is_entered() {
    on_both(|t| async move {
        orgs::demo::load(&t.cx).await?;
        let file =
            part_of_demo(|code| code == "320581001" || (code.len() == 12 && code.starts_with("320581001")));
        import(&t.cx, &file.to_string(), Datum::Wgs84).await?;
        let code: Code = "320581001".parse()?;
        let settings = Settings::default();
        let shapes =
            |page: &crate::model::MapPage| page.drawing.as_ref().map_or(0, |drawing| drawing.shapes.len());

        let public = t.request(None).public();
        let hidden = page::map(&public, &settings, &code, None, "").await?;
        assert_eq!((hidden.terms.clone(), shapes(&hidden)), (Terms::Hidden, 0));
        assert!(hidden.parts.iter().all(|part| part.square_metres.is_none()));
        assert_eq!(page::geojson(&public, &settings, &code, "").await?, None);
        assert_eq!(glance::glance(&public, &settings, &code).await?, None);
        let inside = Place::from_degrees(120.735, 31.745).unwrap();
        assert_eq!(page::at(&public, &settings, inside).await?, None);
        let tile: Tile = "12-3421-1666.mvt".parse()?;
        assert!(borders::areas(&public, &settings, tile, None).await?.is_empty());
        assert!(borders::staff(&public, &settings, tile).await?.is_empty());

        // Staff of one community see theirs, with the outline of what it is part of.
        let staff = holder(&t, Role::Staff, "320581001001").await?.public();
        let theirs = page::map(&staff, &settings, &code, None, "").await?;
        assert_eq!((theirs.terms.clone(), shapes(&theirs)), (Terms::Internal, 1));
        let seen = glance::glance(&staff, &settings, &code).await?.unwrap();
        assert_eq!(
            (seen.words.as_str(), seen.mark),
            ("虞山街道的地图，画着 1 个社区（村）", Terms::Internal.mark())
        );
        assert!(!borders::areas(&staff, &settings, tile, None).await?.is_empty());
        let all = holder(&t, Role::TownAdmin, "320581001").await?.public();
        assert!(shapes(&page::map(&all, &settings, &code, None, "").await?) > 40);
        assert!(
            !page::geojson(&all, &settings, &code, "").await?.unwrap().1,
            "not for everybody's cache"
        );
        let elsewhere = holder(&t, Role::Staff, "320581101").await?.public();
        assert_eq!(
            shapes(&page::map(&elsewhere, &settings, &code, None, "").await?),
            0
        );
        // Living there is no reason to see them.
        let resident = holder(&t, Role::Resident, "320581001001").await?.public();
        assert_eq!(
            shapes(&page::map(&resident, &settings, &code, None, "").await?),
            0
        );

        let number = Typed {
            review_number: "苏S（2026）12号".into(),
            gap: "0.3".into(),
            overlap: "0.3%".into(),
            outside: "0".into(),
        };
        let admin = holder(&t, Role::DistrictAdmin, "320581").await?;
        settings::save(&admin.require(shared::Permission::MapSettings)?, &number).await?;
        let shown = page::map(&public, &settings, &code, None, "").await?;
        assert_eq!(shown.terms, Terms::Reviewed("苏S（2026）12号".into()));
        let seen = glance::glance(&public, &settings, &code).await?.unwrap();
        assert_eq!(seen.mark.as_deref(), Some("审图号：苏S（2026）12号"));
        assert!(shapes(&shown) > 40);
        assert!(!borders::areas(&public, &settings, tile, None).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn settings_are_checked_and_kept() {
    on_both(|t| async move {
        let wrong = Typed {
            review_number: "号".repeat(41),
            gap: "11".into(),
            overlap: "x".into(),
            outside: "".into(),
        };
        let error = settings::save(&t.cx, &wrong).await.unwrap_err();
        assert_eq!(
            ["review_number", "gap", "overlap", "outside"].map(|f| error.for_field(f).count()),
            [1; 4]
        );
        assert_eq!(
            settings::save(&t.request(None).public(), &Typed::default()).await,
            Err(AppError::Unauthenticated)
        );
        let right = Typed {
            review_number: " ".into(),
            gap: "0.5".into(),
            overlap: "0.3".into(),
            outside: "1".into(),
        };
        settings::save(&t.cx, &right).await?;
        let shown = settings::shown(&t.cx, &Settings::default()).await?;
        assert_eq!(
            (
                shown.review_number.as_str(),
                shown.gap,
                shown.overlap,
                shown.outside
            ),
            ("", 0.5, 0.3, 1.0)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_map_of_the_past_shows_borders_names_and_parts_of_that_day() {
    on_both(|t| async move {
        load(&t).await?;
        let (public, settings) = (t.request(None).public(), Settings::default());
        let street: Code = "320581001".parse()?;
        let then = page::map(&public, &settings, &street, None, "").await?;

        // Today a community gets another border and the street another name.
        t.clock.advance(Timestamp::DAY);
        let today = t.cx.now().date().to_string();
        let mut file = part_of_demo(|code| code == "320581001001");
        let ring = file["features"][0]["geometry"]["coordinates"][0]
            .as_array_mut()
            .ok_or("a ring")?;
        let corner = ring.len() / 2;
        ring.remove(corner);
        import(&t.cx, &file.to_string(), Datum::Cgcs2000).await?;
        let order =
            orgs::model::change::Rename::read("虞城街道", &today, "常政发〔2026〕1号", 1, t.cx.now().date())?;
        orgs::server::service::rename(&t.cx, &street, &order).await?;

        let now = page::map(&public, &settings, &street, None, "").await?;
        assert_eq!((now.name.as_str(), now.on), ("虞城街道", None));
        let before = page::map(&public, &settings, &street, None, "2025-01-01").await?;
        assert_eq!(
            (before.name.as_str(), before.on),
            ("虞山街道", Some("2025-01-01".parse()?))
        );
        assert_eq!(before.drawing, then.drawing);
        assert_ne!(now.drawing, then.drawing);
        let codes = |page: &crate::model::MapPage| {
            page.parts
                .iter()
                .map(|part| part.code.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(&before), codes(&then));
        assert_eq!(before.ancestors, then.ancestors);
        assert!(before.mark().is_some_and(|mark| mark.contains("2025")));
        assert!(
            before
                .options
                .contains("/map/data/320581001.geojson?on=2025-01-01")
        );

        let (old, _) = page::geojson(&public, &settings, &street, "2025-01-01")
            .await?
            .ok_or("borders")?;
        let (new, _) = page::geojson(&public, &settings, &street, "")
            .await?
            .ok_or("borders")?;
        assert!(old.contains("虞山街道") && !old.contains("虞城街道") && new.contains("虞城街道"));
        assert_ne!(old, new);
        let panel = page::panel(&public, &settings, &"320581001001".parse()?, "2025-01-01").await?;
        assert_eq!(
            (panel.above.map(|above| above.name), panel.on.is_some()),
            (Some("虞山街道".to_owned()), true)
        );

        // Before there were borders, and before there was the street; days that have not been; what is no day.
        let city = page::map(&public, &settings, &"320581".parse()?, None, "2023-06-29").await?;
        assert!(city.on.is_none() && city.refused.is_some());
        for wrong in ["2027-01-01", "../", "2025-02-30"] {
            let page = page::map(&public, &settings, &street, None, wrong).await?;
            assert!(
                page.on.is_none() && page.refused.is_some() && page.drawing.is_some(),
                "{wrong}"
            );
            assert!(matches!(
                page::geojson(&public, &settings, &street, wrong).await,
                Err(AppError::Invalid(_))
            ));
        }
        // A border that was surveyed is no more for everybody because it is old.
        let city = page::map(&public, &settings, &"320581001001".parse()?, None, &today).await?;
        assert_eq!(city.terms, Terms::Synthetic);
        t.clock.advance(Timestamp::DAY);
        let surveyed = page::map(&public, &settings, &"320581001001".parse()?, None, &today).await?;
        assert_eq!(surveyed.on.map(|day| day.to_string()), Some(today));
        assert!(surveyed.drawing.is_some_and(|drawing| drawing.outline.is_none()));
        Ok(())
    })
    .await;
}
