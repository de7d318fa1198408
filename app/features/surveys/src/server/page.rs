//! A survey's page.

use db::{Cx, Tx, on};
use shared::{AppError, Page, RecordId, UserId};

use super::{
    store::{self, Stored},
    taking,
};
use crate::model::{
    Ask, FEW, Kind, Phase, ProposalId, ProposalRow, Question, SurveyId, SurveyPage, Told, Verdict, shown,
};

/// Proposals of a page.
const PAGE: usize = 50;
/// Words of answers that are read at once.
const SAID_AT_ONCE: i64 = 500;

// Who supported one that went with it supports it, and counts once.
const PROPOSALS: &str = "select p.id, p.number, p.user_id, p.words, p.published, p.verdict, p.reasons, \
    (select q.number from survey_proposal q where q.id = p.into_id) as into_number, \
    (select count(distinct s.user_id) from survey_support s join survey_proposal q on q.id = s.proposal_id \
     where q.id = p.id or q.into_id = p.id) as supports, \
    (select count(*) from survey_support s where s.proposal_id = p.id and s.user_id = $3) as supported \
    from survey_proposal p where p.survey_id = $1 and p.number > $2 and ($4 or p.published is not null or p.user_id = $3) \
    order by p.number limit $5";
const COUNTS: &str = "select question, choice, many from survey_count where survey_id = $1";
const SAID: &str =
    "select id, question, words from survey_said where survey_id = $1 order by question, id limit $2";

#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    id: ProposalId,
    number: i64,
    user_id: Option<UserId>,
    words: Option<String>,
    published: Option<String>,
    verdict: Option<Verdict>,
    reasons: Option<String>,
    into_number: Option<i64>,
    supports: i64,
    supported: i64,
}

async fn proposals(
    cx: &Cx,
    tx: &mut Tx,
    survey: SurveyId,
    after: i64,
    user: Option<UserId>,
    staff: bool,
) -> Result<Page<ProposalRow>, AppError> {
    let size = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found: Vec<Row> = on!(tx, |c| sqlx::query_as(PROPOSALS)
        .bind(survey)
        .bind(after)
        .bind(user)
        .bind(staff)
        .bind(size)
        .fetch_all(c)
        .await)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|row| row.number.to_string());
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let own = user.is_some() && row.user_id == user;
        let (published, text) = match (row.published, row.words) {
            (Some(text), _) => (true, text),
            (None, Some(sealed)) => (false, store::opened(cx, RecordId(row.id.0), &sealed)?),
            (None, None) => (false, "（提意见的人已经注销）".to_owned()),
        };
        rows.push(ProposalRow {
            id: row.id.to_string(),
            number: row.number,
            text,
            published,
            own,
            supports: row.supports,
            supported: row.supported > 0,
            into: row.into_number,
            verdict: row.verdict,
            reasons: row.reasons.unwrap_or_default(),
        });
    }
    Ok(Page { rows, next })
}

/// One place after the point, rounded.
fn average(sum: i64, many: i64) -> String {
    let tenths = (sum * 10 + many / 2) / many.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

async fn results(
    cx: &Cx,
    tx: &mut Tx,
    survey: &Stored,
    questions: &[Question],
    staff: bool,
) -> Result<Vec<Told>, AppError> {
    let counts: Vec<(i64, i64, i64)> =
        on!(tx, |c| sqlx::query_as(COUNTS).bind(survey.id).fetch_all(c).await)?;
    let enough = survey.answered >= FEW;
    let said: Vec<(RecordId, i64, String)> = if staff && enough {
        on!(tx, |c| sqlx::query_as(SAID)
            .bind(survey.id)
            .bind(SAID_AT_ONCE)
            .fetch_all(c)
            .await)?
    } else {
        Vec::new()
    };
    let mut told = Vec::with_capacity(questions.len());
    for (place, question) in (0_i64..).zip(questions) {
        let many = |choice: i64| {
            let found = counts.iter().find(|(q, c, _)| *q == place && *c == choice);
            found.map_or(0, |(_, _, many)| *many)
        };
        let options = question.options();
        let each: Vec<i64> = (0_i64..).zip(&options).map(|(choice, _)| many(choice)).collect();
        let rows = options
            .into_iter()
            .zip(shown(question.ask, &each, survey.answered))
            .collect();
        let average = (question.ask == Ask::Number && many(0) >= FEW).then(|| average(many(1), many(0)));
        let mut words = Vec::new();
        for (id, _, sealed) in said.iter().filter(|(_, of, _)| *of == place) {
            words.push(store::opened(cx, *id, sealed)?);
        }
        told.push(Told {
            title: question.title.clone(),
            ask: question.ask,
            rows,
            average,
            said: words,
        });
    }
    Ok(told)
}

/// A survey, for whoever looks.
///
/// # Errors
/// [`AppError::NotFound`] if there is none, or what the database answers.
pub async fn survey(cx: &Cx, code: &str, after: &str) -> Result<SurveyPage, AppError> {
    let after: i64 = if after.is_empty() {
        0
    } else {
        after.parse().map_err(|_| AppError::NotFound)?
    };
    let mut tx = cx.read().await?;
    let survey = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let phase = survey.phase(tx.now().date());
    let staff = taking::keeps(cx, &survey.path);
    let user = cx.subject().ok();
    let (mut eligible, mut taken) = (false, false);
    if let Some(user) = user.filter(|_| phase == Phase::Open) {
        eligible = taking::lives(&mut tx, &survey, user).await?;
        taken = eligible && taking::taken(&mut tx, &survey, user).await?;
    }
    let questions = survey.asked()?;
    let proposals = if survey.kind == Kind::Proposals {
        proposals(cx, &mut tx, survey.id, after, user, staff).await?
    } else {
        Page {
            rows: Vec::new(),
            next: None,
        }
    };
    let undecided = if staff {
        store::undecided(&mut tx, survey.id).await?
    } else {
        0
    };
    let results = if phase.tells() && survey.kind == Kind::Questions {
        results(cx, &mut tx, &survey, &questions, staff).await?
    } else {
        Vec::new()
    };
    Ok(SurveyPage {
        phase,
        signed_in: user.is_some(),
        eligible,
        taken,
        staff,
        questions,
        proposals,
        undecided,
        results,
        answered: Some(survey.answered).filter(|many| phase.tells() && *many >= FEW),
        outcome: survey.outcome.unwrap_or_default(),
        code: survey.code,
        kind: survey.kind,
        title: survey.title,
        words: survey.words,
        place: survey.node_name,
        per: survey.per,
        from: survey.from_on,
        to: survey.to_on,
    })
}
