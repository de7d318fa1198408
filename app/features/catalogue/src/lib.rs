//! What a grid handles (网格管理事项清单): a versioned list that residents read as a menu, and the inspections that follow from it.
//!
//! Invariants:
//! - A published version never changes; it holds from its day until the next one does. Any day's list can be read.
//! - On the way from the province to a grid there is one list at most. A unit below its owner narrows it: takes an item away, sets a
//!   shorter limit, names its own desk. What would widen it cannot be written: there is no place for it.
//! - A limit is shortened in its own unit only: hours and working days cannot be held against each other.
//! - An inspection is arranged for an item that the list in force has; each grid below has one for each period, and a task with it.
//!   Where a grid is no more, both go on in the grid that took over (`server::follow`).
//! - What a round found is sealed, its photos are had through a check of who works there, and neither stands in a list of tasks.
//! - What nobody needed for a quarter is proposed for abolition, and goes on if somebody says why.
//!
//! Deliberately absent: the flow of an item itself (its own pillar brings it; until then a call or a visit to the desk starts it),
//! scores of who walked how much, and names of residents: what is counted is that an item was needed, not by whom.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};

/// Where the form of a round sends what was found, with photos.
const WALK: &str = "/inspections/walk";
