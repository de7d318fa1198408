//! Surveys, their questions and proposals: pure, the same in the browser and on the server.

mod form;
mod kind;
mod question;
mod view;

pub use form::{LINE, New, NewForm, QUESTIONS, REASONS, WORDS, words};
pub use kind::{Act, Ask, Kind, Per, Phase, State, Verdict};
pub use question::{CHOICES, FEW, Given, Question, read, shown};
pub use view::{DeskPage, ListPage, ProposalRow, SurveyPage, SurveyRow, Told, Unit, Waiting};

shared::id! {
    /// A survey.
    SurveyId,
    /// What somebody proposed in one.
    ProposalId,
}
