//! What leaves beside the inbox: short messages and pushes. Each is a row, with a job of its own where it cannot leave at once.
//!
//! The inbox is written first, in the same transaction: nothing here decides whether somebody is told, only whether it also rings.

pub mod digest;
pub mod store;
mod text;

use std::{sync::Arc, time::Duration};

use db::{Cx, Tx, job::Outcome};
use shared::{AppError, RecordId, Timestamp, UserId};

use self::store::{Content, End, Reason, Waiting};
use super::{
    choice,
    push::{self, Address, Payload, Push, PushError, Urgency},
    setting, store as notices,
};
use crate::model::{Channel, Importance, Kind, NoticeId, Texted, When};

/// The job's kind.
pub const JOB: &str = "notices.deliver";

/// Short messages that one person gets at most: what comes beyond lies in the inbox only.
const TEXTS: [(i64, Duration); 2] = [
    (3, Duration::from_secs(60 * 60)),
    (8, Duration::from_secs(24 * 60 * 60)),
];
/// The same for one device.
const PUSHES: [(i64, Duration); 2] = [
    (12, Duration::from_secs(60 * 60)),
    (40, Duration::from_secs(24 * 60 * 60)),
];
/// After so many tries a push service that does not answer is given up: pushes are extra.
const TRIES: i64 = 6;

/// Has the notice `id`, just put into the inbox of `to`, also ring, as they want it.
///
/// # Errors
/// As the database fails.
pub async fn plan(
    tx: &mut Tx,
    to: UserId,
    id: NoticeId,
    kind: Kind,
    importance: Importance,
) -> Result<(), AppError> {
    let setting = setting::of(tx, to).await?;
    let (topic, urgent) = (kind.topic(), importance == Importance::Urgent);
    let now = tx.now();
    let due = match setting.wishes().when(urgent, kind.breaks_quiet(), now) {
        When::Digest(hour) => return Ok(digest::expect(tx, to, hour).await?),
        When::At(due) => due,
        When::Now => now,
    };
    let content = Content::Notice(id);
    if wants_text(tx, to, kind, urgent).await? {
        if due > now {
            store::expect(tx, to, Channel::Text, content, None, due).await?;
        } else {
            let end = hand_text(tx, to, kind, id).await?;
            store::ended(tx, to, Channel::Text, content, end).await?;
        }
    }
    if setting.pushes(topic) {
        for device in push::subscription::live(tx, to).await? {
            store::expect(tx, to, Channel::Push, content, Some(device.id), due).await?;
        }
    }
    Ok(())
}

async fn wants_text(tx: &mut Tx, to: UserId, kind: Kind, urgent: bool) -> Result<bool, AppError> {
    let topic = kind.topic();
    Ok(match topic.texted() {
        Texted::Otherwise => false,
        // Not to have chosen what usually comes without is no wish not to be called.
        Texted::Asked => urgent || choice::of(tx, to, topic).await?.unwrap_or(false),
        Texted::Unasked => choice::of(tx, to, topic).await?.unwrap_or(true),
    })
}

async fn hand_text(tx: &mut Tx, to: UserId, kind: Kind, id: NoticeId) -> Result<End, AppError> {
    let end = text::hand(tx, to, kind.topic().label(), &TEXTS).await?;
    if matches!(end, End::Sent { .. }) {
        notices::note_text(tx, id).await?;
    }
    Ok(end)
}

/// Delivers one that waited: the job's work. Run again, it goes on where it was.
///
/// # Errors
/// As the database fails, or where a push service is worth another try.
pub async fn run(cx: &Cx, push: Option<&Arc<Push>>, id: RecordId) -> Outcome {
    let mut tx = cx.write().await?;
    let Some(waiting) = store::waiting(&mut tx, id).await? else {
        return Ok(());
    };
    if let Some(end) = over(&waiting, tx.now()) {
        store::finish(&mut tx, id, end).await?;
        tx.commit().await?;
        return Ok(());
    }
    if rests(&mut tx, id, &waiting).await? {
        tx.commit().await?;
        return Ok(());
    }
    match Channel::from_code(&waiting.channel) {
        Some(Channel::Push) => pushed(cx, tx, push, id, &waiting).await,
        Some(Channel::Text) => {
            let end = match (waiting.notice_id, kind(&waiting)) {
                (Some(notice), Some(kind)) => hand_text(&mut tx, waiting.user_id, kind, notice).await?,
                _ => End::Dropped(Reason::Gone),
            };
            store::finish(&mut tx, id, end).await?;
            tx.commit().await?;
            Ok(())
        }
        None => Ok(()),
    }
}

fn kind(waiting: &Waiting) -> Option<Kind> {
    Kind::from_code(waiting.kind.as_deref()?)
}

/// Whether there is nothing left to be said.
fn over(waiting: &Waiting, now: Timestamp) -> Option<End> {
    if waiting.expires_at <= now {
        return Some(End::Dropped(Reason::Expired));
    }
    if waiting.notice_id.is_some() {
        match (&waiting.kind, waiting.read_at) {
            (None, _) => return Some(End::Dropped(Reason::Gone)),
            (Some(_), Some(_)) => return Some(End::Dropped(Reason::Read)),
            (Some(_), None) => {}
        }
    }
    None
}

/// Whether it is not to leave now after all: the person has chosen other times since, or it took so long that night has come.
async fn rests(tx: &mut Tx, id: RecordId, waiting: &Waiting) -> Result<bool, AppError> {
    let wishes = setting::of(tx, waiting.user_id).await?.wishes();
    let urgent = waiting.importance.as_deref() == Some(Importance::Urgent.code());
    let breaks = kind(waiting).is_some_and(Kind::breaks_quiet);
    let now = tx.now();
    // A digest has waited for its hour already.
    let when = if waiting.notice_id.is_some() {
        wishes.when(urgent, breaks, now)
    } else {
        wishes
            .quiet
            .filter(|quiet| quiet.holds(now))
            .map_or(When::Now, |quiet| When::At(quiet.past(now)))
    };
    match when {
        When::Now => Ok(false),
        When::At(due) => {
            store::postpone(tx, id, due).await?;
            Ok(true)
        }
        When::Digest(hour) => {
            store::finish(tx, id, End::Dropped(Reason::Digest)).await?;
            digest::expect(tx, waiting.user_id, hour).await?;
            Ok(true)
        }
    }
}

/// The transaction ends before the push service is asked: it may take its time.
async fn pushed(cx: &Cx, mut tx: Tx, push: Option<&Arc<Push>>, id: RecordId, waiting: &Waiting) -> Outcome {
    let now = tx.now();
    let (push, device, to) = match ready(&mut tx, push, waiting).await? {
        Ok(ready) => ready,
        Err(end) => {
            store::finish(&mut tx, id, end).await?;
            tx.commit().await?;
            return Ok(());
        }
    };
    store::tried(&mut tx, id).await?;
    tx.commit().await?;

    let payload = match (waiting.notice_id, waiting.counted) {
        (Some(notice), _) => Payload::of_notice(notice, kind(waiting)),
        (None, counted) => Payload::of_digest(counted.unwrap_or_default()),
    };
    let urgency = match waiting.importance.as_deref() {
        Some("urgent") => Urgency::High,
        Some("info") => Urgency::Low,
        _ => Urgency::Normal,
    };
    let life = (waiting.expires_at.0 - now.0) / Timestamp::SECOND;
    let outcome = push.send(&to, &payload, urgency, life, now).await;
    let mut tx = cx.write().await?;
    let end = match outcome {
        Ok(()) => End::Sent { message: None },
        Err(PushError::Gone) => {
            push::subscription::forget(&mut tx, device).await?;
            End::Failed(Reason::Gone)
        }
        Err(PushError::Refused(reason)) => {
            tracing::warn!(%id, reason, "push refused");
            End::Failed(Reason::Refused)
        }
        Err(PushError::Later(reason)) if waiting.attempts + 1 < TRIES => {
            return Err(format!("push not sent, will be tried again: {reason}").into());
        }
        Err(PushError::Later(reason)) => {
            tracing::warn!(%id, reason, "push given up");
            End::Failed(Reason::Unreachable)
        }
    };
    store::finish(&mut tx, id, end).await?;
    tx.commit().await?;
    Ok(())
}

/// With what, to which device and where it is pushed; or why it is not.
async fn ready<'a>(
    tx: &mut Tx,
    push: Option<&'a Arc<Push>>,
    waiting: &Waiting,
) -> Result<Result<(&'a Push, RecordId, Address), End>, AppError> {
    let Some(push) = push else {
        return Ok(Err(End::Dropped(Reason::Off)));
    };
    let device = match waiting.subscription_id {
        Some(device) => push::subscription::one(tx, waiting.user_id, device).await?,
        None => None,
    };
    let Some(device) = device else {
        return Ok(Err(End::Dropped(Reason::Gone)));
    };
    let Some(to) = push::subscription::address(tx, &device, push)? else {
        push::subscription::forget(tx, device.id).await?;
        return Ok(Err(End::Dropped(Reason::Gone)));
    };
    // A try that is repeated was counted the first time.
    if waiting.attempts == 0 && !text::within(tx, "push", device.id, &PUSHES).await? {
        return Ok(Err(End::Dropped(Reason::Limited)));
    }
    Ok(Ok((push.as_ref(), device.id, to)))
}
