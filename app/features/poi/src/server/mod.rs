//! What runs on the server only.

mod deeds;
mod follow;
mod holding;
mod list;
pub mod photo;
mod store;
#[cfg(test)]
mod store_tests;
mod tiles;
mod write;

pub use deeds::DEEDS;
pub use follow::follow;
pub use holding::holding;
pub use list::{Asked, counted, list, near, point};
pub use photo::{upkeep::register, uploads};
pub(crate) use store::insert;
pub use write::{edit, end, save};

use axum::Router;
use db::Cx;
use shared::Permission;

/// The pillar's routes beside its pages, its server functions and the [`uploads`] of photos.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    tiles::routes().merge(photo::routes())
}

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
