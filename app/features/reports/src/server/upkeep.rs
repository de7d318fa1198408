//! What becomes of matters whose reporters have gone: that something was reported and done stays, without whose it was.

use db::{Cx, DbError, Tx, execute, on, upload};
use shared::{AppError, RecordId, UserId};

use super::{photo, store};
use crate::model::MatterId;

const GONE: &str = "select m.id, m.reporter_id from matter m join user_account a on a.id = m.reporter_id where a.state = 'erased' \
    order by m.id limit 100";
const ORPHANED: &str = "select m.id from matter m where m.reporter_id is null and m.told is not null and m.ended_at is not null \
    order by m.id limit 100";
const DISOWN: &str = "update matter set reporter_id = null, phone = null, may_publish = $2, published_at = null, public_text = null \
    where id = $1";
const WIPE: &str = "update matter set told = null where id = $1";
const WORDS: &str = "update matter_step set words = null where matter_id = $1 and capacity = 'reporter'";
const STEPS: &str = "update matter_step set user_id = null where user_id in (select id from user_account where state = 'erased')";
const ENTERED: &str = "update matter set entered_by = null where entered_by in (select id from user_account where state = 'erased')";
const FOLLOWS: &str =
    "delete from matter_follower where user_id in (select id from user_account where state = 'erased')";

/// Takes erased accounts off their matters. What is still handled keeps its words until it has ended; how many there were.
///
/// # Errors
/// What the database answers.
pub async fn forget(cx: &Cx) -> Result<usize, AppError> {
    let mut forgotten = 0;
    loop {
        let mut tx = cx.write().await?;
        let gone: Vec<(MatterId, UserId)> = on!(tx, |c| sqlx::query_as(GONE).fetch_all(c).await)?;
        for (id, _) in &gone {
            disown(&mut tx, *id).await?;
        }
        let orphaned: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(ORPHANED).fetch_all(c).await)?;
        for id in &orphaned {
            wipe(&mut tx, *id).await?;
        }
        let some = gone.len() + orphaned.len();
        if some == 0 {
            execute!(tx, STEPS)?;
            execute!(tx, ENTERED)?;
            execute!(tx, FOLLOWS)?;
        }
        tx.commit().await?;
        if some == 0 {
            return Ok(forgotten);
        }
        forgotten += some;
    }
}

async fn disown(tx: &mut Tx, id: MatterId) -> Result<(), DbError> {
    execute!(tx, DISOWN, id, false)?;
    Ok(())
}

/// What the reporter wrote and sent goes.
async fn wipe(tx: &mut Tx, id: MatterId) -> Result<(), AppError> {
    execute!(tx, WIPE, id)?;
    execute!(tx, WORDS, id)?;
    let mut photos = upload::of_record(tx, photo::MATTER, RecordId(id.0)).await?;
    for step in store::steps(tx, id).await? {
        if step.capacity == crate::model::By::Reporter {
            photos.extend(upload::of_record(tx, photo::STEP, RecordId(step.id.0)).await?);
        }
    }
    for photo in photos {
        upload::remove(tx, photo.id).await?;
    }
    Ok(())
}
