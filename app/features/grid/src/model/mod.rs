//! Typed models of the grid map, the same for browser and server. Nothing here needs the `geo` crates: the browser
//! only shows what the server has computed.

pub mod area;
pub mod border;
pub mod coverage;
pub mod draft;
mod drawing;
mod figure;
mod glance;
mod import;
mod map;
pub mod outline;
mod place;
mod problem;

pub use drawing::{Class, Drawing, Legend, Shape, short_label};
pub use figure::{Figure, Sees, told_day};
pub use glance::{Glance, Label};
pub use import::{Counts, ImportPreview, MapSettings, ProblemCounts};
pub use map::{Coming, Found, MapPage, OwnGrid, Panel, Part, Terms, Worker, area_in_words, mark};
pub use place::{Bounds, Place};
pub use problem::{Kind, Measure, Problem, Severity, Unit};
pub use shared::datum::{Datum, UnknownDatum};
