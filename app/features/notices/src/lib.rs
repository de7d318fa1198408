//! What people are told: an inbox of their own, what of it is unread, and what rings beside it: short messages, notices on a device's screen.
//!
//! Invariants:
//! - A notice is sent in the transaction of what it tells, or by a job that this transaction enqueued: it is there if and only if that
//!   has happened.
//! - The inbox is the channel that is guaranteed, and has everything at once. A short message or a push comes beside it, never instead, names the
//!   topic only, keeps quiet hours, and what became of it is kept.
//! - A push goes to a device only while somebody is signed in there, and only to push services that the operator allows.
//! - A recipient is told the same thing (its key) once, however often a job runs.
//! - What stands in its words is sealed, lies in rows that go with the account, and ends on a day.
//! - One sees one's own. Who acts for somebody sees only the kinds that [`model::Kind::by_proxy`] names, and reads nothing away.
//!
//! Deliberately absent: messages from person to person, advertising, counting who opened what, and a way to send to everybody
//! without naming them: whom a thing concerns, its own pillar knows.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;
mod unread;

pub use pages::{home_cards, routes};
#[cfg(feature = "ssr")]
pub use server::{Notice, send, settle};
pub use unread::provide_unread;
