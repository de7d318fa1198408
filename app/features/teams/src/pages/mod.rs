//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod form;
mod hand_over;
mod handover;
mod member;
mod overview;
mod team;

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
    TeamRoute => team::page;
    HandOverRoute => hand_over::page;
    HandoverRoute => handover::page;
}

/// The routes of teams.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/teams/:code") view={Lazy::<TeamRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/teams/:code/hand-over") view={Lazy::<HandOverRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/handovers/:id") view={Lazy::<HandoverRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
