//! Estates, buildings and rooms: the page that shows them, and what staff change by hand.

use db::{Audit, Cx, DbError, EngineSql, Event, Json, Tx, execute, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, NodeId, RecordId, Scope};

use super::{
    rehouse,
    sight::{self, visible_to},
    write::{self, NewBuilding, NewEstate, NewRoom},
};
use crate::model::{
    BuildingForm, BuildingId, BuildingRow, BuildingsPage, Chart, EstateForm, EstateId, EstateRow,
    PlaceChoice, RoomCell, RoomForm, RoomId, estate_key,
};

// What lies in the scope, and what belongs to no grid of it any more but to its community.
const BUILDINGS: EngineSql = visible_to!(
    "select b.id, b.estate_id, b.number, n.name as grid, b.lon is not null as placed, n.valid_to is not null as orphaned, \
     (select count(*) from room m where m.building_id = b.id) as rooms, \
     (select count(*) from room m join household h on h.room_id = m.id and h.valid_to is null where m.building_id = b.id) as households \
     from building b join node n on n.id = b.node_id where true",
    "order by b.estate_id, length(b.number), b.number limit 1000"
);
const ESTATES: EngineSql = visible_to!(
    "select distinct e.id, e.name, e.service_area, e.version, e.pinyin from estate e \
     left join building b on b.estate_id = e.id join node n on n.id = coalesce(b.node_id, e.node_id) where true",
    "order by e.pinyin, e.id"
);
const CHART: &str = "select b.id, b.version, e.name, b.number, b.lon, b.lat, b.estate_id, b.node_id, n.code, n.name as grid, n.path, \
    n.valid_to is not null as orphaned \
    from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id where b.id = $1";
const CELLS: &str = "select m.id, m.unit, m.door, m.floor, m.area, h.id as household, \
    (select count(*) from residence x where x.household_id = h.id and x.valid_to is null and x.kind <> 'away') as persons, \
    (select count(*) from residence x where x.household_id = h.id and x.valid_to is null and x.kind in ('living', 'temporary')) as lodgers \
    from room m left join household h on h.room_id = m.id and h.valid_to is null where m.building_id = $1 \
    order by m.unit, m.floor desc, length(m.door), m.door";

/// A building with its place in the organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Building {
    pub id: BuildingId,
    pub version: i64,
    pub name: String,
    pub number: String,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    pub estate_id: EstateId,
    pub node_id: NodeId,
    pub code: Code,
    pub grid: String,
    pub path: String,
    pub orphaned: bool,
}

/// A building, if the viewer may see it.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn building(cx: &Cx, tx: &mut Tx, id: BuildingId) -> Result<Building, AppError> {
    let building = on!(tx, |c| sqlx::query_as::<_, Building>(CHART)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    cx.must_cover(&building.path)?;
    Ok(building)
}

/// What the page of buildings shows.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, or what the database answers.
pub async fn page(
    cx: &Cx,
    code: Option<&Code>,
    chart: Option<BuildingId>,
    may_edit: bool,
) -> Result<BuildingsPage, AppError> {
    let mut tx = cx.read().await?;
    let shown = match chart {
        Some(id) => Some(building(cx, &mut tx, id).await?),
        None => None,
    };
    let own = sight::own(cx);
    let code = code.or(shown.as_ref().map(|b| &b.code)).or(own.as_ref());
    let (here, scope) = sight::place(cx, &mut tx, code.ok_or(AppError::NotFound)?).await?;
    let choices = sight::choices(&mut tx, &cx.scope, None).await?;
    // A building of a town's or a city's list would be one of thousands.
    let narrow = here.kind >= NodeKind::Community;
    let (estates, buildings) = if narrow {
        list(&mut tx, &scope).await?
    } else {
        Default::default()
    };
    let chart = match shown {
        Some(building) => Some(chart_of(&mut tx, building).await?),
        None => None,
    };
    let grids = if may_edit && narrow {
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
        estates,
        buildings,
        chart,
        may_edit,
    })
}

async fn list(tx: &mut Tx, scope: &Scope) -> Result<(Vec<EstateRow>, Vec<BuildingRow>), DbError> {
    let (estates, buildings) = (tx.sql(ESTATES), tx.sql(BUILDINGS));
    let estates = on!(tx, |c| sqlx::query_as::<_, EstateRow>(estates)
        .bind(Json(scope.ranges()))
        .fetch_all(c)
        .await)?;
    let buildings = on!(tx, |c| sqlx::query_as::<_, BuildingRow>(buildings)
        .bind(Json(scope.ranges()))
        .fetch_all(c)
        .await)?;
    Ok((estates, buildings))
}

async fn chart_of(tx: &mut Tx, building: Building) -> Result<Chart, DbError> {
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
        orphaned: building.orphaned,
        rooms,
    })
}

/// The grids of the community that `here` is, or is part of.
async fn grids_around(tx: &mut Tx, here: &Node) -> Result<Vec<PlaceChoice>, DbError> {
    let community = match here.kind {
        NodeKind::Community => Some(here.id),
        _ => here.parent_id,
    };
    match community {
        Some(id) => sight::choices(tx, &Scope::everything(), Some(id)).await,
        None => Ok(Vec::new()),
    }
}

/// The community, or village, that a grid or itself is part of.
pub(super) async fn community_of(tx: &mut Tx, node: &Node) -> Result<Node, AppError> {
    let mut node = node.clone();
    while node.kind > NodeKind::Community {
        let parent = node.parent_id.ok_or(AppError::NotFound)?;
        node = orgs::server::store::by_id(tx, parent)
            .await?
            .ok_or(AppError::NotFound)?;
    }
    Ok(node)
}

/// A grid in force in the scope, as a form names it.
///
/// # Errors
/// [`AppError::Invalid`] on `grid`.
pub(super) async fn grid(cx: &Cx, tx: &mut Tx, code: &str) -> Result<Node, AppError> {
    let none = || AppError::invalid("grid", "请选一个网格；您只能选自己负责范围内的。");
    let code: Code = code.trim().parse().map_err(|_| none())?;
    let node = orgs::server::store::by_code(tx, &code).await?.ok_or_else(none)?;
    if node.kind < NodeKind::Grid || !cx.scope.covers(&node.path) {
        return Err(none());
    }
    Ok(node)
}

pub(super) async fn tell(
    tx: &mut Tx,
    action: &'static str,
    kind: &'static str,
    id: uuid::Uuid,
    path: &str,
) -> Result<(), DbError> {
    tx.audit(Audit::new(action, kind, id).at(path)).await?;
    tx.publish(Event {
        topic: format!("path/{path}"),
        kind: action,
        subject: Some(RecordId(id)),
        data: serde_json::json!({}),
    })
    .await
}

pub(super) fn conflict() -> AppError {
    AppError::Conflict("别人刚改过这一条。请刷新看一下，再改一次。".into())
}

/// Notes a building in an estate, which is made if the community has none of that name; with the grid that answers for it.
///
/// # Errors
/// [`AppError::Invalid`] by field, or what the database answers.
pub async fn add_building(
    cx: &Cx,
    grid_code: &str,
    estate: &EstateForm,
    form: &BuildingForm,
) -> Result<BuildingId, AppError> {
    const ESTATE: &str = "select id from estate where node_id = $1 and key = $2";
    let mut tx = cx.write().await?;
    let grid = grid(cx, &mut tx, grid_code).await?;
    let community = community_of(&mut tx, &grid).await?;
    let known: Option<EstateId> = on!(tx, |c| sqlx::query_scalar(ESTATE)
        .bind(community.id)
        .bind(estate_key(&estate.name))
        .fetch_optional(c)
        .await)?;
    let estate_id = match known {
        Some(id) => id,
        None => {
            let id: EstateId = tx.id();
            let new = NewEstate {
                id,
                node_id: community.id,
                name: estate.name.clone(),
                service_area: estate.service_area,
            };
            write::estates(&mut tx, &[new]).await?;
            id
        }
    };
    let id: BuildingId = tx.id();
    let new = NewBuilding {
        id,
        estate_id,
        node_id: grid.id,
        number: form.number.clone(),
        lon: form.place.map(|(lon, _)| lon),
        lat: form.place.map(|(_, lat)| lat),
    };
    match write::buildings(&mut tx, &[new]).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid("number", "这个小区已经有这一幢了。"));
        }
        other => other?,
    }
    tell(&mut tx, "people.building.add", "building", id.0, &grid.path).await?;
    tx.commit().await?;
    Ok(id)
}

/// Corrects a building's number and place, and gives it to another grid.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile, [`AppError::Invalid`] by field.
pub async fn edit_building(
    cx: &Cx,
    id: BuildingId,
    version: i64,
    grid_code: &str,
    form: &BuildingForm,
) -> Result<(), AppError> {
    const UPDATE: &str = "update building set number = $3, lon = $4, lat = $5, version = version + 1, updated_at = $6 \
        where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let known = building(cx, &mut tx, id).await?;
    let grid = grid(cx, &mut tx, grid_code).await?;
    let now = tx.now();
    let (lon, lat) = (form.place.map(|(lon, _)| lon), form.place.map(|(_, lat)| lat));
    match execute!(tx, UPDATE, id, version, &form.number, lon, lat, now) {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid("number", "这个小区已经有这一幢了。"));
        }
        Err(error) => return Err(error.into()),
    }
    if grid.id != known.node_id {
        rehouse::buildings(&mut tx, &[(id, grid.id)], now.date()).await?;
        tell(&mut tx, "people.building.move", "building", id.0, &known.path).await?;
    }
    tell(&mut tx, "people.building.edit", "building", id.0, &grid.path).await?;
    tx.commit().await?;
    Ok(())
}

/// Corrects an estate.
///
/// # Errors
/// As [`edit_building`].
pub async fn edit_estate(cx: &Cx, id: EstateId, version: i64, form: &EstateForm) -> Result<(), AppError> {
    const PATH: &str = "select n.path from estate e join node n on n.id = e.node_id where e.id = $1";
    const UPDATE: &str = "update estate set name = $3, key = $4, pinyin = $5, initials = $6, service_area = $7, \
        version = version + 1, updated_at = $8 where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let path: Option<String> = on!(tx, |c| sqlx::query_scalar(PATH).bind(id).fetch_optional(c).await)?;
    let path = path.ok_or(AppError::NotFound)?;
    // An estate is the community's: a grid worker has some of its buildings only.
    cx.must_cover(&path)?;
    let spelled = shared::text::pinyin(&form.name);
    let (key, now) = (estate_key(&form.name), tx.now());
    match execute!(
        tx,
        UPDATE,
        id,
        version,
        &form.name,
        key,
        spelled.full,
        spelled.initials,
        form.service_area,
        now
    ) {
        Ok(1) => {}
        Ok(_) => return Err(conflict()),
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid("name", "这个社区已经有叫这个名字的小区了。"));
        }
        Err(error) => return Err(error.into()),
    }
    tell(&mut tx, "people.estate.edit", "estate", id.0, &path).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes a room in a building.
///
/// # Errors
/// As [`edit_building`].
pub async fn add_room(cx: &Cx, id: BuildingId, form: &RoomForm) -> Result<RoomId, AppError> {
    let mut tx = cx.write().await?;
    let building = building(cx, &mut tx, id).await?;
    let room: RoomId = tx.id();
    let new = NewRoom {
        id: room,
        building_id: id,
        unit: form.unit.clone(),
        door: form.door.clone(),
        floor: form.floor,
        area: form.area,
    };
    match write::rooms(&mut tx, &[new]).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::invalid("door", "这一幢已经有这个室号了。"));
        }
        other => other?,
    }
    tell(&mut tx, "people.room.add", "room", room.0, &building.path).await?;
    tx.commit().await?;
    Ok(room)
}

/// A building with its point, for who has to give it to a part of a grid that was split.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Point {
    pub id: BuildingId,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
}

/// The buildings that a node answers for.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn points(tx: &mut Tx, node: NodeId) -> Result<Vec<Point>, DbError> {
    const POINTS: &str = "select id, lon, lat from building where node_id = $1 order by id";
    on!(tx, |c| sqlx::query_as::<_, Point>(POINTS)
        .bind(node)
        .fetch_all(c)
        .await)
}
