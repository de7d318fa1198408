//! What the handlers share. Nothing here would be missed by another node or after a restart.

use std::{ops::Deref, sync::Arc};

use accounts::server::GridFinder;
use app::site::Site;
use axum::extract::FromRef;
use db::House;
use grid::server::PartCounter;
use leptos::prelude::LeptosOptions;
use notices::server::push::Pushing;
use shared::AppError;
use teams::server::Beside;

use super::headers::Tls;
use crate::{background::Caches, config::Networks};

#[derive(Debug)]
pub struct Shared {
    pub house: House,
    pub site: Site,
    pub accounts: accounts::server::Settings,
    pub maps: Arc<grid::server::Settings>,
    /// How the pages of accounts learn which grid a place is in.
    pub finder: GridFinder,
    /// What a grid that is handed over has open beside its tasks.
    pub beside: Beside,
    /// How notices reach the screens of devices, where that is set up.
    pub pushing: Pushing,
    pub caches: Caches,
    pub tls: Tls,
    pub proxies: Networks,
    pub leptos: LeptosOptions,
}

/// The same for every layer and handler; each request clones it a dozen times.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

impl App {
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Finds grids by the borders that `maps` let be seen.
pub fn finder(maps: &Arc<grid::server::Settings>) -> GridFinder {
    let maps = Arc::clone(maps);
    GridFinder::new(move |cx, lon, lat| {
        let maps = Arc::clone(&maps);
        async move {
            let place = grid::model::Place::from_degrees(lon, lat);
            let place = place.ok_or_else(|| AppError::invalid("", "这个位置不是经纬度。"))?;
            let found = grid::server::page::at(&cx, &maps, place).await?;
            Ok(found.map(|found| found.code))
        }
    })
}

/// Counts points of interest for maps.
pub fn point_counter() -> PartCounter {
    PartCounter::new(|cx, path| async move { poi::server::counted(&cx, &path).await })
}

/// Counts empty posts for maps.
pub fn post_counter() -> PartCounter {
    PartCounter::new(|cx, path| async move { teams::server::empty_posts(&cx, &path).await })
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
