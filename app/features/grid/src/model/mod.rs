//! Typed models of the grid map, the same for browser and server. Nothing here needs the `geo` crates: the browser
//! only shows what the server has computed.

pub mod area;
pub mod border;
pub mod coverage;
pub mod draft;
mod drawing;
mod import;
mod map;
pub mod outline;
mod place;
mod problem;

pub use drawing::{Class, Drawing, Legend, Shape, short_label};
pub use import::{Counts, ImportPreview, MapSettings, ProblemCounts};
pub use map::{Coming, Figure, Found, MapPage, OwnGrid, Panel, Part, Terms, Worker, area_in_words, mark};
pub use place::{Bounds, Place};
pub use problem::{Kind, Measure, Problem, Severity, Unit};
pub use shared::datum::{Datum, UnknownDatum};
