//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod act;
mod admin_audit;
mod admin_jobs;
mod admin_roles;
mod admin_staff;
mod admin_users;
mod data;
mod delegate;
mod devices;
mod factor;
mod find_grid;
mod frame;
mod home;
mod me;
mod pending;
mod register;
mod relatives;
mod security;
mod sign_in;

use leptos::prelude::*;
use leptos_router::{
    Lazy, LazyRoute, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, lazy_route,
};
use ui::At;

pub use act::ActingBanner;
pub use home::home_cards;

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
                $view().into_any()
            }
        }
    )+};
}

lazy_pages! {
    SignInRoute => sign_in::page;
    FactorRoute => factor::page;
    RegisterRoute => register::page;
    MeRoute => me::page;
    HomeRoute => me::home_page;
    DevicesRoute => devices::page;
    DataRoute => data::page;
    RelativesRoute => relatives::page;
    SecurityRoute => security::page;
    DelegateRoute => delegate::page;
    ActRoute => act::page;
    PendingRoute => pending::page;
    UsersRoute => admin_users::page;
    RolesRoute => admin_roles::page;
    StaffRoute => admin_staff::page;
    AuditRoute => admin_audit::page;
    JobsRoute => admin_jobs::page;
}

/// The routes of accounts.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    let own = view! {
        <Route path=At("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/sign-in/factor") view={Lazy::<FactorRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/register") view={Lazy::<RegisterRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me") view={Lazy::<MeRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/home") view={Lazy::<HomeRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/devices") view={Lazy::<DevicesRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/data") view={Lazy::<DataRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/relatives") view={Lazy::<RelativesRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route();
    let staff = view! {
        <Route path=At("/me/security") view={Lazy::<SecurityRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/delegate") view={Lazy::<DelegateRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/act") view={Lazy::<ActRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/residents/pending") view={Lazy::<PendingRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/users") view={Lazy::<UsersRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/roles") view={Lazy::<RolesRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/staff-import") view={Lazy::<StaffRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/audit") view={Lazy::<AuditRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/jobs") view={Lazy::<JobsRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route();
    (own, staff).into_any_nested_route()
}
