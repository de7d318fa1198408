//! Where the import page's form sends the file. The answer leads back to the page, so that it works without script.

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use db::access::Request;
use shared::{AppError, Date, Permission};

use super::import::{file, staged};

/// The address of the page and of the route behind its form.
pub const PAGE: &str = "/admin/orgs/import";
const ROUTE: &str = "/admin/orgs/import/upload";
/// What the form has around the file.
const FORM_BYTES: usize = 64 << 10;

/// The pillar's routes beside its pages and server functions.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(
        ROUTE,
        post(receive).layer(DefaultBodyLimit::max(file::MAX_BYTES + FORM_BYTES)),
    )
}

async fn receive(Extension(request): Extension<Request>, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::OrgImport) {
        Ok(cx) => cx,
        Err(error) => return refuse(&error),
    };
    let sent = match Sent::read(form).await {
        Ok(sent) => sent,
        Err(fault) => return back(fault),
    };
    let effective = sent.effective.unwrap_or_else(|| cx.now().date());
    if effective > cx.now().date() {
        return back("date");
    }
    match staged::keep(&cx, &sent.name, sent.content, effective).await {
        Ok(id) => Redirect::to(&format!("{PAGE}?id={id}")).into_response(),
        Err(AppError::TooLarge) => back("large"),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}

/// Back to the page, which has a sentence for each fault.
fn back(fault: &str) -> Response {
    Redirect::to(&format!("{PAGE}?fault={fault}")).into_response()
}

#[derive(Default)]
struct Sent {
    name: String,
    content: Vec<u8>,
    effective: Option<Date>,
}

impl Sent {
    async fn read(mut form: Multipart) -> Result<Self, &'static str> {
        let mut sent = Self::default();
        let unread = |error: axum::extract::multipart::MultipartError| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                "large"
            } else {
                "read"
            }
        };
        while let Some(field) = form.next_field().await.map_err(unread)? {
            match field.name() {
                Some("file") => {
                    sent.name = field.file_name().unwrap_or_default().to_owned();
                    sent.content = field.bytes().await.map_err(unread)?.to_vec();
                }
                Some("effective") => {
                    let text = field.text().await.map_err(unread)?;
                    if !text.trim().is_empty() {
                        sent.effective = Some(text.trim().parse().map_err(|_| "date")?);
                    }
                }
                _ => {}
            }
        }
        if sent.content.is_empty() {
            Err("empty")
        } else {
            Ok(sent)
        }
    }
}
