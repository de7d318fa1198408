//! Where the forms of the import page send. The answer leads back to the page, so that they work without script.

use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, Multipart},
    http::HeaderMap,
    response::Response,
    routing::post,
};
use db::access::Request;
use orgs::{
    model::Refusal,
    server::sent::{self, Sent},
};
use serde::Deserialize;
use shared::{AppError, Permission, RecordId, datum::Datum};
use ui::sending::Done;

use super::import::staged;
use crate::model::Counts;

/// The address of the page and of the routes behind its forms.
pub const PAGE: &str = "/admin/people/import";
const UPLOAD: &str = "/admin/people/import/upload";
const APPLY: &str = "/admin/people/import/apply";

/// The pillar's routes beside its pages and server functions. They bound what they read themselves, and take as long as a slow
/// line needs for a large file.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(UPLOAD, post(receive).layer(DefaultBodyLimit::disable()))
        .route(APPLY, post(apply))
}

async fn receive(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::PeopleImport) {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let read = async {
        let sent = Sent::read(form).await?;
        // Only a file with places needs one; that it does is among its faults.
        let datum = match sent.field("datum") {
            "" => None,
            named => Some(named.parse::<Datum>().map_err(|_| Refusal::Datum.error())?),
        };
        Ok((sent, datum))
    };
    let (sent, datum) = match read.await {
        Ok(read) => read,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    sent::answer(&headers, request.trace, PAGE, move |steps| async move {
        let (id, preview) = staged::receive(&cx, &sent.file_name, sent.content, datum, &steps).await?;
        Ok(Done {
            to: format!("{PAGE}?id={id}"),
            shown: serde_json::to_value(preview).unwrap_or_default(),
        })
    })
    .await
}

/// What the page's form says: which file, and what its preview counted.
#[derive(Deserialize)]
struct Applying {
    id: String,
    #[serde(flatten)]
    seen: Seen,
}

/// [`Counts`] as a form has them: every one a text.
#[derive(Deserialize)]
struct Seen {
    estates: String,
    buildings: String,
    rooms: String,
    areas: String,
    // Of a page that was opened before there were these: it is shown anew.
    #[serde(default)]
    places: String,
    #[serde(default)]
    services: String,
    #[serde(default)]
    groups: String,
    households: String,
    new: String,
    changed: String,
    moved: String,
    unchanged: String,
}

impl Seen {
    fn counts(&self) -> Option<Counts> {
        Some(Counts {
            estates: self.estates.parse().ok()?,
            buildings: self.buildings.parse().ok()?,
            rooms: self.rooms.parse().ok()?,
            areas: self.areas.parse().ok()?,
            places: self.places.parse().ok()?,
            services: self.services.parse().ok()?,
            groups: self.groups.parse().ok()?,
            households: self.households.parse().ok()?,
            new: self.new.parse().ok()?,
            changed: self.changed.parse().ok()?,
            moved: self.moved.parse().ok()?,
            unchanged: self.unchanged.parse().ok()?,
        })
    }
}

async fn apply(
    Extension(request): Extension<Request>,
    headers: HeaderMap,
    Form(applying): Form<Applying>,
) -> Response {
    let asked = request.require(Permission::PeopleImport).and_then(|cx| {
        let id: RecordId = applying.id.parse().map_err(|_| AppError::NotFound)?;
        Ok((cx, id, applying.seen.counts().ok_or(AppError::NotFound)?))
    });
    let (cx, id, seen) = match asked {
        Ok(asked) => asked,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let page = format!("{PAGE}?id={id}");
    let to = page.clone();
    sent::answer(&headers, request.trace, &page, move |steps| async move {
        staged::apply_staged(&cx, id, seen, &steps).await?;
        Ok(Done::to(to))
    })
    .await
}
