//! The pillar's pages. Each is whole without script, and loaded when it is first opened.

mod cards;
mod choices;
mod inbox;
mod notice;
mod push;
mod row;
mod sent;
mod times;

pub use cards::home_cards;

ui::lazy_pages! {
    "/inbox" => InboxRoute: inbox::page;
    "/inbox/:id" => NoticeRoute: notice::page;
    "/me/notices" => ChoicesRoute: choices::page;
}
