//! The units that a work list can be narrowed to.

use db::{Cx, DbError, Tx};
use orgs::{model::Node, server::store as units};

use crate::model::Unit;

/// More of one's own are not offered.
const OWN: usize = 20;

/// Where the viewer handles matters, the unit that is shown, and what lies directly below it, or below the one that they have.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn units(cx: &Cx, tx: &mut Tx, here: Option<&Node>) -> Result<Vec<Unit>, DbError> {
    let paths: Vec<&str> = cx.scope.paths().iter().take(OWN).map(String::as_str).collect();
    let mut found: Vec<Unit> = units::names_of_paths(tx, &paths)
        .await?
        .into_iter()
        .map(|one| Unit {
            code: one.code.to_string(),
            name: one.name,
        })
        .collect();
    let below = match (here, paths.as_slice()) {
        (Some(node), _) => Some(node.clone()),
        (None, [only]) => units::by_path(tx, only).await?,
        (None, _) => None,
    };
    if let Some(node) = below {
        let parts = units::parts(tx, node.id).await?;
        for one in std::iter::once(node).chain(parts) {
            let code = one.code.to_string();
            if found.iter().all(|known| known.code != code) {
                found.push(Unit { code, name: one.name });
            }
        }
    }
    Ok(found)
}
