//! What waits, looked at by those who keep the point: shown, or refused with a reason.

use db::{Cx, DbError, Tx, upload};
use notices::{Notice, model::Kind as News};
use shared::{AppError, Cursor, FieldErrors, Page, RecordId, Timestamp, scope::PathRange};

use super::{
    points,
    store::{self, Stored},
    told,
};
use crate::model::{
    Unit,
    photo::{MOST, PhotoId, Waiting, WaitingPage, described, reason},
};

/// Rows of a page.
const PAGE: usize = 20;

/// The photos that wait where the viewer keeps points, the oldest first.
///
/// # Errors
/// [`AppError::Invalid`] for an address that is none, or what the database answers.
pub async fn waiting(cx: &Cx, after: Option<Cursor>) -> Result<WaitingPage, AppError> {
    let after = match after {
        None => (Timestamp(i64::MIN), PhotoId(uuid::Uuid::nil())),
        Some(cursor) => {
            let at = cursor.key.parse().map_err(|_| no_page())?;
            (Timestamp(at), PhotoId(cursor.id))
        }
    };
    let mut tx = cx.read().await?;
    let mut found = Vec::new();
    for range in cx.scope.ranges() {
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        found.extend(store::waiting(&mut tx, &range, after, limit).await?);
    }
    found.sort_by_key(|one| (one.created_at, one.id));
    let page = Page::cut(found, PAGE, |one| Cursor {
        key: one.created_at.0.to_string(),
        id: one.id.0,
    });
    let rows = page.rows.into_iter().map(|one| Waiting {
        id: one.id,
        size: one.width.zip(one.height),
        alt: one.alt,
        at: one.created_at,
        point: one.poi_id,
        name: one.name,
        kind: one.kind,
        unit: Unit {
            code: one.code.to_string(),
            name: one.unit,
        },
    });
    Ok(WaitingPage {
        now: tx.now(),
        rows: Page {
            rows: rows.collect(),
            next: page.next,
        },
    })
}

/// What is said of an address that no page of the list has.
pub fn no_page() -> AppError {
    AppError::invalid("after", "这一页的地址不对，请从第一页看起。")
}

/// How many photos wait where the viewer keeps points.
///
/// # Errors
/// What the database answers.
pub async fn count(cx: &Cx) -> Result<i64, AppError> {
    let mut tx = cx.read().await?;
    let mut count = 0;
    for range in cx.scope.ranges() {
        count += store::count_waiting(&mut tx, &range).await?;
    }
    Ok(count)
}

/// How many photos wait at and below `path`.
///
/// # Errors
/// [`DbError::Sql`].
pub async fn waiting_below(tx: &mut Tx, path: &str) -> Result<i64, DbError> {
    store::count_waiting(tx, &PathRange::below(path)).await
}

/// The photo and its point, held until this transaction ends, where the viewer keeps it.
async fn held(cx: &Cx, tx: &mut Tx, id: PhotoId) -> Result<(Stored, points::Stored), AppError> {
    let stored = store::by_id(tx, id).await?.ok_or(AppError::NotFound)?;
    if !store::hold(tx, stored.poi_id).await? {
        return Err(AppError::NotFound);
    }
    let point = points::by_id(tx, stored.poi_id)
        .await?
        .ok_or(AppError::NotFound)?;
    cx.must_cover(&point.path)?;
    Ok((stored, point))
}

fn decided() -> AppError {
    AppError::Conflict("这张照片已经有人处理过了，请刷新看一下。".into())
}

/// Shows a photo that waits, with its description as whoever keeps the point wants it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope, [`AppError::Invalid`] without a description, [`AppError::Conflict`] if it waits no more
/// or there is no room.
pub async fn approve(cx: &Cx, id: PhotoId, alt: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (stored, point) = held(cx, &mut tx, id).await?;
    let mut errors = FieldErrors::default();
    let alt = described(&mut errors, alt);
    errors.finish()?;
    if store::counts(&mut tx, point.id, None).await?.shown >= MOST {
        let words = format!("这个点位已经有 {MOST} 张照片。请先删掉一张，或者不采用这一张。");
        return Err(AppError::Conflict(words));
    }
    let by = cx.who().user;
    if !store::approve(&mut tx, id, &alt, by).await? {
        return Err(decided());
    }
    told(&mut tx, "poi.photo.approve", id, &point, true).await?;
    tell(&mut tx, cx, &stored, &point, News::PhotoShown, "").await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses a photo that waits, with a reason for whoever offered it. The picture goes.
///
/// # Errors
/// As [`approve`].
pub async fn refuse(cx: &Cx, id: PhotoId, why: &str) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let (stored, point) = held(cx, &mut tx, id).await?;
    let why = reason(why)?;
    let by = cx.who().user;
    if !store::refuse(&mut tx, id, &why, by).await? {
        return Err(decided());
    }
    if let Some(upload) = stored.upload_id {
        upload::remove(&mut tx, upload).await?;
    }
    told(&mut tx, "poi.photo.refuse", id, &point, false).await?;
    tell(&mut tx, cx, &stored, &point, News::PhotoRefused, &why).await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever offered it hears what became of it, unless they decided themselves.
async fn tell(
    tx: &mut Tx,
    cx: &Cx,
    stored: &Stored,
    point: &points::Stored,
    news: News,
    why: &str,
) -> Result<(), AppError> {
    let Some(to) = stored.created_by.filter(|to| Some(*to) != cx.who().user) else {
        return Ok(());
    };
    let notice = Notice::new(to, news, format!("poi.photo/{}", stored.id))
        .about(RecordId(stored.id.0))
        .leads_to(format!("/places/point?id={}", point.id))
        .fact("point", &*point.name)
        .fact("why", why);
    notices::send(tx, &notice).await?;
    Ok(())
}
