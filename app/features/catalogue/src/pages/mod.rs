//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod choose;
mod edit;
mod fields;
mod found;
mod frame;
mod history;
mod inspections;
mod item;
mod manage;
mod menu;
mod narrowing;
mod plans;
mod tap;

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
    MenuRoute => menu::page;
    ItemRoute => item::page;
    ItemHistoryRoute => history::page;
    ManageRoute => manage::page;
    EditItemRoute => edit::page;
    NarrowRoute => narrowing::page;
    InspectionsRoute => inspections::page;
    InspectionRoundRoute => found::page;
    PlansRoute => plans::page;
}

/// The routes of the list and its inspections.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/catalogue") view={Lazy::<MenuRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/catalogue/item") view={Lazy::<ItemRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/catalogue/history") view={Lazy::<ItemHistoryRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/catalogue") view={Lazy::<ManageRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/catalogue/item") view={Lazy::<EditItemRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/catalogue/narrow") view={Lazy::<NarrowRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/inspections") view={Lazy::<InspectionsRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/inspections/round") view={Lazy::<InspectionRoundRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/inspections/plans") view={Lazy::<PlansRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
