//! A unit's map for the page of the unit: what the map page shows of its borders to the same viewer, as one small picture.

use db::Cx;
use orgs::{
    model::{Code, NodeKind},
    server::store as units,
};
use shared::AppError;

use super::{
    page,
    scene::{Scene, Unit},
    settings::Settings,
    shown,
    sight::Sight,
};
use crate::model::{Glance, Label, short_label};

/// Shapes of a picture. It is on the page twice, drawn and as data for the script that takes it over: of a unit with more parts it would
/// soon weigh more than all else there, for shapes of thirty pixels and less. That page leads to the map in words.
const MOST: i64 = 80;

/// The longer side of the view box in units. The picture is some 300 pixels high: finer steps are not seen, only sent.
const SIDE: f64 = 500.0;

/// The size of a letter in units, as the style sheet has it.
const LETTER: i32 = 20;

/// The picture; `None` where the viewer may see no border, where there are too many, and above the district, where no deployment has
/// a map of its own and parts and outlines come from elsewhere, in whatever detail they have there.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code, or what the database answers.
pub async fn glance(cx: &Cx, settings: &Settings, code: &Code) -> Result<Option<Glance>, AppError> {
    of_at_most(MOST, cx, settings, code).await
}

/// As [`glance`], of a unit with `most` borders below it.
///
/// # Errors
/// As [`glance`].
pub(super) async fn of_at_most(
    most: i64,
    cx: &Cx,
    settings: &Settings,
    code: &Code,
) -> Result<Option<Glance>, AppError> {
    if code.kind() < NodeKind::District {
        return Ok(None);
    }
    let mut tx = cx.read().await?;
    let unit = units::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    // Asked before the borders are read, which may be thousands.
    if shown::count_parts(&mut tx, unit.id).await? > most {
        return Ok(None);
    }
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let scene = Scene::of(&mut tx, &sight, code, None).await?;
    let terms = page::terms(&mut tx, &sight, &scene).await?;
    drop(tx);
    let Some(drawing) = page::draw(SIDE, scene.whole.as_ref(), &scene.shown, &[])? else {
        return Ok(None);
    };
    let labels = drawing.shapes.iter().filter(|shape| shape.has_room(LETTER));
    Ok(Some(Glance {
        words: words(&scene),
        view_box: drawing.view_box(),
        areas: drawing.shapes.iter().map(|shape| shape.path.as_str()).collect(),
        labels: labels
            .map(|shape| Label {
                x: shape.label_x,
                y: shape.label_y,
                name: short_label(&shape.name).to_owned(),
            })
            .collect(),
        outline: drawing.outline,
        mark: terms.mark(),
        code: scene.unit.code.into(),
    }))
}

/// What the picture shows.
fn words(scene: &Scene) -> String {
    let Unit { name, .. } = &scene.unit;
    match scene.shown.as_slice() {
        [] => format!("{name}的地图，画着它的边界"),
        parts @ [part, ..] => format!("{name}的地图，画着 {} 个{}", parts.len(), part.kind.label()),
    }
}
