//! Mediation of disputes (人民调解): applied for, agreed to by both sides, held, written down, signed, and followed up until it is kept.
//!
//! Invariants:
//! - How a case goes is one table in code (`model::TABLE`). Each step is a row with its place in the case's life, and the case's state is
//!   what its steps lead to: nothing else sets it.
//! - Without the consent of both sides nothing begins. Either side may end it at any time before the agreement is in force.
//! - Those who are named see a case, and nobody else: both sides, the mediators, and whoever took it at the desk. Who holds a post, oversees
//!   or administers, without being named, is told how many there are (`server::sight`, one place). Each reading is noted.
//! - A mediator says that nothing ties them to a side before they mediate; whoever a side objects to, is a side, or handled the reported
//!   matter that it came of, does not.
//! - Names, numbers and words are sealed. Events, tasks and the log hold ids and codes.
//! - It costs nothing, whatever comes of it.
//!
//! Deliberately absent: deciding about a dispute (it is the two sides' own), secret lists of who quarrels, publication, identity numbers
//! (they are written by hand on the printed agreement), electronic signatures.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};

/// Where a form of a case's page sends a step, with signatures that were scanned.
pub const ACT: &str = "/mediation/act";
