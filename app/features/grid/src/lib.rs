//! The grid map: the borders of the organisation's units, how they come in, and the pages that show them.
//!
//! Invariants:
//! - One datum is stored (CGCS2000/WGS 84, in whole units of 1e-7 degrees); every file names its own and is converted once.
//! - A file is stored whole, after all its areas were checked by themselves and against their neighbours and parents, or not at
//!   all; what an administrator accepts nevertheless is accepted by name and audited.
//! - Who may see a border is decided by one predicate (`server::sight`, in SQL in `server::shown`): anybody where a review number
//!   is entered and where it is made up, staff theirs. Page, data, place search and panel all go through it.
//! - The page is whole without script: an inert SVG, links, a table that says the same. The live map takes its place later.
//!
//! Deliberately absent: drawing and editing borders (maps are made in map makers' programs), trails of where anybody
//! was (a place that is asked for is not kept), PostGIS.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod model;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{Routes, home_cards};
