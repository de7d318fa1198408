//! The web server: what stands between a socket and a page.
//!
//! ```text
//! trace and panics > security headers > files of the site (no session)
//!                                     > limits > session and origin > time and input > forms without script
//!                                                                                    > pages (cached for the public)
//!                                                                                    > server functions, routes
//!                                                                   > event stream
//! ```

mod appearance;
mod assets;
mod cache;
mod deadline;
mod events;
mod failure;
mod headers;
mod health;
mod input;
mod limits;
mod listen;
mod open;
mod pages;
mod returned;
mod serve;
mod session;
mod state;
mod streams;
mod topics;

pub use cache::PageCache;
pub use open::OpenCache;
pub use serve::{ServeError, serve};

/// Tests of the whole, on both engines.
#[cfg(test)]
mod store {
    #[path = "../coverage.rs"]
    mod coverage;

    mod broken;
    mod fallen;
    mod false_photos;
    mod flood;
    mod listening;
    mod open311;
    mod opendata;
    mod orders;
    mod photos;
    mod plain;
    mod refused;
    mod strangers;
    mod visitor;
    mod world;
}
