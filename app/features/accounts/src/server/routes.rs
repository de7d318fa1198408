//! Plain routes of the server: what is no page and no server function.

use axum::{
    Extension, Router,
    body::Body,
    extract::Query,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{access::Request, audit::export::Format};
use serde::Deserialize;
use shared::{AppError, Permission};

use super::{audit, export, export::Holdings};

/// The routes of this pillar, for any state; the export also has what `holdings` says.
pub fn routes<S: Clone + Send + Sync + 'static>(holdings: Holdings) -> Router<S> {
    Router::new()
        .route("/me/data/export", get(download).layer(Extension(holdings)))
        .route("/admin/audit/export", get(audit_log))
}

/// The zip of one's own data, as it is made.
async fn download(
    Extension(request): Extension<Request>,
    Extension(holdings): Extension<Holdings>,
) -> Response {
    let archive = async { export::archive(&request.signed_in()?, &holdings).await };
    match archive.await {
        Ok(archive) => (
            [
                (header::CONTENT_TYPE, "application/zip"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"linli-my-data.zip\"",
                ),
                (header::CACHE_CONTROL, "no-store"),
            ],
            Body::from_stream(archive.stream()),
        )
            .into_response(),
        Err(error) => refused(&error),
    }
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, error.message()).into_response()
}

/// The filter of the log's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    action: String,
    phone: String,
    record: String,
    from: String,
    to: String,
}

/// The audit log as CSV, a page at a time.
async fn audit_log(Extension(request): Extension<Request>, Query(wanted): Query<Wanted>) -> Response {
    let begun = async {
        let cx = request.require(Permission::AuditExport)?;
        let filter = audit::filter(
            &cx,
            &wanted.action,
            &wanted.phone,
            &wanted.record,
            &wanted.from,
            &wanted.to,
        )
        .await?;
        db::audit::export::export(&cx, filter, Format::Csv).await
    };
    match begun.await {
        Ok(stream) => (
            [
                (header::CONTENT_TYPE, Format::Csv.media_type()),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
                (header::CACHE_CONTROL, "no-store"),
            ],
            Body::from_stream(stream),
        )
            .into_response(),
        Err(error) => refused(&error),
    }
}
