//! Accounts and access: who somebody is, how they sign in, what they are where, for whom they act, and on what basis
//! their data is held.
//!
//! Invariants:
//! - Names, phone numbers and doors lie sealed in the database and are found by blind index; lists show them masked; seeing
//!   one in full asks for a reason, is logged, and the person sees it.
//! - A known and an unknown number are answered alike, after the same work.
//! - A session is an opaque token of which only the hash is stored; what its holder may do is read anew at each request.
//! - System, security and audit administrator are never one person, not even by delegation, import or command line.
//! - While somebody acts for a resident, every act names both, and the resident's own safety (password, devices, deletion) is
//!   out of reach.
//! - A role in force today has `valid_from <= today` and no `valid_to` before today: nothing else decides.
//!
//! Deliberately absent: households (a later pillar), sign-in by third parties, e-mail, security questions, captchas,
//! identity numbers (nothing here needs them).

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{ActingBanner, home_cards, routes};
