//! Answers for what failed outside a page: each says what happened and what to do, as a page or as JSON.

use std::any::Any;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use shared::AppError;

/// An error as the browser wants it: JSON for scripts, a small page for people.
pub fn respond(error: &AppError, headers: &HeaderMap) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"));
    let mut response = if html {
        (status, axum::response::Html(page(error))).into_response()
    } else {
        (status, axum::Json(error)).into_response()
    };
    if let AppError::TooManyRequests { retry_after_s } = error
        && let Ok(value) = HeaderValue::from_str(&retry_after_s.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page without scripts and without the session: it must work when nothing else does.
fn page(error: &AppError) -> String {
    let text = error.message().replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>没有成功 · 邻里</title></head>\
         <body><main><h1>没有成功</h1><p>{text}</p><p><a href=\"/\">回首页</a></p></main></body></html>"
    )
}

/// Gives the error of a server function the status that belongs to it (server_fn itself knows only 500).
pub async fn server_function_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key("serverfnerror")
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, 1 << 20).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
        parts
            .headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(bytes))
}

/// The answer to a panic, in the shape that `accept` asks for; logged under the trace id of the request, where there is one.
pub fn panicked(panic: Box<dyn Any + Send + 'static>, accept: Option<HeaderValue>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panic");
    let trace = db::access::trace_id();
    tracing::error!(trace, panic = text, "a request panicked");
    let headers = HeaderMap::from_iter(accept.map(|accept| (header::ACCEPT, accept)));
    respond(&AppError::Internal { trace }, &headers)
}

/// The answer to a panic outside of what knows the request: in the layers themselves.
pub fn fallen(panic: Box<dyn Any + Send + 'static>) -> Response {
    panicked(panic, Some(HeaderValue::from_static("text/html")))
}
