//! Where the calendar page's form sends the file. The answer leads back to the page, so that it works without script.

use axum::{
    Extension, Router,
    extract::{
        DefaultBodyLimit, Multipart,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use db::access::Request;
use orgs::server::sent::soon;
use shared::{AppError, Permission};

use super::calendar::{file::MAX_BYTES, staged};

const PAGE: &str = "/admin/calendar";
/// What the form has around the file.
const FORM_BYTES: usize = 64 << 10;

/// The pillar's routes beside its pages and server functions.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(
        "/admin/calendar/upload",
        post(upload).layer(DefaultBodyLimit::max(MAX_BYTES + FORM_BYTES)),
    )
}

async fn upload(Extension(request): Extension<Request>, form: Multipart) -> Response {
    // Who may not send a file is told before it is read.
    let cx = match request.require(Permission::CalendarManage) {
        Ok(cx) => cx,
        Err(error) => return refuse(&error),
    };
    let sent = match Sent::read(form).await {
        Ok(sent) => sent,
        Err(fault) => return back(fault),
    };
    match staged::keep(&cx, &sent.name, &sent.source, sent.content).await {
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
    source: String,
    content: Vec<u8>,
}

impl Sent {
    async fn read(mut form: Multipart) -> Result<Self, &'static str> {
        let mut sent = Self::default();
        while let Some(mut field) = soon(form.next_field()).await.map_err(slow)?.map_err(unread)? {
            match field.name() {
                Some("file") => {
                    sent.name = field.file_name().unwrap_or_default().to_owned();
                    sent.content = whole(&mut field).await?;
                }
                Some("source") => {
                    sent.source = String::from_utf8_lossy(&whole(&mut field).await?).into_owned();
                }
                _ => {
                    whole(&mut field).await?;
                }
            }
        }
        if sent.content.is_empty() {
            Err("empty")
        } else {
            Ok(sent)
        }
    }
}

async fn whole(field: &mut Field<'_>) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    while let Some(chunk) = soon(field.chunk()).await.map_err(slow)?.map_err(unread)? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn slow(_: AppError) -> &'static str {
    "slow"
}

fn unread(error: MultipartError) -> &'static str {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        "large"
    } else {
        "read"
    }
}
