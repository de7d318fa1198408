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

pub use cards::home_cards;

ui::lazy_pages! {
    "/catalogue" => MenuRoute: menu::page;
    "/catalogue/item" => ItemRoute: item::page;
    "/catalogue/history" => ItemHistoryRoute: history::page;
    "/admin/catalogue" => ManageRoute: manage::page;
    "/admin/catalogue/item" => EditItemRoute: edit::page;
    "/admin/catalogue/narrow" => NarrowRoute: narrowing::page;
    "/inspections" => InspectionsRoute: inspections::page;
    "/inspections/round" => InspectionRoundRoute: found::page;
    "/inspections/plans" => PlansRoute: plans::page;
}
