//! The application: the document, the router, the navigation, the home page, the pages for errors.
//!
//! Invariants: a page is whole without JavaScript (`SsrMode::Async`); what a page knows of its viewer comes from
//! [`ui::viewer`]; a pillar's pages are reached through its `Routes` and its cards through its `home_cards`;
//! what a later pillar shows on a page of an earlier one is handed over here (`node`).
//!
//! Deliberately absent: anything that belongs to one pillar.

mod calling;
mod error_page;
mod home;
mod layout;
mod node;
mod picking;
mod routes;
pub mod site;

#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub use document::{appearance_in, document};
pub use routes::App;

/// Takes over a page that the server rendered.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    site::leave_redirects_to_the_browser();
    leptos::mount::hydrate_lazy(App);
}

/// Boots without a server, from what the device has kept.
#[cfg(feature = "hydrate")]
pub fn mount() {
    site::leave_redirects_to_the_browser();
    leptos::mount::mount_to_body(App);
}
