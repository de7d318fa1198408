//! The stored borders of a unit's parts, as drafts begin with them.

use db::{DbError, Tx, on};
use orgs::model::Code;
use shared::{AppError, NodeId, RecordId};

use crate::{
    model::{
        Place,
        coverage::{Ground, Named, Unit},
        draft::Base,
    },
    server::import::stored_border,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: NodeId,
    code: Code,
    name: String,
    area: Option<RecordId>,
    geometry: Option<String>,
    synthetic: Option<bool>,
}

const PARTS: &str = "select n.id, n.code, n.name, a.id as area, a.geometry, a.synthetic from node n \
    left join area a on a.node_id = n.id and a.valid_to is null where n.parent_id = $1 and n.valid_to is null order by n.code";
const OUTLINE: &str = "select id, geometry from area where node_id = $1 and valid_to is null";

/// The parts of a unit as they are now, with whether any border of them was made up.
///
/// # Errors
/// What the database answers.
pub(super) async fn now(tx: &mut Tx, node: NodeId) -> Result<(Base, bool), AppError> {
    let outline: Option<(RecordId, String)> =
        on!(tx, |c| sqlx::query_as(OUTLINE).bind(node).fetch_optional(c).await)?;
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(PARTS).bind(node).fetch_all(c).await)?;
    let synthetic = rows.iter().any(|row| row.synthetic == Some(true));
    let mut base = Base {
        ground: Ground {
            outline: outline.map(|(_, text)| stored_border(&text)).transpose()?,
            ..Ground::default()
        },
        ..Base::default()
    };
    for row in rows {
        let (code, name) = (row.code.to_string(), row.name);
        match (row.area, row.geometry) {
            (Some(area), Some(text)) => {
                base.areas.insert(code.clone(), area);
                base.ground.units.push(Unit {
                    border: stored_border(&text)?,
                    code,
                    name,
                    from: None,
                });
            }
            _ => base.ground.bare.push(Named { code, name }),
        }
    }
    Ok((base, synthetic))
}

/// Which part of a unit each place lies in today: for pillars that follow when a border has changed.
///
/// # Errors
/// What the database answers.
pub async fn parts_at(tx: &mut Tx, node: NodeId, places: &[Place]) -> Result<Vec<Option<NodeId>>, AppError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(PARTS).bind(node).fetch_all(c).await)?;
    let mut parts = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(text) = row.geometry {
            let border = stored_border(&text)?;
            if let Some(bounds) = border.bounds() {
                parts.push((row.id, bounds, border));
            }
        }
    }
    let find = |place: &Place| {
        let holds = parts
            .iter()
            .find(|(_, bounds, border)| bounds.contains(*place) && border.contains(*place));
        holds.map(|(id, ..)| *id)
    };
    Ok(places.iter().map(find).collect())
}

/// Codes below a unit that were ever borne: a new part gets none of them.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn used(tx: &mut Tx, node: NodeId) -> Result<Vec<String>, DbError> {
    const USED: &str = "select distinct code from node_version where parent_id = $1 order by code";
    on!(tx, |c| sqlx::query_scalar(USED).bind(node).fetch_all(c).await)
}

/// Parts that have parts of their own with borders: those do not follow.
///
/// # Errors
/// [`DbError::Sql`].
pub(super) async fn with_parts(tx: &mut Tx, node: NodeId) -> Result<Vec<(String, String)>, DbError> {
    const WITH: &str = "select distinct n.code, n.name from node n join node m on m.parent_id = n.id and m.valid_to is null \
        join area b on b.node_id = m.id and b.valid_to is null where n.parent_id = $1 and n.valid_to is null order by n.code";
    on!(tx, |c| sqlx::query_as(WITH).bind(node).fetch_all(c).await)
}
