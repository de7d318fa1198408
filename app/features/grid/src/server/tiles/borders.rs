//! The borders of a tile: the deepest units that can be told apart at its level, those above them, and their names.

use db::{Cx, Tx};
use orgs::{
    model::{Code, NodeKind},
    server::{history, store as units},
};
use shared::{AppError, Date, NodeId};

use super::{
    address::{MARGIN, Tile},
    sheet::{Sheet, Tag},
};
use crate::{
    model::{Place, short_label},
    server::{
        Settings,
        import::stored_border,
        shown::{self, Shown},
        sight::Sight,
        workers,
    },
};

/// The deepest kind of unit that can be told apart at a level: one of them is some tens of pixels wide there.
const fn deepest(level: u8) -> NodeKind {
    match level {
        ..=7 => NodeKind::District,
        8..=9 => NodeKind::Street,
        10..=12 => NodeKind::Community,
        13 => NodeKind::Grid,
        14.. => NodeKind::MicroGrid,
    }
}

/// The borders, in the layers `areas` and `names`; as they were on a day that has passed, if one is named.
///
/// # Errors
/// What the database answers.
pub async fn areas(cx: &Cx, settings: &Settings, tile: Tile, on: Option<Date>) -> Result<Vec<u8>, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let deepest = deepest(tile.level());
    // Where the deepest have no borders, those above them do; where both have, the upper line is drawn over the finer one.
    let kinds: Vec<NodeKind> = std::iter::successors(Some(deepest), |kind| kind.above())
        .take(3)
        .collect();
    let bounds = tile.bounds(MARGIN);
    let shown = match on {
        None => shown::within(&mut tx, &sight, bounds, &kinds).await?,
        Some(day) => shown::within_on(&mut tx, &sight, bounds, &kinds, day).await?,
    };
    drop(tx);
    drawn(tile, &shown)
}

/// The parts of a unit, on whatever level, in the same layers: what a map is of, where it has too many parts for one file.
/// On a day that has passed, the parts that the unit had then.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code, or bore it on that day, or what the database answers.
pub async fn parts(
    cx: &Cx,
    settings: &Settings,
    code: &Code,
    tile: Tile,
    on: Option<Date>,
) -> Result<Vec<u8>, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let bounds = tile.bounds(MARGIN);
    let shown = match on {
        None => {
            let node = units::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
            shown::parts_within(&mut tx, &sight, bounds, node.id).await?
        }
        Some(day) => {
            let unit = history::bearer(&mut tx, code, day).await?;
            let unit = unit.ok_or(AppError::NotFound)?;
            shown::parts_within_on(&mut tx, &sight, bounds, unit, day).await?
        }
    };
    drop(tx);
    drawn(tile, &shown)
}

fn drawn(tile: Tile, shown: &[Shown]) -> Result<Vec<u8>, AppError> {
    let mut sheet = Sheet::new(tile);
    let (mut areas, mut names) = (sheet.layer("areas"), sheet.layer("names"));
    for area in shown {
        let border = stored_border(&area.geometry)?;
        let tags = [
            ("code", Tag::Text(area.code.as_str())),
            ("name", Tag::Text(&area.name)),
            ("level", Tag::Text(area.kind.code())),
            ("leaf", Tag::Flag(!area.has_map)),
        ];
        areas = areas.area(&border, &tags)?;
        let label = [
            ("code", Tag::Text(area.code.as_str())),
            ("label", Tag::Text(short_label(&area.name))),
            ("level", Tag::Text(area.kind.code())),
        ];
        names = names.point(area.label(), &label)?;
    }
    sheet.put(areas)?;
    sheet.put(names)?;
    sheet.bytes()
}

/// How many people work for each unit, where its name stands: layer `staff`. None is told too, for that is a gap.
///
/// # Errors
/// What the database answers.
pub async fn staff(cx: &Cx, settings: &Settings, tile: Tile) -> Result<Vec<u8>, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    // People work for grids and what is above them.
    let kind = deepest(tile.level()).min(NodeKind::Grid);
    let shown = shown::within(&mut tx, &sight, tile.bounds(0.0), &[kind]).await?;
    let counts = counted(&mut tx, &shown).await?;
    drop(tx);
    let mut sheet = Sheet::new(tile);
    let mut staff = sheet.layer("staff");
    for area in &shown {
        let workers = counts.iter().find(|counted| counted.node_id == area.node_id);
        let tags = [
            ("code", Tag::Text(area.code.as_str())),
            ("name", Tag::Text(&area.name)),
            (
                "workers",
                Tag::Number(workers.map_or(0, |counted| counted.workers)),
            ),
        ];
        staff = staff.point(area.label(), &tags)?;
    }
    sheet.put(staff)?;
    sheet.bytes()
}

/// A unit, and where its name stands.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub node: NodeId,
    pub code: Code,
    pub name: String,
    pub place: Place,
}

/// The units of a tile that can be told apart at its level, down to grids, as far as the viewer may see them: for what a pillar counts by
/// unit.
///
/// # Errors
/// What the database answers.
pub async fn labelled(cx: &Cx, settings: &Settings, tile: Tile) -> Result<Vec<Labelled>, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let kind = deepest(tile.level()).min(NodeKind::Grid);
    let shown = shown::within(&mut tx, &sight, tile.bounds(0.0), &[kind]).await?;
    let told = |area: Shown| Labelled {
        node: area.node_id,
        place: area.label(),
        code: area.code,
        name: area.name,
    };
    Ok(shown.into_iter().map(told).collect())
}

async fn counted(tx: &mut Tx, shown: &[Shown]) -> Result<Vec<workers::Counted>, AppError> {
    let units: Vec<_> = shown.iter().map(|area| area.node_id).collect();
    Ok(workers::counts_of(tx, &units).await?)
}
