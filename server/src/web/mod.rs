//! The web server: what stands between a socket and a page.
//!
//! ```text
//! trace and panics > security headers > files of the site (no session)
//!                                     > limits > session and origin > pages (cached for the public)
//!                                                                   > server functions, routes of the pillars
//!                                                                   > event stream
//! ```

mod appearance;
mod assets;
mod cache;
mod events;
mod failure;
mod headers;
mod health;
mod limits;
mod pages;
mod serve;
mod session;
mod state;

pub use cache::PageCache;
pub use serve::{ServeError, serve};

#[cfg(test)]
#[path = "coverage.rs"]
mod store;
