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

use leptos_router::any_nested_route::AnyNestedRoute;
use ui::routes::{PageRoute, routes as all};

pub use cards::home_cards;
pub use glance::at_a_glance;
pub use map::{Beside, PinMap};

use self::{
    draft::DraftPage, drafts::DraftsPage, edit::EditPage, history::HistoryPage, home::HomePage,
    import::ImportPage, map::MapPage, placing::PlacingPage, settings::SettingsPage,
};

/// What is missing, and where to go from a page that cannot be shown.
const MISSING: &str = "没有找到这张地图";
const WAYS: &[(&str, &str)] = &[("看地图", "/map"), ("看全部组织", "/orgs")];

/// The routes of the map. The first that fits is taken: what has a name of its own comes before a code.
#[must_use]
pub fn routes() -> AnyNestedRoute {
    all(vec![
        ("/map", PageRoute::lazy::<HomePage>()),
        ("/map/buildings/:id", PageRoute::lazy::<PlacingPage>()),
        ("/map/drafts", PageRoute::lazy::<DraftsPage>()),
        ("/map/drafts/:id", PageRoute::lazy::<DraftPage>()),
        ("/map/edit/:code", PageRoute::lazy::<EditPage>()),
        ("/map/history/:code", PageRoute::lazy::<HistoryPage>()),
        ("/map/:code", PageRoute::lazy::<MapPage>()),
        ("/admin/map/import", PageRoute::lazy::<ImportPage>()),
        ("/admin/map/settings", PageRoute::lazy::<SettingsPage>()),
    ])
}
