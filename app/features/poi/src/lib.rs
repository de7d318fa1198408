//! Points of interest: where things are that people look for, and cameras, which only those who work there see.
//!
//! Invariants:
//! - A point lies in the smallest unit whose border holds it; who enters one works there. Nobody chooses the unit by hand,
//!   and when borders change it follows (`server::follow`).
//! - A camera is on no public page, list or answer.
//! - Where somebody stands when they ask what is near is used for that answer and kept nowhere: no address, log or table holds it.
//!
//! Deliberately absent: reviews and stars, opening hours that a machine reckons with (a festival breaks them all), and routes.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{Routes, home_cards};

/// What maps show of the pillar.
pub const LAYER: grid::layers::MapLayer = grid::layers::MapLayer {
    code: "points",
    label: "点位",
    tiles: "/places/tiles/{z}-{x}-{y}.mvt",
    list: Some(("/places", "点位清单")),
    opens: Some("/places/point?id="),
    topic: "poi",
};
