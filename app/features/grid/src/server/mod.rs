//! What runs on the server only.

pub mod drafts;
pub mod geo;
pub mod import;
pub mod jobs;
pub mod page;
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

pub use routes::routes;
pub use settings::Settings;
