//! What the pages show. Names and numbers in it are masked unless it says otherwise.

use accounts::model::Basis;
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{Date, NodeId, Page, RecordId, Timestamp};

use super::{
    BuildingId, Care, Consent, CorrectionId, DataKind, Entry, EstateId, Hidden, HouseholdId, PersonId,
    Relation, ResidenceKind, RollCounts, RoomId, Sex, Standing, Stated,
};

/// A place that a list can be narrowed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct PlaceChoice {
    pub code: Code,
    pub name: String,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub phone: Option<String>,
    pub sex: Option<Sex>,
    pub age: Option<i64>,
    pub kind: Option<ResidenceKind>,
    pub household: Option<HouseholdId>,
    /// Empty for who lives elsewhere and owns a room here.
    pub address: String,
    pub grid: String,
    pub confirmed: bool,
}

/// A room or building that an address led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceHit {
    pub building: BuildingId,
    pub household: Option<HouseholdId>,
    pub words: String,
    /// How many live there.
    pub persons: i64,
}

/// What the page of people shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    pub rows: Page<PersonRow>,
    pub places: Vec<PlaceHit>,
    /// The place that the list is of.
    pub here: Option<PlaceChoice>,
    pub choices: Vec<PlaceChoice>,
}

/// Somebody who belongs to a household, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: PersonId,
    pub version: i64,
    pub name: String,
    pub phone: Option<String>,
    pub has_identity: bool,
    pub sex: Option<Sex>,
    pub age: Option<i64>,
    pub kind: ResidenceKind,
    pub relation: Option<Relation>,
    pub representative: bool,
    pub owner: bool,
    pub deputy: bool,
    pub has_account: bool,
    pub confirmed_at: Option<Timestamp>,
    /// Who confirmed in the resident's name.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// Whether care was asked for. Which, says [`PersonDetails`], after a reason.
    pub has_care: bool,
    /// Only by consent, or for those who hold a post.
    pub party: Option<Membership>,
    pub since: Date,
    /// Whether another member may be a second record of the same person.
    pub twin: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub branch: String,
    pub standing: Standing,
}

/// What a resident wrote, or an import asks, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub id: CorrectionId,
    /// Else an import asks, and nobody is told.
    pub by_resident: bool,
    pub words: String,
    pub at: Timestamp,
    pub handled_at: Option<Timestamp>,
    /// What whoever handled it said to that.
    pub answer: Option<String>,
    /// Who wrote it in the resident's name.
    #[serde(default)]
    pub acted: Option<String>,
}

/// One in the list of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRow {
    pub correction: Correction,
    /// The resident.
    pub writer: Option<String>,
    /// Who handled it.
    pub handler: Option<String>,
    pub household: HouseholdId,
    pub address: String,
    pub grid: String,
}

/// What the page of what residents wrote shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionsPage {
    pub rows: Page<CorrectionRow>,
    /// Whether it lists those that were handled.
    pub handled: bool,
    pub here: Option<PlaceChoice>,
    pub choices: Vec<PlaceChoice>,
    pub may_edit: bool,
}

/// A household's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdPage {
    pub id: HouseholdId,
    pub version: i64,
    pub address: String,
    pub building: BuildingId,
    pub room: RoomId,
    pub node: PlaceChoice,
    /// For what happens here; see [`ui::live`].
    pub path: String,
    pub group: Option<String>,
    pub groups: Vec<(RecordId, String)>,
    pub area: Option<i64>,
    pub since: Date,
    pub ended: Option<Date>,
    pub confirmed_at: Option<Timestamp>,
    pub members: Vec<Member>,
    pub owners: Vec<Owner>,
    /// How many belonged to it before.
    pub former: i64,
    pub corrections: Vec<Correction>,
    /// Whom members named, who wait to be noted.
    pub entries: Vec<Entry>,
    /// What members said of themselves that nobody has checked.
    pub stated: Vec<Stated>,
    pub may_edit: bool,
    pub may_unmask: bool,
    /// Whether the viewer notes deputies and party members.
    pub may_keep: bool,
    /// Whether the viewer sees all memberships: only then one can be noted without knowing of another.
    pub sees_members: bool,
    pub branches: Vec<(RecordId, String)>,
}

/// Who owns the room and does not live in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub id: PersonId,
    pub name: String,
    pub phone: Option<String>,
}

/// A person in full, after a reason was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetails {
    pub name: String,
    pub phone: Option<String>,
    pub identity: Option<String>,
    /// What care was asked for.
    pub care: Vec<Care>,
}

/// An estate in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstateRow {
    pub id: EstateId,
    pub name: String,
    pub service_area: Option<i64>,
    pub version: i64,
    /// Whether the viewer may correct it: it is the community's, and a grid worker has some of its buildings only.
    pub may_edit: bool,
    /// Whether it has more buildings than the list shows of it.
    pub more: bool,
}

/// A building in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct BuildingRow {
    pub id: BuildingId,
    pub estate_id: EstateId,
    pub number: String,
    pub grid: String,
    pub rooms: i64,
    pub households: i64,
    pub placed: bool,
    /// Its grid is no more: it has to be given to another.
    pub orphaned: bool,
}

/// A room in the chart of a building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct RoomCell {
    pub id: RoomId,
    pub version: i64,
    pub unit: String,
    pub door: String,
    pub floor: Option<i64>,
    pub area: Option<i64>,
    pub household: Option<HouseholdId>,
    pub persons: i64,
    /// How many live here and are registered elsewhere.
    pub lodgers: i64,
}

/// A building's chart (楼栋图).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    pub id: BuildingId,
    pub version: i64,
    pub name: String,
    pub number: String,
    pub grid: PlaceChoice,
    pub path: String,
    pub lon: Option<i64>,
    pub lat: Option<i64>,
    /// Whether its outline was drawn: then its place follows from that.
    pub outlined: bool,
    pub orphaned: bool,
    /// Since when it is no more.
    pub ended: Option<Date>,
    pub may_edit: bool,
    pub rooms: Vec<RoomCell>,
}

/// What the page of buildings shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildingsPage {
    pub here: PlaceChoice,
    pub choices: Vec<PlaceChoice>,
    /// The grids that a building can be given to.
    pub grids: Vec<PlaceChoice>,
    /// A part of them, or the one that was asked for.
    pub estates: Vec<EstateRow>,
    /// Theirs, of each as many as a list has room for.
    pub buildings: Vec<BuildingRow>,
    /// The estate whose buildings alone are listed.
    pub estate: Option<EstateId>,
    /// Where the list goes on.
    pub next: Option<String>,
    pub chart: Option<Chart>,
    /// Of the room of it that was asked for, where nobody lives in that.
    pub owners: Vec<Owner>,
    pub may_edit: bool,
}

/// Which part of the roll.
pub mod part {
    shared::coded! {
        /// A part of the roll.
        Part {
            Counts = "counts", "人数";
            Adults = "adults", "18 岁以上居民";
            Representatives = "representatives", "户代表";
            Groups = "groups", "居民小组";
            Deputies = "deputies", "居民代表";
            Party = "party", "党员";
        }
    }
}
pub use part::Part;

/// Somebody in the roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollRow {
    pub person: PersonId,
    pub name: String,
    pub household: Option<HouseholdId>,
    pub address: String,
    /// What else is told of them: how they live here, their group, their branch.
    pub detail: String,
}

/// A residents' group, or a branch, with how many belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollGroup {
    pub id: RecordId,
    pub name: String,
    pub households: i64,
    pub persons: i64,
    pub deputies: i64,
}

/// Who owns how much of an estate, for what owners decide together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct EstateOwners {
    pub id: EstateId,
    pub name: String,
    /// Persons who own a room; who owns two is one.
    pub owners: i64,
    pub rooms: i64,
    /// Rooms of which an owner is known.
    pub owned: i64,
    /// Their area, in hundredths of a square metre.
    pub area: i64,
}

/// What the page of the roll shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollPage {
    pub here: PlaceChoice,
    pub choices: Vec<PlaceChoice>,
    pub village: bool,
    /// Whether it is of a community, which meets and elects; what is below it does not.
    pub whole: bool,
    pub on: Date,
    pub part: Part,
    pub counts: RollCounts,
    pub rows: Page<RollRow>,
    pub groups: Vec<RollGroup>,
    /// Branches, with how many members each has; for those who hold a post.
    pub branches: Vec<RollGroup>,
    /// Of a community, beside its counts.
    pub owners: Vec<EstateOwners>,
    /// Households in a grid that is no more and were given to none.
    pub orphaned: i64,
    pub term: Option<String>,
    pub may_keep: bool,
    /// Whether all party members are shown, or only those who agreed to it.
    pub all_members: bool,
}

/// Figures of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresPage {
    pub here: PlaceChoice,
    pub above: Vec<PlaceChoice>,
    pub below: Vec<PlaceChoice>,
    pub figures: Hidden,
    /// Whether the whole is shown, to those who work here.
    pub whole: bool,
    /// Of a grid.
    #[serde(default)]
    pub service: Option<CommunityService>,
}

/// The 服务用房 of a community, on the page of one of its grids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityService {
    pub community: PlaceChoice,
    /// In hundredths of a square metre.
    pub area: Option<i64>,
    /// The same a hundred households.
    pub per_hundred: Option<i64>,
}

/// One kind of data held about oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldKind {
    pub kind: DataKind,
    pub basis: Basis,
    /// Whether any is held.
    pub held: bool,
    pub consent: Option<Consent>,
}

/// Who looked at one's data in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLook {
    pub at: Timestamp,
    pub who: String,
    pub why: String,
}

/// Oneself and one's household; one's own data in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyHousehold {
    pub person: PersonId,
    pub version: i64,
    pub name: String,
    pub phone: Option<String>,
    pub sex: Option<Sex>,
    pub born: Option<i64>,
    pub identity: Option<String>,
    pub care: Vec<Care>,
    pub kind: ResidenceKind,
    pub confirmed_at: Option<Timestamp>,
    /// Who confirmed in the resident's name.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    pub address: String,
    pub grid: String,
    pub area: Option<i64>,
    pub owner: bool,
    pub party: Option<Membership>,
    pub members: Vec<MyRelative>,
    pub held: Vec<HeldKind>,
    pub looks: Vec<PersonLook>,
    /// What one wrote: what waits, and what was handled lately.
    pub written: Vec<Correction>,
    /// Whether it is still to be said when one was born, and how one lives here.
    pub asks: bool,
    /// Those whom one named of the household: who wait, and who were refused lately.
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyRelative {
    pub name: String,
    pub relation: Option<Relation>,
    pub kind: ResidenceKind,
    pub representative: bool,
    pub me: bool,
}

/// A place by its id, as far as the pillar needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    pub id: NodeId,
    pub code: Code,
    pub name: String,
    pub path: String,
}
