//! The geometry of the grid map: pure functions without database, clock or network.
//!
//! A file goes through [`read`] (which converts the [datum](shared::datum) once), then [`check`]; what is stored is a [`Border`]. Its
//! corners are whole units of 1e-7 degrees from the moment they are read, so that neighbours who share a corner share
//! it exactly, comparisons are exact, and nothing depends on the order of floating point sums.

pub mod area;
pub mod border;
pub mod check;
pub mod classes;
pub mod label;
pub mod mercator;
pub mod morton;
pub mod read;
pub mod svg;
pub mod write;

pub use border::{Border, Part, Ring};
