use db::test::{TestResult, on_both};

use super::*;
use crate::{demo, model::Place, server::Settings};

/// The tile of a level in which the place lies, by the rule of slippy maps.
fn tile(level: u8, place: Place) -> Tile {
    let many = f64::from(1_u32 << level);
    let x = (place.lon_degrees() + 180.0) / 360.0 * many;
    let y = (1.0 - place.lat_degrees().to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * many;
    format!("{level}-{}-{}.mvt", x as u32, y as u32)
        .parse()
        .expect("a tile")
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
            let made = borders::areas(&public, &settings, tile(level, here)).await?;
            assert!(holds(&made, "areas") && holds(&made, there), "{level}: {there}");
            assert!(!holds(&made, absent), "{level}: {absent}");
        }
        let grids = borders::areas(&public, &settings, tile(14, here)).await?;
        assert!(holds(&grids, "names") && holds(&grids, "网格"));
        let staff = borders::staff(&public, &settings, tile(14, here)).await?;
        assert!(holds(&staff, "staff") && holds(&staff, "workers") && holds(&staff, "网格"));
        let sea = Place::from_degrees(-30.0, 0.0).unwrap();
        for nothing in [
            borders::areas(&public, &settings, tile(10, sea)).await?,
            borders::staff(&public, &settings, tile(10, sea)).await?,
        ] {
            assert!(nothing.is_empty());
        }
        TestResult::Ok(())
    })
    .await;
}
