//! What pages show of meetings about what comes again.

use serde::{Deserialize, Serialize};
use shared::{Date, Page, Role};

use super::{Party, PromiseState, State, Target, Unit};

/// A meeting in the list of those who work there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointRow {
    pub code: String,
    pub title: String,
    pub on: Date,
    pub unit: Unit,
    /// How many matters it is about.
    pub matters: i64,
    /// Promises that are not kept yet, and how many of them are past their day.
    pub open: i64,
    pub late: i64,
    pub public: bool,
}

/// Matters that come again at one place, and that no meeting was about yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    pub place: Unit,
    /// A category's code, and what it is called.
    pub category: String,
    pub label: String,
    /// In a year.
    pub count: i64,
}

/// Meetings, the newest first, and what would be worth one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointsPage {
    pub rows: Page<JointRow>,
    pub recurring: Vec<Recurring>,
}

/// What the form of a meeting begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointFormPage {
    pub unit: Unit,
    /// Today: no meeting is noted before it was held.
    pub today: Date,
    pub title: String,
    /// Numbers of matters.
    pub matters: Vec<String>,
    /// Posts that may have a promise.
    pub targets: Vec<Target>,
}

/// A matter that a meeting is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointMatter {
    pub code: String,
    pub number: String,
    pub title: String,
    pub state: State,
    /// It belongs to the petition office (信访): that is told instead of the state.
    pub petition: bool,
}

/// A promise, for those who took part or work there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseRow {
    pub number: i64,
    pub party: Party,
    pub who: String,
    pub what: String,
    pub unit: Option<Unit>,
    pub role: Option<Role>,
    pub due: Date,
    pub late: bool,
    pub state: PromiseState,
    /// What came of it.
    pub result: String,
    /// Whether the viewer may say what came of it.
    pub ends: bool,
}

/// A meeting, as far as the viewer sees it: the whole for those who work there or promised something, its text for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointPage {
    pub code: String,
    pub title: String,
    pub on: Date,
    pub today: Date,
    pub unit: Unit,
    /// Whether the viewer sees the whole.
    pub whole: bool,
    pub place: String,
    pub present: Vec<(Party, String)>,
    pub words: String,
    /// Those that the viewer may open.
    pub matters: Vec<JointMatter>,
    pub promises: Vec<PromiseRow>,
    pub published: Option<String>,
    /// Whether the viewer keeps it.
    pub keeps: bool,
    /// For who keeps it: posts that may have a promise.
    pub targets: Vec<Target>,
}

/// A meeting, on the page of a matter that it was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointRef {
    pub code: String,
    pub title: String,
    pub on: Date,
}
