//! Plain routes of the server: what is no page and no server function.

use axum::{
    Extension, Router,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use db::access::Request;
use shared::AppError;

use super::export;

/// The routes of this pillar, for any state.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/me/data/export", get(download))
}

/// The zip of one's own data.
async fn download(Extension(request): Extension<Request>) -> Response {
    let archive = async { export::archive(&request.signed_in()?).await };
    match archive.await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "application/zip"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"linli-my-data.zip\""),
                (header::CACHE_CONTROL, "no-store"),
            ],
            bytes,
        )
            .into_response(),
        Err(AppError::Unauthenticated) => Redirect::to("/sign-in?next=/me/data").into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.message()).into_response()
        }
    }
}
