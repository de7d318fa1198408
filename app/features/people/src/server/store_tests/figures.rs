//! Figures of days that have passed, and of a grid what its community has for it.

use db::test::on_both;
use orgs::model::change::{Afterwards, Split};

use super::*;
use crate::{
    model::{EstateForm, Figures, Leaving},
    server::{figures, household, rehouse},
};

const STREET: &str = "320581001";

/// Households, persons and those alone of a part of `above` on a day; none where nobody is known to have lived there.
async fn of_part(cx: &Cx, above: &str, part: &str, on: &str) -> Outcome<Option<(i64, i64, i64)>> {
    let unit = id_of(cx, above).await?;
    let mut tx = cx.read().await?;
    let parts = figures::of_parts_on(&mut tx, unit, day(on)).await?;
    let told = |of: &Figures| (of.households, of.persons, of.alone);
    Ok(parts.get(part).map(told))
}

#[tokio::test]
async fn a_past_day_tells_who_lived_there_then() {
    on_both(|t| async move {
        furnished(&t).await?;
        // Today told by its own days is today.
        let today = t.cx.now().date();
        for above in ["320581", STREET, COMMUNITY] {
            let unit = node(&t.cx, above).await?;
            let mut tx = t.cx.read().await?;
            let then = figures::of_parts_on(&mut tx, unit.id, today).await?;
            assert!(!then.is_empty(), "{above}");
            assert_eq!(
                then,
                figures::of_parts(&mut tx, &unit.path, today).await?,
                "{above}"
            );
        }
        t.clock.advance(shared::Timestamp::DAY * 30);
        let id = person(&t.cx, "李国强").await?;
        household::leave(&t.cx, id, 1, Leaving::Moved, t.cx.now().date()).await?;
        for (on, seen) in [
            ("2026-11-22", None),
            ("2026-11-23", Some((2, 3, 1))),
            ("2026-12-22", Some((2, 3, 1))),
            ("2026-12-23", Some((1, 2, 0))),
        ] {
            assert_eq!(of_part(&t.cx, COMMUNITY, GRID, on).await?, seen, "{on}");
        }
        assert_eq!(
            of_part(&t.cx, STREET, COMMUNITY, "2026-12-22").await?,
            Some((3, 5, 1))
        );
        // Ages are those of the day: 王芳, of 1950, is in the next band by 2030.
        let unit = id_of(&t.cx, COMMUNITY).await?;
        let mut tx = t.cx.read().await?;
        for (on, bands) in [
            ("2026-12-23", [0, 1, 0, 1, 0, 0]),
            ("2030-01-01", [0, 1, 0, 0, 1, 0]),
        ] {
            let parts = figures::of_parts_on(&mut tx, unit, day(on)).await?;
            let grid = parts.get(GRID).ok_or("nobody")?;
            assert_eq!(grid.bands, bands, "{on}");
            let told = grid.public();
            assert_eq!((told.households, told.persons), (None, None), "few then, too");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_past_day_has_the_grids_of_that_day() {
    on_both(|t| async move {
        furnished(&t).await?;
        t.clock.advance(shared::Timestamp::DAY * 20);
        let today = t.cx.now().date();
        let old = node(&t.cx, GRID).await?;
        let split = Split::read(
            "320581001001011 甲网格\n320581001001012 乙网格",
            Afterwards::Ends,
            &today.to_string(),
            "",
            old.version,
            today,
        )?;
        orgs::server::service::split(&t.cx, &code(GRID), &split).await?;
        let (now, before) = (today.to_string(), today.plus_days(-1).to_string());
        // Given to none yet, they are the community's all the same.
        assert_eq!(of_part(&t.cx, STREET, COMMUNITY, &now).await?, Some((3, 5, 1)));
        assert_eq!(of_part(&t.cx, COMMUNITY, GRID, &now).await?, None);
        let first = id_of(&t.cx, "320581001001011").await?;
        let given = [(building(&t.cx, "3").await?, first)];
        let mut tx = t.cx.write().await?;
        rehouse::buildings(&t.cx, &mut tx, &given, today).await?;
        tx.commit().await?;
        assert_eq!(of_part(&t.cx, STREET, COMMUNITY, &now).await?, Some((3, 5, 1)));
        for (part, on, seen) in [
            (GRID, &before, Some((2, 3, 1))),
            ("320581001001011", &before, None),
            (GRID, &now, None),
            ("320581001001011", &now, Some((2, 3, 1))),
        ] {
            assert_eq!(of_part(&t.cx, COMMUNITY, part, on).await?, seen, "{part} {on}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_grid_is_told_what_houses_its_community_has() {
    on_both(|t| async move {
        furnished(&t).await?;
        let stranger = t.request(None).public();
        let page = figures::page(&stranger, &code(GRID)).await?;
        let service = page.service.ok_or("no community")?;
        assert_eq!(service.community.code.as_str(), COMMUNITY);
        assert_eq!((service.area, service.per_hundred), (None, None));
        let estate = look_at(&t.cx, Some(COMMUNITY), None).await?.estates.remove(0);
        let form = EstateForm::read(&estate.name, "1.2")?;
        places::edit_estate(&t.cx, estate.id, estate.version, &form).await?;
        let staff = worker(&t, 1, Role::Staff, COMMUNITY).await?;
        let grid_worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        // By the households of the community as each is told of them: 3, and to others 5. Of the grid there would be 2.
        for (cx, per_hundred) in [
            (&stranger, 2_400),
            (&t.request(Some(grid_worker)).public(), 2_400),
            (&t.request(Some(staff)).public(), 4_000),
        ] {
            let page = figures::page(cx, &code(GRID)).await?;
            assert_eq!(page.figures.service_area, None, "the grid has none of its own");
            let service = page.service.ok_or("no community")?;
            assert_eq!(
                (service.area, service.per_hundred),
                (Some(120), Some(per_hundred))
            );
            let above = figures::page(cx, &code(COMMUNITY)).await?;
            assert_eq!(above.figures.service_per_hundred, Some(per_hundred));
            assert_eq!(above.service, None);
        }
        Ok(())
    })
    .await;
}
