//! Proposals: made, supported, published, joined, answered.

use db::{Audit, Cx, Tx, crypt::Field, execute, on};
use notices::{Notice, model::Kind as NoticeKind};
use shared::{AppError, FieldErrors, RecordId, UserId, personal::confirm};

use super::{
    opening::{NAMELESS, told},
    store::{self, Proposal, Stored},
    taking,
};
use crate::model::{Act, Kind, Phase, ProposalId, REASONS, Verdict, words};

const INSERT: &str = "insert into survey_proposal (id, survey_id, number, user_id, words, created_at) values ($1, $2, \
    (select coalesce(max(p.number), 0) + 1 from survey_proposal p where p.survey_id = $2), $3, $4, $5)";
const SUPPORTED: &str = "select count(*) from survey_support where proposal_id = $1 and user_id = $2";
const SUPPORT: &str = "insert into survey_support (proposal_id, user_id) values ($1, $2)";
const UNSUPPORT: &str = "delete from survey_support where proposal_id = $1 and user_id = $2";
const PUBLISH: &str = "update survey_proposal set published = $2 where id = $1";
// What went with it goes along.
const JOIN: &str = "update survey_proposal set into_id = $2 where id = $1 or into_id = $1";
const DECIDE: &str = "update survey_proposal set verdict = $2, reasons = $3, decided_at = $4 where id = $1";
const WRITERS: &str =
    "select distinct user_id from survey_proposal where (id = $1 or into_id = $1) and user_id is not null";

/// Takes what somebody proposes, once.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] and [`AppError::Invalid`] in words.
pub async fn propose(cx: &Cx, code: &str, typed: &str) -> Result<(), AppError> {
    let user = cx.subject()?;
    let mut tx = cx.write().await?;
    let survey = store::hold_code(&mut tx, code).await?;
    if survey.kind != Kind::Proposals {
        return Err(AppError::NotFound);
    }
    let mut errors = FieldErrors::default();
    let text = words(&mut errors, "words", typed, REASONS);
    errors.check(!text.is_empty(), "words", "请写您的意见。");
    errors.finish()?;
    taking::take(&mut tx, &survey, user).await?;
    let id: ProposalId = tx.id();
    let sealed = tx.keys().seal_for(Field::Note, RecordId(id.0), &text);
    let now = tx.now();
    execute!(tx, INSERT, id, survey.id, user, sealed.as_str(), now)?;
    execute!(tx, SUPPORT, id, user)?;
    noted(&mut tx, &survey, "surveys.proposal.add", id).await?;
    tx.commit().await?;
    Ok(())
}

async fn noted(tx: &mut Tx, survey: &Stored, action: &'static str, id: ProposalId) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "survey_proposal", id.0).at(&survey.path))
        .await?;
    told(tx, survey).await?;
    Ok(())
}

/// Supports what is published, or no longer. Returns the survey's code.
///
/// # Errors
/// [`AppError::NotFound`] for what is not published, [`AppError::Conflict`] in words.
pub async fn support(cx: &Cx, id: ProposalId) -> Result<String, AppError> {
    let user = cx.subject()?;
    let mut tx = cx.write().await?;
    let survey_id = store::proposal(&mut tx, id).await?.survey_id;
    let survey = store::hold(&mut tx, survey_id).await?;
    // As it stands now that the survey is held.
    let found = store::proposal(&mut tx, id).await?;
    if found.published.is_none() || found.into_id.is_some() {
        return Err(AppError::NotFound);
    }
    taking::must_be_open(&mut tx, &survey, user).await?;
    let supported: i64 = on!(tx, |c| sqlx::query_scalar(SUPPORTED)
        .bind(id)
        .bind(user)
        .fetch_one(c)
        .await)?;
    let sql = if supported > 0 { UNSUPPORT } else { SUPPORT };
    execute!(tx, sql, id, user)?;
    noted(&mut tx, &survey, "surveys.proposal.support", id).await?;
    tx.commit().await?;
    Ok(survey.code)
}

/// What is done with a proposal, as typed.
#[derive(Clone, Debug, Default)]
pub struct ActForm {
    pub action: String,
    /// The text to publish, or the reasons.
    pub words: String,
    /// The number of the one that it goes with.
    pub into: String,
    pub verdict: String,
    /// What was pointed out in the text or the reasons, and is confirmed in the same words.
    pub confirmed: String,
}

/// Publishes, joins or answers a proposal. Returns the survey's code.
///
/// # Errors
/// [`AppError::NotFound`] outside of the scope, [`AppError::Conflict`] and [`AppError::Invalid`] in words, also on `confirmed` with what may be
/// somebody's own.
pub async fn act(cx: &Cx, id: ProposalId, form: &ActForm) -> Result<String, AppError> {
    let mut tx = cx.write().await?;
    let survey_id = store::proposal(&mut tx, id).await?.survey_id;
    let survey = store::hold(&mut tx, survey_id).await?;
    cx.must_cover(&survey.path)?;
    // As it stands now that the survey is held.
    let proposal = store::proposal(&mut tx, id).await?;
    if matches!(survey.phase(tx.now().date()), Phase::Done | Phase::Stopped) {
        return Err(AppError::Conflict("这次征集已经结束了。".into()));
    }
    let action: Act = form.action.parse().map_err(|_| AppError::NotFound)?;
    let noting = match action {
        Act::Publish => {
            publish(&mut tx, &proposal, form).await?;
            "surveys.proposal.publish"
        }
        Act::Join => {
            join(&mut tx, &proposal, &form.into).await?;
            "surveys.proposal.join"
        }
        Act::Decide => {
            decide(&mut tx, &survey, &proposal, form).await?;
            "surveys.proposal.decide"
        }
    };
    noted(&mut tx, &survey, noting, id).await?;
    tx.commit().await?;
    Ok(survey.code)
}

async fn publish(tx: &mut Tx, proposal: &Proposal, form: &ActForm) -> Result<(), AppError> {
    let mut errors = FieldErrors::default();
    let text = words(&mut errors, "words", &form.words, REASONS);
    errors.check(
        !text.is_empty(),
        "words",
        "请写公开的文字，不要写出姓名、电话和门牌。",
    );
    errors.finish()?;
    confirm(&text, NAMELESS, &form.confirmed)?;
    execute!(tx, PUBLISH, proposal.id, text.as_str())?;
    Ok(())
}

async fn join(tx: &mut Tx, proposal: &Proposal, typed: &str) -> Result<(), AppError> {
    let wrong = || AppError::invalid("into", "请填另一条意见的编号，那一条要已经公开、没有并入别的。");
    let number: i64 = typed.trim().parse().map_err(|_| wrong())?;
    let into = store::numbered(tx, proposal.survey_id, number)
        .await?
        .ok_or_else(wrong)?;
    if into.id == proposal.id || into.into_id.is_some() || into.published.is_none() {
        return Err(wrong());
    }
    if proposal.verdict.is_some() || into.verdict.is_some() {
        return Err(AppError::Conflict("已经答复的意见不能再合并。".into()));
    }
    execute!(tx, JOIN, proposal.id, into.id)?;
    Ok(())
}

async fn decide(tx: &mut Tx, survey: &Stored, proposal: &Proposal, form: &ActForm) -> Result<(), AppError> {
    if proposal.into_id.is_some() {
        return Err(AppError::Conflict("这一条并入了别的，请答复那一条。".into()));
    }
    let mut errors = FieldErrors::default();
    let verdict = form.verdict.parse::<Verdict>().ok();
    errors.check(verdict.is_some(), "verdict", "请选采纳还是不采纳。");
    let reasons = words(&mut errors, "words", &form.words, REASONS);
    errors.check(!reasons.is_empty(), "words", "请写明理由。");
    errors.finish()?;
    let Some(verdict) = verdict else {
        return Ok(());
    };
    confirm(&reasons, NAMELESS, &form.confirmed)?;
    let now = tx.now();
    execute!(tx, DECIDE, proposal.id, verdict, reasons.as_str(), now)?;
    let writers: Vec<UserId> = on!(tx, |c| sqlx::query_scalar(WRITERS)
        .bind(proposal.id)
        .fetch_all(c)
        .await)?;
    let what = match verdict {
        Verdict::Adopted => "采纳了，理由写在里面",
        Verdict::Declined => "没有采纳，理由写在里面",
    };
    for to in writers {
        let key = format!("surveys/{}/{}/{}", proposal.id, verdict, now.0);
        let notice = Notice::new(to, NoticeKind::ProposalDecided, key)
            .about(RecordId(proposal.id.0))
            .leads_to(survey.href())
            .fact("title", survey.title.as_str())
            .fact("what", what);
        notices::send(tx, &notice).await?;
    }
    Ok(())
}
