//! Kinds of notices, and what pages are given to show.

mod kind;
mod quiet;
mod times;
mod view;

pub use kind::{Importance, Kind, Texted, Topic};
pub use quiet::{Quiet, When, Wishes};
pub use times::{NO_DIGEST, Times};
pub use view::{
    Channel, Inbox, Newest, NoticeId, NoticeRow, PushOffer, SentRow, SentState, TopicChoice, TopicChoices,
    View,
};
