//! This pillar's background work: accounts that are no more leave nothing here but what was published, without them.

use std::time::Duration;

use db::{Cx, execute, job::Registry};
use shared::AppError;

/// How often it is looked whose accounts are no more.
const FORGETS: Duration = Duration::from_secs(60 * 60);

const STATEMENTS: [&str; 4] = [
    "update survey_proposal set words = null, user_id = null where user_id in (select id from user_account where state = 'erased')",
    "delete from survey_support where user_id in (select id from user_account where state = 'erased')",
    // That a household took part stays until the survey ends, or it could do so twice.
    "update survey_taken set user_id = null where user_id in (select id from user_account where state = 'erased')",
    "update survey set opened_by = null where opened_by in (select id from user_account where state = 'erased')",
];

/// Adds this pillar's handlers.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.every(FORGETS, "surveys.forget", |cx| async move {
        forget(&cx).await?;
        Ok(())
    })
}

/// Takes erased accounts off what they proposed, supported and opened.
///
/// # Errors
/// What the database answers.
pub async fn forget(cx: &Cx) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    for sql in STATEMENTS {
        execute!(tx, sql)?;
    }
    tx.commit().await?;
    Ok(())
}
