//! What the pages show.

use serde::{Deserialize, Serialize};
use shared::{Date, RecordId, Timestamp};

use super::{
    Area, Entry, Every, InspectionId, ItemForm, ItemId, LifeEvent, NarrowingForm, PlanId, TimeLimit,
};

/// A place, as a page leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub code: String,
    pub name: String,
}

/// The list of a place, as a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// `None`: nobody said where, and it does not go without saying.
    pub here: Option<Place>,
    /// Whose list it is, and since when; `None` if there is none.
    pub version: Option<VersionRow>,
    pub today: Date,
    /// The day it is shown of.
    pub on: Date,
    pub rows: Vec<MenuRow>,
    /// The life events that have items here, with how many.
    pub events: Vec<(LifeEvent, usize)>,
    /// How many items there are here in all.
    pub total: usize,
    /// Whether items that are staff's own work are among them.
    pub whole: bool,
    /// Where there are lists, if no place was named.
    pub owners: Vec<OwnerRow>,
    /// Where the viewer lives or works, the closest first.
    pub own: Vec<Place>,
    /// Nobody said where: it is the only place with a list, and towns below it may have narrowed it.
    pub guessed: bool,
    /// What a search for a place may mean.
    pub found: Vec<FoundPlace>,
}

/// A place that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPlace {
    pub place: Place,
    /// In which places it lies, in words.
    pub above: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuRow {
    pub id: ItemId,
    pub name: String,
    pub area: Area,
    pub limit: TimeLimit,
    pub lead: String,
    pub public: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRow {
    pub place: Place,
    pub items: i64,
}

/// A published version, or a draft without a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    pub owner: Place,
    pub number: i64,
    pub valid_from: Option<Date>,
    pub note: String,
    pub items: usize,
}

/// An item at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPage {
    pub here: Place,
    pub version: VersionRow,
    pub on: Date,
    pub entry: Entry,
    /// Whether the viewer works here: staff see what residents do not.
    pub staff: bool,
    /// Whether the viewer may see the team of this place, with its numbers.
    pub team: bool,
}

/// What a version changed about one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    Added(String),
    Removed(String),
    /// The item and the fields that changed.
    Changed(String, Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    pub here: Place,
    pub today: Date,
    /// The newest first, each with what it changed.
    pub versions: Vec<(VersionRow, Vec<Difference>)>,
}

/// What an editor sees of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagePage {
    pub here: Place,
    pub today: Date,
    /// The version in force, of this place or of one above it.
    pub version: Option<VersionRow>,
    /// Whether this place may have a list of its own: no other place above or below it has one.
    pub may_own: bool,
    pub owns: bool,
    /// Versions that are published and not yet in force.
    pub coming: Vec<VersionRow>,
    pub draft: Option<(VersionRow, Vec<DraftRow>)>,
    /// What the draft would change.
    pub differences: Vec<Difference>,
    /// The list as it comes from above, where this place narrows it.
    pub narrowed: Vec<NarrowedRow>,
    /// Public items that nobody asked for during the last quarter.
    pub unneeded: Vec<(ItemId, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    pub id: ItemId,
    pub name: String,
    pub area: Area,
    pub limit: TimeLimit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowedRow {
    pub id: ItemId,
    pub name: String,
    pub limit: TimeLimit,
    pub promised: TimeLimit,
    pub hidden: bool,
    /// Whether this place said something about it.
    pub own: bool,
}

/// An item of a draft, to be edited; a new one without an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditPage {
    pub here: Place,
    pub id: Option<ItemId>,
    pub revision: i64,
    pub form: ItemForm,
}

/// What a place says about an item that comes from above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowingPage {
    pub here: Place,
    pub today: Date,
    /// As it comes from above.
    pub above: Entry,
    pub form: NarrowingForm,
    /// Since when it says so, if it does.
    pub since: Option<Date>,
    /// From when it says something else.
    pub coming: Option<Date>,
}

/// What is to be walked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionsPage {
    pub now: Timestamp,
    pub open: Vec<InspectionRow>,
    pub done: Vec<InspectionRow>,
    /// Whether there are more that are open than are shown.
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionRow {
    pub id: InspectionId,
    pub name: String,
    /// What to look at, a line each.
    pub how: String,
    pub grid: String,
    pub every: Every,
    /// The last day of the round.
    pub until: Date,
    pub done_at: Option<Timestamp>,
    pub found: bool,
    pub words: Option<String>,
}

/// Photos that a round has at most.
pub const MOST_PHOTOS: usize = 3;

/// A photo of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundPhoto {
    pub id: RecordId,
    pub width: i64,
    pub height: i64,
}

/// A round that was walked, by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundPage {
    pub row: InspectionRow,
    pub photos: Vec<RoundPhoto>,
    /// Whether somebody is still to see to what was found.
    pub open: bool,
}

/// The inspections that are arranged at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansPage {
    pub here: Place,
    pub today: Date,
    pub plans: Vec<PlanRow>,
    /// Items of the list that can be arranged: those with a period that nobody arranged here.
    pub choices: Vec<(ItemId, String, Every)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    pub id: PlanId,
    pub name: String,
    pub every: Every,
    pub since: Date,
    pub until: Option<Date>,
    /// Rounds of the last quarter: walked, still open, missed, and with something found.
    pub walked: i64,
    pub open: i64,
    pub missed: i64,
    pub found: i64,
    pub proposal: Option<Proposal>,
    /// Until when it goes on although nobody needed it, and why.
    pub kept: Option<(Date, String)>,
}

/// A list that nobody needed for a quarter, proposed for abolition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Since when nobody did.
    pub since: Date,
}
