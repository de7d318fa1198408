//! The server's side: what is stored, what is done with it, and how it is asked for.

pub mod bodies;
mod deeds;
pub mod history;
pub mod import;
pub mod page;
pub mod photo;
pub mod search;
pub mod sent;
pub mod service;
pub mod sound;
pub mod store;
#[cfg(test)]
mod store_tests;
pub mod upload;
pub mod write;

pub use deeds::DEEDS;
