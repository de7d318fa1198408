//! Answering a questionnaire: counted, and not kept.

use db::{Audit, Cx, crypt::Field, execute};
use shared::AppError;

use super::{store, taking};
use crate::model::{Given, Kind, read};

const COUNT: &str = "insert into survey_count (survey_id, question, choice, many) values ($1, $2, $3, $4) \
    on conflict (survey_id, question, choice) do update set many = survey_count.many + excluded.many";
const SAY: &str = "insert into survey_said (id, survey_id, question, words) values ($1, $2, $3, $4)";
const ANSWERED: &str = "update survey set answered = answered + 1 where id = $1";

fn place(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// Takes one answer, once.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Conflict`] in words, [`AppError::Invalid`] by field.
pub async fn give(cx: &Cx, code: &str, picked: &[String], said: &[String]) -> Result<(), AppError> {
    let user = cx.subject()?;
    let mut tx = cx.write().await?;
    let survey = store::hold_code(&mut tx, code).await?;
    if survey.kind != Kind::Questions {
        return Err(AppError::NotFound);
    }
    let given = read(&survey.asked()?, picked, said)?;
    taking::take(&mut tx, &survey, user).await?;
    for one in given {
        match one {
            Given::Chosen(at, choice) => {
                execute!(tx, COUNT, survey.id, place(at), place(choice), 1_i64)?;
            }
            Given::Number(at, number) => {
                execute!(tx, COUNT, survey.id, place(at), 0_i64, 1_i64)?;
                execute!(tx, COUNT, survey.id, place(at), 1_i64, number)?;
            }
            Given::Words(at, words) => {
                let id = store::unordered();
                let sealed = tx.keys().seal_for(Field::Note, id, &words);
                execute!(tx, SAY, id, survey.id, place(at), sealed.as_str())?;
            }
        }
    }
    execute!(tx, ANSWERED, survey.id)?;
    tx.audit(Audit::new("surveys.answer.give", "survey", survey.id.0).at(&survey.path))
        .await?;
    tx.commit().await?;
    Ok(())
}
