//! Photos of points: added by those who keep the point, offered by anybody who is signed in, looked at before they are shown.
//!
//! Who may not see a point sees no photo of it. One that waits is seen by whoever offered it and by those who keep the point; once it
//! is refused its picture is gone, and only the reason stays, for whoever offered it.

mod decide;
mod routes;
mod store;
pub mod upkeep;

use std::time::Duration;

use db::{Audit, Cx, Event, Tx, throttle, upload};
use shared::{AppError, FieldErrors, RecordId, photo::FIELD};

use super::{
    keeps,
    store::{self as points, Stored as Point},
    works_at,
};
use crate::model::{
    PointId,
    photo::{Adding, MOST, Photo, PhotoId, State, described},
};

pub use decide::{approve, count, no_page, refuse, waiting, waiting_below};
#[cfg(test)]
pub(super) use routes::found;
pub use routes::{routes, uploads};
pub(super) use store::{Given, given};

/// What uploads of photos are claimed for, with the id of the point.
const RECORD: &str = "poi";
/// Photos that one person may offer in a day.
const OFFERS: i64 = 20;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The point, if the viewer may see it and it is there.
async fn seen(cx: &Cx, tx: &mut Tx, id: PointId) -> Result<Point, AppError> {
    let point = points::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    if sees(cx, &point) && point.valid_to.is_none() {
        Ok(point)
    } else {
        Err(AppError::NotFound)
    }
}

fn sees(cx: &Cx, point: &Point) -> bool {
    point.kind.is_public() || works_at(cx, &point.path)
}

/// What the viewer is shown of a point's photos, and what they may do about them.
///
/// # Errors
/// What the database answers.
pub async fn of_point(cx: &Cx, tx: &mut Tx, point: &Point) -> Result<(Vec<Photo>, Adding), AppError> {
    let (user, keeps) = (cx.who().user, keeps(cx, &point.path));
    let found = store::of_point(tx, point.id, keeps, user).await?;
    let photos = found
        .into_iter()
        .map(|stored| {
            let own = user.is_some() && stored.created_by == user;
            Photo {
                id: stored.id,
                state: stored.state,
                size: stored.size(),
                alt: stored.alt,
                why: stored.why,
                own,
                may_remove: own || (keeps && stored.state == State::Shown),
            }
        })
        .collect();
    Ok((photos, adding(cx, tx, point).await?))
}

async fn adding(cx: &Cx, tx: &mut Tx, point: &Point) -> Result<Adding, AppError> {
    if point.valid_to.is_some() {
        return Ok(Adding::Nothing);
    }
    let user = cx.who().user;
    let counts = store::counts(tx, point.id, user).await?;
    Ok(if counts.shown >= MOST {
        Adding::Full
    } else if keeps(cx, &point.path) {
        Adding::Add
    } else if user.is_none() {
        Adding::AfterSigningIn
    } else if counts.own > 0 {
        Adding::Waits
    } else if counts.waiting >= MOST {
        Adding::Full
    } else {
        Adding::Offer
    })
}

/// The state of a photo that the viewer adds now, or why they may not.
async fn beginning(cx: &Cx, tx: &mut Tx, point: &Point) -> Result<State, AppError> {
    let words = match adding(cx, tx, point).await? {
        Adding::Add => return Ok(State::Shown),
        Adding::Offer => return Ok(State::Waiting),
        Adding::AfterSigningIn => return Err(AppError::Unauthenticated),
        Adding::Nothing => return Err(AppError::NotFound),
        Adding::Waits => "您提供的上一张还在等待审核，有了结果再提供下一张。".to_owned(),
        Adding::Full => format!("这里的照片够多了，最多 {MOST} 张。"),
    };
    Err(AppError::invalid(FIELD, words))
}

/// Adds a photo to a point, or offers it, if the viewer does not keep the point; says which.
///
/// # Errors
/// [`AppError::Invalid`] by field; [`AppError::NotFound`] for a point that the viewer may not see, or that is there no more;
/// [`AppError::TooManyRequests`] for who offers too many.
pub async fn add(cx: &Cx, id: PointId, alt: &str, photo: Option<Vec<u8>>) -> Result<State, AppError> {
    let user = cx.user()?;
    let state = {
        let mut tx = cx.read().await?;
        let point = seen(cx, &mut tx, id).await?;
        beginning(cx, &mut tx, &point).await?
    };
    let mut errors = FieldErrors::default();
    let alt = described(&mut errors, alt);
    errors.check(photo.is_some(), FIELD, "请选一张照片。");
    errors.finish()?;
    if state == State::Waiting {
        throttle::take(cx, &format!("poi.photo/{user}"), OFFERS, DAY).await?;
    }
    let upload = upload::receive_photo(cx, photo.unwrap_or_default()).await?;

    let mut tx = cx.write().await?;
    if !store::hold(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    let point = seen(cx, &mut tx, id).await?;
    let state = beginning(cx, &mut tx, &point).await?;
    let photo = store::insert(&mut tx, id, upload.id, state, &alt, user).await?;
    upload::claim(&mut tx, upload.id, RECORD, RecordId(id.0)).await?;
    let action = match state {
        State::Shown => "poi.photo.add",
        _ => "poi.photo.offer",
    };
    told(&mut tx, action, photo, &point, state == State::Shown).await?;
    tx.commit().await?;
    Ok(state)
}

/// Deletes a photo, one's own or one that is shown of a point that one keeps; returns its point. What waits is refused, with a reason.
///
/// # Errors
/// [`AppError::NotFound`] for anybody else.
pub async fn remove(cx: &Cx, id: PhotoId) -> Result<PointId, AppError> {
    let user = cx.user()?;
    let mut tx = cx.write().await?;
    let stored = store::by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let point = points::by_id(&mut tx, stored.poi_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let kept = stored.state == State::Shown && keeps(cx, &point.path);
    if stored.created_by != Some(user) && !kept {
        return Err(AppError::NotFound);
    }
    drop_one(&mut tx, &stored).await?;
    told(
        &mut tx,
        "poi.photo.remove",
        id,
        &point,
        stored.state == State::Shown,
    )
    .await?;
    tx.commit().await?;
    Ok(point.id)
}

/// The photo, its upload and, after the commit, its bytes.
async fn drop_one(tx: &mut Tx, stored: &store::Stored) -> Result<(), AppError> {
    if !store::delete(tx, stored.id).await? {
        return Err(AppError::NotFound);
    }
    if let Some(upload) = stored.upload_id {
        upload::remove(tx, upload).await?;
    }
    Ok(())
}

/// Lets all photos of a point go, with the transaction in which it ends.
///
/// # Errors
/// What the database answers.
pub async fn release(tx: &mut Tx, point: PointId) -> Result<(), AppError> {
    store::delete_all(tx, point).await?;
    for upload in upload::of_record(tx, RECORD, RecordId(point.0)).await? {
        upload::remove(tx, upload.id).await?;
    }
    Ok(())
}

/// Tells whoever is shown the point, where it is on public pages; else those only who work there.
async fn told(
    tx: &mut Tx,
    action: &'static str,
    photo: PhotoId,
    point: &Point,
    everybody: bool,
) -> Result<(), AppError> {
    tx.audit(Audit::new(action, "poi_photo", photo.0).at(&point.path))
        .await?;
    let topic = if everybody && point.kind.is_public() {
        "poi".to_owned()
    } else {
        format!("path/{}", point.path)
    };
    tx.publish(Event {
        topic,
        kind: "poi.photo.changed",
        subject: Some(RecordId(point.id.0)),
        data: serde_json::json!({}),
    })
    .await?;
    Ok(())
}
