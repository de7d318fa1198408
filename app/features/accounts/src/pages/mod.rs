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

pub use act::ActingBanner;
pub use home::home_cards;

ui::lazy_pages! {
    "/sign-in" => SignInRoute: sign_in::page;
    "/sign-in/factor" => FactorRoute: factor::page;
    "/register" => RegisterRoute: register::page;
    "/me" => MeRoute: me::page;
    "/me/home" => HomeRoute: me::home_page;
    "/me/devices" => DevicesRoute: devices::page;
    "/me/data" => DataRoute: data::page;
    "/me/relatives" => RelativesRoute: relatives::page;
    "/me/security" => SecurityRoute: security::page;
    "/me/delegate" => DelegateRoute: delegate::page;
    "/act" => ActRoute: act::page;
    "/residents/pending" => PendingRoute: pending::page;
    "/admin/users" => UsersRoute: admin_users::page;
    "/admin/roles" => RolesRoute: admin_roles::page;
    "/admin/staff-import" => StaffRoute: admin_staff::page;
    "/admin/audit" => AuditRoute: admin_audit::page;
    "/admin/jobs" => JobsRoute: admin_jobs::page;
}
