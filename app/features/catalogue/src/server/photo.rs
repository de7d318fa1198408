//! Photos of rounds: sent with what was found, had by those only who may read it, gone once nobody can.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use db::{
    Cx, DbError, Tx,
    access::Request,
    on,
    upload::{self, Keep, Upload},
};
use orgs::server::{
    photo::{Sent, answer, hidden, show},
    sent,
};
use shared::{AppError, Permission, RecordId};

use super::{
    QUARTER, found,
    walk::{self, FINDING},
};
use crate::{
    WALK,
    model::{InspectionId, MOST_PHOTOS},
};

/// What uploads of photos are claimed for, with the id of the round.
const RECORD: &str = "inspection";
const PAGE: &str = "/inspections";

// As long as `found::readable` finds the round, somebody can look at its photos.
const FORGOTTEN: &str = "select u.id from upload u join inspection i on i.id = u.record_id \
    where u.record_kind = 'inspection' and i.valid_until <= $1 and not exists (select 1 from task t \
    where t.subject_id = i.id and t.kind = $2 and t.ended_at is null) order by u.id limit 200";

/// Where photos are had from.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/inspections/photo/{id}", get(photo))
}

/// Where a round is sent with photos. It bounds what it reads itself, and takes as long as a slow line needs.
pub fn uploads<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(WALK, post(walk).layer(DefaultBodyLimit::disable()))
}

async fn walk(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a round is told before it is read.
    let cx = match request.require(Permission::Inspect) {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let mut form = Sent::read(form, MOST_PHOTOS).await;
    let Ok(id) = form.field("id").parse::<InspectionId>() else {
        return sent::refuse(&headers, PAGE, &AppError::NotFound);
    };
    let found = form.field("found") == "true";
    let outcome = match form.take_photos() {
        Ok(photos) => walk::walk_with(&cx, id, found, form.field("words"), photos).await,
        Err(error) => Err(error),
    };
    let done = if found { "found" } else { "walked" };
    let to = outcome.map(|()| format!("{PAGE}?done={done}"));
    answer(&headers, PAGE, WALK, form, to)
}

/// `/inspections/photo/ID`
async fn photo(
    Extension(request): Extension<Request>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let cx = request.require(Permission::Inspect)?;
        let id: RecordId = id.parse().map_err(|_| AppError::NotFound)?;
        let upload = readable(&cx, id).await?;
        show(&cx, &upload, Keep::Viewer, &headers).await
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The photo, if the viewer may read its round.
pub(super) async fn readable(cx: &Cx, id: RecordId) -> Result<Upload, AppError> {
    let mut tx = cx.read().await?;
    let upload = upload::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let of = upload
        .record_id
        .filter(|_| upload.record_kind.as_deref() == Some(RECORD));
    let round = InspectionId(of.ok_or(AppError::NotFound)?.0);
    found::readable(cx, &mut tx, round).await?;
    Ok(upload)
}

/// Ties photos to their round, with the transaction that ends it.
pub(super) async fn claim(tx: &mut Tx, round: InspectionId, photos: &[RecordId]) -> Result<(), AppError> {
    for photo in photos {
        upload::claim(tx, *photo, RECORD, RecordId(round.0)).await?;
    }
    Ok(())
}

/// The photos of a round, the oldest first.
pub(super) async fn of(tx: &mut Tx, round: InspectionId) -> Result<Vec<Upload>, DbError> {
    upload::of_record(tx, RECORD, RecordId(round.0)).await
}

/// Lets photos go that nobody can look at any more; how many.
///
/// # Errors
/// What the database answers.
pub async fn forget(cx: &Cx) -> Result<usize, AppError> {
    let mut gone = 0;
    loop {
        let mut tx = cx.write().await?;
        let before = tx.now().date().plus_days(-QUARTER);
        let some: Vec<RecordId> = on!(tx, |c| sqlx::query_scalar(FORGOTTEN)
            .bind(before)
            .bind(FINDING.key)
            .fetch_all(c)
            .await)?;
        for id in &some {
            upload::remove(&mut tx, *id).await?;
        }
        tx.commit().await?;
        if some.is_empty() {
            return Ok(gone);
        }
        gone += some.len();
    }
}
