//! Grids and micro-grids in bulk, as a map import finds them.

use std::collections::HashMap;

use db::{Cx, Tx};
use shared::{AppError, Date, FieldError, NodeId};

use super::{advance, insert, next};
use crate::{
    model::{Change, Code, Node},
    server::{
        store,
        write::{Beginning, NewNode, NextState},
    },
};

/// A grid or micro-grid that should be there. Its parent is the node that its code begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrid {
    pub code: Code,
    pub name: String,
}

/// Makes sure that each of `grids` is there under its name from the day `on`: founds what is missing and renames what is called
/// otherwise. Returns the ids of all of them. The caller's transaction publishes and audits.
///
/// # Errors
/// [`AppError::Invalid`] for each grid whose code is no grid's or whose parent is not in force, [`AppError::NotFound`] if one
/// lies outside the caller's scope, or what the database answers.
pub async fn create_grids(
    cx: &Cx,
    tx: &mut Tx,
    grids: &[NewGrid],
    on: Date,
) -> Result<HashMap<Code, NodeId>, AppError> {
    let parents: Vec<Code> = grids.iter().filter_map(|grid| grid.code.parent()).collect();
    let known = nodes_by_code(tx, grids.iter().map(|grid| &grid.code).chain(&parents)).await?;
    let mut ids: HashMap<Code, NodeId> = HashMap::with_capacity(grids.len());
    let mut founded: HashMap<Code, NewNode> = HashMap::new();
    let mut renamed = Vec::new();
    let mut faults = Vec::new();
    let mut order: Vec<&NewGrid> = grids.iter().collect();
    // A grid comes before its micro-grids, and a code that is named twice counts once.
    order.sort_by_key(|grid| (grid.code.kind(), &grid.code));
    order.dedup_by_key(|grid| &grid.code);
    for grid in order {
        if let Some(node) = known.get(&grid.code) {
            cx.must_cover(&node.path)?;
            ids.insert(grid.code.clone(), node.id);
            if node.name != grid.name {
                renamed.push(NextState {
                    name: grid.name.clone(),
                    ..next(node)
                });
            }
            continue;
        }
        let above = grid
            .code
            .parent()
            .filter(|_| !grid.code.kind().is_division())
            .and_then(|parent| {
                let stored = known.get(&parent).map(|node| (node.id, node.path.clone()));
                stored.or_else(|| founded.get(&parent).map(|node| (node.id, node.path.clone())))
            });
        let Some((parent, path)) = above else {
            faults.push(FieldError {
                field: grid.code.to_string(),
                message: format!("网格 {} 没有上级单位。", grid.code),
            });
            continue;
        };
        let path = format!("{path}{}/", grid.code);
        cx.must_cover(&path)?;
        let id = cx.id();
        ids.insert(grid.code.clone(), id);
        let node = NewNode {
            id,
            code: grid.code.clone(),
            name: grid.name.clone(),
            path,
            parent_id: Some(parent),
        };
        founded.insert(grid.code.clone(), node);
    }
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let mut founded: Vec<NewNode> = founded.into_values().collect();
    founded.sort_by(|a, b| (a.code.kind(), &a.code).cmp(&(b.code.kind(), &b.code)));
    insert(
        tx,
        &founded,
        Beginning {
            cause: Change::Founded,
            on,
            basis: None,
        },
        "code",
    )
    .await?;
    advance(
        tx,
        &renamed,
        Beginning {
            cause: Change::Renamed,
            on,
            basis: None,
        },
    )
    .await?;
    Ok(ids)
}

async fn nodes_by_code<'a>(
    tx: &mut Tx,
    codes: impl Iterator<Item = &'a Code>,
) -> Result<HashMap<Code, Node>, AppError> {
    let mut wanted: Vec<&Code> = codes.collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(store::by_codes(tx, wanted)
        .await?
        .into_iter()
        .map(|node| (node.code.clone(), node))
        .collect())
}
