//! Who may see which people and places: those who work in the grid that answers for them, or above it.
//!
//! One predicate, [`visible_to!`], in SQL, used by lists, search, pages, figures of staff and the roll alike. Its `$1` is the
//! viewer's scope, and `n` the node whose path decides.

use db::{Cx, DbError, Tx, on};
use orgs::model::{Code, Node};
use shared::{AppError, NodeId, Scope, scope::PathRange};

use crate::model::PlaceChoice;

/// SQL that goes on after a `where` condition with the one that the viewer may see it.
macro_rules! visible_to {
    ($before:expr, $after:expr) => {
        db::rows!(
            concat!($before, " and exists (select 1 from "),
            (lo: text, hi: text),
            concat!(" where n.path >= r.lo and n.path < r.hi) ", $after)
        )
    };
}
pub(crate) use visible_to;

/// The part of `scope` at and below `path`; nothing of it if they do not meet.
pub fn within(scope: &Scope, path: &str) -> Scope {
    if scope.covers(path) {
        return Scope::new(vec![path.to_owned()]);
    }
    let inside = scope.paths().iter().filter(|own| own.starts_with(path));
    Scope::new(inside.cloned().collect())
}

/// The node that bears `code`, if something of it is in the viewer's scope, and that part of the scope.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn place(cx: &Cx, tx: &mut Tx, code: &Code) -> Result<(Node, Scope), AppError> {
    let node = orgs::server::store::latest_by_code(tx, code)
        .await?
        .ok_or(AppError::NotFound)?;
    let scope = within(&cx.scope, &node.path);
    if scope.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok((node, scope))
}

/// Where the viewer works: the place that a page is of when none is named.
pub fn own(cx: &Cx) -> Option<Code> {
    let path = cx.scope.paths().first()?;
    path.trim_end_matches('/').rsplit('/').next()?.parse().ok()
}

const CHOICES: &str =
    "select n.code, n.name from node n where n.parent_id = $1 and n.valid_to is null order by n.code";
const NAMES: &str = "select n.code, n.name from node n where n.path >= $1 and n.path < $2 and n.valid_to is null \
    and n.kind in ('community', 'grid') order by n.path limit 400";

/// The places that the viewer can look at from `here`: its parts, or, without one, the communities and grids of the scope.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn choices(tx: &mut Tx, scope: &Scope, here: Option<NodeId>) -> Result<Vec<PlaceChoice>, DbError> {
    if let Some(here) = here {
        return on!(tx, |c| sqlx::query_as::<_, PlaceChoice>(CHOICES)
            .bind(here)
            .fetch_all(c)
            .await);
    }
    let mut found = Vec::new();
    for path in scope.paths().iter().take(20) {
        let PathRange { lo, hi } = PathRange::below(path);
        found.extend(on!(tx, |c| sqlx::query_as::<_, PlaceChoice>(NAMES)
            .bind(&lo)
            .bind(&hi)
            .fetch_all(c)
            .await)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_narrows_the_scope_and_never_widens_it() {
        let scope = Scope::new(vec!["32/1/5/".into(), "32/2/".into()]);
        assert_eq!(within(&scope, "32/2/7/").paths(), ["32/2/7/"]);
        assert_eq!(within(&scope, "32/1/").paths(), ["32/1/5/"]);
        assert_eq!(within(&scope, "32/").paths(), ["32/1/5/", "32/2/"]);
        assert!(within(&scope, "32/3/").is_empty());
        assert!(within(&scope, "32/1/6/").is_empty());
    }
}
