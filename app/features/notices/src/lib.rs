//! What people are told: an inbox of their own, what of it is unread, and short messages for what cannot wait.
//!
//! Invariants:
//! - A notice is sent in the transaction of what it tells, or by a job that this transaction enqueued: it is there if and only if that
//!   has happened.
//! - The inbox is the channel that is guaranteed. A short message comes beside it, never instead, and names the topic only.
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
