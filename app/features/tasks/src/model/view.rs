//! What pages are given to show.

use serde::{Deserialize, Serialize};
use shared::{Date, Page, RecordId, Role, Timestamp};

use super::{DayHours, Happening, Limit, State, Week};

shared::id! {
    /// A task.
    TaskId,
}

/// A row of a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    pub id: TaskId,
    pub label: String,
    pub title: String,
    pub node_name: String,
    pub state: State,
    pub due: Option<Timestamp>,
    pub provisional: bool,
    pub ended: Option<Timestamp>,
}

/// Which tasks a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    /// One's own that run, what is due first first.
    #[default]
    Open,
    /// One's own whose clock stands.
    Paused,
    /// One's own that have ended, the last first.
    Ended,
    /// All that run where one oversees.
    Unit,
}

impl View {
    pub const ALL: [Self; 4] = [Self::Open, Self::Paused, Self::Ended, Self::Unit];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Paused => "paused",
            Self::Ended => "done",
            Self::Unit => "unit",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "要办的",
            Self::Paused => "挂起的",
            Self::Ended => "办完的",
            Self::Unit => "辖区的",
        }
    }

    pub fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|view| view.code() == code)
            .unwrap_or_default()
    }
}

/// A list of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskList {
    pub rows: Page<TaskRow>,
    /// When it was asked for: what is overdue is so as of then.
    pub now: Timestamp,
    /// Whether the reader oversees a unit.
    pub oversees: bool,
}

/// What the home page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    pub now: Timestamp,
    pub overdue: i64,
    /// Due before midnight, and not overdue yet.
    pub today: i64,
    pub open: i64,
    /// The first few.
    pub first: Vec<TaskRow>,
}

/// Facts about something that happened: ids and codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The step that was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<super::Step>,
    /// To whom it was escalated or given, with the code of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<shared::UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<shared::NodeId>,
    /// Nobody holds the role that it was to be escalated to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nobody: bool,
    /// The deadline before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// One line of a task's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRow {
    pub id: RecordId,
    pub at: Timestamp,
    pub what: Happening,
    /// Who did it; nobody for what happened by itself.
    pub by: Option<String>,
    /// What it comes to: `到期前 1 个工作日`, `交给网格长（花园浜第一网格）`.
    pub detail: String,
    pub words: Option<String>,
}

/// What the reader may do with a task on its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    pub finish: bool,
    pub pause: bool,
    pub resume: bool,
    pub cancel: bool,
}

/// A task's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPage {
    pub row: TaskRow,
    pub now: Timestamp,
    pub href: Option<String>,
    pub limit: Limit,
    pub from: Timestamp,
    /// Who has it: `专职网格员（花园浜第一网格）`, the first to do it, the others as it was escalated.
    pub holders: Vec<String>,
    /// What will happen by itself, in its order.
    pub ahead: Vec<(Timestamp, String)>,
    pub history: Vec<EntryRow>,
    pub doings: Doings,
    /// The topic on which its unit's events are told, where the reader may listen.
    pub topic: Option<String>,
}

/// A year of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearRow {
    pub year: i64,
    pub source: String,
    pub loaded: Timestamp,
    /// Days off and weekends worked.
    pub off: usize,
    pub worked: usize,
}

/// The calendar's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPage {
    pub years: Vec<YearRow>,
    /// Open tasks whose deadline waits for a year that is not loaded.
    pub provisional: i64,
    pub this_year: i64,
}

/// How many days a calendar file changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub years: usize,
    pub new: usize,
    pub changed: usize,
    pub gone: usize,
    pub unchanged: usize,
}

impl Counts {
    /// Whether applying it does anything: a year may be loaded that has no day of its own to name.
    pub const fn changes(self) -> usize {
        self.years + self.new + self.changed + self.gone
    }
}

/// A day that a file changes, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayChange {
    pub date: Date,
    pub before: String,
    pub after: String,
}

/// A deadline that would move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub label: String,
    pub node_name: String,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// What is wrong with a line of a calendar file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The line or day; empty for the whole file.
    pub place: String,
    pub reason: String,
}

/// What a calendar file would change, or has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPreview {
    pub id: RecordId,
    pub file_name: String,
    pub source: String,
    pub sent: Timestamp,
    pub applied: Option<(Timestamp, Counts)>,
    pub faults: Vec<Fault>,
    /// The years that it covers.
    pub years: Vec<i64>,
    pub counts: Counts,
    pub changes: Vec<DayChange>,
    /// How many open deadlines were looked at, and how many of them would move, the first of them by name.
    pub looked_at: usize,
    pub moving: usize,
    pub moves: Vec<Move>,
    /// Whether there are more open deadlines than were looked at.
    pub more: bool,
}

/// A day on which a unit has other hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherDay {
    pub date: Date,
    pub hours: DayHours,
    pub reason: String,
    /// The unit that said so; the page's own, or one above it.
    pub node_name: String,
    pub own: bool,
}

/// From when on a week is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekRow {
    pub from: Date,
    /// `None`: again as the unit above has it.
    pub week: Option<Week>,
}

/// The page of a unit's working hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursPage {
    pub code: String,
    pub node_name: String,
    /// In force today, and from which unit they come; `None` for the usual hours.
    pub week: Week,
    pub from_node: Option<String>,
    pub own: Vec<WeekRow>,
    pub days: Vec<OtherDay>,
    pub today: Date,
    pub now: Timestamp,
    pub is_open: bool,
    pub next_opening: Option<Timestamp>,
}
