//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod calendar;
mod calendar_preview;
mod cards;
mod frame;
mod hours;
mod list;
mod task;

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
    TasksRoute => list::page;
    TaskRoute => task::page;
    CalendarRoute => calendar::page;
    HoursRoute => hours::page;
    OwnHoursRoute => hours::own;
}

/// The routes of tasks.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/tasks") view={Lazy::<TasksRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/tasks/:id") view={Lazy::<TaskRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/calendar") view={Lazy::<CalendarRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/hours") view={Lazy::<OwnHoursRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/hours/:code") view={Lazy::<HoursRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
