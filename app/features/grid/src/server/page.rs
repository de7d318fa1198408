//! What the map's pages show, gathered in one snapshot.

use std::collections::HashMap;

use db::{Cx, Tx};
use orgs::{
    model::{Code, NodeKind},
    server::store as units,
};
use people::{model::Band, server::figures};
use serde_json::json;
use shared::{AppError, Date, NodeId, Permission, Scope};

use super::{
    drafts,
    geo::{Border, classes, svg},
    import::stored_border,
    scene::{self, Scene, Unit},
    settings::Settings,
    shown::{self, Shown},
    sight::Sight,
    store,
    workers::{self, Counted},
};
use crate::model::{Figure, Found, Legend, MapPage, Panel, Part, Place, Terms, mark, short_label};

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
    // Who worked where in the past is not told, and grids are counted as they are: of a day that has passed there is the area only.
    let figure = figure
        .filter(|figure| scene.on.is_none() || *figure == Figure::Area)
        .filter(|figure| !figure.is_of_residents() || scene.unit.kind >= NodeKind::Street);
    let counts: HashMap<NodeId, Counted> = if scene.on.is_none() {
        let counted = workers::counts(&mut tx, scene.unit.id).await?;
        counted
            .into_iter()
            .map(|counted| (counted.node_id, counted))
            .collect()
    } else {
        HashMap::new()
    };
    let (mut parts, more_parts) = parts(&mut tx, &scene, &counts).await?;
    if let Some(figure) = figure.filter(|figure| figure.is_of_residents()) {
        count_residents(cx, &mut tx, &scene.path, &mut parts, figure).await?;
    }
    let legend = figure
        .map(|figure| colour(&mut parts, figure))
        .filter(|legend| !legend.classes.is_empty());
    let mut page = MapPage {
        drawing: draw(scene.whole.as_ref(), &scene.shown, &parts)?,
        parts,
        more_parts,
        figure,
        legend,
        terms,
        script: settings.script.clone(),
        options: String::new(),
        may_import: holds(cx, Permission::MapImport, |scope| scope.covers(&scene.path)),
        may_edit: matches!(scene.unit.kind, NodeKind::Community | NodeKind::Grid)
            && holds(cx, Permission::MapPropose, |scope| {
                drafts::reaches(scope, &scene.path)
            }),
        on: scene.on,
        refused,
        ancestors: scene.ancestors,
        code: scene.unit.code.to_string(),
        kind: scene.unit.kind,
        name: scene.unit.name,
    };
    page.options = options(&page, settings);
    Ok(page)
}

/// Whether the caller holds a permission there.
fn holds(cx: &Cx, permission: Permission, there: impl Fn(&Scope) -> bool) -> bool {
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

async fn terms(tx: &mut Tx, sight: &Sight, scene: &Scene) -> Result<Terms, AppError> {
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

/// The rows of the table: all parts, with or without a border, as many as a map draws. A unit without parts is its own.
async fn parts(
    tx: &mut Tx,
    scene: &Scene,
    counts: &HashMap<NodeId, Counted>,
) -> Result<(Vec<Part>, usize), AppError> {
    let borders: HashMap<NodeId, &Shown> = scene.shown.iter().map(|area| (area.node_id, area)).collect();
    let below = scene.parts(tx).await?;
    let more = below.len().saturating_sub(svg::MOST);
    let part = |node: Unit| {
        let border = borders.get(&node.id);
        let counted = counts.get(&node.id);
        Part {
            has_map: border.is_some_and(|border| border.has_map),
            square_metres: border.map(|border| border.square_metres),
            grids: counted.map_or(0, |counted| counted.grids),
            workers: counted.map_or(0, |counted| counted.workers),
            residents: None,
            class: None,
            code: node.code.to_string(),
            name: node.name,
            kind: node.kind,
        }
    };
    Ok((below.into_iter().take(svg::MOST).map(part).collect(), more))
}

/// Gives each part the figure of its residents, as far as the viewer is told.
async fn count_residents(
    cx: &Cx,
    tx: &mut Tx,
    path: &str,
    parts: &mut [Part],
    figure: Figure,
) -> Result<(), AppError> {
    let whole = holds(cx, Permission::StaffView, |scope| scope.covers(path));
    for part in parts {
        let all = figures::of(tx, &format!("{path}{}/", part.code), cx.now().date()).await?;
        let told = if whole { all.whole() } else { all.public() };
        part.residents = match figure {
            Figure::Households => told.households,
            Figure::Persons => told.persons,
            Figure::Aged => told.band(Band::Aged),
            Figure::Alone => told.alone,
            Figure::Grids | Figure::Workers | Figure::Area => None,
        };
    }
    Ok(())
}

/// Gives each part its class.
fn colour(parts: &mut [Part], figure: Figure) -> Legend {
    let classes = classes::natural(parts.iter().filter_map(|part| part.value(figure)), classes::MOST);
    let mut without = 0;
    for part in parts {
        part.class = part
            .value(figure)
            .and_then(|value| classes::class_of(&classes, value));
        without += usize::from(part.class.is_none());
    }
    Legend {
        title: format!("{}（{}）", figure.label(), figure.unit()),
        classes,
        without,
    }
}

/// The parts with their classes inside the unit's border; the unit alone where no part has one.
fn draw(
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
    Ok(svg::draw(&outlines, outer.as_ref()))
}

/// What the map adapter is told.
fn options(page: &MapPage, settings: &Settings) -> String {
    let figure = page.figure.zip(page.legend.as_ref()).map(|(figure, legend)| {
        let values: serde_json::Map<String, serde_json::Value> = page
            .parts
            .iter()
            .map(|part| (part.code.clone(), part.value(figure).into()))
            .collect();
        json!({ "name": figure.label(), "unit": figure.unit(), "values": values, "breaks": legend.breaks() })
    });
    let basemap = settings.basemap();
    let mut options = json!({
        "data": format!("/map/data/{}.geojson{}", page.code, page.day()),
        "node": page.code,
        "list": "#map-list",
        "title": page.name,
        "notice": page.mark(),
        "figure": figure,
        "basemap": basemap,
    });
    if let Some(options) = options.as_object_mut() {
        options.retain(|_, value| !value.is_null());
    }
    options.to_string()
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
    let day = scene::day(on, cx.now().date()).map_err(|words| AppError::invalid("on", words))?;
    let mut tx = cx.read().await?;
    let sight = Sight::of(cx, &mut tx, settings).await?;
    let scene = Scene::of(&mut tx, &sight, code, day).await?;
    let mark = mark(&terms(&mut tx, &sight, &scene).await?, scene.on);
    if scene.borders().next().is_none() {
        return Ok(None);
    }
    let features = scene.borders().map(|area| super::geo::write::Feature {
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
