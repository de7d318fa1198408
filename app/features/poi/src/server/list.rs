//! Reading points: those of a place, those near somebody, and one.

use std::collections::HashMap;

use db::Cx;
use grid::model::{Bounds, Place};
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{AppError, Cursor, Page, Permission};

use super::{
    keeps, photo,
    store::{self, Stored, Wanted},
    works_at,
};
use crate::model::{Kind, ListPage, METRES_PER_DEGREE, Point, PointId, Row, Unit, metres};

/// Rows of a page.
const PAGE: usize = 50;
/// The longest search, in characters.
const LONGEST: usize = 64;
/// How far is near, in metres.
const FAR: f64 = 5_000.0;
/// How far is looked first: where there is much, little of it is read.
const REACHES: [f64; 4] = [200.0, 600.0, 1_800.0, FAR];

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub node: Option<Code>,
    pub kind: Option<Kind>,
    pub q: String,
    pub after: Option<Cursor>,
}

/// The unit that goes without saying: the community that the viewer lives or works in, or else the whole deployment.
async fn own(cx: &Cx, tx: &mut db::Tx) -> Result<Option<Node>, AppError> {
    let grant = cx
        .actor
        .as_ref()
        .and_then(|actor| actor.home().or_else(|| actor.grants.first()));
    let Some(code) = grant.and_then(|grant| grant.code.parse::<Code>().ok()) else {
        return Ok(None);
    };
    // A grid alone has few of them.
    let code = code
        .parent()
        .filter(|_| code.kind() >= orgs::model::NodeKind::Grid)
        .unwrap_or(code);
    Ok(units::by_code(tx, &code).await?)
}

/// The points of a place.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such place.
pub async fn list(cx: &Cx, asked: Asked) -> Result<ListPage, AppError> {
    let mut tx = cx.read().await?;
    let node = match &asked.node {
        Some(code) => Some(
            units::latest_by_code(&mut tx, code)
                .await?
                .ok_or(AppError::NotFound)?,
        ),
        None => own(cx, &mut tx).await?,
    };
    let path = node.as_ref().map(|node| node.path.clone()).unwrap_or_default();
    let cameras = works_at(cx, &path);
    let q: String = asked.q.chars().filter(|c| *c != '\0').take(LONGEST).collect();
    let wanted = Wanted {
        path: &path,
        cameras,
        kind: asked.kind,
        q: &q,
        after: asked.after,
        limit: i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
    };
    let found = store::list(&mut tx, &wanted).await?;
    let rows = Page::cut(found, PAGE, |stored| Cursor {
        key: stored.pinyin.clone(),
        id: stored.id.0,
    });
    let counted = store::kinds(&mut tx, &path, cameras).await?;
    let count = |kind: &Kind| counted.iter().find(|(one, _)| one == kind).map_or(0, |(_, n)| *n);
    Ok(ListPage {
        here: node.as_ref().map(unit),
        rows: Page {
            rows: rows.rows.into_iter().map(|stored| row(stored, None)).collect(),
            next: rows.next,
        },
        kinds: Kind::ALL
            .iter()
            .map(|kind| (*kind, count(kind)))
            .filter(|(_, n)| *n > 0)
            .collect(),
        may_edit: cx
            .actor
            .as_ref()
            .is_some_and(|actor| actor.may(Permission::PoiEdit)),
    })
}

fn unit(node: &Node) -> Unit {
    Unit {
        code: node.code.to_string(),
        name: node.name.clone(),
    }
}

fn row(stored: Stored, from: Option<Place>) -> Row {
    let metres = from.map(|from| metres(from, stored.place()).round() as i64);
    Row {
        id: stored.id,
        kind: stored.kind,
        name: stored.name,
        unit: stored.unit,
        hours: stored.hours,
        metres,
    }
}

/// How many public points there are in each part directly below `path`, by the part's code.
///
/// # Errors
/// What the database answers.
pub async fn counted(cx: &Cx, path: &str) -> Result<HashMap<String, i64>, AppError> {
    let mut tx = cx.read().await?;
    let mut parts: HashMap<String, i64> = HashMap::new();
    for (at, many) in store::below(&mut tx, path).await? {
        let part = at.strip_prefix(path).and_then(|below| below.split('/').next());
        // What is the unit's own belongs to none of its parts.
        if let Some(part) = part.filter(|code| !code.is_empty()) {
            *parts.entry(part.to_owned()).or_default() += many;
        }
    }
    Ok(parts)
}

/// The public points nearest to a place, within five kilometres. The place is kept nowhere.
///
/// # Errors
/// What the database answers.
pub async fn near(cx: &Cx, at: Place, kind: Option<Kind>) -> Result<Vec<Row>, AppError> {
    let shrunk = at.lat_degrees().to_radians().cos().max(0.1);
    let mut tx = cx.read().await?;
    let mut found = Vec::new();
    for reach in REACHES {
        found = store::nearest(&mut tx, at, shrunk, around(at, shrunk, reach), kind).await?;
        let mut far = found.iter().map(|stored| metres(at, stored.place()));
        // What lies in a corner of the rectangle is farther than what lies beyond a side; so only what is nearer than the sides, by a hair,
        // is surely the nearest.
        if found.len() == store::NEAREST && far.all(|far| far < 0.99 * reach) {
            break;
        }
    }
    found.retain(|stored| metres(at, stored.place()) <= FAR);
    let mut rows: Vec<Row> = found.into_iter().map(|stored| row(stored, Some(at))).collect();
    rows.sort_by_key(|row| row.metres);
    Ok(rows)
}

/// The rectangle that reaches so many metres to each side.
fn around(at: Place, shrunk: f64, reach: f64) -> Bounds {
    let high = reach / METRES_PER_DEGREE;
    let corner = |sign: f64| {
        let (lon, lat) = (
            at.lon_degrees() + sign * high / shrunk,
            at.lat_degrees() + sign * high,
        );
        Place::from_degrees(lon, lat).unwrap_or(at)
    };
    Bounds {
        min: corner(-1.0),
        max: corner(1.0),
    }
}

/// A point.
///
/// # Errors
/// [`AppError::NotFound`], also for a camera that the viewer may not see.
pub async fn point(cx: &Cx, id: PointId) -> Result<Point, AppError> {
    let mut tx = cx.read().await?;
    let stored = store::by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if !stored.kind.is_public() && !works_at(cx, &stored.path) {
        return Err(AppError::NotFound);
    }
    let (photos, adding) = photo::of_point(cx, &mut tx, &stored).await?;
    Ok(Point {
        id,
        kind: stored.kind,
        place: stored.place(),
        unit: Unit {
            code: stored.code.to_string(),
            name: stored.unit,
        },
        name: stored.name,
        address: stored.address,
        hours: stored.hours,
        phone: stored.phone,
        access: stored.access.0,
        note: stored.remark,
        updated: stored.updated_at.date(),
        ended: stored.valid_to,
        version: stored.version,
        may_edit: stored.valid_to.is_none() && keeps(cx, &stored.path),
        photos,
        adding,
    })
}
