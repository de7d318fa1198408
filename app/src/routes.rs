//! The router: the home page, and what each pillar brings.

use grid::layers::{MapLayer, MapLayers};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{Route, Router, Routes},
};
use ui::At;

use crate::{
    error_page::NotFound,
    home::{GalleryPage, HomeRoute},
    layout::Layout,
    node::NodePage,
    site,
};

/// Every pillar's, the lowest first.
static MAP_LAYERS: [MapLayer; 4] = {
    let [areas, staff, buildings] = grid::layers::LAYERS;
    [areas, buildings, staff, poi::LAYER]
};

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
                    <HomeRoute/>
                    <accounts::Routes/>
                    <orgs::Routes/>
                    <Route path=At("/orgs/:code") view={Lazy::<NodePage>::new()} ssr=SsrMode::Async/>
                    <people::Routes/>
                    <grid::pages::Routes/>
                    <poi::Routes/>
                    <notices::Routes/>
                    <tasks::Routes/>
                    <catalogue::Routes/>
                    <teams::Routes/>
                    <reports::Routes/>
                    <Route path=At("/_ui") view={Lazy::<GalleryPage>::new()} ssr=SsrMode::Async/>
                </Routes>
            </Layout>
        </Router>
    }
}
