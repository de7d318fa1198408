//! Points of interest: where things are that people look for, and cameras, which only those who work there see.
//!
//! Invariants:
//! - A point lies in the smallest unit whose border holds it; who enters one works there. Nobody chooses the unit by hand,
//!   and when borders change it follows (`server::follow`).
//! - A camera is on no public page, list or answer.
//! - A photo is seen by those who see its point, once somebody who keeps the point has let it be seen (`server::photo`).
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

pub use pages::{home_cards, routes};

/// Where the form of a point's page sends a photo.
const ADD_PHOTO: &str = "/places/photos/add";

/// What maps show of the pillar.
pub const LAYER: grid::layers::MapLayer = grid::layers::MapLayer {
    code: "points",
    label: "点位",
    tiles: "/places/tiles/{z}-{x}-{y}.mvt",
    list: Some(("/places", "点位清单")),
    opens: Some("/places/point?id="),
    // A camera is told of only where people work.
    follows: &[
        grid::layers::Follows::Topic("poi"),
        grid::layers::Follows::Work("poi.point."),
    ],
    needs: None,
    past: grid::layers::Past::Partly("“点位”是那一天在的；后来改过的，名称、种类和位置照最后登记的。"),
    narrows: &[],
};
