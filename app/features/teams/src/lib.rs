//! The team of a grid: who is there, what for, how to reach them by one touch, where somebody is missing, and handing a grid over.
//!
//! Invariants:
//! - A 网格长 or 专职网格员 with an account is a role of `accounts`, shown here and never stored twice; this pillar keeps the posts of
//!   those who need no account.
//! - Name and phone lie sealed. Staff of the place see them; its residents see those of the public posts that are marked so; nobody
//!   else sees any (`server::sight`).
//! - A post has a first and a last day, and past ones stay for two years: the team of any day of these can be told. Those of somebody who
//!   erases their account are deleted (`server::keeping`).
//!   Where a grid is no more, its posts go on in the grid that took over (`server::follow`).
//! - A grid is handed over in one transaction: the role, all open tasks, the drafts of borders that its neighbours keep
//!   (`server::Neighbours`) and the record of it, or nothing. On a later day a job does the same, or says why it could not.
//!
//! Deliberately absent: the accounts of a property company (a partner's, not a post of the team), calls through the server or a
//! log of who called whom, on whom a team member lives, any measure of who is good at it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};
