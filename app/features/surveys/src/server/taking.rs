//! Who may take part, and whether they have.

use db::{Cx, Tx, execute, on};
use people::{model::HouseholdId, server::mine};
use shared::{AppError, Permission, UserId, scope::PathRange};

use super::store::{self, Stored};
use crate::model::{Per, Phase};

const LIVES: &str = "select count(*) from role_grant g join node n on n.id = g.node_id where g.user_id = $1 and g.role = 'resident' \
    and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) and n.path >= $3 and n.path < $4";
const TAKEN: &str =
    "select count(*) from survey_taken where survey_id = $1 and (user_id = $2 or household_id = $3)";
const TAKE: &str = "insert into survey_taken (id, survey_id, user_id, household_id) values ($1, $2, $3, $4)";

/// Whether somebody lives where a survey is.
///
/// # Errors
/// What the database answers.
pub async fn lives(tx: &mut Tx, survey: &Stored, user: UserId) -> Result<bool, AppError> {
    let (today, within) = (tx.now().date(), PathRange::below(&survey.path));
    let found: i64 = on!(tx, |c| sqlx::query_scalar(LIVES)
        .bind(user)
        .bind(today)
        .bind(within.lo.as_str())
        .bind(within.hi.as_str())
        .fetch_one(c)
        .await)?;
    Ok(found > 0)
}

async fn household(tx: &mut Tx, survey: &Stored, user: UserId) -> Result<Option<HouseholdId>, AppError> {
    Ok(match survey.per {
        Per::Person => None,
        Per::Household => mine::household_of(tx, user).await?,
    })
}

/// Whether somebody, or their household, took part.
///
/// # Errors
/// What the database answers.
pub async fn taken(tx: &mut Tx, survey: &Stored, user: UserId) -> Result<bool, AppError> {
    let household = household(tx, survey, user).await?;
    let found: i64 = on!(tx, |c| sqlx::query_scalar(TAKEN)
        .bind(survey.id)
        .bind(user)
        .bind(household)
        .fetch_one(c)
        .await)?;
    Ok(found > 0)
}

/// Refuses who does not live there, and what is not open.
///
/// # Errors
/// [`AppError::Conflict`] in words.
pub async fn must_be_open(tx: &mut Tx, survey: &Stored, user: UserId) -> Result<(), AppError> {
    if survey.phase(tx.now().date()) != Phase::Open {
        return Err(AppError::Conflict("现在不在征集的日子里。".into()));
    }
    if !lives(tx, survey, user).await? {
        return Err(AppError::Conflict(format!(
            "这里征集的是{}居民的意见。登记核实您住在这里以后就可以参加。",
            survey.node_name
        )));
    }
    Ok(())
}

/// Notes that somebody takes part; the survey is held by whoever asks.
///
/// # Errors
/// [`AppError::Conflict`] in words.
pub async fn take(tx: &mut Tx, survey: &Stored, user: UserId) -> Result<(), AppError> {
    must_be_open(tx, survey, user).await?;
    let household = household(tx, survey, user).await?;
    if survey.per == Per::Household && household.is_none() {
        return Err(AppError::Conflict(
            "这次每户一份，还不知道您是哪一户。请网格员核对户籍以后再来。".into(),
        ));
    }
    if taken(tx, survey, user).await? {
        return Err(AppError::Conflict(match survey.per {
            Per::Person => "您已经参加过了，每人一份。".into(),
            Per::Household => "您家已经参加过了，每户一份。".into(),
        }));
    }
    // Ids of records tell when they were made; this one must not.
    execute!(tx, TAKE, store::unordered(), survey.id, user, household)?;
    Ok(())
}

/// Whether somebody keeps the surveys of a place, and does not act for anybody.
pub fn keeps(cx: &Cx, path: &str) -> bool {
    cx.actor.as_deref().is_some_and(|actor| {
        actor.acting_for.is_none() && actor.scope_of(Permission::SurveyKeep).covers(path)
    })
}
