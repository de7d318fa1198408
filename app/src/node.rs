//! The page of a unit: the organisation's, with the map on it, of which the organisation knows nothing.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

#[derive(Clone, Copy, Debug)]
pub struct NodePage;

#[lazy_route]
impl LazyRoute for NodePage {
    fn data() -> Self {
        Self
    }

    // The map is handed over in here, which is fetched with this page: a context that `App` provides would bring it to every page.
    fn view(_this: Self) -> AnyView {
        orgs::node_page(grid::at_a_glance)
    }
}
