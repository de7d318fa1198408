//! What a community asks its residents: 意见征集, in which they propose, and 问卷, in which they answer.
//!
//! Invariants:
//! - It is no vote: what meetings decide is decided there, and each page says so.
//! - Every proposal is answered, 采纳 or 不采纳, with reasons, before it can be closed as done; one that went with a like one has its answer.
//! - Nothing is published but the text that somebody looked through, with numbers, plates and doors in it pointed out; who proposed is
//!   known, and shown to nobody: their names are not looked for, for they would be found out by trying.
//! - Of a questionnaire counts are kept, and words without a name. That somebody took part is kept apart from them, without a time.
//!   Nothing of it is told before its last day is over, and then no group under five.
//!
//! Deliberately absent: names beside proposals, results while it runs (two looks would tell what one person said), quotas, rewards.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{home_cards, routes};
