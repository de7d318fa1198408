//! Points follow the ground: when borders have changed each belongs to the part that it lies in now.

use db::Cx;
use grid::server::drafts::{Moved, parts_at};
use orgs::server::{history, store as units};
use shared::AppError;

use super::{store, write::told};

/// Gives each point of the parts that changed, and of the unit itself, to the part whose border holds it now. One that none holds
/// stays, or goes to what took over from its part if that is no more, or else to the unit. Run twice, it changes nothing the second
/// time.
///
/// Returns how many points were given away.
///
/// # Errors
/// What the database answers.
pub async fn follow(cx: &Cx, moved: &Moved) -> Result<usize, AppError> {
    let mut tx = cx.write().await?;
    let mut nodes = moved.touched.clone();
    nodes.push(moved.unit);
    let points = store::standing(&mut tx, moved.unit, &nodes).await?;
    let places: Vec<_> = points.iter().map(store::Standing::place).collect();
    let holding = parts_at(&mut tx, moved.unit, &places).await?;
    let mut given = 0;
    for (point, held_by) in points.into_iter().zip(holding) {
        let to = match (held_by, moved.ended.get(&point.node_id)) {
            (Some(part), _) => part,
            (None, Some(Some(successor))) => history::in_force(&mut tx, *successor)
                .await?
                .map_or(moved.unit, |node| node.id),
            (None, Some(None)) => moved.unit,
            (None, None) => continue,
        };
        if to == point.node_id || !store::give(&mut tx, &point, to).await? {
            continue;
        }
        let node = units::by_id(&mut tx, to).await?.ok_or(AppError::NotFound)?;
        let from = units::by_id(&mut tx, point.node_id).await?;
        let before = from.as_ref().map(|from| (from.path.as_str(), point.kind));
        told(
            &mut tx,
            "poi.point.follow",
            point.id,
            (node.path.as_str(), point.kind),
            before,
        )
        .await?;
        given += 1;
    }
    tx.commit().await?;
    Ok(given)
}
