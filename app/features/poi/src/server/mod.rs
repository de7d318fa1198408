//! What runs on the server only.

mod follow;
mod list;
mod store;
#[cfg(test)]
mod store_tests;
mod tiles;
mod write;

pub use follow::follow;
pub use list::{Asked, list, near, point};
pub(crate) use store::insert;
pub use tiles::routes;
pub use write::{edit, end, save};

use db::Cx;
use shared::Permission;

/// Whether the viewer works at `path`, and sees its cameras.
fn works_at(cx: &Cx, path: &str) -> bool {
    let actor = cx.actor.as_ref();
    actor.is_some_and(|actor| actor.scope_of(Permission::StaffView).covers(path))
}

/// Whether the viewer keeps the points at `path`.
fn keeps(cx: &Cx, path: &str) -> bool {
    let actor = cx.actor.as_ref();
    actor.is_some_and(|actor| actor.scope_of(Permission::PoiEdit).covers(path))
}
