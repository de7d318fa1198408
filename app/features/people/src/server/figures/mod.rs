//! Figures of a place: whole for those who work there, without small groups for the public.

use std::collections::HashMap;

use db::{Cx, DbError, Tx, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Date, NodeId, Permission, scope::PathRange};

use super::{places, sight};
use crate::model::{Band, CommunityService, Figures, FiguresPage, Grain, PlaceChoice};

/// The age band of person `p` in the year `$3`.
macro_rules! band {
    () => {
        "case when p.birth_year is null then 'unknown' when $3 - p.birth_year < 6 then '0' when $3 - p.birth_year < 18 then '6' \
         when $3 - p.birth_year < 60 then '18' when $3 - p.birth_year < 80 then '60' else '80' end"
    };
}

mod then;

pub use then::of_parts_on;

// Of today, so that the current path of the grids serves.
macro_rules! here {
    ($rest:expr) => {
        concat!(
            "with home as (select h.id, h.node_id from node n join household h on h.node_id = n.id and h.valid_to is null \
             where n.path >= $1 and n.path < $2) ",
            $rest
        )
    };
}

const HOUSEHOLDS: &str = here!("select home.node_id, count(*) from home group by home.node_id");
const BANDS: &str = here!(concat!(
    "select home.node_id, ",
    band!(),
    " as band, count(*) from home join residence x on x.household_id = home.id and x.valid_to is null and x.kind <> 'away' \
     join person p on p.id = x.person_id group by 1, 2"
));
const ALONE: &str = here!(
    "select one.node_id, count(*) from (select home.node_id, max(p.birth_year) as born from home join residence x on x.household_id = home.id \
     and x.valid_to is null and x.kind <> 'away' join person p on p.id = x.person_id group by home.id, home.node_id \
     having count(*) = 1) one where $3 - one.born >= 80 group by one.node_id"
);

// An estate is the community's: a grid has none of its own, and what no estate tells is not nothing. Of its 服务用房 it is known how
// large they are, not since when.
const SERVICE: &str = "select cast(sum(e.service_area) as bigint) from estate e join node n on n.id = e.node_id \
    where n.path >= $1 and n.path < $2";
const SERVICES: &str = "select e.node_id, cast(sum(e.service_area) as bigint) from estate e join node n on n.id = e.node_id \
    where n.path >= $1 and n.path < $2 group by e.node_id";
const PATHS: &str = "select id, path from node where path >= $1 and path < $2";

/// What there is at and below `path` today.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of(tx: &mut Tx, path: &str, today: Date) -> Result<Figures, DbError> {
    let grains = grains(tx, path, today).await?;
    let PathRange { lo, hi } = PathRange::below(path);
    let service_area = on!(tx, |c| sqlx::query_scalar(SERVICE)
        .bind(&lo)
        .bind(&hi)
        .fetch_one(c)
        .await)?;
    let grains: Vec<Grain> = grains.into_values().collect();
    Ok(Figures::of(&grains, service_area))
}

/// What there is today in each part directly below `path`, by the part's code; nothing where nobody lives and no estate is noted. A few
/// statements, however many parts.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn of_parts(tx: &mut Tx, path: &str, today: Date) -> Result<HashMap<String, Figures>, DbError> {
    let grains = grains(tx, path, today).await?;
    let PathRange { lo, hi } = PathRange::below(path);
    let services: Vec<(NodeId, Option<i64>)> = on!(tx, |c| sqlx::query_as(SERVICES)
        .bind(&lo)
        .bind(&hi)
        .fetch_all(c)
        .await)?;
    let paths: Vec<(NodeId, String)> = on!(tx, |c| sqlx::query_as(PATHS)
        .bind(&lo)
        .bind(&hi)
        .fetch_all(c)
        .await)?;
    let part_of: HashMap<NodeId, &str> = paths
        .iter()
        .filter_map(|(node, below)| Some((*node, below.strip_prefix(path)?.split('/').next()?)))
        .collect();
    // What is the unit's own belongs to none of its parts.
    let part = |node: &NodeId| part_of.get(node).copied().filter(|code| !code.is_empty());
    let mut parts: HashMap<&str, (Vec<Grain>, Option<i64>)> = HashMap::new();
    for (node, grain) in grains {
        if let Some(code) = part(&node) {
            parts.entry(code).or_default().0.push(grain);
        }
    }
    for (node, area) in services {
        if let (Some(code), Some(area)) = (part(&node), area) {
            *parts.entry(code).or_default().1.get_or_insert_default() += area;
        }
    }
    Ok(parts
        .into_iter()
        .map(|(code, (grains, area))| (code.to_owned(), Figures::of(&grains, area)))
        .collect())
}

/// Who lives at and below `path` today, by the unit that a household is noted at: what the public is told is made of that.
async fn grains(tx: &mut Tx, path: &str, today: Date) -> Result<HashMap<NodeId, Grain>, DbError> {
    let PathRange { lo, hi } = PathRange::below(path);
    let year = today.year();
    let households: Vec<(NodeId, i64)> = on!(tx, |c| sqlx::query_as(HOUSEHOLDS)
        .bind(&lo)
        .bind(&hi)
        .fetch_all(c)
        .await)?;
    let bands: Vec<(NodeId, Band, i64)> = on!(tx, |c| sqlx::query_as(BANDS)
        .bind(&lo)
        .bind(&hi)
        .bind(year)
        .fetch_all(c)
        .await)?;
    let alone: Vec<(NodeId, i64)> = on!(tx, |c| sqlx::query_as(ALONE)
        .bind(&lo)
        .bind(&hi)
        .bind(year)
        .fetch_all(c)
        .await)?;
    let mut grains: HashMap<NodeId, Grain> = HashMap::new();
    for (node, n) in households {
        grains.entry(node).or_default().households = n;
    }
    for (node, band, n) in bands {
        grains.entry(node).or_default().bands[band as usize] = n;
    }
    for (node, n) in alone {
        grains.entry(node).or_default().alone = n;
    }
    Ok(grains)
}

/// What the page of figures shows: anybody may see it, those who work there see all of it.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such place.
pub async fn page(cx: &Cx, code: &Code) -> Result<FiguresPage, AppError> {
    let mut tx = cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, code)
        .await?
        .ok_or(AppError::NotFound)?;
    if node.kind < NodeKind::Street {
        return Err(AppError::NotFound);
    }
    let whole = works_at(cx, &node.path);
    let today = cx.now().date();
    let figures = of(&mut tx, &node.path, today).await?;
    let service = service(cx, &mut tx, &node, today).await?;
    let above = above(&mut tx, node.parent_id).await?;
    let below = sight::choices(&mut tx, &cx.scope, Some(node.id)).await?;
    Ok(FiguresPage {
        here: PlaceChoice {
            code: node.code,
            name: node.name,
        },
        above,
        below,
        figures: if whole { figures.whole() } else { figures.public() },
        whole,
        service,
    })
}

fn works_at(cx: &Cx, path: &str) -> bool {
    let actor = cx.actor.as_ref();
    actor.is_some_and(|actor| actor.scope_of(Permission::StaffView).covers(path))
}

/// The 服务用房 of a grid's community, which serve all of its grids, as its own page tells the viewer; none of what is no grid.
async fn service(
    cx: &Cx,
    tx: &mut Tx,
    grid: &Node,
    today: Date,
) -> Result<Option<CommunityService>, AppError> {
    if grid.kind < NodeKind::Grid {
        return Ok(None);
    }
    let community = places::community_of(tx, grid).await?;
    let figures = of(tx, &community.path, today).await?;
    let told = if works_at(cx, &community.path) {
        figures.whole()
    } else {
        figures.public()
    };
    Ok(Some(CommunityService {
        community: PlaceChoice {
            code: community.code,
            name: community.name,
        },
        area: told.service_area,
        per_hundred: told.service_per_hundred,
    }))
}

/// The places above it that have figures.
async fn above(tx: &mut Tx, parent: Option<NodeId>) -> Result<Vec<PlaceChoice>, DbError> {
    let mut found = Vec::new();
    let mut next = parent;
    while let Some(id) = next {
        let Some(node) = orgs::server::store::by_id(tx, id).await? else {
            break;
        };
        if node.kind < NodeKind::Street {
            break;
        }
        next = node.parent_id;
        found.insert(
            0,
            PlaceChoice {
                code: node.code,
                name: node.name,
            },
        );
    }
    Ok(found)
}
