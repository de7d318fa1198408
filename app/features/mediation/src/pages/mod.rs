//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod agreement;
mod cards;
mod case;
mod clauses;
mod desk;
mod forms;
mod frame;
mod list;
mod new;
mod parts;

pub use cards::home_cards;

// `/mediation/new` stands before `/mediation/:code`, which would take it for a code.
ui::lazy_pages! {
    "/mediation" => MediationsRoute: list::page;
    "/mediation/new" => NewMediationRoute: new::page;
    "/mediation/:code" => MediationRoute: case::page;
    "/mediation/:code/print" => MediationAgreementRoute: agreement::page;
    "/admin/mediation" => MediationDeskRoute: desk::page;
}
