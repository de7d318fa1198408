//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod edit;
mod list;
mod nearby;
mod photos;
mod point;
mod waiting;

pub use cards::home_cards;

ui::lazy_pages! {
    "/places" => PlacesRoute: list::page;
    "/places/point" => PointRoute: point::page;
    "/places/edit" => EditPointRoute: edit::page;
    "/places/photos" => PointPhotosRoute: waiting::page;
}
