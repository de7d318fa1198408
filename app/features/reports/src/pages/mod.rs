//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod categories;
mod elsewhere;
mod frame;
mod handling;
mod list;
mod matter;
mod near;
mod new;
mod new_parts;
mod offers;
mod place;
mod routing;
mod staff_cards;
mod steps;
mod unmask;
mod work;

use leptos::prelude::*;
use leptos_router::{
    Lazy, LazyRoute, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, lazy_route,
};
use ui::{At, home::HomeCard};

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
    ReportsRoute => list::page;
    NewReportRoute => new::page;
    MatterRoute => matter::page;
    // Those of staff.
    WorkRoute => work::page;
    RoutingRoute => routing::page;
    CategoriesRoute => categories::page;
}

/// The routes of reports. `/reports/new` stands before `/reports/:code`, which would take it for a code.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/reports") view={Lazy::<ReportsRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/reports/new") view={Lazy::<NewReportRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/reports/:code") view={Lazy::<MatterRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/reports") view={Lazy::<WorkRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/reports/routing") view={Lazy::<RoutingRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/reports/categories") view={Lazy::<CategoriesRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The cards of the home page: residents', and those of staff.
pub fn home_cards() -> Vec<HomeCard> {
    cards::of_residents()
        .into_iter()
        .chain(staff_cards::of_staff())
        .collect()
}
