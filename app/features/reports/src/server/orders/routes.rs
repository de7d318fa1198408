//! Where files of orders come in and go out. The answer to a file leads to the page that shows what it would do.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Query},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use db::access::Request;
use orgs::server::sent::{self, Sent};
use serde::Deserialize;
use shared::{AppError, Permission};
use ui::sending::Done;

use super::{export, import};
use crate::server::figures::Format;

/// The page that has the form, and the one that shows a file.
const PAGE: &str = "/admin/reports/orders";
const SHOWN: &str = "/admin/reports/orders/import";
const UPLOAD: &str = "/admin/reports/orders/import/upload";
const EXPORT: &str = "/admin/reports/orders/export";

/// What is to be given back, as a file.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(EXPORT, get(file))
}

/// Where files come in: they take as long as a slow line needs.
pub fn uploads<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(UPLOAD, post(receive).layer(DefaultBodyLimit::disable()))
}

async fn receive(Extension(request): Extension<Request>, headers: HeaderMap, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::ReportDispatch) {
        Ok(cx) => cx,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    let sent = match Sent::read(form).await {
        Ok(sent) => sent,
        Err(error) => return sent::refuse(&headers, PAGE, &error),
    };
    sent::answer(&headers, request.trace, PAGE, move |_steps| async move {
        let platform = sent.field("platform").to_owned();
        let id = import::receive(&cx, &sent.file_name, &sent.content, &platform).await?;
        Ok(Done::to(format!("{SHOWN}?id={id}")))
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(rename = "as")]
    format: String,
}

async fn file(Extension(request): Extension<Request>, Query(asked): Query<Asked>) -> Response {
    let format = asked.format.parse().unwrap_or(Format::Xlsx);
    let made = async {
        let cx = request.require(Permission::ReportDispatch)?;
        export::export(&cx, format).await
    };
    match made.await {
        Ok((file, name)) => {
            // A date and an ending: nothing that a header cannot hold.
            let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            let named = named.unwrap_or(HeaderValue::from_static("attachment"));
            let kind = HeaderValue::from_static(format.media_type());
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CONTENT_DISPOSITION, named),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, file).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}
