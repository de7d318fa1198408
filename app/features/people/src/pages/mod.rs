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

use leptos_router::any_nested_route::AnyNestedRoute;
use ui::routes::{PageRoute, routes as all};

pub use cards::home_cards;

use self::{
    buildings::BuildingsRoute, corrections::CorrectionsRoute, figures::FiguresRoute,
    household::HouseholdRoute, import::ImportRoute, mine::MineRoute, people::PeopleRoute, roll::RollRoute,
};

/// The routes of places and people.
#[must_use]
pub fn routes() -> AnyNestedRoute {
    all(vec![
        ("/people", PageRoute::lazy::<PeopleRoute>()),
        ("/people/buildings", PageRoute::lazy::<BuildingsRoute>()),
        ("/people/roll", PageRoute::lazy::<RollRoute>()),
        ("/people/corrections", PageRoute::lazy::<CorrectionsRoute>()),
        ("/people/figures", PageRoute::lazy::<FiguresRoute>()),
        ("/people/households/:id", PageRoute::lazy::<HouseholdRoute>()),
        ("/admin/people/import", PageRoute::lazy::<ImportRoute>()),
        ("/me/household", PageRoute::lazy::<MineRoute>()),
    ])
}
