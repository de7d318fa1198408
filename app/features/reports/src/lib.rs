//! Public opinion: from "I saw something" to "it is done, and I say so". Matters that residents report, how they are handled, and the
//! reporter's own word at the end.
//!
//! Invariants:
//! - How a matter goes is one table in code (`model::TABLE`). Each step is a row with its place in the matter's life, and the matter's
//!   state is what its steps lead to: nothing else sets it.
//! - From its report on a matter lies with somebody by name or post, with a deadline of the working clock.
//! - A complaint about the community itself goes to the level above. Nobody who works at the community or below it finds it, whatever
//!   else they hold (`server::sight`, one predicate for page and lists).
//! - The reporter's name, number, door and words are sealed. Partners who have a matter see what it is about, never whose it is.
//! - What is published was looked at, has a reporter who agreed to it, and is a text of its own.
//!
//! Deliberately absent: a score of whoever handles matters, reports without an account, what belongs to courts, petitions or discipline
//! inspection (it is shown the right door).

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};

/// Where the form of a report sends it, with photos.
pub const SEND: &str = "/reports/send";
/// Where a form of a matter's page sends a step, with photos.
pub const ACT: &str = "/reports/act";
