//! Surveys and proposals as they are stored.

use db::{Cx, DbError, Tx, crypt::Field, execute, on};
use shared::{AppError, Date, RecordId};

use crate::model::{Kind, Per, Phase, ProposalId, Question, State, SurveyId, SurveyRow, Verdict};

/// A survey with its place.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    pub id: SurveyId,
    pub code: String,
    pub kind: Kind,
    pub node_name: String,
    pub path: String,
    pub title: String,
    pub words: String,
    pub per: Per,
    pub questions: String,
    pub state: State,
    pub from_on: Date,
    pub to_on: Date,
    pub outcome: Option<String>,
    pub answered: i64,
}

impl Stored {
    pub fn phase(&self, today: Date) -> Phase {
        Phase::on(self.state, self.from_on, self.to_on, today)
    }

    /// The address of its page.
    pub fn href(&self) -> String {
        format!("/surveys/{}", self.code)
    }

    /// # Errors
    /// What is stored is no list of questions.
    pub fn asked(&self) -> Result<Vec<Question>, AppError> {
        serde_json::from_str(&self.questions).map_err(|error| db::internal(&error))
    }
}

/// A survey as lists have it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    pub id: SurveyId,
    pub code: String,
    pub kind: Kind,
    pub title: String,
    pub place: String,
    pub state: State,
    pub from_on: Date,
    pub to_on: Date,
}

impl Listed {
    pub fn row(self, today: Date) -> SurveyRow {
        SurveyRow {
            phase: Phase::on(self.state, self.from_on, self.to_on, today),
            code: self.code,
            kind: self.kind,
            title: self.title,
            place: self.place,
            to: self.to_on,
        }
    }
}

/// A proposal with its survey's id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Proposal {
    pub id: ProposalId,
    pub survey_id: SurveyId,
    pub published: Option<String>,
    pub into_id: Option<ProposalId>,
    pub verdict: Option<Verdict>,
}

const BY_CODE: &str = "select s.id, s.code, s.kind, n.name as node_name, n.path, s.title, s.words, s.per, \
    s.questions, s.state, s.from_on, s.to_on, s.outcome, s.answered from survey s join node n on n.id = s.node_id where s.code = $1";
const BY_ID: &str = "select s.id, s.code, s.kind, n.name as node_name, n.path, s.title, s.words, s.per, \
    s.questions, s.state, s.from_on, s.to_on, s.outcome, s.answered from survey s join node n on n.id = s.node_id where s.id = $1";
const PROPOSAL: &str = "select id, survey_id, published, into_id, verdict from survey_proposal where id = $1";
const NUMBERED: &str = "select id, survey_id, published, into_id, verdict from survey_proposal \
    where survey_id = $1 and number = $2";
// Changes nothing, but holds the survey until this transaction ends: of two who act in the same second, one sees what the other did.
const HOLD: &str = "update survey set answered = answered where id = $1";
const UNDECIDED: &str =
    "select count(*) from survey_proposal where survey_id = $1 and verdict is null and into_id is null";

/// # Errors
/// [`DbError::Sql`].
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Stored>, DbError> {
    on!(tx, |c| sqlx::query_as(BY_CODE).bind(code).fetch_optional(c).await)
}

/// The survey, held until the transaction ends.
///
/// # Errors
/// [`AppError::NotFound`] if there is none.
pub async fn hold(tx: &mut Tx, id: SurveyId) -> Result<Stored, AppError> {
    execute!(tx, HOLD, id)?;
    let found: Option<Stored> = on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c).await)?;
    found.ok_or(AppError::NotFound)
}

/// As [`hold`], by its code.
///
/// # Errors
/// [`AppError::NotFound`] if there is none.
pub async fn hold_code(tx: &mut Tx, code: &str) -> Result<Stored, AppError> {
    let found = by_code(tx, code).await?.ok_or(AppError::NotFound)?;
    hold(tx, found.id).await
}

/// # Errors
/// [`AppError::NotFound`] if there is none.
pub async fn proposal(tx: &mut Tx, id: ProposalId) -> Result<Proposal, AppError> {
    let found: Option<Proposal> = on!(tx, |c| sqlx::query_as(PROPOSAL).bind(id).fetch_optional(c).await)?;
    found.ok_or(AppError::NotFound)
}

/// # Errors
/// [`DbError::Sql`].
pub async fn numbered(tx: &mut Tx, survey: SurveyId, number: i64) -> Result<Option<Proposal>, DbError> {
    on!(tx, |c| sqlx::query_as(NUMBERED)
        .bind(survey)
        .bind(number)
        .fetch_optional(c)
        .await)
}

/// How many proposals have no answer.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn undecided(tx: &mut Tx, survey: SurveyId) -> Result<i64, DbError> {
    on!(tx, |c| sqlx::query_scalar(UNDECIDED)
        .bind(survey)
        .fetch_one(c)
        .await)
}

/// # Errors
/// It was sealed under another key, or for another record.
pub fn opened(cx: &Cx, id: RecordId, sealed: &str) -> Result<String, AppError> {
    Ok(cx.keys().open_for(Field::Note, id, sealed)?)
}

/// An id that tells neither when nor by whom it was made, as those of records do.
pub fn unordered() -> RecordId {
    let text = format!("{}{}", db::access::random_trace(), db::access::random_trace());
    let mut bytes = [0_u8; 16];
    for (byte, letter) in bytes.iter_mut().zip(text.bytes()) {
        *byte = letter;
    }
    RecordId(uuid::Uuid::from_bytes(bytes))
}
