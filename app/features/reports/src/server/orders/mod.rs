//! Orders of 12345 and of the superior grid platform: who sends them (`platform`), how one becomes a matter (`take`), files of them
//! (`import`), the signed port (`port`), and how they go back (`back`, `export`). `docs/ORDERS.md` is for whoever connects a platform.
//!
//! What goes back is fetched by the platform or taken along as a file; this house calls nobody. So there is no address to be allowed, nothing
//! to be tried again, and no way from here into a network in which a platform stands.

mod back;
pub(super) mod export;
pub mod import;
pub mod platform;
mod port;
mod routes;
pub mod take;

pub use back::{give_back, page};
pub use port::routes as port_routes;
pub use routes::{routes, uploads};
pub(super) use take::{caller, due, numbered};
