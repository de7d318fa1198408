//! Pillar `grid`: the borders of the organisation's units on a map.

pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
