//! Kinds of notices, and what pages are given to show.

mod kind;
mod view;

pub use kind::{Importance, Kind, Texted, Topic};
pub use view::{Inbox, Newest, NoticeId, NoticeRow, TopicChoice, TopicChoices, View};
