//! Where a building stands: a point, or an outline with a point inside it. Whether that lies in its grid is asked by the map, which
//! has the borders and stands after this pillar.

use db::{Cx, EngineSql, Json, Tx, execute, on};
use shared::{AppError, Scope};

use super::{conflict, standing, tell};
use crate::{model::BuildingId, server::sight::visible_to};

/// Where a building is said to stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placing {
    /// In 1e-7 degrees.
    pub place: Option<(i64, i64)>,
    /// A GeoJSON polygon around it, checked.
    pub shape: Option<String>,
}

/// Notes where a building stands, or that nobody knows.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Conflict`] if it was changed meanwhile.
pub async fn place_building(
    cx: &Cx,
    id: BuildingId,
    version: i64,
    placing: &Placing,
) -> Result<(), AppError> {
    const UPDATE: &str = "update building set lon = $3, lat = $4, shape = $5, version = version + 1, updated_at = $6 \
        where id = $1 and version = $2";
    let mut tx = cx.write().await?;
    let building = standing(cx, &mut tx, id).await?;
    let (lon, lat) = (
        placing.place.map(|(lon, _)| lon),
        placing.place.map(|(_, lat)| lat),
    );
    let now = tx.now();
    if execute!(tx, UPDATE, id, version, lon, lat, placing.shape.as_deref(), now)? != 1 {
        return Err(conflict());
    }
    tell(&mut tx, "people.building.place", "building", id.0, &building.path).await?;
    tx.commit().await?;
    Ok(())
}

/// A building as a map shows it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Drawn {
    pub id: BuildingId,
    pub number: String,
    pub lon: i64,
    pub lat: i64,
    pub shape: Option<String>,
}

// The rectangle is $2 to $5, $6 how many.
const WITHIN: EngineSql = visible_to!(
    "select b.id, b.number, b.lon, b.lat, b.shape from building b join node n on n.id = b.node_id \
     where b.lon >= $2 and b.lon < $4 and b.lat >= $3 and b.lat < $5 and b.valid_to is null",
    "order by b.id limit $6"
);

/// The buildings in the scope within a rectangle (west, south, east, north, in 1e-7 degrees), at most so many.
///
/// # Errors
/// What the database answers.
pub async fn drawn_at(
    tx: &mut Tx,
    scope: &Scope,
    [west, south, east, north]: [i64; 4],
    most: i64,
) -> Result<Vec<Drawn>, AppError> {
    let sql = tx.sql(WITHIN);
    Ok(on!(tx, |c| sqlx::query_as::<_, Drawn>(sql)
        .bind(Json(scope.ranges()))
        .bind(west)
        .bind(south)
        .bind(east)
        .bind(north)
        .bind(most)
        .fetch_all(c)
        .await)?)
}
