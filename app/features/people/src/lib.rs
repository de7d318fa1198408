//! Places and people: estates, buildings and rooms under a grid, who lives in them, and the roll.
//!
//! Invariants:
//! - Who may see a person, a household or a building is decided by the path of the grid that answers for it
//!   (`server::sight`, one predicate in SQL); lists show masked names and numbers, and seeing one in full asks for a reason,
//!   is logged, and the person sees it.
//! - Phones, identity numbers, what care somebody asked for and what they wrote lie sealed; a phone and an identity number
//!   are found by blind index.
//! - What is sensitive (identity number, care, showing a party membership) is held only with a consent of its own that is
//!   recorded; withdrawing it deletes the data at once.
//! - Who lived where, which grid a household belonged to, who stood for it: each is a row from a day (inclusive) to a day
//!   (exclusive), so that the roll answers for any date.
//! - An import changes all that its preview counted, or nothing; importing a file again changes nothing.
//!
//! Deliberately absent: votes and elections (a later pillar counts by this roll), a score or a label of a person, where
//! somebody was, health records (only what care was asked for).

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};
