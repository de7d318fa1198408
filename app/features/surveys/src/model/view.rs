//! What pages show.

use serde::{Deserialize, Serialize};
use shared::{Date, Page};

use super::{Ask, Kind, Per, Phase, Question, Verdict};

/// A unit whose residents can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// A survey in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyRow {
    pub code: String,
    pub kind: Kind,
    pub title: String,
    pub place: String,
    pub phase: Phase,
    pub to: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    /// In which the viewer may still take part.
    pub yours: Vec<SurveyRow>,
    pub all: Page<SurveyRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPage {
    pub today: Date,
    pub units: Vec<Unit>,
    pub all: Page<SurveyRow>,
}

/// What waits for the viewer: to take part in, and to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub yours: Vec<SurveyRow>,
    pub overdue: Vec<SurveyRow>,
}

/// A proposal, as whoever looks may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalRow {
    pub id: String,
    pub number: i64,
    /// The text that everybody reads; before, as it was written, to its writer and to staff.
    pub text: String,
    pub published: bool,
    pub own: bool,
    pub supports: i64,
    pub supported: bool,
    /// The number of the one that it went with.
    pub into: Option<i64>,
    pub verdict: Option<Verdict>,
    pub reasons: String,
}

/// What is told of the answers to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub title: String,
    pub ask: Ask,
    /// A choice, and how many chose it; nothing where they are too few to be told.
    pub rows: Vec<(String, Option<i64>)>,
    /// Of numbers, with one place.
    pub average: Option<String>,
    /// In words: to staff.
    pub said: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyPage {
    pub code: String,
    pub kind: Kind,
    pub title: String,
    pub words: String,
    pub place: String,
    pub phase: Phase,
    pub per: Per,
    pub from: Date,
    pub to: Date,
    pub signed_in: bool,
    /// Whether the viewer lives there.
    pub eligible: bool,
    /// Whether they, or their household, took part.
    pub taken: bool,
    pub staff: bool,
    pub questions: Vec<Question>,
    pub proposals: Page<ProposalRow>,
    /// Proposals without an answer.
    pub undecided: i64,
    /// Once it has closed.
    pub results: Vec<Told>,
    /// Nothing while it runs, or where they are too few.
    pub answered: Option<i64>,
    pub outcome: String,
}
