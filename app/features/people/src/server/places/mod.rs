//! Estates, buildings and rooms: the page that shows them, and what staff change by hand.

mod building;
mod estate;
mod merge;
mod named;
mod page;
mod placing;
mod room;

use db::{Audit, Cx, DbError, Event, Tx, on};
use orgs::model::{Code, Node, NodeKind};
use shared::{AppError, Date, NodeId, RecordId};

use crate::model::{BuildingId, EstateId};

pub(super) use self::{building::reopen, room::room_in};
pub use self::{
    building::{add_building, edit_building, remove_building},
    estate::edit_estate,
    merge::{Merged, merge_room},
    named::{Named, named_as, named_at},
    page::{Asked, page},
    placing::{Drawn, Placing, drawn_at, place_building},
    room::{add_room, edit_room, remove_room},
};

const BUILDING: &str = "select b.id, b.version, e.name, b.number, b.lon, b.lat, b.shape, b.estate_id, \
    e.node_id as community, b.node_id, b.valid_to, n.code, n.name as grid, n.path, n.valid_to is not null as orphaned \
    from building b join estate e on e.id = b.estate_id join node n on n.id = b.node_id where b.id = $1";

/// A building with its place in the organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Building {
    pub id: BuildingId,
    pub version: i64,
    /// Its estate's.
    pub name: String,
    pub number: String,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    /// A GeoJSON polygon, where it was drawn.
    pub shape: Option<String>,
    pub estate_id: EstateId,
    /// Whose estate it is.
    pub community: NodeId,
    pub node_id: NodeId,
    /// Since when it is no more.
    pub valid_to: Option<Date>,
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
    let building = on!(tx, |c| sqlx::query_as::<_, Building>(BUILDING)
        .bind(id)
        .fetch_optional(c)
        .await)?
    .ok_or(AppError::NotFound)?;
    cx.must_cover(&building.path)?;
    Ok(building)
}

/// One that is to be changed: visible, and still there.
async fn standing(cx: &Cx, tx: &mut Tx, id: BuildingId) -> Result<Building, AppError> {
    let building = building(cx, tx, id).await?;
    if building.valid_to.is_some() {
        return Err(AppError::Conflict(
            "这一幢已经记为没有了。还在的话，请在楼栋列表里重新登记。".into(),
        ));
    }
    Ok(building)
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
async fn grid(cx: &Cx, tx: &mut Tx, code: &str) -> Result<Node, AppError> {
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

/// Refuses what another one bears already (`other`: since when that is no more, if it is so): one that is still there by `twice`, one
/// that is no more with what it is, where it is not shown, and by which form it is noted again.
fn taken(
    other: Option<Option<Date>>,
    twice: fn() -> AppError,
    field: &str,
    [what, list, form]: [&str; 3],
) -> Result<(), AppError> {
    match other {
        None => Ok(()),
        Some(None) => Err(twice()),
        Some(Some(day)) => Err(AppError::invalid(
            field,
            format!(
                "{what} {} 起记为没有了，所以{list}里看不到。还在的话，请用“{form}”重新登记。",
                day.zh()
            ),
        )),
    }
}

pub(super) fn conflict() -> AppError {
    AppError::Conflict("别人刚改过这一条。请刷新看一下，再改一次。".into())
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
