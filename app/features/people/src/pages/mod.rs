//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod buildings;
mod cards;
mod chart;
mod corrections;
mod figures;
mod frame;
mod here;
mod household;
mod import;
mod marks;
mod member;
mod mine;
mod mine_parts;
mod owners;
mod people;
mod roll;
mod roll_counts;
mod room;
mod told;

use leptos::prelude::*;
use leptos_router::{Lazy, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route};
use ui::At;

pub use cards::home_cards;

use self::{
    buildings::BuildingsRoute, corrections::CorrectionsRoute, figures::FiguresRoute,
    household::HouseholdRoute, import::ImportRoute, mine::MineRoute, people::PeopleRoute, roll::RollRoute,
};

/// The routes of places and people.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=At("/people") view={Lazy::<PeopleRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/people/buildings") view={Lazy::<BuildingsRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/people/roll") view={Lazy::<RollRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/people/corrections") view={Lazy::<CorrectionsRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/people/figures") view={Lazy::<FiguresRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/people/households/:id") view={Lazy::<HouseholdRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/admin/people/import") view={Lazy::<ImportRoute>::new()} ssr=SsrMode::Async/>
        <Route path=At("/me/household") view={Lazy::<MineRoute>::new()} ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
