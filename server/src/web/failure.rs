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

/// A refusal in words is no longer than this, in bytes.
const LONGEST: usize = 64 << 10;
const UNREADABLE: &str = "这个地址打不开，或者内容不完整，请回到页面再试。";

/// An error as the browser wants it: JSON for scripts, a small page for people.
pub fn respond(error: &AppError, headers: &HeaderMap) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if is_for_people(headers) {
        (status, axum::response::Html(page(status, &error.message()))).into_response()
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

/// Whether the browser itself asks, for something to show.
fn is_for_people(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"))
}

/// The words of a route of its own that refuses are for scripts; to a browser that would show them and nothing else they come as a page
/// with a way out: a download that is no longer allowed, a form sent after the session has ended.
pub async fn words_as_page(request: Request, next: Next) -> Response {
    let people = is_for_people(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let words = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !people || !words || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    // What the framework says of an address or a form that it cannot read is in English, or nothing.
    let said = if said.is_ascii() { UNREADABLE } else { &*said };
    let page = page(status, said);
    parts.headers.remove(header::CONTENT_LENGTH);
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    parts.headers.insert(header::CONTENT_TYPE, html);
    let fresh = HeaderValue::from_static("no-store");
    parts.headers.insert(header::CACHE_CONTROL, fresh);
    Response::from_parts(parts, Body::from(page))
}

/// A page without scripts and without the session: it must work when nothing else does.
fn page(status: StatusCode, words: &str) -> String {
    let text = words.replace('&', "&amp;").replace('<', "&lt;");
    let sign_in = if status == StatusCode::UNAUTHORIZED {
        "<p><a href=\"/sign-in\">登录</a></p>"
    } else {
        ""
    };
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>没有成功 · 邻里</title></head>\
         <body><main><h1>没有成功</h1><p>{text}</p>{sign_in}<p><a href=\"/\">回首页</a></p></main></body></html>"
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
