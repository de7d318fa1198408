//! What holds at a place on a day: the version in force, narrowed on the way down.

use db::{Cx, Tx};
use orgs::model::{Code, Node};
use shared::{AppError, Date, Permission};

use super::store::{self, Version};
use crate::model::{Entry, Place};

/// The list of a place.
pub struct Shown {
    pub version: Version,
    /// Items that a unit took away are among them, marked.
    pub entries: Vec<Entry>,
}

/// What holds at `path` on `day`; with `whole`, the place's own word is part of it, otherwise only that of those above.
///
/// # Errors
/// What the database answers.
pub async fn at(tx: &mut Tx, path: &str, day: Date, whole: bool) -> Result<Option<Shown>, AppError> {
    let Some(version) = store::in_force(tx, path, day).await? else {
        return Ok(None);
    };
    let mut entries: Vec<Entry> = store::items(tx, version.id)
        .await?
        .into_iter()
        .map(|stored| Entry::new(stored.item_id, stored.facts.0))
        .collect();
    for word in store::words(tx, path, day).await? {
        // The owner has its versions; what stands above it narrows nothing.
        let below = word.path.len() > version.path.len();
        if !below || (!whole && word.path == path) {
            continue;
        }
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == word.item_id) {
            entry.narrow(&word.name, &word.facts.0);
        }
    }
    Ok(Some(Shown { version, entries }))
}

pub fn place(node: &Node) -> Place {
    Place {
        code: node.code.to_string(),
        name: node.name.clone(),
    }
}

/// The node that bears `code`, in force or not: its list can be read.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn node(tx: &mut Tx, code: &Code) -> Result<Node, AppError> {
    orgs::server::store::latest_by_code(tx, code)
        .await?
        .ok_or(AppError::NotFound)
}

/// Whether the viewer works at `path`.
pub fn works_at(cx: &Cx, path: &str) -> bool {
    let actor = cx.actor.as_ref();
    actor.is_some_and(|actor| actor.scope_of(Permission::StaffView).covers(path))
}
