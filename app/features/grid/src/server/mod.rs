//! What runs on the server only.

mod coloured;
mod counter;
mod deeds;
pub mod drafts;
pub mod geo;
pub mod glance;
pub mod import;
pub mod jobs;
mod live;
pub mod page;
mod picture;
pub mod placing;
mod problems;
mod routes;
mod scene;
pub mod settings;
pub mod shown;
pub mod sight;
pub mod staged;
pub mod store;
pub mod tiles;
pub mod upload;
pub mod workers;

pub use counter::PartCounter;
pub use deeds::DEEDS;
pub use routes::routes;
pub use settings::Settings;
