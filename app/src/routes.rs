//! The router: the home page, and what each pillar brings.

use grid::layers::{MapLayer, MapLayers};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Router, Routes};
use ui::routes::{PageRoute, route, together};

use crate::{
    error_page::NotFound,
    home::{self, GalleryPage},
    layout::Layout,
    node::NodePage,
    site,
};

/// Every pillar's, the lowest first.
static MAP_LAYERS: [MapLayer; 6] = {
    let [areas, staff, buildings] = grid::layers::LAYERS;
    [
        areas,
        buildings,
        staff,
        poi::LAYER,
        reports::PUBLIC_LAYER,
        reports::LAYER,
    ]
};

/// Every page, the pillars' in their order.
#[component(transparent)]
fn Pages() -> impl leptos_router::MatchNestedRoutes + Clone {
    together(vec![
        home::route(),
        accounts::routes(),
        orgs::routes(),
        route("/orgs/:code", PageRoute::lazy::<NodePage>()),
        people::routes(),
        grid::routes(),
        poi::routes(),
        notices::routes(),
        tasks::routes(),
        catalogue::routes(),
        teams::routes(),
        reports::routes(),
        mediation::routes(),
        surveys::routes(),
        route("/_ui", PageRoute::lazy::<GalleryPage>()),
    ])
}

/// The application inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(site::viewer());
    provide_context(MapLayers(&MAP_LAYERS));
    view! {
        <Title formatter=|text: String| if text.is_empty() { "邻里".to_owned() } else { format!("{text} · 邻里") }/>
        <Router>
            <Layout>
                <Routes fallback=NotFound>
                    <Pages/>
                </Routes>
            </Layout>
        </Router>
    }
}
