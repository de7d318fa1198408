//! What the map's pages show, gathered in one snapshot.

use std::collections::HashMap;

use db::{Cx, Tx};
use orgs::{
    model::{Code, NodeKind},
    server::store as units,
};
use shared::{AppError, Date, NodeId, Permission, Scope};

use super::{
    coloured, drafts,
    geo::{Border, svg},
    import::stored_border,
    live, picture,
    scene::{self, Scene, Unit},
    settings::Settings,
    shown::{self, Shown},
    sight::Sight,
    store,
    workers::{self, Counted},
};
use crate::model::{Figure, Found, MapPage, Panel, Part, Place, Terms, mark, short_label};

/// A unit's map, of the day `on` (as it stands in an address). What it shows depends on who looks.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code, or what the database answers.
pub async fn map(
    cx: &Cx,
    settings: &Settings,
    code: &Code,
    figure: Option<Figure>,
    on: &str,
) -> Result<MapPage, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let (scene, refused) = scene_on(&mut tx, &sight, code, on, cx.now().date()).await?;
    let terms = terms(&mut tx, &sight, &scene).await?;
    let figures = Figure::offered(
        scene.unit.kind,
        scene.on.is_some(),
        coloured::sees(cx, settings, &scene),
    );
    let figure = figure.filter(|figure| figures.contains(figure));
    let counts: HashMap<NodeId, Counted> = if scene.on.is_none() {
        let counted = workers::counts(&mut tx, scene.unit.id).await?;
        counted
            .into_iter()
            .map(|counted| (counted.node_id, counted))
            .collect()
    } else {
        HashMap::new()
    };
    let mut parts = parts(&mut tx, &scene, &counts).await?;
    if let Some(figure) = figure.filter(|figure| figure.is_of_residents()) {
        coloured::count_residents(cx, &mut tx, &scene, &mut parts, figure).await?;
    }
    if figure == Some(Figure::Tasks) {
        coloured::count_tasks(&mut tx, &scene.path, &mut parts).await?;
    }
    let may_edit = matches!(scene.unit.kind, NodeKind::Community | NodeKind::Grid)
        && holds(cx, Permission::MapPropose, |scope| {
            drafts::reaches(scope, &scene.path)
        });
    let coming = if may_edit && scene.on.is_none() {
        drafts::coming(&mut tx, scene.unit.id).await?
    } else {
        Vec::new()
    };
    drop(tx);
    let counter = match figure {
        Some(Figure::Points) => settings.points.as_ref(),
        Some(Figure::Posts) => settings.posts.as_ref(),
        _ => None,
    };
    if let Some(counter) = counter {
        coloured::count(counter, cx, &scene.path, &mut parts).await?;
    }
    let legend = figure
        .map(|figure| coloured::colour(&mut parts, figure))
        .filter(|legend| !legend.classes.is_empty());
    let drawing = draw(svg::SIDE, scene.whole.as_ref(), &scene.shown, &parts)?;
    let mut page = MapPage {
        picture: drawing
            .as_ref()
            .map(|drawing| picture::picture(drawing, legend.as_ref())),
        key: legend.as_ref().map(picture::key),
        without: figure
            .filter(|_| !parts.is_empty())
            .and_then(|figure| picture::without(figure, legend.as_ref())),
        drawing,
        parts,
        more_parts: 0,
        figure,
        figures,
        legend,
        terms,
        script: settings.script.clone(),
        options: String::new(),
        may_import: holds(cx, Permission::MapImport, |scope| scope.covers(&scene.path)),
        may_edit,
        on: scene.on,
        refused,
        reads_roll: scene.unit.kind >= NodeKind::Community
            && holds(cx, Permission::PeopleView, |scope| scope.covers(&scene.path)),
        coming,
        ancestors: scene.ancestors,
        code: scene.unit.code.to_string(),
        kind: scene.unit.kind,
        name: scene.unit.name,
    };
    page.options = live::options(&page, settings);
    // The live map has the value of every part, the page as many rows as a picture has shapes.
    page.more_parts = page.parts.len().saturating_sub(svg::MOST);
    page.parts.truncate(svg::MOST);
    Ok(page)
}

/// Whether the caller holds a permission there.
pub(super) fn holds(cx: &Cx, permission: Permission, there: impl Fn(&Scope) -> bool) -> bool {
    cx.actor
        .as_ref()
        .is_some_and(|actor| there(&actor.scope_of(permission)))
}

/// The scene of a day, or today's with the reason why that day has none.
async fn scene_on(
    tx: &mut Tx,
    sight: &Sight,
    code: &Code,
    on: &str,
    today: Date,
) -> Result<(Scene, Option<String>), AppError> {
    let refused = match scene::day(on, today) {
        Err(words) => words.to_owned(),
        Ok(day) => match (Scene::of(tx, sight, code, day).await, day) {
            (Err(AppError::NotFound), Some(day)) => {
                format!(
                    "{} 还没有这个单位，或者它的代码不同。下面是今天的地图。",
                    day.zh()
                )
            }
            (scene, _) => return Ok((scene?, None)),
        },
    };
    Ok((Scene::of(tx, sight, code, None).await?, Some(refused)))
}

pub(super) async fn terms(tx: &mut Tx, sight: &Sight, scene: &Scene) -> Result<Terms, AppError> {
    let mut shown = scene.borders();
    let Some(first) = shown.next() else {
        let any = match scene.on {
            None => shown::has_any(tx, scene.unit.id).await?,
            Some(day) => shown::has_any_on(tx, scene.unit.id, day).await?,
        };
        return Ok(if any { Terms::Hidden } else { Terms::Nothing });
    };
    // One made-up border makes the whole picture one that must not be taken for a survey.
    if first.synthetic || shown.any(|area| area.synthetic) {
        return Ok(Terms::Synthetic);
    }
    Ok(sight.reviewed.clone().map_or(Terms::Internal, Terms::Reviewed))
}

/// All parts, with or without a border.
async fn parts(tx: &mut Tx, scene: &Scene, counts: &HashMap<NodeId, Counted>) -> Result<Vec<Part>, AppError> {
    let borders: HashMap<NodeId, &Shown> = scene.shown.iter().map(|area| (area.node_id, area)).collect();
    let below = scene.parts(tx).await?;
    let part = |node: Unit| {
        let border = borders.get(&node.id);
        let counted = counts.get(&node.id);
        Part {
            has_map: border.is_some_and(|border| border.has_map),
            square_metres: border.map(|border| border.square_metres),
            grids: counted.map_or(0, |counted| counted.grids),
            workers: counted.map_or(0, |counted| counted.workers),
            counted: None,
            few: false,
            class: None,
            code: node.code.to_string(),
            name: node.name,
            kind: node.kind,
        }
    };
    Ok(below.into_iter().map(part).collect())
}

/// The parts with their classes inside the unit's border, on a sheet whose longer side has `side` units; the unit alone where no part
/// has one.
pub(super) fn draw(
    side: f64,
    whole: Option<&Shown>,
    shown: &[Shown],
    parts: &[Part],
) -> Result<Option<crate::model::Drawing>, AppError> {
    let classes: HashMap<&str, Option<u8>> = parts
        .iter()
        .map(|part| (part.code.as_str(), part.class))
        .collect();
    let outer = whole.map(|whole| stored_border(&whole.geometry)).transpose()?;
    let areas: &[Shown] = match (shown, whole) {
        ([], Some(whole)) => std::slice::from_ref(whole),
        _ => shown,
    };
    let borders: Vec<Border> = areas
        .iter()
        .map(|area| stored_border(&area.geometry))
        .collect::<Result<_, _>>()?;
    let outlines: Vec<svg::Outline<'_>> = areas
        .iter()
        .zip(&borders)
        .map(|(area, border)| svg::Outline {
            code: area.code.as_str(),
            name: &area.name,
            border,
            label: area.label(),
            class: classes.get(area.code.as_str()).copied().flatten(),
        })
        .collect();
    Ok(svg::draw_on(side, &outlines, outer.as_ref()))
}

/// What is told beside the map of a chosen unit; of a day that has passed only what it was.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code, or bore it on that day, or what the database answers.
pub async fn panel(cx: &Cx, settings: &Settings, code: &Code, on: &str) -> Result<Panel, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let (scene, _) = scene_on(&mut tx, &sight, code, on, cx.now().date()).await?;
    let Scene { unit, path, .. } = &scene;
    let (counts, workers, told) = if scene.on.is_none() {
        let (workers, told) = workers::at(cx, &mut tx, unit.id, path).await?;
        (units::counts_below(&mut tx, path).await?, workers, told)
    } else {
        (Vec::new(), Vec::new(), false)
    };
    Ok(Panel {
        above: scene.ancestors.last().cloned(),
        square_metres: scene.whole.as_ref().map(|border| border.square_metres),
        counts,
        phones_hidden: !told && !workers.is_empty(),
        workers,
        has_map: scene.whole.as_ref().is_some_and(|border| border.has_map),
        history: holds(cx, Permission::StaffView, |scope| scope.covers(path)),
        on: scene.on,
        code: unit.code.to_string(),
        name: unit.name.clone(),
        kind: unit.kind,
    })
}

/// The smallest unit whose border, as far as the viewer may see it, holds the place.
///
/// # Errors
/// What the database answers.
pub async fn at(cx: &Cx, settings: &Settings, place: Place) -> Result<Option<Found>, AppError> {
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let mut around = shown::around(&mut tx, &sight, place).await?;
    around.sort_by_key(|area| std::cmp::Reverse(area.kind));
    for area in around {
        if stored_border(&area.geometry)?.contains(place) {
            let above = area
                .path
                .trim_end_matches('/')
                .rsplit('/')
                .nth(1)
                .unwrap_or_default();
            let map = if above.is_empty() {
                area.code.as_str()
            } else {
                above
            };
            return Ok(Some(Found {
                map: map.to_owned(),
                code: area.code.to_string(),
                name: area.name,
            }));
        }
    }
    Ok(None)
}

/// Whose map to begin with: the viewer's own place, else the unit that owns the deployment, else the topmost that has a border.
///
/// # Errors
/// What the database answers.
pub async fn home(cx: &Cx, settings: &Settings) -> Result<Option<String>, AppError> {
    let mut tx = cx.read().await?;
    let own = cx
        .actor
        .as_ref()
        .and_then(|actor| actor.home())
        .map(|grant| grant.code.clone());
    for code in own.into_iter().chain(settings.root.clone()) {
        let Ok(code) = code.parse::<Code>() else { continue };
        // A grid is best seen among its neighbours.
        let code = if code.kind() >= NodeKind::Grid {
            code.parent().unwrap_or(code)
        } else {
            code
        };
        if units::by_code(&mut tx, &code).await?.is_some() {
            return Ok(Some(code.into()));
        }
    }
    Ok(store::topmost(&mut tx).await?.map(String::from))
}

/// A unit's border and those of its parts as GeoJSON, with whether anybody is shown the same; `None` where there is nothing
/// that the viewer may see.
///
/// # Errors
/// [`AppError::NotFound`] if nobody bears the code (or bore it on that day), [`AppError::Invalid`] if `on` is no day that has
/// been, or what the database answers.
pub async fn geojson(
    cx: &Cx,
    settings: &Settings,
    code: &Code,
    on: &str,
) -> Result<Option<(String, bool)>, AppError> {
    shapes(cx, settings, code, on, false).await
}

/// As [`geojson`], without the parts.
///
/// # Errors
/// As [`geojson`].
pub async fn outline(
    cx: &Cx,
    settings: &Settings,
    code: &Code,
    on: &str,
) -> Result<Option<(String, bool)>, AppError> {
    shapes(cx, settings, code, on, true).await
}

async fn shapes(
    cx: &Cx,
    settings: &Settings,
    code: &Code,
    on: &str,
    alone: bool,
) -> Result<Option<(String, bool)>, AppError> {
    let day = scene::day(on, cx.now().date()).map_err(|words| AppError::invalid("on", words))?;
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let scene = Scene::of(&mut tx, &sight, code, day).await?;
    let mark = mark(&terms(&mut tx, &sight, &scene).await?, scene.on);
    if scene.borders().next().is_none() {
        return Ok(None);
    }
    let wanted = scene
        .borders()
        .filter(|area| !alone || area.node_id == scene.unit.id);
    let features = wanted.map(|area| super::geo::write::Feature {
        code: area.code.as_str(),
        name: &area.name,
        label: short_label(&area.name),
        level: area.kind.code(),
        parent: scene.parent_of(area),
        leaf: !area.has_map,
        geometry: &area.geometry,
    });
    let text = super::geo::write::collection(features, &mark.unwrap_or_default());
    Ok(Some((text, sight.is_everybodys())))
}
