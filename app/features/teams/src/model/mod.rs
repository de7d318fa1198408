//! Types and rules of teams, for form and service alike.

#[cfg(feature = "ssr")]
mod entry;
mod post;
mod view;

#[cfg(feature = "ssr")]
pub use entry::{Entry, EntryForm, last_day};
pub use post::Post;
pub use view::*;

shared::id! {
    /// An entry of a team.
    EntryId,
    /// A grid handed over.
    HandoverId,
}
