//! Where the form of a point's page sends a photo, and where pages have photos from.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use db::{
    Cx,
    access::Request,
    upload::{self, Keep},
};
use orgs::server::{
    photo::{Sent, answer, hidden, show},
    sent,
};
use shared::AppError;

use super::{points, sees, store};
use crate::{
    ADD_PHOTO,
    model::{
        PointId,
        photo::{PhotoId, State},
    },
    server::keeps,
};

/// Where photos are had from.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/places/photo/{id}", get(photo))
}

/// Where one is sent. It bounds what it reads itself, and takes as long as a slow line needs.
pub fn uploads<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(ADD_PHOTO, post(add).layer(DefaultBodyLimit::disable()))
}

async fn add(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a photo is told before it is read.
    let cx = match request.signed_in() {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, "/places", &error),
    };
    let mut form = Sent::read(form, 1).await;
    let Ok(point) = form.field("id").parse::<PointId>() else {
        return sent::refuse(&headers, "/places", &AppError::NotFound);
    };
    let page = format!("/places/point?id={point}");
    let outcome = match form.take_photos() {
        Ok(photos) => super::add(&cx, point, form.field("alt"), photos.into_iter().next()).await,
        Err(error) => Err(error),
    };
    let to = outcome.map(|state| {
        let done = if state == State::Shown { "photo" } else { "offered" };
        format!("{page}&done={done}")
    });
    answer(&headers, &page, ADD_PHOTO, form, to)
}

/// `/places/photo/ID`
async fn photo(
    Extension(request): Extension<Request>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cx = request.public();
    let answer = async {
        let id: PhotoId = id.parse().map_err(|_| AppError::NotFound)?;
        let (upload, keep) = found(&cx, id).await?;
        show(&cx, &upload, keep, &headers).await
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The upload of a photo that the viewer may see, and who may keep it.
pub async fn found(cx: &Cx, id: PhotoId) -> Result<(upload::Upload, Keep), AppError> {
    let mut tx = cx.read().await?;
    let stored = store::by_id(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let point = points::by_id(&mut tx, stored.poi_id)
        .await?
        .ok_or(AppError::NotFound)?;
    let user = cx.who().user;
    let own = user.is_some() && stored.created_by == user;
    let may = sees(cx, &point) && (stored.state == State::Shown || own || keeps(cx, &point.path));
    let upload = match stored.upload_id.filter(|_| may) {
        Some(upload) => upload::find(&mut tx, upload).await?,
        None => None,
    };
    let keep = if stored.state == State::Shown && point.kind.is_public() {
        Keep::Everybody
    } else {
        Keep::Viewer
    };
    Ok((upload.ok_or(AppError::NotFound)?, keep))
}
