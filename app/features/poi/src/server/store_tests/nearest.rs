//! What is nearest, of many, and how many there are.

use db::test::on_both;
use grid::model::Place;

use super::{COMMUNITY, GRIDS, form, keep, organised};
use crate::{
    model::metres,
    server::{counted, near, store},
};

#[tokio::test]
async fn the_nearest_is_found_among_thousands_also_if_it_came_last() {
    on_both(|t| async move {
        organised(&t).await?;
        let code = GRIDS[0].parse().map_err(|_| "code")?;
        let here = Place::from_degrees(120.75, 31.615).ok_or("place")?;
        let mut tx = t.cx.write().await?;
        let node = orgs::server::store::by_code(&mut tx, &code)
            .await?
            .ok_or("no grid")?
            .id;
        let mut far = Vec::new();
        // South of the place, so that it comes last by latitude too.
        for n in 0..2_100 {
            let (east, north) = (f64::from(n % 60), f64::from(n / 60));
            let at = format!("{:.4}, {:.4}", 120.74 + east * 3e-4, 31.59 + north * 3e-4);
            let point = form("hydrant", &format!("{n}号栓"), &at).read()?;
            store::insert(&mut tx, node, &point, None).await?;
            far.push(metres(here, point.place));
        }
        let last = form("charger", "最近的充电棚", "120.75, 31.6149").read()?;
        store::insert(&mut tx, node, &last, None).await?;
        far.push(metres(here, last.place));
        let camera = form("camera", "更近的监控", "120.75, 31.615").read()?;
        store::insert(&mut tx, node, &camera, None).await?;
        tx.commit().await?;

        let public = t.request(None).public();
        let found = near(&public, here, None).await?;
        assert_eq!(found[0].name, "最近的充电棚");
        far.sort_by(f64::total_cmp);
        let told: Vec<f64> = found
            .iter()
            .map(|row| row.metres.unwrap_or_default() as f64)
            .collect();
        assert_eq!(told.len(), store::NEAREST);
        for (told, far) in told.into_iter().zip(far) {
            assert!((told - far).abs() <= 1.0, "{told} {far}");
        }
        // From farther away than five kilometres there is nothing, though a rectangle's corner might reach.
        let away = Place::from_degrees(120.70, 31.64).ok_or("place")?;
        assert!(metres(away, last.place) > 5_000.0);
        assert!(near(&public, away, None).await?.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn points_are_counted_part_by_part_without_cameras() {
    on_both(|t| async move {
        organised(&t).await?;
        for (kind, at) in [
            ("charger", "120.755, 31.605"),
            ("hydrant", "120.756, 31.605"),
            ("camera", "120.757, 31.605"),
            ("hydrant", "120.765, 31.605"),
        ] {
            keep(&t.cx, &form(kind, "点位", at)).await?;
        }
        let public = t.request(None).public();
        let street = "32/3205/320581/320581001/";
        let community = format!("{street}{COMMUNITY}/");
        let parts = counted(&public, &community).await?;
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[GRIDS[0]], parts[GRIDS[1]]), (2, 1));
        let above = counted(&public, street).await?;
        assert_eq!((above.len(), above[COMMUNITY]), (1, 3));
        let grid = format!("{community}{}/", GRIDS[0]);
        assert!(counted(&public, &grid).await?.is_empty(), "what is its own");
        Ok(())
    })
    .await;
}
