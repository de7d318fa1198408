//! Who has to do what by when: the working clock, deadlines, reminders, escalation. Every later pillar takes them from here.
//!
//! Invariants:
//! - A deadline follows from a limit, its beginning, its pauses, the calendar and the unit's hours, and from nothing else: it can
//!   be reckoned anew at any time, and is when one of them changes.
//! - Limits in days and working minutes count the unit's working time by the State Council's calendar; limits in hours run day and
//!   night. What reaches into a year that is not loaded is provisional and says so (待核).
//! - A reminder or escalation is done once, in the transaction that tells of it; none is due while the clock stands or once the
//!   task has ended.
//! - A task is seen by those who have it, and by those who oversee its unit unless its circle is narrow.
//!
//! Deliberately absent: what a task is about (the pillar that opens it knows), the inbox (`notices` has it, and this pillar tells those
//! who have a task), priorities, percentages done, rankings of who is fast.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};

/// Where the calendar page's form sends the file.
const SEND_CALENDAR: &str = "/admin/calendar/upload";
