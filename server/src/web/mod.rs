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
mod events;
mod failure;
mod headers;
mod health;
mod input;
mod limits;
mod listen;
mod pages;
mod returned;
mod serve;
mod session;
mod state;
mod streams;

pub use cache::PageCache;
pub use serve::{ServeError, serve};

/// Tests of the whole, on both engines.
#[cfg(test)]
mod store {
    #[path = "../coverage.rs"]
    mod coverage;

    mod broken;
    mod flood;
    mod plain;
    mod visitor;
}
