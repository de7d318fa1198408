//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod draft;
mod drafts;
mod edit;
mod glance;
mod history;
mod home;
mod import;
mod map;
mod placing;
mod settings;
mod sheet;

use leptos::prelude::*;
use leptos_router::{Lazy, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route};
use ui::At;

pub use cards::home_cards;
pub use glance::at_a_glance;

use self::{
    draft::DraftPage, drafts::DraftsPage, edit::EditPage, history::HistoryPage, home::HomePage,
    import::ImportPage, map::MapPage, placing::PlacingPage, settings::SettingsPage,
};

/// What is missing, and where to go from a page that cannot be shown.
const MISSING: &str = "没有找到这张地图";
const WAYS: &[(&str, &str)] = &[("看地图", "/map"), ("看全部组织", "/orgs")];

/// The routes of the map. The first that fits is taken: what has a name of its own comes before a code.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/map") view={Lazy::<HomePage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/buildings/:id") view={Lazy::<PlacingPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/drafts") view={Lazy::<DraftsPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/drafts/:id") view={Lazy::<DraftPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/edit/:code") view={Lazy::<EditPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/history/:code") view={Lazy::<HistoryPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/map/:code") view={Lazy::<MapPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/map/import") view={Lazy::<ImportPage>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/map/settings") view={Lazy::<SettingsPage>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
