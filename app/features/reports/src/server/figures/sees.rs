//! What a viewer is told of a place.

use std::collections::BTreeSet;

use db::{Cx, DbError, EngineSql, Json, Tx, on, rows};
use orgs::{
    model::{Node, NodeKind},
    server::store::paths_above,
};
use serde::Serialize;
use shared::{NodeId, Permission, Role};

use crate::model::figures::Told;

const COMMUNITIES: EngineSql = rows!(
    "select n.id from ",
    (path: text),
    " join node n on n.path = r.path and n.kind = 'community' where n.valid_to is null order by n.id"
);

#[derive(Serialize)]
pub(super) struct IdRow {
    id: NodeId,
}

#[derive(Serialize)]
struct PathRow<'a> {
    path: &'a str,
}

/// What a viewer is told of a place.
#[derive(Clone, Debug)]
pub struct Sees {
    pub told: Told,
    /// Whether complaints about communities themselves are among it; among what is told of its parts; of grids.
    pub(super) narrow: bool,
    pub(super) of_parts: bool,
    pub(super) of_grids: bool,
    /// Those about these are not: the viewer works there.
    without: Vec<NodeId>,
}

impl Sees {
    /// Those who handle matters there are told all, but for complaints about where they work; it is the rule of `sight`, by community. The public
    /// is told of such complaints from the town up: of one community they would tell those complained about.
    ///
    /// # Errors
    /// [`DbError::Sql`].
    pub async fn of(cx: &Cx, tx: &mut Tx, node: &Node) -> Result<Self, DbError> {
        let actor = cx.actor.as_deref();
        let Some(actor) = actor.filter(|actor| actor.scope_of(Permission::ReportHandle).covers(&node.path))
        else {
            return Ok(Self {
                told: Told::Public,
                narrow: node.kind < NodeKind::Community,
                of_parts: node.kind < NodeKind::Street,
                of_grids: false,
                without: Vec::new(),
            });
        };
        let posts = actor.grants.iter().filter(|grant| grant.role != Role::Resident);
        let paths: BTreeSet<&str> = posts
            .flat_map(|grant| paths_above(&grant.path).chain([grant.path.as_str()]))
            .collect();
        let paths: Vec<PathRow<'_>> = paths.into_iter().map(|path| PathRow { path }).collect();
        let sql = tx.sql(COMMUNITIES);
        let without = on!(tx, |c| sqlx::query_scalar(sql)
            .bind(Json(&paths))
            .fetch_all(c)
            .await)?;
        Ok(Self {
            told: Told::Whole,
            narrow: true,
            of_parts: true,
            of_grids: true,
            without,
        })
    }

    pub fn is_whole(&self) -> bool {
        self.told == Told::Whole
    }

    /// To bind as the first argument.
    pub(super) fn without(&self) -> Vec<IdRow> {
        self.without.iter().map(|id| IdRow { id: *id }).collect()
    }
}
