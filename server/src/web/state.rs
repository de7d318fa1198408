//! What the handlers share. Nothing here would be missed by another node or after a restart.

use std::sync::Arc;

use app::site::Site;
use axum::extract::FromRef;
use db::House;
use leptos::prelude::LeptosOptions;

use super::{cache::PageCache, headers::Tls};
use crate::config::Networks;

#[derive(Clone, Debug)]
pub struct App {
    pub house: House,
    pub site: Site,
    pub accounts: accounts::server::Settings,
    pub maps: Arc<grid::server::Settings>,
    pub cache: PageCache,
    pub tls: Tls,
    pub proxies: Networks,
    pub leptos: LeptosOptions,
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}

impl FromRef<App> for Tls {
    fn from_ref(app: &App) -> Self {
        app.tls
    }
}
