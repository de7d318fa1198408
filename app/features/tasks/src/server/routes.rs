//! Where the calendar page's form sends the file. The answer leads back to the page, so that it works without script.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart},
    http::HeaderMap,
    response::Response,
    routing::post,
};
use db::access::Request;
use orgs::{
    model::Refusal,
    server::{
        photo::answer_fields,
        sent::{Sent, refuse},
    },
};
use shared::Permission;

use super::calendar::staged;
use crate::{
    SEND_CALENDAR,
    model::{LARGEST_FILE, file_too_large},
};

const PAGE: &str = "/admin/calendar";

/// Where a file is sent. It bounds what it reads itself, and takes as long as a slow line needs.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(SEND_CALENDAR, post(upload).layer(DefaultBodyLimit::disable()))
}

async fn upload(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::CalendarManage) {
        Ok(cx) => cx,
        Err(error) => return refuse(&headers, PAGE, &error),
    };
    let (sent, read) = Sent::read_typed(form, LARGEST_FILE).await;
    let kept = match read {
        Ok(()) => staged::keep(&cx, &sent.file_name, sent.field("source"), sent.content.to_vec()).await,
        Err(error) => Err(error),
    };
    let outcome = kept.map(|id| format!("{PAGE}?id={id}")).map_err(|error| {
        // That of the imports tells another size.
        match Refusal::of(&error) {
            Some(Refusal::Large) => file_too_large(),
            _ => error,
        }
    });
    answer_fields(&headers, PAGE, SEND_CALENDAR, sent.into_fields(), outcome)
}
