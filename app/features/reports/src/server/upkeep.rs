//! What becomes of matters whose reporters have gone: that something was reported and done stays, without whose it was. A reporter
//! without an account cannot say when they have: a year after the end is when. Files of orders that nobody imported go after a day.

use std::collections::BTreeSet;

use db::{Cx, Tx, execute, on, upload};
use shared::{AppError, RecordId, Timestamp, UserId};

use super::{orders::import, photo, shown, store, voice};
use crate::model::MatterId;

/// What was reported without an account keeps its words for so long after its end: whoever holds its code may come back.
const KEPT: i64 = 365 * Timestamp::DAY;

const GONE: &str = "select m.id, m.reporter_id from matter m join user_account a on a.id = m.reporter_id where a.state = 'erased' \
    order by m.id limit 100";
const ORPHANED: &str = "select m.id from matter m where m.origin = 'account' and m.reporter_id is null and m.told is not null \
    and m.ended_at is not null order by m.id limit 100";
const OLD: &str = "select m.id from matter m where m.origin <> 'account' and m.told is not null and m.ended_at < $1 \
    order by m.ended_at, m.id limit 100";
const DISOWN: &str = "update matter set reporter_id = null, phone = null, may_publish = $2, published_at = null, public_text = null \
    where id = $1";
const WIPE: &str =
    "update matter set told = null, phone = null, phone_blind = null, tracking = null where id = $1";
const CALLER: &str = "update report_order set caller = null where matter_id = $1";
const WORDS: &str = "update matter_step set words = null where matter_id = $1 and capacity = 'reporter'";
const STEPS: &str = "update matter_step set user_id = null where user_id in (select id from user_account where state = 'erased')";
const ENTERED: &str = "update matter set entered_by = null where entered_by in (select id from user_account where state = 'erased')";
const FOLLOWS: &str =
    "delete from matter_follower where user_id in (select id from user_account where state = 'erased')";

const ASIDES: &str =
    "delete from matter_recusal where user_id in (select id from user_account where state = 'erased')";
const VIEWS: &str =
    "delete from report_view where user_id in (select id from user_account where state = 'erased')";
const HELD_BY: &str = "update report_joint set created_by = null where created_by in (select id from user_account where state = 'erased')";
const HOLDERS: &str = "update matter set holder_id = null where holder_id in (select id from user_account where state = 'erased')";
const ANSWERS: &str = "update report_answer set updated_by = null where updated_by in (select id from user_account where state = 'erased')";

/// Takes erased accounts off their matters, and what is told off those that strangers reported long ago. What is still handled keeps its
/// words until it has ended; how many there were. Files of orders that wait no more go with them.
///
/// # Errors
/// What the database answers.
pub async fn forget(cx: &Cx) -> Result<usize, AppError> {
    let mut forgotten = 0;
    loop {
        let mut tx = cx.write().await?;
        let gone: Vec<(MatterId, UserId)> = on!(tx, |c| sqlx::query_as(GONE).fetch_all(c).await)?;
        let ended: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(ORPHANED).fetch_all(c).await)?;
        // All are held in the order of their ids, as whoever else holds several does.
        let all: BTreeSet<MatterId> = gone.iter().map(|(id, _)| *id).chain(ended).collect();
        for id in all {
            store::hold_id(&mut tx, id).await?;
        }
        for (id, _) in &gone {
            disown(&mut tx, *id).await?;
        }
        let mut orphaned: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(ORPHANED).fetch_all(c).await)?;
        let old = tx.now().plus(-KEPT);
        let strange: Vec<MatterId> = on!(tx, |c| sqlx::query_scalar(OLD).bind(old).fetch_all(c).await)?;
        orphaned.extend(strange);
        for id in &orphaned {
            wipe(&mut tx, *id).await?;
        }
        let some = gone.len() + orphaned.len();
        if some == 0 {
            execute!(tx, STEPS)?;
            execute!(tx, ENTERED)?;
            execute!(tx, FOLLOWS)?;
            execute!(tx, ASIDES)?;
            execute!(tx, VIEWS)?;
            execute!(tx, HELD_BY)?;
            execute!(tx, HOLDERS)?;
            execute!(tx, ANSWERS)?;
            import::sweep(&mut tx).await?;
        }
        tx.commit().await?;
        if some == 0 {
            return Ok(forgotten);
        }
        forgotten += some;
    }
}

async fn disown(tx: &mut Tx, id: MatterId) -> Result<(), AppError> {
    execute!(tx, DISOWN, id, false)?;
    // What is published no more is shown no more.
    shown::clear(tx, id).await?;
    Ok(store::found_anew(tx, id).await?)
}

/// What the reporter wrote and sent goes.
async fn wipe(tx: &mut Tx, id: MatterId) -> Result<(), AppError> {
    execute!(tx, WIPE, id)?;
    execute!(tx, CALLER, id)?;
    execute!(tx, WORDS, id)?;
    let mut photos = upload::of_record(tx, photo::MATTER, RecordId(id.0)).await?;
    photos.extend(upload::of_record(tx, voice::MATTER, RecordId(id.0)).await?);
    for step in store::steps(tx, id).await? {
        if step.capacity == crate::model::By::Reporter {
            photos.extend(upload::of_record(tx, photo::STEP, RecordId(step.id.0)).await?);
            photos.extend(upload::of_record(tx, voice::STEP, RecordId(step.id.0)).await?);
        }
    }
    for photo in photos {
        upload::remove(tx, photo.id).await?;
    }
    Ok(())
}
