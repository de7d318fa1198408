//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod choices;
mod inbox;
mod notice;
mod row;

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
    InboxRoute => inbox::page;
    NoticeRoute => notice::page;
    ChoicesRoute => choices::page;
}

/// The routes of notices.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/inbox") view={Lazy::<InboxRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/inbox/:id") view={Lazy::<NoticeRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/notices") view={Lazy::<ChoicesRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
