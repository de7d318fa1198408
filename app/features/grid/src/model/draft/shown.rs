//! What the pages of drafts show.

use orgs::model::NodeKind;
use serde::{Deserialize, Serialize};
use shared::{Date, Page, Timestamp};

use super::{DraftId, DraftState};
use crate::model::{
    Drawing,
    coverage::{Difference, Ground, Op},
};

/// Two who changed the same parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The parts' names.
    pub names: Vec<String>,
    /// As they are drawn here, and as they are by now.
    pub mine: Option<Drawing>,
    pub theirs: Option<Drawing>,
    /// How many of one's own steps can be done again on the new borders, of how many.
    pub again: (usize, usize),
    /// Whether one's own borders can be put over the other's.
    pub can_put: bool,
}

/// A draft that is being drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDraft {
    pub id: DraftId,
    pub version: i64,
    pub ops: Vec<Op>,
    /// How many of them count.
    pub done: usize,
    pub reason: String,
    pub basis: String,
    pub effective_on: Option<Date>,
    pub saved_at: Timestamp,
}

/// What became of keeping a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub id: DraftId,
    pub version: i64,
    pub at: Timestamp,
}

/// What the page for drawing shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Editing {
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub path: String,
    /// What is drawn on: the stored borders, or those that the draft was begun from.
    pub ground: Ground,
    pub draft: Option<OpenDraft>,
    pub conflict: Option<Conflict>,
    /// Codes that new parts cannot have.
    pub used: Vec<String>,
    pub drawing: Option<Drawing>,
    pub today: Date,
    /// Where the script for drawing is, and what it is told, as JSON.
    pub script: Option<String>,
    pub options: String,
    /// Drafts of the same unit that others have handed in or that wait for their day.
    pub others: Vec<DraftRow>,
    pub synthetic: bool,
}

/// A row of the list of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    pub id: DraftId,
    pub code: String,
    pub name: String,
    pub author: String,
    pub mine: bool,
    pub state: DraftState,
    pub reason: String,
    pub effective_on: Option<Date>,
    pub updated_at: Timestamp,
}

/// What the viewer may do with a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    pub decide: bool,
    pub withdraw: bool,
    /// Draw on: its author, where it was refused or withdrawn.
    pub reopen: bool,
    pub edit: bool,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    pub state: DraftState,
    /// None where the day came by itself.
    pub who: Option<String>,
    pub at: Timestamp,
    pub words: String,
}

/// A draft's own page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftPage {
    pub row: DraftRow,
    pub version: i64,
    pub basis: String,
    /// From which day on its borders have held.
    pub since: Option<Date>,
    /// The day that it names has passed: once approved it holds from then on.
    pub late: bool,
    pub before: Option<Drawing>,
    pub after: Option<Drawing>,
    pub differences: Vec<Difference>,
    pub steps: Vec<StepRow>,
    pub doings: Doings,
    /// Parts that somebody else has changed since.
    pub conflict: Vec<String>,
    /// Parts with micro-grids, which are cut to the new border.
    pub parts_follow: Vec<String>,
    pub synthetic: bool,
}

/// One of the lists of drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Those that wait for the viewer to decide.
    Waiting,
    Mine,
    Others,
}

impl Shelf {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Mine, Self::Others];

    /// As an address names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Mine => "mine",
            Self::Others => "others",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "等您审批",
            Self::Mine => "您起草的",
            Self::Others => "别人起草的",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shelf| shelf.code() == code)
    }
}

/// The lists of drafts, a page of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftList {
    pub waiting: Page<DraftRow>,
    pub mine: Page<DraftRow>,
    pub others: Page<DraftRow>,
}

/// One state of a border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BorderState {
    pub from: Date,
    pub to: Option<Date>,
    pub square_metres: i64,
    /// The map file's name, or the draft's reason.
    pub source: String,
    pub draft: Option<DraftId>,
    pub who: Option<String>,
    pub drawing: Option<Drawing>,
}

/// The states of a border, a page of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BorderHistory {
    pub code: String,
    pub name: String,
    pub above: Option<orgs::model::Crumb>,
    /// When it ended, if it has.
    pub ended: Option<Date>,
    pub states: Vec<BorderState>,
    /// Where the older ones begin; `None` if these are the oldest.
    pub next: Option<String>,
}
