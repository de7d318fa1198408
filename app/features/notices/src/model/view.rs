//! What pages are given to show.

use serde::{Deserialize, Serialize};
use shared::{Page, Timestamp};

use super::{Importance, Times, Topic};

shared::id! {
    /// A notice.
    NoticeId,
}

/// A notice, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub label: String,
    pub words: String,
    pub importance: Importance,
    /// The page that it leads to; without one it is read on its own.
    pub href: Option<String>,
    pub at: Timestamp,
    pub read: bool,
    /// Whether what it asks for is over.
    pub done: bool,
}

impl NoticeRow {
    /// Whether it still asks for something.
    pub fn is_open(&self) -> bool {
        !self.done && self.importance != Importance::Info
    }
}

/// Which notices a list shows, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    #[default]
    All,
    Unread,
    /// Those that still ask for something.
    Open,
}

impl View {
    pub const ALL: [Self; 3] = [Self::All, Self::Unread, Self::Open];

    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Unread => "unread",
            Self::Open => "open",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "全部",
            Self::Unread => "未读",
            Self::Open => "要办的",
        }
    }

    /// The first page of it.
    pub fn address(self) -> String {
        match self.code() {
            "" => "/inbox".to_owned(),
            code => format!("/inbox?view={code}"),
        }
    }

    pub fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|view| view.code() == code)
            .unwrap_or_default()
    }
}

/// A page of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    pub rows: Page<NoticeRow>,
    pub unread: u32,
    /// When the newest was sent: what is marked as read are those up to then.
    pub newest: Timestamp,
    /// When it was asked for: what is today is so as of then.
    pub now: Timestamp,
    /// Whose it is, if it is read by somebody who acts for them: then nothing is marked as read.
    pub of: Option<String>,
}

/// The newest of those that are unread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    pub rows: Vec<NoticeRow>,
    /// When it was asked for.
    pub now: Timestamp,
}

/// What comes beside the inbox for a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicChoice {
    pub topic: Topic,
    pub texted: bool,
    /// On the devices that take it.
    pub pushed: bool,
}

/// How something leaves beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    Text,
    Push,
}

impl Channel {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Push => "push",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Text => "短信",
            Self::Push => "手机通知",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Text, Self::Push]
            .into_iter()
            .find(|channel| channel.code() == code)
    }
}

/// What became of something that left, or was to leave, beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SentState {
    Waiting,
    Sent,
    Failed,
    /// It was not needed any more, or there were too many.
    Dropped,
}

impl SentState {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等着发",
            Self::Sent => "发出了",
            Self::Failed => "没有发出去",
            Self::Dropped => "没有发",
        }
    }
}

/// One that left, or was to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRow {
    pub channel: Channel,
    /// What it said.
    pub label: String,
    pub state: SentState,
    pub at: Timestamp,
}

/// That notices can be pushed to this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushOffer {
    /// The public key that the browser wants to know us by.
    pub key: String,
    /// Whether they are.
    pub here: bool,
}

/// What somebody may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicChoices {
    pub topics: Vec<TopicChoice>,
    /// Where short messages go, masked; nobody without a number gets any.
    pub phone: Option<String>,
    pub times: Times,
    /// None where the operator has set up nothing for it.
    pub push: Option<PushOffer>,
    /// The last few, the newest first.
    pub sent: Vec<SentRow>,
}
