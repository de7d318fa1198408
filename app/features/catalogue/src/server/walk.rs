//! Walking a round: done with a tap, or with what was found and photos of it, which becomes somebody's to see to.

use db::{Audit, Cx, Event, Tx, crypt::Field, execute, idempotency, upload};
use serde_json::json;
use shared::{AppError, RecordId, Role};
use tasks::{
    model::{Holder, Kind, Limit, Step, When},
    server::{NewTask, task},
};

use super::{
    photo,
    round::{self, GONE, INSPECTION, Round},
};
use crate::model::{InspectionId, TimeLimit};

/// Something that a round found.
pub const FINDING: Kind = Kind::new("catalogue.finding", "巡查发现的问题")
    .steps(&[
        Step::remind(When::HalfTime),
        Step::remind(When::Overdue),
        Step::escalate(When::Overdue, Role::Secretary),
    ])
    .by_hand();

/// The longest words about what was found, in characters.
const LONGEST: usize = 500;

const DONE: &str = "update inspection set state = 'done', found = $2, words = $3, ended_at = $4, ended_by = $5 \
    where id = $1 and state = 'open'";

/// Says that a round was walked, and what was found, if something was. That becomes a task of the grid's lead.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] if something was found and not said,
/// [`AppError::Conflict`] if the round has ended.
pub async fn walk(cx: &Cx, id: InspectionId, found: bool, words: &str) -> Result<(), AppError> {
    walk_with(cx, id, found, words, Vec::new()).await
}

/// As [`walk`], sent from a device's outbox under `key`: however often it comes, it is done once.
///
/// # Errors
/// As [`walk`]; as [`idempotency::once`].
pub async fn walk_once(
    cx: &Cx,
    key: &str,
    id: InspectionId,
    found: bool,
    words: &str,
) -> Result<(), AppError> {
    let words = words.trim().to_owned();
    let content = format!("{id} {found} {words}");
    let own = cx.clone();
    idempotency::once(cx, key, "catalogue/inspections/walk", &content, move |tx| {
        Box::pin(async move { end(&own, tx, id, found, &words, &[]).await })
    })
    .await
}

/// The round that is walked, if it can be, and so.
async fn walked(cx: &Cx, tx: &mut Tx, id: InspectionId, found: bool, words: &str) -> Result<Round, AppError> {
    let round = round::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    cx.must_cover(&round.path)?;
    if found && words.is_empty() {
        return Err(AppError::invalid("words", "请写一句发现了什么、在哪里。"));
    }
    if words.chars().count() > LONGEST {
        return Err(AppError::invalid(
            "words",
            format!("太长了，最多 {LONGEST} 个字。"),
        ));
    }
    if round.state == "open" {
        Ok(round)
    } else {
        Err(ended())
    }
}

fn ended() -> AppError {
    AppError::Conflict("这一次已经有人巡查过，或者已经过期、停掉了。".into())
}

/// As [`walk`], with photos that whoever works there can look at.
///
/// # Errors
/// As [`walk`]; [`AppError::Invalid`] for a photo that is none.
pub async fn walk_with(
    cx: &Cx,
    id: InspectionId,
    found: bool,
    words: &str,
    photos: Vec<Vec<u8>>,
) -> Result<(), AppError> {
    let words = words.trim();
    let mut uploads = Vec::new();
    if !photos.is_empty() {
        // What is wrong with the rest is said before photos are worked on.
        let mut tx = cx.read().await?;
        walked(cx, &mut tx, id, found, words).await?;
    }
    for photo in photos {
        uploads.push(upload::receive_photo(cx, photo).await?.id);
    }
    let mut tx = cx.write().await?;
    end(cx, &mut tx, id, found, words, &uploads).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends the round in `tx`, with what follows from it; `words` are trimmed.
async fn end(
    cx: &Cx,
    tx: &mut Tx,
    id: InspectionId,
    found: bool,
    words: &str,
    photos: &[RecordId],
) -> Result<(), AppError> {
    let round = walked(cx, tx, id, found, words).await?;
    let sealed = (!words.is_empty()).then(|| cx.keys().seal_for(Field::Note, RecordId(id.0), words));
    let (now, by) = (tx.now(), cx.who().user);
    if execute!(tx, DONE, id, found, sealed, now, by)? == 0 {
        return Err(ended());
    }
    photo::claim(tx, id, photos).await?;
    task::finish_all(cx, tx, &INSPECTION, RecordId(id.0)).await?;
    if found {
        report(cx, tx, &round).await?;
    }
    tx.audit(Audit::new("catalogue.inspection.walk", "inspection", id.0).at(&round.path))
        .await?;
    tx.publish(Event {
        topic: format!("path/{}", round.path),
        kind: "catalogue.inspection.walked",
        subject: Some(RecordId(id.0)),
        data: json!({ "found": found }),
    })
    .await?;
    Ok(())
}

/// What was found is somebody's to see to, in the time that the list promises. The words stay sealed where they are: a task's title
/// stands in lists, and leads to them.
async fn report(cx: &Cx, tx: &mut Tx, round: &Round) -> Result<(), AppError> {
    let item = round::what(tx, round).await?;
    let name = item.as_ref().map_or(GONE, |item| &item.name);
    let title = format!("{name}（{}）", round.name);
    let href = format!("/inspections/round?id={}", round.id);
    let new = NewTask {
        kind: FINDING,
        subject: RecordId(round.id.0),
        node: round.grid_id,
        title: &title,
        href: Some(&href),
        holder: Holder::Role(Role::GridLead, round.grid_id),
        limit: promised(item.as_ref().map_or(TimeLimit::AtOnce, |item| item.limit)),
        since: None,
    };
    task::open(cx, tx, &new).await?;
    Ok(())
}

/// The time that the list promises; to the end of the day where it promises none.
fn promised(limit: TimeLimit) -> Limit {
    match limit {
        TimeLimit::WorkingDays(n) => Limit::WorkingDays(n),
        TimeLimit::Hours(n) => Limit::Hours(n),
        TimeLimit::AtOnce => Limit::WorkingDays(0),
    }
}
