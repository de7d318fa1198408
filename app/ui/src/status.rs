//! The HTTP status of a page that was rendered on the server. In the browser there is none to set.

use shared::AppError;

/// Answers with the status that belongs to `error`: a page that says "not found" is a 404.
pub fn set_from(error: &AppError) {
    set(error.status());
}

/// Answers with `status`.
pub fn set(status: u16) {
    #[cfg(feature = "ssr")]
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = http::StatusCode::from_u16(status)
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
