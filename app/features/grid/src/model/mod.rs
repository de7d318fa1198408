//! Typed models of the grid map, the same for browser and server. Nothing here needs the `geo` crates: the browser
//! only shows what the server has computed.

mod datum;
mod drawing;
mod level;
mod place;
mod problem;

pub use datum::{Datum, UnknownDatum};
pub use drawing::{Class, Drawing, Figure, Legend, Shape, short_label};
pub use level::Level;
pub use place::{Bounds, Place};
pub use problem::{Kind, Measure, Problem, Severity, Unit};
