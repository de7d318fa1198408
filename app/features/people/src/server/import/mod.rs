//! Importing a file of places, households and persons: first a plan, then all of it or nothing. Importing it again changes
//! nothing.

mod apply;
mod known;
pub mod line;
mod plan;
pub mod staged;
pub mod table;

pub use apply::apply;
pub use plan::{Plan, plan};
