//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod form;
mod hand_over;
mod handover;
mod member;
mod overview;
mod team;

pub use cards::home_cards;

ui::lazy_pages! {
    "/teams/:code" => TeamRoute: team::page;
    "/teams/:code/hand-over" => HandOverRoute: hand_over::page;
    "/handovers/:id" => HandoverRoute: handover::page;
}
