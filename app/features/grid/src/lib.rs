//! The grid map: the borders of the organisation's units, how they come in, and the pages that show them.
//!
//! Invariants:
//! - One datum is stored (CGCS2000/WGS 84, in whole units of 1e-7 degrees); every file names its own and is converted once.
//! - A file is stored whole, after all its areas were checked by themselves and against their neighbours and parents, or not at
//!   all; what an administrator accepts nevertheless is accepted by name and audited.
//! - Who may see a border is decided by one predicate (`server::sight`, in SQL in `server::shown`): anybody where a review number
//!   is entered and where it is made up, staff theirs. Page, picture, data, place search and panel
//!   all go through it.
//! - The page is whole without script: an inert SVG, links, a table that says the same. The live map takes its place later.
//!
//! - A border changes by a map file, or by a draft that somebody else than its author approved, from its day on; both are in its
//!   history, and the map of any day is made from it.
//! - After any step of a draft the parts of a unit are a coverage (`model::coverage`); what would break it is refused, in words.
//! - Days that have passed stay as they were: a draft holds from its day on, or from the day on which it is approved if that is later.
//!
//! Deliberately absent: moving the border of a community, a street or a district by hand (a map file does), trails of where anybody
//! was (a place that is asked for is not kept), PostGIS.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
pub mod layers;
pub mod model;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

pub use pages::{Beside, PinMap, at_a_glance, home_cards, routes};
