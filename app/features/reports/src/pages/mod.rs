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

use ui::home::HomeCard;

// `/reports/new` stands before `/reports/:code`, which would take it for a code.
ui::lazy_pages! {
    "/reports" => ReportsRoute: list::page;
    "/reports/new" => NewReportRoute: new::page;
    "/reports/:code" => MatterRoute: matter::page;
    "/admin/reports" => WorkRoute: work::page;
    "/admin/reports/routing" => RoutingRoute: routing::page;
    "/admin/reports/categories" => CategoriesRoute: categories::page;
}

/// The cards of the home page: residents', and those of staff.
pub fn home_cards() -> Vec<HomeCard> {
    cards::of_residents()
        .into_iter()
        .chain(staff_cards::of_staff())
        .collect()
}
