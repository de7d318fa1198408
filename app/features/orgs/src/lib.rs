//! The organisation: nodes from province to micro-grid, what stands beside them, and how they came to be.
//!
//! Invariants:
//! - A code is borne by one node in force at a time; its length tells the kind, and a parent is of a higher kind, so there
//!   are no cycles.
//! - `node` holds the current state, `node_version` every state from a date to a date without a gap; a node that ended keeps its row.
//! - `node.path` is the ancestors' codes and its own; whatever moves a node rewrites the paths below it in the same transaction.
//! - An import changes all that its preview showed, or nothing.
//!
//! Deliberately absent: changes ahead of their day; new codes for a whole subtree at once (a new divisions file does
//! that); free text about nodes.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{Coming, MapSlot, home_cards, importing, node_page, routes};
#[cfg(feature = "ssr")]
pub use server::upload::router;
