//! What pages show.

use serde::{Deserialize, Serialize};
use shared::{Date, Page, RecordId, Role, Timestamp, UserId};

use super::{Action, Agreement, By, Door, How, Kept, Kind, Left, Need, Part, PersonId, Seen, Shape, State};

/// A unit by its code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// What an application begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPage {
    /// Communities that are offered, one's own first.
    pub places: Vec<Unit>,
    /// Whether the viewer may write one down for somebody else.
    pub may_enter: bool,
    /// Who applies, if they do so for themselves or for whom they act for.
    pub name: String,
    /// A key for the form: sent twice, it is one application.
    pub key: String,
}

/// What an application comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// For the address of its page; nothing for who wrote it down for somebody and is not named in it.
    pub code: Option<String>,
    pub number: String,
}

/// A row of a list of cases, for who is named in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    pub code: String,
    pub number: String,
    /// Kind and place.
    pub title: String,
    pub state: State,
    pub at: Timestamp,
    /// Until when it is usually done, while that runs.
    pub due: Option<Timestamp>,
}

/// The cases in which somebody is named, and those that wait to be taken at their posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinePage {
    pub now: Timestamp,
    pub own: Page<CaseRow>,
    pub waiting: Vec<CaseRow>,
}

/// How many cases stand so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub state: State,
    pub cases: i64,
}

/// What those are told who oversee: how many there are, and nothing of any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPage {
    pub now: Timestamp,
    pub counts: Vec<Count>,
    /// To be taken at the viewer's posts.
    pub waiting: Vec<CaseRow>,
}

/// What waits for somebody, for the card of the home page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Asked whether they want to.
    pub asked: i64,
    /// Running cases in which they are named.
    pub own: i64,
    /// To be taken at their posts.
    pub desk: i64,
}

/// Somebody who is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub id: PersonId,
    pub part: Part,
    pub name: String,
    /// For mediators and whoever took it.
    pub phone: Option<String>,
    pub address: String,
    /// A mediator said that nothing ties them to a side.
    pub declared: Option<Timestamp>,
    pub left: Option<Left>,
    /// Whether it is the viewer.
    pub me: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub number: i64,
    pub at: Timestamp,
    pub place: String,
    pub there: String,
    pub words: String,
}

/// A clause, and how far it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseRow {
    pub number: i64,
    pub words: String,
    pub how: String,
    pub due: Option<Date>,
    pub kept: Option<Kept>,
    pub asked: Option<Timestamp>,
}

/// A step, for those who see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    pub action: Action,
    /// How it stood afterwards.
    pub state: State,
    pub at: Timestamp,
    pub by: By,
    pub how: Option<How>,
    pub door: Option<Door>,
    pub clause: Option<i64>,
    pub kept: Option<Kept>,
    pub words: Option<String>,
    pub seen: Seen,
}

/// What may be done now, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub action: Action,
    pub needs: Vec<Need>,
}

/// Somebody at or around the community who may be asked to mediate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub user: UserId,
    pub name: String,
    pub role: Role,
}

/// A page of scanned signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Had from `/mediation/scan/ID`.
    pub id: RecordId,
    pub width: i64,
    pub height: i64,
}

/// A case's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePage {
    pub now: Timestamp,
    pub code: String,
    pub number: String,
    pub title: String,
    pub kind: Kind,
    pub state: State,
    pub at: Timestamp,
    pub place: Unit,
    /// What happened: for the other side once both have agreed to it.
    pub words: String,
    pub wish: String,
    pub people: Vec<Party>,
    /// Whether somebody has taken it, and their name.
    pub clerk: Option<String>,
    /// Whether it came of a reported matter.
    pub of_matter: bool,
    pub due: Option<Timestamp>,
    pub sessions: Vec<SessionRow>,
    pub shape: Option<Shape>,
    pub agreement: Option<Agreement>,
    pub clauses: Vec<ClauseRow>,
    pub effective: Option<Date>,
    /// The last day on which both may ask the court.
    pub court_until: Option<Date>,
    pub scans: Vec<Scan>,
    pub steps: Vec<StepRow>,
    /// What the viewer is: whether they mediate or took it, and whether they are a side.
    pub staff: bool,
    pub side: Option<Part>,
    /// They hold the post that takes it, and are told nothing before they do.
    pub desk: bool,
    pub offers: Vec<Offer>,
    /// For who names mediators.
    pub candidates: Vec<Candidate>,
}

/// An agreement as it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementPage {
    pub number: String,
    /// The committee, by its community.
    pub committee: String,
    pub kind: Kind,
    pub shape: Shape,
    pub sides: Vec<Party>,
    pub mediators: Vec<String>,
    pub agreement: Agreement,
    /// When it came into force, if it did.
    pub effective: Option<Date>,
    pub code: String,
}
