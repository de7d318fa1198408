//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod edit;
mod list;
mod nearby;
mod photos;
mod point;
mod waiting;

use leptos::prelude::*;
use leptos_router::{
    Lazy, LazyRoute, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, lazy_route,
};
use ui::At;

pub use cards::home_cards;

/// Declares routes whose view is a chunk of its own.
macro_rules! lazy_pages {
    ($($route:ident => $view:path;)+) => {$(
        pub struct $route;

        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(_page: Self) -> AnyView {
                $view()
            }
        }
    )+};
}

lazy_pages! {
    PlacesRoute => list::page;
    PointRoute => point::page;
    EditPointRoute => edit::page;
    PointPhotosRoute => waiting::page;
}

/// The routes of points of interest.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/places") view={Lazy::<PlacesRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/places/point") view={Lazy::<PointRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/places/edit") view={Lazy::<EditPointRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/places/photos") view={Lazy::<PointPhotosRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
