//! What pages show.

use grid::model::Place;
use serde::{Deserialize, Serialize};
use shared::{Page, RecordId, Role, Timestamp, UserId};

use super::{
    Action, By, Category, Door, Facts, JointRef, Kind, Need, Origin, PartState, Rating, RoutingId, SavedView,
    Seen, Standard, State, Tracking, Urgency,
};

/// A unit by its code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// What a report begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormPage {
    /// Those that are offered, in their order.
    pub categories: Vec<Category>,
    /// The codes of those that the reporter chose last.
    pub recent: Vec<String>,
    /// Where they live or work, also while a registration waits.
    pub home: Option<Unit>,
    /// The number at which they are called, masked.
    pub phone: Option<String>,
    /// A key for the form: sent twice, it is one report.
    pub key: String,
    /// For whom it is written; nobody without an account.
    pub whose: Option<UserId>,
}

/// A tracking code, as it is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub code: String,
    /// Of its matter.
    pub number: String,
    /// Whether the number that the reporter proved opens it as well.
    pub by_number: bool,
}

/// What a visitor without an account has in hand, and can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackPage {
    pub now: Timestamp,
    /// The code that was just given, until the reporter has noted it.
    pub fresh: Option<Given>,
    /// The number that they proved, masked.
    pub phone: Option<String>,
    /// The newest first.
    pub rows: Vec<MatterRow>,
}

/// What a report comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// For the address of its page.
    pub code: String,
    pub number: String,
    /// The only key of a reporter without an account; shown once, kept nowhere.
    pub tracking: Option<Tracking>,
}

/// Who has a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub unit: Unit,
    pub role: Role,
    /// Staff by name, anybody else masked; nobody while nobody holds the role.
    pub people: Vec<String>,
}

/// When it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub at: Timestamp,
    /// Reckoned by a calendar that is not loaded yet: shown with 待核.
    pub provisional: bool,
}

/// A row of a list of matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterRow {
    pub code: String,
    pub number: String,
    /// The category and the place; no words of the reporter.
    pub title: String,
    pub kind: Kind,
    pub urgency: Urgency,
    pub state: State,
    /// It belongs to the petition office (信访): that is told instead of the state.
    pub petition: bool,
    pub place: Unit,
    pub unit: Unit,
    pub role: Role,
    pub at: Timestamp,
    /// While the time to the answer runs.
    pub due: Option<Due>,
    /// Since when it waits for its reporter, and whether the level above presses for it; for those who see the whole.
    pub paused: Option<Timestamp>,
    pub urged: bool,
    /// The beginning of the reporter's words, for those who may read them.
    pub excerpt: String,
}

/// A row of the card of one's own matters: as much as is not sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningRow {
    pub code: String,
    pub title: String,
    pub kind: Kind,
    pub state: State,
    pub at: Timestamp,
    /// While the time to the answer runs.
    pub due: Option<Due>,
}

/// The newest of one's own matters that have not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningPage {
    pub now: Timestamp,
    pub rows: Vec<RunningRow>,
}

/// The matters that somebody reported or follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinePage {
    pub now: Timestamp,
    pub own: Page<MatterRow>,
    /// The newest of them.
    pub followed: Vec<MatterRow>,
    /// Those that lie with the viewer by name or post: also for partners, who see no others.
    pub held: Vec<MatterRow>,
    /// Those of which the viewer has a part that is still to be done.
    pub partaken: Vec<MatterRow>,
}

/// What a work list is asked for; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A unit's code: at and below it.
    pub node: String,
    /// The code of a [`State`], or `open`, which goes without saying, `ended`, or `all`.
    pub state: String,
    pub kind: String,
    pub category: String,
    /// Only what is past its time.
    pub late: bool,
    pub urgency: String,
    /// The code of a role that has it, or [`Filter::MINE`].
    pub holder: String,
    /// Reported on these days and between them.
    pub since: String,
    pub until: String,
    /// Only what others have a part of that is still to be done (协办).
    pub joint: bool,
    /// Only what the level above presses for (督办).
    pub urged: bool,
    /// Words: of the number, the title and what is published.
    pub q: String,
    pub after: String,
}

/// The work list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPage {
    pub now: Timestamp,
    pub here: Option<Unit>,
    /// The newest first.
    pub rows: Page<MatterRow>,
    /// Codes and labels, for the filter.
    pub categories: Vec<(String, String)>,
    /// Units to choose, for the filter: the viewer's own, that which is shown, and those directly below it.
    pub units: Vec<Unit>,
    /// The viewer's own filters.
    pub views: Vec<SavedView>,
    /// For those who dispatch: where many may be given at once.
    pub targets: Vec<Target>,
}

/// A matter that is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicRow {
    pub code: String,
    pub number: String,
    pub title: String,
    pub kind: Kind,
    pub state: State,
    /// As in [`MatterRow`].
    pub petition: bool,
    pub place: Unit,
    pub at: Timestamp,
    pub published: Timestamp,
    /// As it was made fit to be published.
    pub text: String,
    /// How many met with the same.
    pub followers: i64,
}

/// What is published; see [`super::PublicFilter`] for what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPage {
    pub here: Option<Unit>,
    pub rows: Page<PublicRow>,
    pub categories: Vec<(String, String)>,
}

/// A photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Had from `/reports/photo/ID`.
    pub id: RecordId,
    pub width: i64,
    pub height: i64,
}

/// A step of a matter, for those who see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    pub action: Action,
    /// How it stood afterwards.
    pub state: State,
    pub at: Timestamp,
    pub by: By,
    /// Staff by name, for those who handle the matter and the reporter; of what was done for the reporter, who did it.
    pub who: Option<String>,
    /// Where it went.
    pub unit: Option<String>,
    pub role: Option<Role>,
    pub words: Option<String>,
    pub days: Option<i64>,
    pub door: Option<Door>,
    pub rating: Option<Rating>,
    /// What its urgency became with this step, where that was changed.
    pub urgency: Option<Urgency>,
    /// What it became with this step, where it was reported as another thing.
    pub class: Option<String>,
    pub seen: Seen,
    pub photos: Vec<Photo>,
    /// Spoken words, for those who may hear them: had from `/reports/voice/ID`.
    pub voice: Option<RecordId>,
    /// Who stepped aside with it.
    pub aside: Option<String>,
}

/// A part that another unit has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRow {
    pub number: i64,
    pub unit: Unit,
    pub role: Role,
    pub state: PartState,
    /// What it was asked for.
    pub asked: Option<String>,
    /// Why it was not taken back, for those who handle it.
    pub kept: Option<String>,
    pub due: Option<Due>,
    /// What the viewer may do with it now.
    pub offers: Vec<Action>,
}

/// Who reported, for staff who handle the matter: never for partners, and never for those complained about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whose {
    /// 张*; without an account, what stands behind it instead.
    pub name: String,
    /// 138****1234
    pub phone: Option<String>,
    pub door: Option<String>,
}

/// What may be done now, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub action: Action,
    pub needs: Vec<Need>,
}

/// Where a matter may be given, as `CODE:ROLE` and in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub value: String,
    pub label: String,
}

/// The matter that another went into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedRef {
    pub number: String,
    /// For the address of its page, if the viewer may open it.
    pub code: Option<String>,
}

/// A matter's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterPage {
    pub now: Timestamp,
    pub code: String,
    pub number: String,
    pub title: String,
    pub kind: Kind,
    pub category: String,
    /// For those who see the whole.
    pub urgency: Option<Urgency>,
    pub state: State,
    /// As in [`MatterRow`].
    pub petition: bool,
    pub at: Timestamp,
    pub place: Unit,
    /// The pin and the words for it, for those who see the reporter's words.
    pub pin: Option<Place>,
    pub address: String,
    /// The reporter's own; the published text for everybody else.
    pub words: String,
    /// What came in the place of words, in words: for those who see the whole, also where they may not hear it.
    #[serde(default)]
    pub instead: Option<String>,
    /// Questions and answers, as shown.
    pub answers: Vec<(String, String)>,
    pub photos: Vec<Photo>,
    /// What everybody sees while it is published: had from `/reports/shown/ID`.
    pub shown: Vec<Photo>,
    /// Spoken words, for those who may hear them.
    pub voice: Option<RecordId>,
    pub reporter: Option<Whose>,
    /// Who wrote it down for them; for the reporter and for those who see who that is.
    pub entered_by: Option<String>,
    /// The platform and the number of the order that it came as; for those who see whose it is.
    pub order: Option<String>,
    /// What stands behind it.
    pub origin: Origin,
    pub held: Held,
    /// To the first answer, while that is open.
    pub first: Option<Due>,
    pub due: Option<Due>,
    /// For those who see the whole.
    pub rating: Option<Rating>,
    /// In their order, those that the viewer sees.
    pub steps: Vec<StepRow>,
    /// Since when it waits for its reporter; for those who see the whole.
    pub paused: Option<Timestamp>,
    /// When the level above pressed for it, until it is answered; likewise.
    pub urged: Option<Timestamp>,
    /// What it may be called instead, by code and label, and what it is called now; for who may say so.
    pub classes: Vec<Target>,
    pub class: String,
    /// Working days that are asked for and not yet decided.
    pub time_asked: Option<i64>,
    /// What the published text says, if it is published.
    pub published: Option<String>,
    pub followers: i64,
    /// The matter that it went into.
    pub merged: Option<MergedRef>,
    /// For whom the viewer acts: themselves, or a resident.
    pub whose: Option<UserId>,
    /// Whether it went to mediation; of that, this is all that is told here.
    pub mediated: bool,
    /// Whether the viewer reported it, follows it, handles it.
    pub own: bool,
    pub follows: bool,
    pub staff: bool,
    pub offers: Vec<Offer>,
    /// For those who may pass it on.
    pub targets: Vec<Target>,
    /// For who may answer it now: answers that are given again and again.
    pub standards: Vec<Standard>,
    /// Parts of other units, in their order; for those who see the whole.
    pub parts: Vec<PartRow>,
    /// Meetings that were about it, those that the viewer may open.
    pub joints: Vec<JointRef>,
    /// Who might have to step aside, for those who may set that: an account's id, and a name.
    pub asides: Vec<Target>,
}

/// A rule of routing, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingRow {
    pub id: RoutingId,
    pub unit: Unit,
    pub position: i64,
    pub facts: Facts,
    /// What the person is called whom it names.
    pub person: Option<String>,
    /// How many matters of the last month it would have matched first.
    pub matched: i64,
}

/// The rules that hold at a unit: its own, and those from above, in the order in which they are tried for its places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingPage {
    pub here: Unit,
    pub rows: Vec<RoutingRow>,
    /// Matters of the last month that were looked at, and those that no rule matched.
    pub tried: i64,
    pub unmatched: i64,
    /// Whether there were more, of which the newest were looked at.
    pub cut: bool,
    pub categories: Vec<(String, String)>,
}

/// What waits for those who handle matters; of each up to [`Waiting::MOST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Lies with the viewer by one of their posts, and is not answered.
    pub held: i64,
    /// Parts that lie with them likewise.
    pub parts: i64,
    /// In the viewer's units: not taken yet, past its time, answered and not asked about.
    pub reported: i64,
    pub late: i64,
    pub answered: i64,
}

impl Waiting {
    /// So many stand for more.
    pub const MOST: i64 = 100;
}

/// Whose matter it is, in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmasked {
    pub name: String,
    pub phone: Option<String>,
}

/// A category, as those who keep them see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryRow {
    pub category: Category,
    /// Whether the deployment has said something of it; otherwise it is as it was built in.
    pub own: bool,
    /// Its place in the list of the deployment's own.
    pub position: i64,
    /// Matters of it in the last thirty days.
    pub matters: i64,
}

/// All categories, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoriesPage {
    pub rows: Vec<CategoryRow>,
}
