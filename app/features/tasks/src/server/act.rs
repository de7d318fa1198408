//! What people do with a task on its own page.

use db::{Cx, Tx};
use shared::AppError;

use super::{
    page::{doings, sight},
    store, task,
};
use crate::model::{Doings, TaskId};

/// The transaction, for something that the caller may do with the task; who may not see it is not told that it is there.
async fn begin(cx: &Cx, id: TaskId, may: impl Fn(Doings) -> bool) -> Result<Tx, AppError> {
    let mut tx = cx.write().await?;
    let task = store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let sight = sight(cx, &mut tx, &task).await?;
    if may(doings(&task, sight)) {
        return Ok(tx);
    }
    if task.state().has_ended() {
        return Err(AppError::Conflict(format!(
            "这件事已经{}了，不用再办。",
            task.state().label()
        )));
    }
    Err(AppError::Conflict("现在不能这样办，请刷新后再看一下。".into()))
}

/// A reason as it was typed.
fn reason(words: &str) -> Result<&str, AppError> {
    let words = words.trim();
    if words.is_empty() {
        return Err(AppError::invalid("words", "请写明原因。"));
    }
    within(words)
}

fn within(words: &str) -> Result<&str, AppError> {
    if words.chars().count() > task::LONGEST_WORDS {
        let most = task::LONGEST_WORDS;
        return Err(AppError::invalid("words", format!("太长了，最多 {most} 个字。")));
    }
    Ok(words)
}

/// Says that it is done.
///
/// # Errors
/// [`AppError::NotFound`] for those whom it does not concern, [`AppError::Conflict`] if it cannot be done here or any more.
pub async fn finish(cx: &Cx, id: TaskId, words: &str) -> Result<(), AppError> {
    let mut tx = begin(cx, id, |may| may.finish).await?;
    task::finish(cx, &mut tx, id, Some(within(words.trim())?)).await?;
    Ok(tx.commit().await?)
}

/// Stops its clock.
///
/// # Errors
/// As [`finish`]; [`AppError::Invalid`] without a reason.
pub async fn pause(cx: &Cx, id: TaskId, words: &str) -> Result<(), AppError> {
    let mut tx = begin(cx, id, |may| may.pause).await?;
    task::pause(cx, &mut tx, id, reason(words)?).await?;
    Ok(tx.commit().await?)
}

/// Lets its clock go on.
///
/// # Errors
/// As [`finish`].
pub async fn resume(cx: &Cx, id: TaskId) -> Result<(), AppError> {
    let mut tx = begin(cx, id, |may| may.resume).await?;
    task::resume(cx, &mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Says that it need not be done.
///
/// # Errors
/// As [`pause`].
pub async fn cancel(cx: &Cx, id: TaskId, words: &str) -> Result<(), AppError> {
    let mut tx = begin(cx, id, |may| may.cancel).await?;
    task::cancel(cx, &mut tx, id, reason(words)?).await?;
    Ok(tx.commit().await?)
}
