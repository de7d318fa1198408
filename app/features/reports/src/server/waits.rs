//! What waits for somebody who may have forgotten it: a matter whose clock stands until its reporter says something, and one that cannot end
//! before its reporter was called.

use db::{Cx, Tx, on};
use notices::{Notice, model::Kind};
use shared::{AppError, Timestamp};

use super::{
    news, recusal, routing,
    store::{self, Stored},
    tell,
};
use crate::model::{Action, MatterId, REMINDED, State};

const STANDS: &str = "select m.id from matter m where m.paused_at < $1 and (m.nudged_at is null or m.nudged_at < $1) and m.id > $2 \
    order by m.id limit 100";

/// Reminds the reporters of matters that have waited for them for days, and those who dispatch; how many matters there were.
///
/// # Errors
/// What the database answers.
pub async fn remind(cx: &Cx) -> Result<usize, AppError> {
    let (mut after, mut reminded) = (MatterId(uuid::Uuid::nil()), 0);
    loop {
        let before = cx.now().plus(-REMINDED * Timestamp::DAY);
        let some: Vec<MatterId> = {
            let mut tx = cx.read().await?;
            on!(tx, |c| sqlx::query_scalar(STANDS)
                .bind(before)
                .bind(after)
                .fetch_all(c)
                .await)?
        };
        let Some(last) = some.last() else {
            return Ok(reminded);
        };
        after = *last;
        for id in some {
            let mut tx = cx.write().await?;
            let Some(matter) = store::hold_id(&mut tx, id).await? else {
                continue;
            };
            let since = matter.paused_at.filter(|_| matter.state == State::Paused);
            let Some(since) = since else { continue };
            stands(&mut tx, &matter, since).await?;
            store::set_nudged(&mut tx, id).await?;
            tx.commit().await?;
            reminded += 1;
        }
    }
}

/// Tells both that a matter waits for its reporter since `since`.
async fn stands(tx: &mut Tx, matter: &Stored, since: Timestamp) -> Result<(), AppError> {
    let now = tx.now();
    let key = format!("report/{}/stands/{}", matter.id, now.date());
    let notice = |to, kind| {
        Notice::new(to, kind, key.clone())
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str())
    };
    if let Some(to) = matter.reporter_id {
        let asked = notice(to, Kind::ReportAsked);
        // Whoever may not know of it may act for its reporter.
        let kept = recusal::is_any(tx, matter.id).await?;
        let asked = if kept { asked.kept_from_proxies() } else { asked };
        notices::send(tx, &asked).await?;
    }
    news::queue(tx, matter, Action::Pause).await?;
    let days = (now.0 - since.0) / Timestamp::DAY;
    let decides = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?;
    if let Some((unit, role)) = decides {
        for to in tell::holders_but(tx, Some(matter.id), unit.id, role).await? {
            let told = notice(to, Kind::ReportStands).fact("days", days.to_string());
            notices::send(tx, &told).await?;
        }
    }
    Ok(())
}

/// Has those who dispatch call the reporter, without whose word or two calls it cannot end. They are told once.
///
/// # Errors
/// What the database answers.
pub async fn calls(tx: &mut Tx, matter: &Stored) -> Result<(), AppError> {
    let Some(answered) = matter.answered_at else {
        return Ok(());
    };
    let asks = routing::dispatcher_but(tx, Some(matter.id), &matter.unit_path).await?;
    let Some((unit, role)) = asks else { return Ok(()) };
    for to in tell::holders_but(tx, Some(matter.id), unit.id, role).await? {
        let key = format!("report/{}/calls/{}", matter.id, answered.0);
        let notice = Notice::new(to, Kind::ReportCalls, key)
            .about(matter.record())
            .leads_to(matter.href())
            .fact("title", matter.title.as_str());
        notices::send(tx, &notice).await?;
    }
    Ok(())
}
