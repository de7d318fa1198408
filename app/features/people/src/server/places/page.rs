//! What the page of buildings shows: estates a part at a time, of each its first buildings; one estate with all of them; or the chart of
//! one building.

use db::{Cx, DbError, EngineSql, Json, Tx, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Cursor, NodeId, Page, Permission, Scope};

use super::{Building, building};
use crate::{
    model::{
        BuildingId, BuildingRow, BuildingsPage, Chart, EstateId, EstateRow, PlaceChoice, RoomCell, RoomId,
    },
    server::{
        household,
        sight::{self, visible_to},
    },
};

/// Estates a page.
pub const ESTATES_SHOWN: usize = 10;
/// Buildings of each of them: more are an estate's own page.
pub const BUILDINGS_SHOWN: usize = 40;
/// Buildings a page of one estate.
pub const BUILDINGS_PAGE: usize = 200;

// What lies in the scope, and what belongs to no grid of it any more but to its community. After the number $3, whose length is $4.
const BUILDINGS: EngineSql = visible_to!(
    "select b.id, b.estate_id, b.number, n.name as grid, b.lon is not null as placed, n.valid_to is not null as orphaned, \
     (select count(*) from room m where m.building_id = b.id and m.valid_to is null) as rooms, \
     (select count(*) from room m join household h on h.room_id = m.id and h.valid_to is null where m.building_id = b.id) as households \
     from building b join node n on n.id = b.node_id where b.estate_id = $2 and b.valid_to is null \
     and (length(b.number) > $4 or (length(b.number) = $4 and b.number > $3))",
    "order by length(b.number), b.number limit $5"
);
// After the name $2 and the id $3; $4 is how many. Where one is asked for, it is $5.
macro_rules! estates {
    ($which:literal) => {
        visible_to!(
            concat!(
                "select distinct e.id, e.name, e.service_area, e.version, e.pinyin, k.path from estate e join node k on k.id = e.node_id \
                 left join building b on b.estate_id = e.id and b.valid_to is null \
                 join node n on n.id = coalesce(b.node_id, e.node_id) where ", $which
            ),
            "order by e.pinyin, e.id limit $4"
        )
    };
}
const ESTATES: EngineSql = estates!("(e.pinyin > $2 or (e.pinyin = $2 and e.id > $3))");
const ESTATE: EngineSql = estates!("(e.pinyin >= $2 and e.id = $3)");
const CELLS: &str = "select m.id, m.version, m.unit, m.door, m.floor, m.area, h.id as household, \
    (select count(*) from residence x where x.household_id = h.id and x.valid_to is null and x.kind <> 'away') as persons, \
    (select count(*) from residence x where x.household_id = h.id and x.valid_to is null and x.kind in ('living', 'temporary')) as lodgers \
    from room m left join household h on h.room_id = m.id and h.valid_to is null where m.building_id = $1 and m.valid_to is null \
    order by m.unit, m.floor desc, length(m.door), m.door";

/// What is asked of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The place; the viewer's own if it is none.
    pub node: Option<&'a Code>,
    pub building: Option<BuildingId>,
    pub estate: Option<EstateId>,
    /// The room of the building that is looked at more closely.
    pub room: Option<RoomId>,
    /// Where the list of estates, or of one estate's buildings, goes on.
    pub after: Option<&'a Cursor>,
    /// Whether the viewer may change something somewhere.
    pub may_edit: bool,
}

#[derive(sqlx::FromRow)]
struct Estate {
    id: EstateId,
    name: String,
    service_area: Option<i64>,
    version: i64,
    pinyin: String,
    path: String,
}

/// A part of the list, and where it goes on.
#[derive(Default)]
struct List {
    estates: Vec<EstateRow>,
    buildings: Vec<BuildingRow>,
    next: Option<String>,
}

/// What the page of buildings shows.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or what the database answers.
pub async fn page(cx: &Cx, asked: Asked<'_>) -> Result<BuildingsPage, AppError> {
    let mut tx = cx.read().await?;
    let shown = match asked.building {
        Some(id) => Some(building(cx, &mut tx, id).await?),
        None => None,
    };
    let own = sight::own(cx);
    let code = asked.node.or(shown.as_ref().map(|b| &b.code)).or(own.as_ref());
    let (here, scope) = sight::place(cx, &mut tx, code.ok_or(AppError::NotFound)?).await?;
    let choices = sight::choices(&mut tx, &cx.scope, None).await?;
    // A building of a town's or a city's list would be one of thousands.
    let narrow = here.kind >= NodeKind::Community;
    let list = match asked.estate {
        _ if shown.is_some() || !narrow => List::default(),
        Some(estate) => of_estate(cx, &mut tx, &scope, estate, asked).await?,
        None => estates(cx, &mut tx, &scope, asked).await?,
    };
    let chart = match shown {
        Some(building) => {
            let may_edit = asked.may_edit && keeps(cx, &building.path);
            Some(chart_of(&mut tx, building, may_edit).await?)
        }
        None => None,
    };
    // Of a room in which somebody lives, that household's page has them.
    let vacant = chart.iter().flat_map(|chart| &chart.rooms);
    let vacant = vacant
        .filter(|room| room.household.is_none())
        .map(|room| room.id)
        .find(|room| asked.room == Some(*room));
    let owners = match vacant {
        Some(room) => household::owners(cx, &mut tx, room, None).await?,
        None => Vec::new(),
    };
    let grids = if asked.may_edit && narrow {
        grids_around(&mut tx, &here).await?
    } else {
        Vec::new()
    };
    Ok(BuildingsPage {
        here: PlaceChoice {
            code: here.code,
            name: here.name,
        },
        choices,
        grids,
        estates: list.estates,
        buildings: list.buildings,
        estate: asked.estate.filter(|_| chart.is_none()),
        next: list.next,
        chart,
        owners,
        may_edit: asked.may_edit,
    })
}

/// Whether the viewer keeps what is noted at `path`.
fn keeps(cx: &Cx, path: &str) -> bool {
    cx.actor
        .as_ref()
        .is_none_or(|actor| actor.scope_of(Permission::PeopleEdit).covers(path))
}

/// A part of the estates, with the first buildings of each.
async fn estates(cx: &Cx, tx: &mut Tx, scope: &Scope, asked: Asked<'_>) -> Result<List, AppError> {
    let (name, id) = asked
        .after
        .map_or_else(Default::default, |after| (after.key.clone(), after.id));
    let found = named(tx, ESTATES, scope, &name, EstateId(id), ESTATES_SHOWN + 1).await?;
    let found = Page::cut(found, ESTATES_SHOWN, |estate| Cursor {
        key: estate.pinyin.clone(),
        id: estate.id.0,
    });
    let mut list = List {
        next: found.next,
        ..List::default()
    };
    for estate in found.rows {
        let mut own = buildings(tx, scope, estate.id, "", BUILDINGS_SHOWN + 1).await?;
        let more = own.len() > BUILDINGS_SHOWN;
        own.truncate(BUILDINGS_SHOWN);
        list.buildings.extend(own);
        list.estates.push(row(cx, asked, estate, more));
    }
    Ok(list)
}

/// One estate, with a part of its buildings.
async fn of_estate(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    id: EstateId,
    asked: Asked<'_>,
) -> Result<List, AppError> {
    let found = named(tx, ESTATE, scope, "", id, 1).await?.pop();
    let estate = found.ok_or(AppError::NotFound)?;
    let after = asked.after.map(|after| after.key.as_str()).unwrap_or_default();
    let own = buildings(tx, scope, id, after, BUILDINGS_PAGE + 1).await?;
    let own = Page::cut(own, BUILDINGS_PAGE, |building| Cursor {
        key: building.number.clone(),
        id: building.id.0,
    });
    Ok(List {
        estates: vec![row(cx, asked, estate, false)],
        buildings: own.rows,
        next: own.next,
    })
}

fn row(cx: &Cx, asked: Asked<'_>, estate: Estate, more: bool) -> EstateRow {
    EstateRow {
        id: estate.id,
        name: estate.name,
        service_area: estate.service_area,
        version: estate.version,
        may_edit: asked.may_edit && keeps(cx, &estate.path),
        more,
    }
}

async fn named(
    tx: &mut Tx,
    sql: EngineSql,
    scope: &Scope,
    name: &str,
    id: EstateId,
    most: usize,
) -> Result<Vec<Estate>, DbError> {
    let sql = tx.sql(sql);
    on!(tx, |c| sqlx::query_as::<_, Estate>(sql)
        .bind(Json(scope.ranges()))
        .bind(name)
        .bind(id)
        .bind(most as i64)
        .fetch_all(c)
        .await)
}

async fn buildings(
    tx: &mut Tx,
    scope: &Scope,
    estate: EstateId,
    after: &str,
    most: usize,
) -> Result<Vec<BuildingRow>, DbError> {
    let sql = tx.sql(BUILDINGS);
    on!(tx, |c| sqlx::query_as::<_, BuildingRow>(sql)
        .bind(Json(scope.ranges()))
        .bind(estate)
        .bind(after)
        .bind(after.chars().count() as i64)
        .bind(most as i64)
        .fetch_all(c)
        .await)
}

async fn chart_of(tx: &mut Tx, building: Building, may_edit: bool) -> Result<Chart, DbError> {
    let rooms = on!(tx, |c| sqlx::query_as::<_, RoomCell>(CELLS)
        .bind(building.id)
        .fetch_all(c)
        .await)?;
    Ok(Chart {
        id: building.id,
        version: building.version,
        name: building.name,
        number: building.number,
        grid: PlaceChoice {
            code: building.code,
            name: building.grid,
        },
        path: building.path,
        lon: building.lon,
        lat: building.lat,
        outlined: building.shape.is_some(),
        orphaned: building.orphaned,
        may_edit: may_edit && building.valid_to.is_none(),
        ended: building.valid_to,
        rooms,
    })
}

/// The grids of the community that `here` is, or is part of.
async fn grids_around(tx: &mut Tx, here: &Node) -> Result<Vec<PlaceChoice>, DbError> {
    let community: Option<NodeId> = match here.kind {
        NodeKind::Community => Some(here.id),
        _ => here.parent_id,
    };
    match community {
        Some(id) => sight::choices(tx, &Scope::everything(), Some(id)).await,
        None => Ok(Vec::new()),
    }
}
