//! What was not urgent, told once a day in one message. The inbox has had it all the time.

use db::{Cx, DbError, NewJob, Tx, on};
use serde_json::json;
use shared::{AppError, Timestamp, UserId};

use super::{
    store::{self, Content},
    text,
};
use crate::{
    model::Channel,
    server::{push, setting},
};

/// The job's kind.
pub const JOB: &str = "notices.digest";

const COUNT: &str = "select count(*) from notice where user_id = $1 and created_at > $2 and created_at <= $3 and read_at is null \
    and importance <> 'urgent' and expires_at > $3";

/// Expects one at the next `hour`, once however often it is asked for.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn expect(tx: &mut Tx, user: UserId, hour: u8) -> Result<(), DbError> {
    let wishes = setting::of(tx, user).await?.wishes();
    let due = wishes.next_digest(hour, tx.now());
    enqueue(tx, user, hour, due).await
}

async fn enqueue(tx: &mut Tx, user: UserId, hour: u8, due: Timestamp) -> Result<(), DbError> {
    tx.enqueue(NewJob {
        kind: JOB,
        payload: json!({ "user": user, "hour": hour }),
        due,
        key: Some(format!("{user}/{hour}")),
    })
    .await?;
    Ok(())
}

/// What a digest says of `counted` notices; of how many kinds and of whom, it does not.
pub fn words(counted: i64) -> String {
    format!("还没看的共 {counted} 条")
}

/// Sends the digest of `user`, if there is anything that they have not read: the job's work. Run again, it tells nothing twice.
///
/// # Errors
/// As the database fails.
pub async fn run(cx: &Cx, user: UserId, hour: u8) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let setting = setting::of(&mut tx, user).await?;
    let (wishes, now) = (setting.wishes(), tx.now());
    if wishes.digest != Some(hour) {
        // Another hour was chosen, which has a job of its own, or none.
        return Ok(());
    }
    if let Some(quiet) = wishes.quiet.filter(|quiet| quiet.holds(now)) {
        enqueue(&mut tx, user, hour, quiet.past(now)).await?;
        tx.commit().await?;
        return Ok(());
    }
    let since = setting.digested_at.unwrap_or(Timestamp(0));
    let counted: i64 = on!(tx, |c| sqlx::query_scalar(COUNT)
        .bind(user)
        .bind(since)
        .bind(now)
        .fetch_one(c)
        .await)?;
    setting::note_digested(&mut tx, user).await?;
    if counted > 0 {
        let content = Content::Digest(counted);
        // One a day is within every limit.
        let end = text::hand(&mut tx, user, &words(counted), &[]).await?;
        store::ended(&mut tx, user, Channel::Text, content, end).await?;
        for device in push::subscription::live(&mut tx, user).await? {
            store::expect(&mut tx, user, Channel::Push, content, Some(device.id), now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
