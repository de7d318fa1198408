//! The buildings of a tile, for whoever may see who lives there: outlines where there is room for them, points, or from afar how many stand
//! together.

use std::collections::BTreeMap;

use db::Cx;
use people::{
    model::building_label,
    server::places::{self, Drawn as Building},
};
use shared::{AppError, Scope};

use super::{
    address::{MARGIN, Tile},
    sheet::{Sheet, Tag},
};
use crate::{
    model::{Bounds, Place},
    server::import::stored_border,
};

/// Buildings that a tile has room for, each by itself; on the last level, which a browser enlarges, there is more.
const SINGLE: usize = 250;
const SINGLE_LAST: usize = 2000;
/// The most that are looked at: somebody who works in one place has some hundreds.
const MOST: i64 = 20_000;
/// Cells along a tile's side whose buildings are counted together.
const CELLS: i64 = 16;
/// An outline reaches into a tile that its point does not lie in; in units of the tile, some 150 m on the last level.
const REACH: f64 = 4.0 * MARGIN;

/// The buildings in the layer `buildings`.
///
/// # Errors
/// What the database answers.
pub async fn buildings(cx: &Cx, scope: &Scope, tile: Tile) -> Result<Vec<u8>, AppError> {
    let last = tile.level() == *Tile::LEVELS.end();
    let bounds = tile.bounds(if last { REACH } else { 0.0 });
    let rectangle = [bounds.min.lon, bounds.min.lat, bounds.max.lon, bounds.max.lat].map(i64::from);
    let mut tx = cx.read().await?;
    let found = places::drawn_at(&mut tx, scope, rectangle, MOST).await?;
    drop(tx);
    let mut sheet = Sheet::new(tile);
    let mut layer = sheet.layer("buildings");
    if found.len() > if last { SINGLE_LAST } else { SINGLE } {
        for (place, count) in together(&found, bounds) {
            layer = layer.point(place, &[("buildings", Tag::Number(count))])?;
        }
    } else {
        for building in &found {
            let (id, name) = (building.id.to_string(), building_label(&building.number));
            let shape = building.shape.as_deref().filter(|_| last);
            let tags = [
                ("id", Tag::Text(&id)),
                ("name", Tag::Text(&name)),
                ("outlined", Tag::Flag(shape.is_some())),
            ];
            if let Some(shape) = shape {
                layer = layer.area(&stored_border(shape)?, &tags)?;
            }
            layer = layer.point(place(building), &tags)?;
        }
    }
    sheet.put(layer)?;
    sheet.bytes()
}

fn place(building: &Building) -> Place {
    // Stored from such a pair.
    let number = |n: i64| i32::try_from(n).unwrap_or_default();
    Place {
        lon: number(building.lon),
        lat: number(building.lat),
    }
}

/// How many stand together in each cell, and where their middle is.
fn together(found: &[Building], bounds: Bounds) -> Vec<(Place, i64)> {
    let side = |low: i32, high: i32| ((i64::from(high) - i64::from(low)) / CELLS).max(1);
    let (wide, high) = (
        side(bounds.min.lon, bounds.max.lon),
        side(bounds.min.lat, bounds.max.lat),
    );
    let mut cells: BTreeMap<(i64, i64), (i64, i64, i64)> = BTreeMap::new();
    for building in found {
        let (lon, lat, count) = cells
            .entry((building.lon / wide, building.lat / high))
            .or_default();
        *lon += building.lon;
        *lat += building.lat;
        *count += 1;
    }
    let middle = |sum: i64, count: i64| i32::try_from(sum / count).unwrap_or_default();
    cells
        .into_values()
        .map(|(lon, lat, count)| {
            let place = Place {
                lon: middle(lon, count),
                lat: middle(lat, count),
            };
            (place, count)
        })
        .collect()
}
