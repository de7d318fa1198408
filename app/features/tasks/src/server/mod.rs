//! What runs on the server only.

pub mod act;
pub mod calendar;
pub mod clocks;
mod deeds;
mod holding;
pub mod hours;
pub mod jobs;
mod news;
mod page;
mod reckon;
mod routes;
pub mod steps;
mod store;
pub mod succession;
pub mod task;
mod tell;

pub use clocks::Clocks;
pub use deeds::DEEDS;
pub use holding::holding;
pub use page::{list, task, today};
pub use routes::routes;
pub use task::{NewTask, Opened};
#[cfg(test)]
mod store_tests;
